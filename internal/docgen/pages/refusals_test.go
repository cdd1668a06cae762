package pages

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"wxmail/internal/advice"
	"wxmail/internal/directory"
	"wxmail/internal/mailflow"
)

// The table is whole: every code that is known has its rows, each with a page,
// a code of wxmail's and an exit.
func TestTheTableOfRefusalsIsWhole(t *testing.T) {
	rows, seen := refusals(), map[refusal]bool{}
	for _, r := range rows {
		page, err := url.Parse(r.source)
		if err != nil || page.Scheme != "https" || page.Host == "" || page.Path == "" || strings.ContainsAny(r.source, " <>") {
			t.Errorf("%s %s: no page: %q", r.service, r.code, r.source)
		}
		row, known := advice.Find(r.advice)
		if !known || row.Exit != r.exit || r.exit == advice.OK || r.asked == "" || r.code == "" || r.service == "" {
			t.Errorf("not told in full: %+v", r)
		}
		if seen[r] {
			t.Errorf("told twice: %+v", r)
		}
		seen[r] = true
	}
	for _, code := range directory.Refusals() {
		if !has(rows, func(r refusal) bool { return r.code == entraCode(code) }) {
			t.Errorf("%s has no row", code)
		}
	}
	for _, reply := range mailflow.Replies() {
		if !has(rows, func(r refusal) bool {
			return strings.HasSuffix(r.code, " "+reply.Code) && (reply.Text == "" || r.said == reply.Text)
		}) {
			t.Errorf("%s %s has no row", reply.Code, reply.Text)
		}
	}
	if len(rows) < 120 {
		t.Errorf("only %d rows", len(rows))
	}
	t.Logf("%d rows", len(rows))
}

func has(rows []refusal, is func(refusal) bool) bool { return slices.ContainsFunc(rows, is) }

// Nothing that people have met sends them to look a code up.
func TestNoRefusalIsToBeLookedUp(t *testing.T) {
	for _, r := range refusals() {
		if r.advice == "WX-SIGN-IN-REFUSED" || r.advice == "WX-FAILED" {
			t.Errorf("%s %s, %s: %s", r.service, r.code, r.asked, r.advice)
		}
	}
}

// Every page is used: one that is not belongs to a code that is gone.
func TestEverySourceIsUsed(t *testing.T) {
	for code := range elsewhere {
		if !slices.Contains(directory.Refusals(), code) {
			t.Errorf("%s is no code", code)
		}
	}
	for _, known := range replySources {
		if !slices.ContainsFunc(mailflow.Replies(), func(r mailflow.Reply) bool { return replySource(r) == known.page }) {
			t.Errorf("%q has a page that nothing is known from", known.reply)
		}
	}
}
