package directory

import (
	"slices"
	"strings"

	"wxmail/internal/microsoft"
)

// Meaning is what a refusal of Entra ID means for what was asked of it: the
// code of the advice, and false for one that is not known. code is the Code of
// a *microsoft.Error: an AADSTS code, or OAuth's word where there is none.
//
// Only an answer is judged: a status of 500 and above is an outage, whatever
// code its body has, and is looked at first. Microsoft may change its codes at
// any time, so they make advice and decide nothing.
func Meaning(asked microsoft.Asked, code string) (wx string, ok bool) {
	number := strings.TrimPrefix(code, "AADSTS")
	for _, m := range meanings {
		if slices.Contains(m.asked, asked) && m.has(number) {
			return m.wx, true
		}
	}
	return "", false
}

// Refusals are all codes of the table, each once, in its order; "53*" is a
// family. They are for the manual.
func Refusals() (codes []string) {
	for _, m := range meanings {
		for code := range strings.FieldsSeq(m.codes) {
			if !slices.Contains(codes, code) {
				codes = append(codes, code)
			}
		}
	}
	return codes
}

// Askers are all that may be asked of Entra ID.
func Askers() []microsoft.Asked { return slices.Clone(anyone) }

// About is whom or what the advice of a code from Meaning is about: the
// tenant, the application, or who signs in.
func About(failure *microsoft.Error, wx string) string {
	about := failure.Object
	switch {
	case slices.Contains(ofTenants, wx):
		about = failure.Tenant
	case slices.Contains(ofApplications, wx):
		about = failure.Client
	}
	if about == "" {
		return failure.Object
	}
	return about
}

var (
	ofTenants      = []string{"WX-NO-EXCHANGE", "WX-TENANT-UNKNOWN", "WX-TENANT-CLOUD", "WX-TENANT-INACTIVE", "WX-TENANT-BLOCKED"}
	ofApplications = []string{"WX-SECRET-EXPIRED", "WX-SERVICE-PRINCIPAL-MISSING", "WX-SERVICE-PRINCIPAL-DISABLED"}
)

// Who asks. A person signs in, or once did; our own application signs in for
// the mailbox user, or for itself.
var (
	directory = []microsoft.Asked{microsoft.DirectorySignIn}
	exchange  = []microsoft.Asked{microsoft.ExchangeSignIn}
	renewal   = []microsoft.Asked{microsoft.AdminRefresh}
	admins    = slices.Concat(directory, exchange, renewal)
	refresh   = []microsoft.Asked{microsoft.Refresh}
	mailbox   = slices.Concat([]microsoft.Asked{microsoft.MailboxSignIn, microsoft.Redemption}, refresh)
	people    = slices.Concat(admins, mailbox)
	own       = slices.Concat(mailbox, []microsoft.Asked{microsoft.SecretProof})
	anyone    = slices.Concat(people, []microsoft.Asked{microsoft.SecretProof, microsoft.Metadata})
)

// meaning is one row: who asked, Entra ID's codes with spaces between, and the
// code of the advice. "53*" is the family of all codes that begin so.
type meaning struct {
	asked []microsoft.Asked
	codes string
	wx    string
}

// has says whether a code, without AADSTS, is one of the row's.
func (m meaning) has(number string) bool {
	return slices.ContainsFunc(strings.Fields(m.codes), func(known string) bool {
		family, whole := strings.CutSuffix(known, "*")
		return number == known || whole && strings.HasPrefix(number, family)
	})
}

// Codes that several rows share. Where no other page is named, they stand in
// https://learn.microsoft.com/entra/identity-platform/reference-error-codes.
const (
	// Nobody of that name: never was, is in another directory, was deleted.
	// 500341, deleted, and 500342: seen in answers only.
	unknownAccount = "50014 50034 51004 16003 90125 500341 500342"
	// 500571 is a disabled guest; Microsoft has a troubleshooting page of that name.
	disabledAccount = "50057 500571"
	expiredPassword = "50055 50144"

	// The session or the grant is over: revoked, by a new password, or by an
	// administrator.
	revoked = "50132 50133 50173"
	// … spent, too old, or from elsewhere.
	over = "70000 50058 50085 50089 50139 54005 700005 700020 700081 700083 invalid_grant interaction_required login_required"
	// … unused for too long.
	unused = "70008 700082"
	// … ended by the sign-in frequency of Conditional Access. 70044:
	// https://github.com/Azure/azure-cli/issues/32031
	frequency = "70043 70044"

	// A second factor is needed, or must be registered first. 50158 and 50161:
	// somebody else's factor. 53010: it may not be registered from here.
	secondFactor = "50072 50074 50076 50079 50158 50161 53010"
	// Conditional Access and security defaults: device, place, application.
	// 50097 and 53002: https://github.com/Azure/azure-powershell/issues/13193
	policy = "50005 50097 50127 50129 50131 50155 50187 53000 53001 53002 53003 530032 530035 130007 135011"

	// The application is not in the tenant, or never was.
	unknownClient = "700016 700011"
	// … is there, without its service principal:
	// https://go.microsoft.com/fwlink/?linkid=2225119
	noPrincipal = "7000229"
	// … was switched off.
	disabledClient = "7000112 70001 1000031"
	// … is there for assigned users only. 501051 is the same for a resource.
	notAssigned = "50105 501051"
	// … lacks consent, or does not even declare what it asks for.
	noConsent = "65001 65005 650053 650056 650057 90008 90093 90099 consent_required"
	// … may be consented to by an administrator only.
	adminConsent = "90094 90095"
	// … has no such redirect URI, or none.
	redirect = "50011 500112 500113 900971 70004"
	// … has it under another platform: SPA, or mobile and desktop. 9002325 to
	// 9002327: https://github.com/AzureAD/microsoft-authentication-library-for-js/issues/2482
	platform = "700025 700084 7000218 9002325 9002326 9002327"
	// … is of one tenant, and the account of another.
	otherTenants = "650059"
	// The resource has no service principal in the tenant, or a disabled one.
	// 500014: https://github.com/AzureAD/microsoft-authentication-library-for-dotnet/issues/3150
	noResource = "50001 500011 500014 650051 650052 650054"
	// The client secret is wrong, or has ended.
	wrongSecret   = "7000215 70002"
	expiredSecret = "7000222"
)

// blockedClient is what else keeps the application of an administrator's
// sign-in out. 65002: Microsoft's own application may not ask for that.
const blockedClient = unknownClient + " " + noPrincipal + " " + disabledClient + " " + notAssigned + " " + otherTenants + " " +
	wrongSecret + " " + expiredSecret + " 65002 unauthorized_client invalid_client"

// meanings is the one table of Entra ID's refusals: the first row that fits.
var meanings = []meaning{
	// Outages pass, whoever meets them. 5xx comes with most of them.
	{anyone, "50000 50033 50087 50088 50166 90006 90012 90024 90033 90036 90090 90091 90092 temporarily_unavailable server_error",
		"WX-UNAVAILABLE"},
	{anyone, "50196 90055", "WX-THROTTLED"},

	// Tenants. 900439 and 900440: https://github.com/microsoftgraph/msgraph-cli/issues/396
	{anyone, "50059 50128 90002 90019 900023", "WX-TENANT-UNKNOWN"},
	{anyone, "90038 900382 90043 900432 900439 900440 90051 1000104", "WX-TENANT-CLOUD"},
	// https://aka.ms/TenantLifecycle, https://github.com/Azure/azure-cli/issues/32031
	{anyone, "5000225", "WX-TENANT-INACTIVE"},
	// https://github.com/AzureAD/microsoft-authentication-library-for-dotnet/issues/4562
	{anyone, "5000224", "WX-TENANT-BLOCKED"},
	// https://learn.microsoft.com/entra/identity/enterprise-apps/tenant-restrictions
	{people, "50002 500021 500022 500212 500213", "WX-TENANT-RESTRICTED"},

	// Accounts.
	{admins, unknownAccount, "WX-ACCOUNT-UNKNOWN"},
	{mailbox, unknownAccount, "WX-MAILBOX-UNKNOWN"},
	{people, "16000 50020 50177 50178 90072 90084 500200 500208", "WX-ACCOUNT-UNKNOWN"},
	{admins, disabledAccount + " " + expiredPassword, "WX-ACCOUNT-DISABLED"},
	{mailbox, disabledAccount, "WX-MAILBOX-DISABLED"},
	{mailbox, expiredPassword, "WX-PASSWORD-EXPIRED"},
	{people, "50053", "WX-ACCOUNT-LOCKED"},
	// https://learn.microsoft.com/entra/id-protection/howto-identity-protection-remediate-unblock
	{people, "50135 53004 53011 530034", "WX-ACCOUNT-RISK"},
	{people, "20001 20012 20033 40008 40009 40010 40015 50006 50008 5000819 50017 50107 50169 50180 51006 " +
		"90081 90082 90085 90086 90087 90123", "WX-FEDERATION"},

	// Second factors, policies, and how often somebody has to sign in. 50078:
	// the second factor was too long ago.
	{admins, secondFactor + " 50078", "WX-SECOND-FACTOR"},
	{mailbox, secondFactor, "WX-MFA-NEEDED"},
	{mailbox, frequency + " 50078", "WX-SIGN-IN-FREQUENCY"},
	{admins, policy, "WX-CONDITIONAL-ACCESS"},
	{own, policy, "WX-TOKEN-POLICY"},

	// Tokens and codes that are good no more.
	{mailbox, revoked, "WX-TOKEN-REVOKED"},
	{refresh, unused, "WX-TOKEN-UNUSED"},
	{refresh, over, "WX-TOKEN-DEAD"},
	{people, revoked + " " + unused + " " + over + " " + frequency, "WX-SIGN-IN-AGAIN"},
	// Sign-ins that did not come to their end, or not as they should.
	{people, "65004 70018 access_denied authorization_declined", "WX-SIGN-IN-DECLINED"},
	// 70020: https://github.com/Azure/azure-cli/issues/22251
	{exchange, "70019 70020 expired_token", "WX-EXCHANGE-SILENT"},
	{people, "70019 70020 expired_token", "WX-SIGN-IN-TIMEOUT"},
	{people, "16001 16002 160021 50056 50064 50125 50126 50134 50140 50143 50168 50192 50197 50199 501481 90119 90120 900561",
		"WX-SIGN-IN-AGAIN"},

	// Our own application.
	{mailbox, notAssigned, "WX-NOT-ASSIGNED"},
	{mailbox, otherTenants, "WX-ACCOUNT-UNKNOWN"},
	{mailbox, redirect, "WX-REDIRECT-URI-UNSEEN"},
	{mailbox, noResource, "WX-NO-EXCHANGE"},
	{mailbox, noConsent + " " + adminConsent + " 65002", "WX-CONSENT-MISSING"},
	{own, unknownClient, "WX-APPLICATION-MISSING"},
	{own, noPrincipal, "WX-SERVICE-PRINCIPAL-MISSING"},
	{own, disabledClient, "WX-SERVICE-PRINCIPAL-DISABLED"},
	{own, wrongSecret + " invalid_client", "WX-SECRET-INVALID"},
	{own, expiredSecret, "WX-SECRET-EXPIRED"},
	{own, platform, "WX-REDIRECT-URI-PLATFORM"},

	// The application of an administrator's sign-in: Microsoft's, or one of the
	// operator's own. Exchange's is always Microsoft's.
	{directory, adminConsent, "WX-ROLE-CONSENT"},
	{directory, noConsent, "WX-CLIENT-CONSENT"},
	{directory, redirect + " " + platform, "WX-CLIENT-PLATFORM"},
	{directory, blockedClient + " " + noResource, "WX-CLIENT-BLOCKED"},
	{exchange, noResource, "WX-NO-EXCHANGE"},
	{exchange, blockedClient + " " + redirect + " " + platform + " " + noConsent + " " + adminConsent, "WX-EXCHANGE-CLIENT-BLOCKED"},
	{renewal, blockedClient + " " + redirect + " " + platform + " " + noConsent + " " + adminConsent + " " + noResource, "WX-SIGN-IN-AGAIN"},

	// Requests that nobody should have sent.
	{anyone, "28002 28003 50013 50049 50050 50147 501491 50194 70003 70005 70007 70011 700022 700023 700027 700030 700054 90004 90005 " +
		"90009 90013 90014 90015 90023 90056 90100 90102 90117 90121 900144 901002 9001023 9002313", "WX-INTERNAL"},

	// Families: siblings that none of the pages above has, but that have always
	// meant the same as theirs.
	{admins, "53*", "WX-CONDITIONAL-ACCESS"},
	{own, "53*", "WX-TOKEN-POLICY"},
	{admins, "5007*", "WX-SECOND-FACTOR"},
	{mailbox, "5007*", "WX-MFA-NEEDED"},
	{mailbox, "65*", "WX-CONSENT-MISSING"},
	{directory, "65*", "WX-CLIENT-CONSENT"},
	{exchange, "65*", "WX-EXCHANGE-CLIENT-BLOCKED"},
	{renewal, "65*", "WX-SIGN-IN-AGAIN"},
	{own, "700021*", "WX-SECRET-INVALID"},
	{refresh, "70008*", "WX-TOKEN-DEAD"},
	{people, "70008*", "WX-SIGN-IN-AGAIN"},
	{people, "50020*", "WX-ACCOUNT-UNKNOWN"},
	{anyone, "90043*", "WX-TENANT-CLOUD"},
	{people, "80* 81*", "WX-FEDERATION"},
}
