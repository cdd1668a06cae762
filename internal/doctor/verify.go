package doctor

import (
	"wxmail/internal/guide"
	"wxmail/internal/mailflow"
	"wxmail/internal/microsoft"
	"wxmail/internal/step"
	"wxmail/internal/world"
)

// JudgeRecipient refuses an address of this connection, as far as it is known
// by now: without anything read, the answers' own.
func JudgeRecipient(f guide.Facts, to string) []Finding {
	if !f.Owns(to) {
		return nil
	}
	return []Finding{{Code: "WX-VERIFY-SELF", Severity: step.Error, Object: to}}
}

// Hindering are those of Judge's findings for which nothing can be sent, or
// what is answered would not come in: every error, and whatever keeps the
// token from being used; where Exchange could not be read, that alone.
func Hindering(f guide.Facts, findings []Finding) (wrong []Finding) {
	for _, finding := range findings {
		unread := f.Seen.Exchange.Err != nil && finding.Err == f.Seen.Exchange.Err
		unusable := finding.Step == "token" && finding.Severity != step.Info && !f.Seen.Local().Refreshed
		switch {
		case unread:
			return []Finding{finding}
		case finding.Severity == step.Error || unusable:
			wrong = append(wrong, finding)
		}
	}
	return wrong
}

// Refused is the finding of a message that could not be handed over. It is
// false for an error that is none of submission.
func Refused(f guide.Facts, err error, o Options) (Finding, bool) {
	if e := microsoft.Of(err); e == nil || e.Service != microsoft.SMTP {
		return Finding{}, false
	}
	return o.ofSMTP(err, f), true
}

// JudgeVerification is what a verification shows to be wrong: how far mail
// got, with the cause in the words of Judge's findings where they have one;
// nothing where both ways are proved.
func JudgeVerification(f guide.Facts, findings []Finding, v world.Verification) (wrong []Finding) {
	in, out := v.In, v.Out
	if mailflow.TraceEnded(out.State) && out.State != world.Submitted && !mailflow.TraceArrived(out.State) {
		wrong = append(wrong, Finding{Code: "WX-VERIFY-UNDELIVERED", Severity: step.Error, Object: out.To,
			Detail: "Get-MessageTraceV2: " + out.State, Evidence: out.MessageID})
	}
	switch {
	case in.MessageID == "":
		wrong = append(wrong, silentBecause(f, findings)...)
	case in.ForwardedTo == "" || in.State != "Delivered":
		wrong = append(wrong, lost(f, findings, in)...)
	}
	return wrong
}

// held are the findings that explain why a message did not come into the
// mailbox, or not yet.
func held(findings []Finding) (why []Finding) {
	for _, finding := range findings {
		if finding.Code == "WX-MAILBOX-MODERATED" {
			why = append(why, finding)
		}
	}
	return why
}

// silentBecause are the findings that explain why no message came.
func silentBecause(f guide.Facts, findings []Finding) []Finding {
	if why := held(findings); why != nil {
		return why
	}
	return []Finding{{Code: "WX-VERIFY-SILENT", Severity: step.Error, Object: f.Wanted.Mailbox}}
}

// lost are the findings that explain why a message was not forwarded.
func lost(f guide.Facts, findings []Finding, in world.Received) (why []Finding) {
	for _, finding := range findings {
		if finding.Step == "mailbox.forward" && finding.Severity == step.Error {
			why = append(why, finding)
		}
	}
	if why = append(why, held(findings)...); why != nil {
		return why
	}
	return []Finding{{Code: "WX-VERIFY-LOST", Severity: step.Error, Object: f.Wanted.Mailbox,
		Detail: "Get-MessageTraceV2: " + in.State, Evidence: in.MessageID}}
}
