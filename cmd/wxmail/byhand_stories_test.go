//go:build unix

package main

import (
	"encoding/json"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"wxmail/internal/sandbox"
	"wxmail/internal/testkit"
	"wxmail/internal/testkit/console"
)

// TestByHandStories runs what testdata/by-hand tells of a tenant that somebody
// set up from Cisco's guide, each story in a sandbox and a home of its own.
// $APP and $OBJECT are the IDs of the application that they made, $FORWARDING
// and $CALLBACK those of their asset. Besides testscript's own commands there
// are:
//
//	somebody METHOD PATH [JSON]  changes the tenant, by the sandbox's control API
//	tenant FILE                  writes how it stands, without mail and Webex Connect
//	known-secret FILE            writes the client secret that somebody made by hand
//	person TURNS ARGS            runs wxmail at a terminal; a turn is a line "question => answer"
//	webex-works SUBJECT          the asset is saved with the values, and mail goes both ways
//	writes COUNT                 wxmail has made so many changes since this was last asked
func TestByHandStories(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir: "testdata/by-hand",
		Setup: func(e *testscript.Env) error {
			t := e.T().(testing.TB)
			w := testkit.Start(t, sandbox.Options{Scenario: "by-hand"})
			b := &byHand{World: w, tb: t, home: w.Home(), page: firstDraft(w)}
			app := objects(w, "applications")[0]
			e.Vars = append(e.Vars, w.Env(b.home, "APP="+app["appId"].(string), "OBJECT="+app["id"].(string),
				"FORWARDING="+b.page.ForwardingAddress, "CALLBACK="+b.page.CallbackURL)...)
			e.Values[byHand{}] = b
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"somebody":     inStory((*byHand).somebody),
			"tenant":       inStory((*byHand).tenant),
			"known-secret": inStory((*byHand).knownSecret),
			"person":       inStory((*byHand).person),
			"webex-works":  inStory((*byHand).webexWorks),
			"writes":       inStory((*byHand).writes),
		},
	})
}

// byHand is a story that is being told.
type byHand struct {
	*testkit.World
	tb      testing.TB
	home    string
	page    testkit.Draft
	counted int // writes
}

// inStory is a command of stories; none may be expected to fail.
func inStory(command func(*byHand, *testscript.TestScript, []string)) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, negated bool, args []string) {
		if negated {
			ts.Fatalf("this command has no opposite")
		}
		command(ts.Value(byHand{}).(*byHand), ts, args)
	}
}

func (b *byHand) somebody(_ *testscript.TestScript, args []string) {
	b.Call(args[0], args[1], json.RawMessage(strings.Join(append(args[2:], "null")[:1], "")), nil)
}

func (b *byHand) tenant(ts *testscript.TestScript, args []string) {
	state := b.State()
	delete(state, "messages")
	delete(state, "webex")
	raw, err := json.MarshalIndent(state, "", " ")
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), append(raw, '\n'), 0o600))
}

func (b *byHand) knownSecret(ts *testscript.TestScript, args []string) {
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(b.secret()+"\n"), 0o600))
}

// secret is the first client secret of the tenant.
func (b *byHand) secret() string {
	var issued []struct{ Kind, Value string }
	b.Call("GET", "/secrets", nil, &issued)
	for _, one := range issued {
		if one.Kind == "client-secret" {
			return one.Value
		}
	}
	return ""
}

// person answers questions as they come, and leaves what was on the screen in
// the file screen, on one line. In a turn, $SECRET is the known secret.
func (b *byHand) person(ts *testscript.TestScript, args []string) {
	at := sit(b.tb, b.World, usual, b.home, nil, args[1:]...)
	for line := range strings.Lines(ts.ReadFile(args[0])) {
		if question, answer, is := strings.Cut(line, "=>"); is {
			at.shows("? " + strings.TrimSpace(question)) // a list of choices stands below its question
			at.Send(strings.ReplaceAll(strings.TrimSpace(answer), "$SECRET", b.secret()) + console.Enter)
		}
	}
	at.ends(0)
	screen := strings.Join(strings.Fields(at.transcript()), " ")
	ts.Check(os.WriteFile(ts.MkAbs("screen"), []byte(screen+"\n"), 0o600))
}

func (b *byHand) webexWorks(_ *testscript.TestScript, args []string) {
	asset := b.Save(b.home, b.page)
	asset.GenerateToken()
	asset.Correspond(args[0])
}

func (b *byHand) writes(ts *testscript.TestScript, args []string) {
	made := b.Writes()[b.counted:]
	b.counted += len(made)
	if want, err := strconv.Atoi(args[0]); err != nil || len(made) != want {
		ts.Fatalf("%d writes: %v", len(made), made)
	}
}
