package refusals

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
	rows, seen := Rows(), map[Row]bool{}
	for _, r := range rows {
		page, err := url.Parse(r.Source)
		if err != nil || page.Scheme != "https" || page.Host == "" || page.Path == "" || strings.ContainsAny(r.Source, " <>") {
			t.Errorf("%s %s: no page: %q", r.Service, r.Code, r.Source)
		}
		row, known := advice.Find(r.Advice)
		if !known || row.Exit != r.Exit || r.Exit == advice.OK || r.Asked == "" || r.Code == "" || r.Service == "" {
			t.Errorf("not told in full: %+v", r)
		}
		if seen[r] {
			t.Errorf("told twice: %+v", r)
		}
		seen[r] = true
	}
	for _, code := range directory.Refusals() {
		if !has(rows, func(r Row) bool { return r.Code == entraCode(code) }) {
			t.Errorf("%s has no row", code)
		}
	}
	for _, reply := range mailflow.Replies() {
		if !has(rows, func(r Row) bool {
			return strings.HasSuffix(r.Code, " "+reply.Code) && (reply.Text == "" || r.Said == reply.Text)
		}) {
			t.Errorf("%s %s has no row", reply.Code, reply.Text)
		}
	}
	if len(rows) < 120 {
		t.Errorf("only %d rows", len(rows))
	}
	t.Logf("%d rows", len(rows))
}

func has(rows []Row, is func(Row) bool) bool { return slices.ContainsFunc(rows, is) }

// Nothing that people have met sends them to look a code up.
func TestNoRefusalIsToBeLookedUp(t *testing.T) {
	for _, r := range Rows() {
		if r.Advice == "WX-SIGN-IN-REFUSED" || r.Advice == "WX-FAILED" {
			t.Errorf("%s %s, %s: %s", r.Service, r.Code, r.Asked, r.Advice)
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
