package doctor

import (
	"slices"
	"strings"

	"wxmail/internal/directory"
	"wxmail/internal/guide"
	"wxmail/internal/mailflow"
	"wxmail/internal/microsoft"
	"wxmail/internal/step"
)

// tokenChecks are what a plan does not know of wxmail's own token of the
// mailbox user. That of Webex Connect cannot be seen; it dies as this one does,
// but for disuse, and is not renewed along with it.
func tokenChecks() []check {
	return []check{
		{"WX-VAULT-LOCKED", step.Info, 9, "token", findLocked},
		{"WX-ASSET-TOKEN", step.Warning, 3, "token", findAssetToken},
	}
}

// findAssetToken: while wxmail's own does not refresh, that tells more.
func findAssetToken(s subject) []Finding {
	a := s.Seen.Local().AssetToken
	if !a.Due() || !s.Seen.Local().Refreshed {
		return nil
	}
	why := strings.TrimSpace(day(a.Since) + " " + a.Why)
	return []Finding{{Object: guide.Account(s.Facts), Detail: why, Dated: a.Why == "",
		Evidence: "profile: assetToken since " + why}}
}

func findLocked(s subject) []Finding {
	if !s.Seen.Local().Locked {
		return nil
	}
	return []Finding{{Object: s.Wanted.Run.Profile, Evidence: "the vault did not open"}}
}

// refused adds what became of the stored token, of its sign-in over SMTP and
// of the client secret, each where nothing told already explains it.
func (j *judgement) refused() {
	j.refreshed(j.Seen.Local().RefreshErr)
	j.submitted(j.probed.SMTP)
	j.proved(j.probed.Secret)
}

// refreshed tells of a token that does not refresh, unless the guide does.
func (j *judgement) refreshed(err error) {
	if err == nil || len(j.WhySignIn()) > 0 || j.tells(deadTokens()...) || j.unasked(err) {
		return
	}
	f := j.ofToken(microsoft.Refresh, err)
	f.Step, f.Changes = "token", j.mending(j.unreasoned("token")...)
	j.add(f)
}

func (j *judgement) submitted(err error) {
	if err == nil || j.tells(mute()...) {
		return
	}
	f := j.ofSMTP(err, j.Facts)
	f.Changes = j.mending(j.unreasoned("token")...)
	j.add(f)
}

func (j *judgement) proved(err error) {
	if err == nil || j.tells(deadTokens()...) || j.unasked(err) {
		return
	}
	f := j.ofToken(microsoft.SecretProof, err)
	f.Step = "azure.register"
	if silent(err) {
		f.Severity = step.Info // the recorded end still holds
	}
	j.add(f)
}

// unasked says whether an error is Entra ID's silence, which is told already.
func (j *judgement) unasked(err error) bool {
	return silent(err) && (j.probed.Tenant != nil || j.probed.Silent(string(microsoft.Entra)))
}

// unreasoned are the changes of a step that have no reason of their own.
func (j *judgement) unreasoned(stepID string) []step.Change {
	return slices.DeleteFunc(j.plan.Of(stepID), func(c step.Change) bool { return len(c.Why) > 0 })
}

// ofToken is the finding of a failure of the token endpoint. What is unsure
// is a warning: an outage, and a token that nobody used, since that of Webex
// Connect is used.
func (j *judgement) ofToken(asked microsoft.Asked, err error) Finding {
	f := j.failed(err, "")
	e := microsoft.Of(err)
	if e == nil {
		return f
	}
	if code, known := directory.Meaning(asked, e.Code); known && !silent(err) {
		f.Code = code
	}
	about := *e
	about.Object = j.Wanted.Login()
	f.Object = directory.About(&about, f.Code)
	f.Severity = refusalSeverity(f.Code)
	if silent(err) {
		f.Severity = step.Warning
	}
	return f
}

func refusalSeverity(code string) step.Severity {
	if slices.Contains([]string{"WX-UNAVAILABLE", "WX-THROTTLED", "WX-TOKEN-UNUSED"}, code) {
		return step.Warning
	}
	return step.Error
}

// silent says whether a service did not answer at all, or could not.
func silent(err error) bool {
	e := microsoft.Of(err)
	return e != nil && (e.Status == 0 || e.Status >= 500 || e.Status == 429)
}

// ofSMTP is the finding of a refused SMTP sign-in or message. A switch that
// Exchange shows as on, and that SMTP does not follow, has not taken effect
// yet.
func (o Options) ofSMTP(err error, f guide.Facts) Finding {
	finding := o.failed(err, "mailbox.smtp")
	if off := mailflow.Meaning(err).IsSwitch(); off && f.Seen.Exchange.Value != nil && f.Seen.Mail().SMTPAuth() == "enabled" {
		finding.Code, finding.Severity = "WX-SMTP-AUTH-WAIT", step.Warning
	}
	return finding
}

// noAccount are the findings that explain why the account gets neither a token
// nor into SMTP.
func noAccount() []string {
	return []string{"WX-MAILBOX-DISABLED", "WX-MAILBOX-UNKNOWN", "WX-MAILBOX-UNLICENSED", "WX-NOT-A-MAILBOX", "WX-SHARED-MAILBOX",
		"WX-SHARED-SIGN-IN", "WX-NO-EXCHANGE"}
}

// deadTokens are the findings that explain why a token does not refresh.
func deadTokens() []string {
	return append(noAccount(), "WX-APPLICATION-MISSING", "WX-APPLICATION-DELETED", "WX-APPLICATION-UNKNOWN", "WX-SERVICE-PRINCIPAL-MISSING",
		"WX-SERVICE-PRINCIPAL-DISABLED", "WX-SECRET-EXPIRED", "WX-SECRET-GONE", "WX-CONSENT-MISSING", "WX-NOT-ASSIGNED", "WX-DOMAIN-FOREIGN")
}

// mute are the findings that explain why an SMTP sign-in is refused.
func mute() []string {
	return append(noAccount(), "WX-SMTP-AUTH-TENANT", "WX-SMTP-AUTH-MAILBOX", "WX-MAILBOX-RENAMED")
}
