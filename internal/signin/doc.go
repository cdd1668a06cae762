// Package signin signs people in at Entra ID: the authorization code flow
// with PKCE over a loopback page of our own, for all three roles, and
// azidentity's device code and Azure CLI for the admins. It also refreshes
// tokens and proves a client secret.
//
// Every refusal of Entra ID is a *microsoft.Error of service Entra that says
// what was asked, for whom and by which application: the same code means
// something else for each. Whatever a library would say in its own words is
// dropped, because such texts have been seen to carry tokens. Tokens are secret.Value from the moment they
// arrive, and nothing here stores one.
package signin

import ()
