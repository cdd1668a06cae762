package main

import (
	"slices"
	"strings"
	"testing"
)

// fact is something that is known to go wrong with the real services.
type fact struct {
	id      string // how an ailment names it: Microsoft's code, or words
	says    string
	source  string // the page that says so, or where it was seen
	verdict string // the finding that names it, or the reason why there is none
}

// Why no program can tell from outside, or doctor need not.
const (
	answersAWrite = "it is an answer to a write, which doctor never makes; setup explains it"
	passes        = "it passes, and is tried again where that is safe"
	unreadable    = "a policy that the sign-in may not read is unknown, and doctor says nothing of it"
	ourMistake    = "it would be a fault of wxmail in how it asks"
	inTheBrowser  = "it stands in the browser or is a person's choice, and wxmail says so while somebody signs in"
	wrongTenant   = "the wrong cloud or tenant is refused before anything is looked at"
	inTheAsset    = "it is in the asset of Webex Connect, which wxmail cannot read"
	inTheConsole  = "it is in Webex Connect's Debug Console, flows or desktop, where verify sends a person"
	inTheMessage  = "it is about the content of messages"
	aboutGmail    = "it is about Gmail"
	customerRelay = "it is a relay of the customer's own"
	neverToItself = "verify never sends from the mailbox to itself"
	whileSending  = "it comes only while a message is sent: see verify"
)

func known() []fact {
	return slices.Concat(exchangeFacts(), webexFacts(), graphFacts(), signInFacts())
}

// found are the findings of the ailments that name a fact, by the fact.
func found() map[string][]string {
	findings := map[string][]string{}
	for _, a := range ailments() {
		for _, id := range a.facts {
			findings[id] = append(findings[id], a.finds...)
		}
	}
	return findings
}

// Nothing that is known is forgotten, and nothing is both found and left out.
func TestEveryKnownFaultIsFoundOrLeftOut(t *testing.T) {
	findings, seen := found(), map[string]bool{}
	for _, f := range known() {
		named := findings[f.id]
		switch delete(findings, f.id); {
		case seen[f.id]:
			t.Errorf("%s stands here twice", f.id)
		case f.verdict == "":
			t.Errorf("%s is neither found nor left out", f.id)
		case strings.HasPrefix(f.verdict, "WX-") && !slices.Contains(named, f.verdict):
			t.Errorf("%s: no ailment of that name finds %s, but %v", f.id, f.verdict, named)
		case !strings.HasPrefix(f.verdict, "WX-") && named != nil:
			t.Errorf("%s is left out (%s), and found as %v", f.id, f.verdict, named)
		}
		seen[f.id] = true
	}
	for id := range findings {
		t.Errorf("an ailment names %q, which is no fact", id)
	}
}

// Who doubts a fact can read where it comes from.
func TestEveryKnownFaultHasASource(t *testing.T) {
	for _, f := range known() {
		if f.says == "" || !strings.Contains(f.source, "https://") {
			t.Errorf("%s says %q, from %q", f.id, f.says, f.source)
		}
	}
}
