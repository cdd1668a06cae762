package entra

import (
	"fmt"
	"net/http"
	"strconv"
)

// refusal is an AADSTS error: Microsoft's number and OAuth's word for it.
// https://learn.microsoft.com/entra/identity-platform/reference-error-codes
type refusal struct {
	code     int
	oauth    string
	suberror string
	claims   bool // the answer carries a claims challenge
	text     string
}

// Error is Microsoft's line without the ids of the request.
func (e *refusal) Error() string { return fmt.Sprintf("AADSTS%d: %s", e.code, e.text) }

func (e *refusal) uri() string { return authority + "/error?code=" + strconv.Itoa(e.code) }

func (e *refusal) status() int {
	if e.oauth == "invalid_client" {
		return http.StatusUnauthorized
	}
	return http.StatusBadRequest
}

// refuse builds the refusal of a code in the catalogue below.
func refuse(code int, args ...any) *refusal {
	entry := catalogue[code]
	return &refusal{code, entry.oauth, entry.suberror, entry.claims, fmt.Sprintf(entry.format, args...)}
}

// as is the refusal under another OAuth error.
func (e *refusal) as(oauth string) *refusal {
	other := *e
	other.oauth = oauth
	return &other
}

var catalogue = map[int]struct {
	oauth    string
	suberror string
	claims   bool
	format   string
}{
	50011: {
		oauth: "invalid_request",
		format: "The redirect URI '%s' specified in the request does not match the redirect URIs configured for the " +
			"application '%s'. Make sure the redirect URI sent in the request matches one added to your application in the Azure portal.",
	},
	50020: {
		oauth: "invalid_grant",
		format: "User account '%s' from another identity provider does not exist in tenant '%s' and cannot access the " +
			"application '%s' in that tenant. The account needs to be added as an external user in the tenant first.",
	},
	50034: {
		oauth: "invalid_grant",
		format: "The user account '%s' does not exist in the %s directory. " +
			"To sign into this application, the account must be added to the directory.",
	},
	50057: {oauth: "invalid_grant", format: "The user account is disabled."},
	50058: {oauth: "login_required", format: "A silent sign-in request was sent but no user is signed in."},
	50059: {
		oauth:  "invalid_request",
		format: "No tenant-identifying information found in either the request or implied by any provided credentials.",
	},
	50076: {
		oauth:    "invalid_grant",
		suberror: "basic_action",
		claims:   true,
		format: "Due to a configuration change made by your administrator, or because you moved to a new location, you " +
			"must use multi-factor authentication to access '%s'.",
	},
	50105: {
		oauth: "access_denied",
		format: "Your administrator has configured the application %s ('%s') to block users unless they are specifically " +
			"granted ('assigned') access to the application. " +
			"The signed in user '%s' is blocked because they are not a direct member of a group with access, nor had access " +
			"directly assigned by an administrator.",
	},
	50126: {oauth: "invalid_grant", format: "Error validating credentials due to invalid username or password."},
	50173: {
		oauth:    "invalid_grant",
		suberror: "bad_token",
		format: "The provided grant has expired due to it being revoked, a fresh auth token is needed. " +
			"The user might have changed or reset their password. The grant was issued on '%s' and the TokensValidFrom date for this user is '%s'.",
	},
	50194: {
		oauth: "invalid_request",
		format: "Application '%s'(%s) is not configured as a multi-tenant application. " +
			"Usage of the /common endpoint is not supported for such apps created after '10/15/2018'. " +
			"Use a tenant-specific endpoint or configure the application to be multi-tenant.",
	},
	53003: {
		oauth:    "invalid_grant",
		suberror: "message_only",
		claims:   true,
		format:   "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.",
	},
	54005: {
		oauth:  "invalid_grant",
		format: "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.",
	},
	65001: {
		oauth:    "invalid_grant",
		suberror: "consent_required",
		format: "The user or administrator has not consented to use the application with ID '%s' named '%s'. " +
			"Send an interactive authorization request for this user and resource.",
	},
	65002: {
		oauth: "invalid_client",
		format: "Consent between first party application '%s' and first party resource '%s' must be configured via " +
			"preauthorization - applications owned and operated by Microsoft must get approval from the API owner before " +
			"requesting tokens for that API.",
	},
	65004: {oauth: "access_denied", format: "User declined to consent to access the app."},
	70000: {oauth: "invalid_grant", format: "The provided value for the input parameter '%s' is not valid."},
	70003: {oauth: "unsupported_grant_type", format: "The app requested an unsupported grant type '%s'."},
	70005: {oauth: "unsupported_response_type", format: "The app requested an unsupported response type '%s'."},
	70007: {oauth: "invalid_request", format: "'%s' isn't a supported value of 'response_mode' for response type '%s'."},
	70008: {
		oauth:    "invalid_grant",
		suberror: "token_expired",
		format: "The provided authorization code or refresh token has expired due to inactivity. " +
			"Send a new interactive authorization request for this user and resource.",
	},
	70011: {
		oauth: "invalid_scope",
		format: "The provided request must include a 'scope' input parameter. " +
			"The provided value for the input parameter 'scope' is not valid. The scope %s is not valid.",
	},
	70016: {oauth: "authorization_pending", format: "OAuth 2.0 device flow error. Authorization is pending. Continue polling."},
	70018: {oauth: "bad_verification_code", format: "Invalid verification code due to User typing in wrong user code for device code flow."},
	70019: {oauth: "expired_token", format: "The verification code has expired. Have the user retry the sign-in."},
	90002: {
		oauth: "invalid_request",
		format: "Tenant '%s' not found. " +
			"Check to make sure you have the correct tenant ID and are signing into the correct cloud. " +
			"Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.",
	},
	90023: {oauth: "invalid_request", format: "The provided value for the input parameter '%s' is not supported."},
	90094: {
		oauth: "access_denied",
		format: "The grant requires admin permission. " +
			"An administrator has set a policy that prevents you from granting the application '%s' the permissions it is requesting.",
	},
	500011: {
		oauth: "invalid_resource",
		format: "The resource principal named %s was not found in the tenant named %s. " +
			"This can happen if the application has not been installed by the administrator of the tenant or consented to by " +
			"any user in the tenant.",
	},
	500112: {
		oauth:  "invalid_client",
		format: "The reply address '%s' does not match the reply address '%s' provided when requesting Authorization code.",
	},
	500113: {oauth: "invalid_request", format: "No reply address is registered for the application."},
	500121: {oauth: "interaction_required", format: "Authentication failed during strong authentication request."},
	501051: {oauth: "invalid_grant", format: "Application '%s'(%s) is not assigned to a role for the application '%s'(%s)."},
	501481: {oauth: "invalid_grant", format: "The Code_Verifier does not match the code_challenge supplied in the authorization request."},
	501491: {oauth: "invalid_request", format: "Invalid size of Code_Challenge parameter."},
	650052: {
		oauth: "invalid_client",
		format: "The app is trying to access a service '%s' that your organization '%s' lacks a service principal for. " +
			"Contact your IT Admin to review the configuration of your service subscriptions or consent to the application in " +
			"order to create the required service principal.",
	},
	650053: {
		oauth:  "invalid_client",
		format: "The application '%s' asked for scope '%s' that doesn't exist on the resource '%s'. Contact the app vendor.",
	},
	650056: {
		oauth: "invalid_client",
		format: "Misconfigured application. " +
			"This could be due to one of the following: the client has not listed any permissions for '%s' in the requested " +
			"permissions in the client's application registration. Or, the admin has not consented in the tenant. " +
			"Or, check the application identifier in the request to ensure it matches the configured client application identifier.",
	},
	700016: {
		oauth: "unauthorized_client",
		format: "Application with identifier '%s' was not found in the directory '%s'. " +
			"This can happen if the application has not been installed by the administrator of the tenant or consented to by " +
			"any user in the tenant. You may have sent your authentication request to the wrong tenant.",
	},
	700022: {
		oauth:  "invalid_request",
		format: "The provided value for the input parameter 'scope' is not valid because it contains more than one resource.",
	},
	700025: {oauth: "invalid_client", format: "Client is public so neither 'client_assertion' nor 'client_secret' should be presented."},
	700051: {oauth: "unsupported_response_type", format: "The response_type 'token' is not enabled for the application."},
	700054: {oauth: "unsupported_response_type", format: "The response_type 'id_token' is not enabled for the application."},
	700082: {
		oauth:    "invalid_grant",
		suberror: "token_expired",
		format:   "The refresh token has expired due to inactivity. The token was issued on %s and was inactive for %s.",
	},
	700084: {
		oauth:    "invalid_grant",
		suberror: "token_expired",
		format: "The refresh token was issued to a single page app (SPA), and therefore has a fixed, limited lifetime of " +
			"1.00:00:00, which cannot be extended. " +
			"It is now expired and a new sign in request must be sent by the SPA to the sign in page. The token was issued on %s.",
	},
	900144: {oauth: "invalid_request", format: "The request body must contain the following parameter: '%s'."},
	900561: {oauth: "invalid_request", format: "The endpoint only accepts POST requests. Received a %s request."},
	900023: {oauth: "invalid_request", format: "Specified tenant identifier '%s' is neither a valid DNS name, nor a valid external domain."},
	901002: {oauth: "invalid_request", format: "The 'resource' request parameter is not supported."},
	1002012: {
		oauth: "invalid_scope",
		format: "The provided value for scope %s is not valid. " +
			"Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).",
	},
	7000112: {oauth: "unauthorized_client", format: "Application '%s'(%s) is disabled."},
	7000215: {
		oauth: "invalid_client",
		format: "Invalid client secret provided. " +
			"Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '%s'.",
	},
	7000218: {
		oauth:  "invalid_client",
		format: "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
	},
	7000222: {
		oauth: "invalid_client",
		format: "The provided client secret keys for app '%s' are expired. " +
			"Visit the Azure portal to create new keys for your app, or consider using certificate credentials for added security.",
	},
	7000229: {
		oauth: "unauthorized_client",
		format: "The client application %s is missing service principal in the tenant %s. " +
			"See instructions here: https://go.microsoft.com/fwlink/?linkid=2225119",
	},
	9002313: {oauth: "invalid_request", format: "Invalid request. Request is malformed or invalid."},
	9002325: {oauth: "invalid_request", format: "Proof Key for Code Exchange is required for cross-origin authorization code redemption."},
	9002327: {
		oauth:  "invalid_request",
		format: "Tokens issued for the 'Single-Page Application' client-type may only be redeemed via cross-origin requests.",
	},
}
