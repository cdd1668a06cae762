package signin

import (
	"context"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"wxmail/internal/cloud"
	"wxmail/internal/microsoft"
	"wxmail/internal/pattern"
)

// Causes below the *microsoft.Error of NewAzureCLI.
var (
	ErrNoAzureCLI      = microsoft.NewCause("WX-AZURE-CLI", "the Azure CLI is not installed")
	ErrAzureCLISignIn  = microsoft.NewCause("WX-AZURE-CLI", "the Azure CLI is not signed in to the tenant")
	ErrAzureCLIRefused = microsoft.NewCause("WX-AZURE-CLI", "the Azure CLI gave no token")
)

// NewAzureCLI uses the account that the Azure CLI is signed in with, for one
// resource: scope is its ".default". Tokens are kept in memory, since every
// call of the CLI takes a second. The account is read from the access token,
// the CLI's only answer. Errors: *microsoft.Error with one of the causes above,
// or ctx's.
// https://learn.microsoft.com/cli/azure/account#az-account-get-access-token
func NewAzureCLI(ctx context.Context, e *cloud.Endpoints, tenantID, scope string) (azcore.TokenCredential, Account, error) {
	cli, err := azidentity.NewAzureCLICredential(&azidentity.AzureCLICredentialOptions{TenantID: tenantID})
	if err != nil {
		return nil, Account{}, &InputError{What: "azure.tenant", Value: tenantID}
	}
	asking := about{microsoft.DirectorySignIn, "az account get-access-token", "", AzureCLIClientID, tenantID}
	if scope == e.ExchangeScope {
		asking.asked = microsoft.ExchangeSignIn
	}
	token, err := askAzureCLI(ctx, e, cli, scope, asking)
	if err != nil {
		return nil, Account{}, err
	}
	asking.asked, asking.account = microsoft.AdminRefresh, token.Account.UPN
	renew := func(ctx context.Context, _ *Token) (*Token, error) {
		return askAzureCLI(ctx, e, cli, scope, asking)
	}
	return &credential{e: e, about: asking, renew: renew, token: token}, token.Account, nil
}

// askAzureCLI runs the CLI once, for at most Timeouts.Request.
func askAzureCLI(ctx context.Context, e *cloud.Endpoints, cli *azidentity.AzureCLICredential, scope string,
	asking about) (*Token, error) {
	// Without a limit of ours the library's, 10 s, is too short for a cold start.
	limited, cancel := context.WithTimeout(ctx, e.Timeouts.Request)
	defer cancel()
	access, err := cli.GetToken(limited, policy.TokenRequestOptions{Scopes: []string{scope}, EnableCAE: true})
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, asking.name(fromAzureCLI(err.Error()))
	case access.Token == "":
		return nil, asking.name(fromAzureCLI(""))
	}
	return fromLibrary(e, access), nil
}

var aadsts = pattern.Of(`AADSTS\d{4,8}`)

// fromAzureCLI keeps the kind of a failure and drops the text, which is
// whatever the CLI wrote.
func fromAzureCLI(text string) *microsoft.Error {
	cause := ErrAzureCLIRefused
	switch {
	case strings.Contains(text, "not found on path"):
		cause = ErrNoAzureCLI
	case strings.Contains(text, "az login"):
		cause = ErrAzureCLISignIn
	}
	return &microsoft.Error{Service: microsoft.Entra, Code: aadsts().FindString(text), Err: cause}
}
