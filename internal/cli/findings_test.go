package cli

import (
	"fmt"
	"strings"
	"testing"

	"wxmail/internal/doctor"
	"wxmail/internal/msg"
	"wxmail/internal/step"
	"wxmail/internal/ui"
)

// A thousand rules are ten findings and a count, and a name of a megabyte is
// not a page of them.
func TestManyFindingsAreGrouped(t *testing.T) {
	var findings []doctor.Finding
	for i := range 1000 {
		findings = append(findings, doctor.Finding{Code: "WX-INBOX-RULE", Severity: step.Warning,
			Object: fmt.Sprintf("rule %d %s", i, strings.Repeat("x", 1<<12)), Evidence: strings.Repeat("y", 1<<20)})
	}
	var out, err strings.Builder
	p := &program{ui: ui.New(ui.Options{Out: &out, Err: &err, NoInput: true, Catalogue: msg.New("en"),
		Env: func(string) string { return "" }})}
	showFindings(p, findings, nil)
	text := out.String()
	if strings.Count(text, "WX-INBOX-RULE") != 11 || !strings.Contains(text, "990 more findings") ||
		!strings.Contains(text, "warnings: 1,000") ||
		len(text) > 50_000 {
		t.Errorf("%d bytes: %.2000s", len(text), text)
	}
}
