package crash

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"wxmail/internal/secret"
	"wxmail/internal/testkit"
	"wxmail/internal/vault"
)

const mailbox = "support@contoso.example"

// verdict is how one point ended, and what was wrong.
type verdict struct {
	died, rerun, stopped                     bool
	lost, duplicates, foreign, secrets, mail int
}

// scene is one tenant with one home in which wxmail is killed.
type scene struct {
	*testkit.World
	t       testing.TB
	home    string
	answers string
	draft   testkit.Draft
	asset   testkit.Asset
	ending  string // the key id of a secret that this command removes

	mails   int      // that customers have written
	foreign string   // what others have, before
	usable  []string // the key ids of our secrets, before
	verdict verdict
	again   bool // the second run died too
}

// begin makes the tenant and the home of a command, up to the moment at which
// it starts.
func begin(t testing.TB, w *testkit.World, c command) *scene {
	s := &scene{World: w.In(t), t: t}
	s.Call("POST", "/reset", nil, nil)
	s.Call("PATCH", "/mailboxes/sales@contoso.example", map[string]any{"ForwardingSmtpAddress": "smtp:archive@fabrikam.example"}, nil)
	s.home, s.draft = s.Home(), s.Draft()
	answers := s.draft.Answers(mailbox)
	answers["mailbox.keep-copy"] = strconv.FormatBool(!c.noCopy)
	s.answers = s.AnswersFile(answers)
	s.light()
	c.prepare(s)
	state := s.State()
	s.foreign, s.usable = testkit.Others(state, mailbox), keyIDs(state)
	return s
}

// light gives the home a vault whose passphrase costs nothing to derive.
func (s *scene) light() {
	v, err := vault.Open(filepath.Join(s.home, "profiles", profile), vault.Options{WorkFactor: 1,
		Passphrase: func(bool) (secret.Value, error) { return secret.New(testkit.Passphrase), nil }})
	if err == nil {
		err = v.Keep()
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

// unattended are arguments with what lets nobody be asked.
func (s *scene) unattended(args []string) []string {
	args = append(slices.Clone(args), "--no-input", "-y")
	if args[0] != "azure" {
		args = append(args, "--answers", s.answers)
	}
	return args
}

// must runs wxmail to its end, which must be a good one.
func (s *scene) must(args ...string) {
	s.t.Helper()
	s.mustEnd(0, args...)
}

// mustEnd runs wxmail to its end, with that exit code.
func (s *scene) mustEnd(exit int, args ...string) {
	s.t.Helper()
	s.Run(s.home, s.unattended(args)...).Must(s.t, exit)
}

// customerWrites has a customer write now: whatever the moment, the mail comes
// to the mailbox or to the agent.
func (s *scene) customerWrites(when string) {
	s.t.Helper()
	s.mails++
	if reached, way := s.CustomerWrites(mailbox, fmt.Sprintf("Order %d, %s", s.mails, when)); reached.Lost() {
		s.verdict.mail++
		s.t.Errorf("%s a customer's mail came to nobody:\n%s", when, way)
	}
}

// connect gives Webex Connect the values and lets it have a token.
func (s *scene) connect() {
	s.asset = s.Save(s.home, s.draft)
	if got := s.asset.GenerateToken(); got != mailbox {
		s.lost("Generate Token gave the token of %s", got)
	}
}

// previous is the key id of the secret that the newest one replaces.
func (s *scene) previous() string {
	newest := s.held()
	for _, id := range keyIDs(s.State()) {
		if id != newest {
			return id
		}
	}
	s.t.Fatal("no secret is being replaced")
	return ""
}

// held is the key id of the secret in the vault, as `summary` tells.
func (s *scene) held() string {
	var summary struct {
		Azure struct{ Secret struct{ KeyID string } }
	}
	s.Run(s.home, "summary", "--json").Must(s.t, 0).Document(s.t, &summary)
	return summary.Azure.Secret.KeyID
}

// leaks counts the secrets in a text that the sandbox has issued.
func (s *scene) leaks(text string) {
	var issued []struct{ Kind, Value string }
	s.Call("GET", "/secrets", nil, &issued)
	for _, i := range issued {
		if i.Value != "" && strings.Contains(text, i.Value) {
			s.verdict.secrets++
			s.t.Errorf("a %s leaked", i.Kind)
		}
	}
}

// leaksInHome searches every file that the runs have left.
func (s *scene) leaksInHome() {
	for _, path := range testkit.Files(s.t, s.home) {
		raw, err := os.ReadFile(path)
		if err != nil {
			s.t.Error(err)
		}
		s.leaks(string(raw))
	}
}

func (s *scene) lost(format string, args ...any) {
	s.t.Helper()
	s.verdict.lost++
	s.t.Errorf(format, args...)
}
