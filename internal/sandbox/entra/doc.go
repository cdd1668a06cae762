// Package entra is the sandbox's Microsoft Entra ID: the security token
// service behind login.microsoftonline.com, with the pages that a person sees.
//
// It is as strict as Microsoft or stricter. What a client gets wrong before
// its redirect URI is known to be its own is shown in the browser and never
// sent back; everything else returns to the application. It changes the
// tenant only where a person consents. It reads the directory as a replica
// shows it, so that a new application, secret or grant works only after the
// tenant's replication lag.
//
// Sources: https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow,
// …/v2-oauth2-device-code, …/v2-oauth2-client-creds-grant-flow,
// …/v2-admin-consent, …/reply-url, …/refresh-tokens and
// …/reference-error-codes.
package entra
