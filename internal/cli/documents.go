package cli

import (
	"wxmail/internal/demo"
	"wxmail/internal/handoff"
	"wxmail/internal/setup"
	"wxmail/internal/step"
	"wxmail/internal/ui"
	"wxmail/internal/world"
)

// planDocument is the document of `plan --json`.
type planDocument struct {
	Changes []step.Change `json:"changes"`
}

// profilesDocument is the document of `profile list --json`.
type profilesDocument struct {
	Profiles []profileRow `json:"profiles"`
}

// errorDocument is the document of a query that fails.
type errorDocument struct {
	Error ui.ErrorInfo `json:"error"`
}

// documents are what queries print with --json, by their command; "error" is
// what each prints that fails. What stands in an interface is an example of
// what it holds.
func documents() map[string]any {
	return map[string]any{
		"doctor": findingsDocument{}, "error": errorDocument{}, "handoff entra": handoff.Entra{}, "handoff exchange": exchangeDocument{},
		"help CODE": codeHelp{}, "help QUESTION": questionHelp{}, "help environment": []variableHelp{}, "help exit-codes": []exitHelp{},
		"help questions": []questionRow{}, "plan": planDocument{}, "profile list": profilesDocument{}, "summary": setup.Summary{},
		"support-bundle": bundled{}, "values": valuesDocument{}, "version": versionDocument{},
	}
}

// events are what commands that change things print with --json, by their
// names.
func events() map[string]any {
	return map[string]any{
		"question": ui.Asked{}, "sign-in": ui.SignIn{}, "plan": ui.Plan{}, "change": ui.Applied{}, "wait": ui.Wait{}, "warning": ui.Warning{},
		"result": ui.Result{Values: valuesDocument{}, Made: made{}, Demo: demo.Proved{}, Findings: []findingRow{},
			Verified: world.Verification{}, Undone: setup.Undone{}},
	}
}

// fewTexts are the texts that some keys have, by Go's name of their type and
// the key. Those of a type that says so itself are not listed.
func fewTexts() map[string][]string {
	ops := []string{string(step.Create), string(step.Update), string(step.Delete)}
	return map[string][]string{
		"cli.findingRow.severity":             {string(step.Error), string(step.Warning), string(step.Info)},
		"setup.MailboxSummary.smtpAuth":       {"enabled", "disabled", "inherited-enabled", "inherited-disabled"},
		"setup.PermissionSummary.type":        {"application", "delegated"},
		"setup.StepSummary.state":             {"done", "pending", "drifted", "waiting", "skipped", "unknown"},
		"setup.MailboxSummary.autoForwarding": {"on", "off", "automatic"},
		"step.Change.op":                      ops, "ui.Change.op": ops, "ui.Applied.op": ops,
		"setup.UndoneChange.op": ops, "setup.KeptObject.op": ops,
		"ui.Applied.state": {string(ui.Done), string(ui.Failed), string(ui.Skipped)},
		"ui.Asked.kind":    {string(ui.Text), string(ui.Select), string(ui.Confirm), string(ui.Password)},
		"ui.SignIn.role":   {"directory", "exchange", "mailbox"},
	}
}
