package signin

import (
	"strings"

	"github.com/google/uuid"

	"wxmail/internal/cloud"
)

// Microsoft's own public clients, which exist in every tenant and have
// http://localhost among their redirect URIs.
const (
	// GraphClientID is Microsoft Graph Command Line Tools; an admin consents
	// once per tenant and scope.
	// https://learn.microsoft.com/powershell/microsoftgraph/authentication-commands
	GraphClientID = "14d82eec-204b-4c2f-b7e8-296a70dab67e"
	// AzureCLIClientID is the Azure CLI: no consent, but a fixed set of
	// permissions without Policy.Read.All.
	// https://learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in
	AzureCLIClientID = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
	// ExchangeClientID is Exchange Online PowerShell (V3), the only one that
	// the Exchange admin route takes from a command line.
	// https://learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in
	ExchangeClientID = "fb78d390-0c51-40cd-8e17-fdbfab77341b"
)

// directoryPermissions are what the directory steps call for.
// https://learn.microsoft.com/graph/permissions-reference
func directoryPermissions() []string {
	return []string{
		"Application.ReadWrite.All", "AppRoleAssignment.ReadWrite.All",
		"DelegatedPermissionGrant.ReadWrite.All", "Policy.Read.All", "User.Read.All",
	}
}

// AdminClient resolves azure.sign-in-app for the directory sign-in: "graph",
// "azure-cli", or a client id of the operator's own, whose configured
// permissions are then asked for. Its error is an *InputError.
func AdminClient(name string) (clientID string, scopes func(*cloud.Endpoints) []string, err error) {
	switch name {
	case "graph":
		return GraphClientID, listedScopes, nil
	case "azure-cli":
		return AzureCLIClientID, configuredScopes, nil
	}
	id, err := uuid.Parse(name)
	if err != nil || len(name) != 36 {
		return "", nil, &InputError{What: "azure.sign-in-app", Value: name}
	}
	return id.String(), configuredScopes, nil
}

// ExchangeScopes are the scopes of the Exchange sign-in, for ExchangeClientID.
func ExchangeScopes(e *cloud.Endpoints) []string {
	return []string{e.ExchangeScope, "openid", "profile", "offline_access"}
}

func listedScopes(e *cloud.Endpoints) []string {
	var scopes []string
	for _, permission := range directoryPermissions() {
		scopes = append(scopes, e.Graph+"/"+permission)
	}
	return append(scopes, "openid", "profile", "offline_access")
}

func configuredScopes(e *cloud.Endpoints) []string {
	return []string{e.Graph + "/.default", "openid", "profile", "offline_access"}
}

// resourceScopes leaves out the scopes of OpenID Connect, which azidentity
// adds by itself.
func resourceScopes(scopes []string) []string {
	var kept []string
	for _, scope := range scopes {
		if strings.Contains(scope, "/") {
			kept = append(kept, scope)
		}
	}
	return kept
}
