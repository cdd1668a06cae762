//go:build unix

package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"wxmail/internal/sandbox"
	"wxmail/internal/testkit"
)

// TestStories runs what testdata/stories tells, each story in a sandbox and a
// home of its own. Besides testscript's own commands there are:
//
//	control METHOD PATH [JSON]  calls the control API of the sandbox
//	draft [NAME]                opens an asset page: $DRAFT, $FORWARDING, $CALLBACK, or $NAME_FORWARDING and so on
//	pasted                      saves the values into that page
//	token-generated ACCOUNT     presses Generate Token; that account signed in
//	corresponds SUBJECT         a customer's mail reaches the agent, and the answer the customer
//	customer-reaches WHOM       a customer writes to support@ now: "mailbox", "agent", "mailbox and agent" or "nobody" has the mail
//	robot-signs-in TEXT WHO     whose URL holds the text signs in as this person, everybody else as asked; nothing: all as asked
//	writes [COUNT]              wxmail has made so many changes since this was last asked
//	redirect-uris URI…          the one application of wxmail's allows these
//	person CODE TURNS ARGS      somebody at a terminal runs wxmail and answers what the file TURNS says, until it ends
//	                            with CODE; the file screen has all that was shown, on one line. $SECRET is the secret
//	                            that was made by hand
//	merged PROFILE              makes the profiles default and PROFILE one, as an older wxmail would have
//	exits CODE COMMAND ARGS     the command ends so, and shows no secret unless it is asked to
//	remember NAME PATTERN       $NAME is what the pattern's group found in standard output
//	by-hand [DAYS]              another tenant: somebody set support@ up by hand, with a secret that ends in so many
//	                            days: $CLIENT_ID, $OBJECT_ID, $KEY_ID, $ENDS, $FORWARDING, $CALLBACK
//	known-secret FILE           writes the client secret that they made
//	tenant FILE                 writes how the tenant stands, without mail and Webex Connect
//	bytes FILE HEX FROM         writes bytes, then what is in another file
//	unpacked ARCHIVE FOLDER     unpacks a zip file
func TestStories(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir: "testdata/stories",
		Setup: func(e *testscript.Env) error {
			w := testkit.Start(e.T().(testing.TB), sandbox.Options{})
			home := w.Home()
			e.Vars = append(e.Vars, w.Env(home, "CONTROL="+w.Control)...)
			e.Values[story{}] = &story{World: w, home: home, t: e.T().(testing.TB)}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"draft":            told((*story).draft),
			"pasted":           told((*story).pasted),
			"token-generated":  told((*story).generateToken),
			"corresponds":      told((*story).correspond),
			"customer-reaches": told((*story).customerReaches),
			"robot-signs-in":   told((*story).robotSignsIn),
			"writes":           told((*story).countWrites),
			"redirect-uris":    told((*story).redirectURIs),
			"person":           told((*story).person),
			"merged":           told((*story).merge),
			"exits":            told((*story).exits),
			"remember":         told((*story).remember),
			"by-hand":          told((*story).setUpByHand),
			"known-secret":     told((*story).knownSecret),
			"tenant":           told((*story).tenant),
			"bytes":            told((*story).writeBytes),
			"unpacked":         told((*story).unpack),
		},
	})
}

// story is one that is being told.
type story struct {
	*testkit.World
	t      testing.TB
	home   string
	page   testkit.Draft
	asset  testkit.Asset
	writes int // that were counted before
	mails  int // that customers have written
}

// told is a command of stories; none may be expected to fail.
func told(command func(*story, *testscript.TestScript, []string)) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, negated bool, args []string) {
		if negated {
			ts.Fatalf("this command has no opposite")
		}
		command(ts.Value(story{}).(*story), ts, args)
	}
}

func (s *story) draft(ts *testscript.TestScript, args []string) {
	name := ""
	if len(args) > 0 {
		name = args[0] + "_"
	}
	s.page = s.Draft()
	ts.Setenv(name+"DRAFT", s.page.ID)
	ts.Setenv(name+"FORWARDING", s.page.ForwardingAddress)
	ts.Setenv(name+"CALLBACK", s.page.CallbackURL)
}

func (s *story) pasted(*testscript.TestScript, []string) { s.asset = s.Save(s.home, s.page) }

func (s *story) generateToken(ts *testscript.TestScript, args []string) {
	if account := s.asset.GenerateToken(); account != args[0] {
		ts.Fatalf("%s signed in", account)
	}
}

func (s *story) correspond(_ *testscript.TestScript, args []string) { s.asset.Correspond(args[0]) }

func (s *story) customerReaches(ts *testscript.TestScript, args []string) {
	s.mails++
	if reached, way := s.CustomerWrites(support, fmt.Sprint("Order ", s.mails)); reached.String() != args[0] {
		ts.Fatalf("it came to %s:\n%s", reached, way)
	}
}

func (s *story) robotSignsIn(_ *testscript.TestScript, args []string) {
	if len(args) == 0 {
		s.SignInsAs("")
		return
	}
	s.SignInsByScope(map[string]string{args[0]: args[1]})
}

func (s *story) countWrites(ts *testscript.TestScript, args []string) {
	writes := s.Writes()[s.writes:]
	s.writes += len(writes)
	if len(args) == 0 {
		return
	}
	if want, err := strconv.Atoi(args[0]); err != nil || len(writes) != want {
		ts.Fatalf("%d writes: %v", len(writes), writes)
	}
}

// control is a program of stories: it calls the control API of $CONTROL and
// prints the answer.
func control() {
	if err := callControl(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func callControl(args []string) error {
	if len(args) < 2 {
		return errors.New("control METHOD PATH [JSON]")
	}
	req, err := http.NewRequest(args[0], os.Getenv("CONTROL")+args[1], strings.NewReader(strings.Join(args[2:], "")))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode >= 400 {
		err = fmt.Errorf("%s: %s", resp.Status, answer)
	}
	if err == nil {
		_, err = io.Copy(os.Stdout, bytes.NewReader(answer))
	}
	return err
}
