//go:build unix

package main

import (
	"archive/zip"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"wxmail/internal/sandbox"
	"wxmail/internal/testkit"
)

func (s *story) exits(ts *testscript.TestScript, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	code := 0
	err = ts.Exec(args[1], args[2:]...)
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		code = exit.ExitCode()
	case err != nil:
		ts.Fatalf("%v", err)
	}
	if code != want {
		ts.Fatalf("it ended with %d", code)
	}
	if !slices.Contains(args, "--reveal") {
		s.NoSecrets(ts.ReadFile("stdout") + ts.ReadFile("stderr"))
	}
}

func (s *story) remember(ts *testscript.TestScript, args []string) {
	found := regexp.MustCompile("(?m)" + args[1]).FindStringSubmatch(ts.ReadFile("stdout"))
	if len(found) != 2 {
		ts.Fatalf("no %s in standard output", args[1])
	}
	ts.Setenv(args[0], found[1])
}

func (s *story) setUpByHand(ts *testscript.TestScript, args []string) {
	s.World = testkit.Start(s.t, sandbox.Options{Scenario: "by-hand"})
	for _, pair := range s.Env(s.home, "CONTROL="+s.Control) {
		name, value, _ := strings.Cut(pair, "=")
		ts.Setenv(name, value)
	}
	app := having(objects(s.World, "applications"), "displayName", "WebexConnect")[0]
	secret := secrets(app)[0].(map[string]any)
	if len(args) > 0 {
		days, err := strconv.Atoi(args[0])
		ts.Check(err)
		ends := time.Now().Add(time.Duration(days)*24*time.Hour + time.Hour).UTC()
		secret["endDateTime"] = ends.Format(time.RFC3339)
		ts.Setenv("ENDS", ends.Format(time.DateOnly))
		s.Call("PATCH", "/applications/"+app["appId"].(string), map[string]any{"passwordCredentials": []any{secret}}, nil)
	}
	s.page = firstDraft(s.World)
	for name, value := range map[string]string{"CLIENT_ID": app["appId"].(string), "OBJECT_ID": app["id"].(string),
		"KEY_ID": secret["keyId"].(string), "FORWARDING": s.page.ForwardingAddress, "CALLBACK": s.page.CallbackURL} {
		ts.Setenv(name, value)
	}
}

func (s *story) knownSecret(ts *testscript.TestScript, args []string) {
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(s.secretByHand()+"\n"), 0o600))
}

// secretByHand is the first client secret of the tenant.
func (s *story) secretByHand() string {
	var issued []struct{ Kind, Value string }
	s.Call("GET", "/secrets", nil, &issued)
	for _, one := range issued {
		if one.Kind == "client-secret" {
			return one.Value
		}
	}
	return ""
}

func (s *story) tenant(ts *testscript.TestScript, args []string) {
	state := s.State()
	delete(state, "messages")
	delete(state, "webex")
	raw, err := json.MarshalIndent(state, "", " ")
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), append(raw, '\n'), 0o600))
}

func (s *story) writeBytes(ts *testscript.TestScript, args []string) {
	head, err := hex.DecodeString(args[1])
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), append(head, ts.ReadFile(args[2])...), 0o600))
}

func (s *story) unpack(ts *testscript.TestScript, args []string) {
	archive, err := zip.OpenReader(ts.MkAbs(args[0]))
	ts.Check(err)
	defer archive.Close()
	ts.Check(os.CopyFS(ts.MkAbs(args[1]), archive))
}
