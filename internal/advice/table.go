package advice

import (
	"slices"
	"strings"

	"wxmail/internal/doctor"
	"wxmail/internal/msg"
	"wxmail/internal/visible"
)

// Row is one code of the table, and the exit of a command that fails on it.
type Row struct {
	Code string
	Exit Exit
}

// Texts are the words of the code with "…" where a run fills something in.
func (r Row) Texts() (what, fix msg.Message) { return r.words("…", "…", "…", "…", "…") }

// words fill the texts in. Only a link may be missing, at the end of a fix: in
// any other place a sentence would stop in the middle.
func (r Row) words(object, detail, err any, link, proposal string) (what, fix msg.Message) {
	filled := []any{"Object", known(object), "Detail", known(detail), "Error", known(err), "Link", link, "Proposal", known(proposal)}
	fixed := slices.Clone(filled)
	for i := 1; i < len(fixed); i += 2 {
		fixed[i] = pasted(fixed[i])
	}
	return msg.M("error."+r.Code+".what", filled...), msg.M("error."+r.Code+".fix", fixed...)
}

// pasted is what is filled into a fix, whose commands are pasted into a shell:
// an address may hold what a shell would run.
func pasted(text any) any {
	if address, is := text.(string); is && strings.Contains(address, "@") && !strings.ContainsAny(address, " :") {
		return visible.Word(address)
	}
	return text
}

// known is what is filled in, or that nobody knows it.
func known(text any) any {
	if text == "" {
		return msg.M("detail.unknown")
	}
	return text
}

// Find is the row of a code, and false for one that there is not.
func Find(code string) (Row, bool) {
	rows := Rows()
	if i := slices.IndexFunc(rows, func(r Row) bool { return r.Code == code }); i >= 0 {
		return rows[i], true
	}
	return Row{}, false
}

// Rows are the whole table, each code once. What doctor finds brings its exit
// along from where it is found, all others stand here.
func Rows() []Row {
	return slices.Concat(local, obstacles, signIns, submission, services, found())
}

// found are the findings of doctor that say how a command fails on them.
func found() (rows []Row) {
	all := doctor.VerifyCodes()
	for _, known := range doctor.Codes() {
		all = append(all, known.Known)
	}
	for _, known := range all {
		if known.Exit > 0 { // else it is an error of its own, too
			rows = append(rows, Row{known.Code, Exit(known.Exit)})
		}
	}
	return rows
}

// local are the failures of this computer, of the profile and of the answers.
var local = []Row{
	{"WX-INTERRUPTED", Interrupted},
	{"WX-DEMO-LEFT", Interrupted},
	{"WX-LOCKED", Locked},
	{"WX-USAGE", Usage},
	{"WX-ANSWER-INVALID", Usage},
	{"WX-ANSWERS-FILE", Usage},
	{"WX-SEEN-FILE", Usage},
	{"WX-CLOUD-FILE", Usage},
	{"WX-PROFILE-CLOUD", Usage},
	{"WX-PROFILE-TENANT", Usage},
	{"WX-PROFILE-MAILBOX", Usage},
	{"WX-RELEASES-NOWHERE", Failure},
	{"WX-RELEASES-UNANSWERED", Unavailable},
	{"WX-PROFILE-NAME", Usage},
	{"WX-PROFILE-UNKNOWN", Failure},
	{"WX-PROFILE-DAMAGED", Failure},
	{"WX-PROFILE-NEWER", Failure},
	{"WX-PROFILE-OPEN", Failure},
	{"WX-PROFILE-OWNER", Failure},
	{"WX-HOME", Usage},
	{"WX-PROXY", Usage},
	{"WX-ANSWER-NEEDED", Unanswered},
	{"WX-NO-PROFILE", Unanswered},
	{"WX-PASSPHRASE-FILE", Unanswered},
	{"WX-PASSPHRASE", Unanswered},
	{"WX-VAULT-DAMAGED", Failure},
	{"WX-VAULT-MEMORY", Failure},
	{"WX-DECLINED", Failure},
	{"WX-DISK", Failure},
	{"WX-OUTPUT", Failure},
	{"WX-LOOPBACK", Failure},
	{"WX-INTERNAL", Failure},
	{"WX-FAILED", Failure},
}

// obstacles are what hinders a step.
var obstacles = []Row{
	{"WX-FORWARDING-DOMAIN", Unanswered},
	{"WX-FORWARDING-FOREIGN", Unanswered},
	{"WX-DEHYDRATED", Unanswered},
	{"WX-SHARED-MAILBOX", Unanswered},
	{"WX-UNDO-CONFIRM", Unanswered},
	{"WX-OLD-SECRET", Unanswered},
	{"WX-ASSET-UNSAVED", Waiting},
	{"WX-COPY-KEPT", Waiting},
	{"WX-FORWARDING-WAITS", Waiting},
	{"WX-SHARED-SIGN-IN", Usage},
	{"WX-DOMAIN-FOREIGN", Usage},
	{"WX-SECRET-ID", Usage},
	{"WX-CLIENT-ID-UNKNOWN", Usage},
	{"WX-ROLE-CONSENT", Permission},
	{"WX-ROLE-DIRECTORY", Permission},
	{"WX-ROLE-EXCHANGE", Permission},
	{"WX-EXCHANGE-SHUT-OUT", Permission},
	{"WX-EXCHANGE-AZURE-CLI", Permission},
	{"WX-SECRETS-BLOCKED", Permission},
	{"WX-LOCALHOST-REFUSED", Permission},
	{"WX-REMOTE-DOMAIN", Permission},
	{"WX-TRANSPORT-RULE", Permission},
	{"WX-POLICY-OFF", Permission},
	{"WX-POLICY-USED", Permission},
	{"WX-CUSTOMIZATION-DECLINED", Permission},
	{"WX-TOKEN-SCOPE", Permission},
	{"WX-READ-BACK", ReadBack},
	{"WX-MAILBOX-UNKNOWN", Failure},
	{"WX-MAILBOX-HYBRID", Failure},
	{"WX-NOT-A-MAILBOX", Failure},
	{"WX-MAILBOX-DISABLED", Failure},
	{"WX-MAILBOX-UNLICENSED", Failure},
	{"WX-APPLICATION-UNKNOWN", Failure},
	{"WX-APPLICATION-UNSEEN", Failure},
	{"WX-SECRET-OTHER", Failure},
	{"WX-SECRET-NOT-LISTED", Failure},
	{"WX-SECRET-HELD", Failure},
	{"WX-SECRET-LAST", Failure},
	{"WX-NO-EXCHANGE", Failure},
	{"WX-PERMISSION-UNKNOWN", Failure},
	{"WX-NO-REFRESH-TOKEN", Failure},
	{"WX-FORWARDING-DOMAIN-REFUSED", Failure},
	{"WX-FORWARDING-KEPT", Failure},
	{"WX-CHANGED-MEANWHILE", Failure},
	{"WX-JOURNAL-LOST", Failure},
	{"WX-OLD-SECRET-KEPT", Failure},
	{"WX-STEP-FIRST", Failure},
}

// signIns are refusals of Entra ID, and sign-ins that came to nothing.
var signIns = []Row{
	{"WX-TENANT-UNKNOWN", Usage},
	{"WX-TENANT-CLOUD", Usage},
	{"WX-TENANT-INACTIVE", Failure},
	{"WX-TENANT-BLOCKED", Failure},
	{"WX-TENANT-RESTRICTED", SignIn},

	{"WX-WRONG-ACCOUNT", SignIn},
	{"WX-ACCOUNT-UNKNOWN", SignIn},
	{"WX-ACCOUNT-DISABLED", SignIn},
	{"WX-ACCOUNT-LOCKED", SignIn},
	{"WX-ACCOUNT-RISK", SignIn},
	{"WX-PASSWORD-EXPIRED", SignIn},
	{"WX-FEDERATION", SignIn},
	{"WX-SECOND-FACTOR", SignIn},
	{"WX-MFA-NEEDED", SignIn},
	{"WX-SIGN-IN-FREQUENCY", SignIn},
	{"WX-CONDITIONAL-ACCESS", SignIn},
	{"WX-TOKEN-POLICY", SignIn},
	{"WX-TOKEN-REVOKED", SignIn},
	{"WX-TOKEN-UNUSED", SignIn},
	{"WX-TOKEN-DEAD", SignIn},
	{"WX-SIGN-IN-AGAIN", SignIn},
	{"WX-SIGN-IN-DECLINED", SignIn},
	{"WX-SIGN-IN-TIMEOUT", SignIn},
	{"WX-EXCHANGE-SILENT", SignIn},
	{"WX-MAILBOX-SILENT", Waiting},
	{"WX-CLAIMS", SignIn},
	{"WX-AZURE-CLI", SignIn},
	{"WX-SIGN-IN-REFUSED", SignIn},

	{"WX-SECRET-INVALID", Failure},
	{"WX-REDIRECT-URI-PLATFORM", Failure},
	{"WX-REDIRECT-URI-UNSEEN", Waiting},
	{"WX-CLIENT-BLOCKED", Permission},
	{"WX-CLIENT-CONSENT", Permission},
	{"WX-CLIENT-PLATFORM", Permission},
	{"WX-EXCHANGE-CLIENT-BLOCKED", Permission},
}

// submission are refusals of Exchange's SMTP.
var submission = []Row{
	{"WX-SMTP-AUTH-OFF", SignIn},
	{"WX-SMTP-AUTH-WAIT", Waiting},
	{"WX-SMTP-SECURITY-DEFAULTS", SignIn},
	{"WX-SMTP-POLICY", SignIn},
	{"WX-SMTP-IDENTITY", SignIn},
	{"WX-SMTP-BASIC", Failure},
	{"WX-SMTP-LOGON", Permission},
	{"WX-SMTP-BUSY", Unavailable},
	{"WX-SMTP-REFUSED", Failure},
	{"WX-SEND-AS-DENIED", Permission},
	{"WX-FORWARDING-REFUSED", Permission},
	{"WX-RECIPIENT-BLOCKED", Permission},
	{"WX-RECIPIENT-REFUSED", Failure},
	{"WX-MESSAGE-REFUSED", Failure},
	{"WX-TENANT-THRESHOLD", Failure},
	{"WX-SOURCE-REPUTATION", Failure},
	{"WX-TENANT-LIMIT", Waiting},
	{"WX-SENDER-BLOCKED", Failure},
	{"WX-SENDING-LIMIT", Waiting},
	{"WX-MAILBOX-FULL", Failure},
	{"WX-MESSAGE-RULE", Permission},
	{"WX-SENDER-DOMAIN", Failure},
	{"WX-RECIPIENT-RESTRICTED", Failure},
}

// services are failures of Graph and Exchange, and those of any service.
var services = []Row{
	{"WX-SECRET-LIFETIME", Permission},
	{"WX-APP-POLICY", Permission},
	{"WX-GRAPH-FORBIDDEN", Permission},
	{"WX-EXCHANGE-SCOPE", Permission},
	{"WX-EXCHANGE-FORBIDDEN", Permission},
	{"WX-REPLICATION", Waiting},
	{"WX-THROTTLED", Unavailable},
	{"WX-UNAVAILABLE", Unavailable},
	{"WX-ANSWER-SHAPE", Unavailable},
	{"WX-ANSWER-UNUSABLE", Unavailable},
	{"WX-UNREACHABLE", Unavailable},
	{"WX-CERTIFICATE-DATE", Unavailable},
	{"WX-CERTIFICATE-HOST", Unavailable},
	{"WX-TLS-REFUSED", Unavailable},
	{"WX-REFUSED", Failure},
}
