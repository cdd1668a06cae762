package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"wxmail/internal/cloud"
	"wxmail/internal/msg"
	"wxmail/internal/secret"
	"wxmail/internal/setup"
	"wxmail/internal/signin"
	"wxmail/internal/store"
	"wxmail/internal/ui"
	"wxmail/internal/vault"
)

// session is what commands work on: a profile of a store, and the cloud that
// it belongs to.
type session struct {
	program *program
	profile *store.Profile
	data    store.Data
	cloud   *cloud.Endpoints
	vault   *vault.Vault
	// openVault opens the vault; the demo's is in memory.
	openVault func(ctx context.Context, existing bool) (*vault.Vault, error)
	traces    []io.WriteCloser
	lock      *store.Lock // nil where this run does not hold the profile
}

// open finds the profile and its cloud. Without --cloud it is the profile's
// own; another one is refused.
func (p *program) open() (*session, error) {
	home, err := store.OpenOn(store.Home(p.env), p.disk)
	if err != nil {
		return nil, err
	}
	s := &session{program: p}
	s.openVault = s.openVaultFile
	if s.profile, err = home.Profile(p.flags.profile); err != nil {
		return nil, err
	}
	if s.data, err = s.profile.Read(); err != nil {
		return nil, err
	}
	return s, s.findCloud()
}

func (s *session) findCloud() (err error) {
	wanted, own := s.program.flags.cloud, s.data.Cloud
	if wanted == "" {
		wanted = own.Name
		if own.File != "" {
			wanted = own.File
		}
	}
	if wanted == "" {
		wanted = cloud.DefaultName
	}
	if s.cloud, err = cloud.Load(wanted, s.program.flags.caFile); err != nil {
		return err
	}
	if own.Name != "" && own.Name != s.cloud.Name {
		return &otherCloud{s.profile.Name(), own.Name, s.cloud.Name}
	}
	s.data.Cloud = store.Cloud{Name: s.cloud.Name, Base: s.cloud.Base}
	if s.cloud.FromFile {
		s.data.Cloud.File, err = filepath.Abs(wanted)
	}
	return err
}

// start opens the profile, for talking to its cloud, and makes a run of it. The
// session is to be closed unless there is an error.
func (p *program) start(cmd *cobra.Command, options setup.Options) (*session, *setup.Run, error) {
	s, err := p.open()
	if err != nil {
		return nil, nil, err
	}
	err = s.connect()
	var run *setup.Run
	if err == nil {
		run, err = s.run(cmd, options)
	}
	if err != nil {
		s.close()
		return nil, nil, err
	}
	return s, run, nil
}

// connect prepares for talking to the cloud.
func (s *session) connect() error {
	if s.cloud.FromFile {
		s.program.ui.Warn(msg.M("warning.not-microsoft", "Cloud", s.cloud.Name))
	}
	s.cloud.SetObserver(cloud.Observer{Wait: func(w cloud.Wait) {
		s.program.ui.Event(ui.Wait{For: w.For, Since: ui.Time(w.Since)})
	}})
	return s.startTrace()
}

// startTrace logs the requests of this run: always into the profile, for a
// support bundle, and into the file of --trace.
func (s *session) startTrace() error {
	s.traces = []io.WriteCloser{s.profile.Trace()}
	if path := s.program.flags.trace; path != "" {
		f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
		if err != nil {
			return err
		}
		s.traces = append(s.traces, f)
	}
	head := fmt.Sprintf("# %s wxmail %s: %s\n", s.cloud.Now().UTC().Format(time.RFC3339), cloud.Version, s.program.command)
	var all []io.Writer
	for _, w := range s.traces {
		all = append(all, w)
	}
	s.cloud.SetTrace(&headed{io.MultiWriter(all...), head})
	return nil
}

// headed writes a first line before the first of others.
type headed struct {
	io.Writer
	head string
}

func (h *headed) Write(line []byte) (int, error) {
	if h.head != "" {
		_, _ = io.WriteString(h.Writer, h.head)
		h.head = ""
	}
	return h.Writer.Write(line)
}

// look opens the vault for a run that does without where it does not open, and
// takes the profile where no other run has it: what is received is then kept.
func (s *session) look(ctx context.Context, run *setup.Run) {
	var err error
	run.Vault, err = s.openVault(ctx, true)
	run.Locked = err != nil && !errors.Is(err, vault.ErrNone)
	if s.lock, err = s.profile.Lock(s.cloud.Now()); err != nil {
		s.lock = nil
	}
	if s.lock == nil && run.Vault != nil {
		run.Vault.Borrow()
	}
}

// hold takes the profile for a run that changes things, and opens the vault.
func (s *session) hold(ctx context.Context, run *setup.Run) (err error) {
	if s.lock, err = s.profile.Lock(s.cloud.Now()); err != nil {
		return err
	}
	s.vault, err = s.openVault(ctx, false)
	run.Vault = s.vault
	return err
}

func (s *session) close() {
	if s.lock != nil {
		_ = s.lock.Unlock() // the system does at our end, too
	}
	for _, trace := range s.traces {
		_ = trace.Close()
	}
}

// run makes a run of this session.
func (s *session) run(cmd *cobra.Command, options setup.Options) (*setup.Run, error) {
	file, err := readAnswers(s.program.flags.answers)
	if err != nil {
		return nil, err
	}
	options.Signing, options.Yes = s.program.signing(), s.program.flags.yes
	words := s.program.pageWords()
	return &setup.Run{
		Options: options, Cloud: s.cloud, Profile: s.profile, Journal: s.profile.Journal(s.cloud.Now), Vault: s.vault,
		Answers:  &setup.Answers{Flags: questionFlags(cmd), File: file, Profile: s.data.Answers},
		Operator: operator{s.program.ui}, Data: s.data,
		Flow: &signin.Flow{Endpoints: s.cloud, OpenBrowser: !s.program.flags.noBrowser, Words: words},
	}, nil
}

func (p *program) pageWords() signin.Words {
	c := p.ui.Catalogue()
	return signin.Words{Lang: c.Language(), Done: c.Text("page.done"), Failed: c.Text("page.failed"), Stray: c.Text("page.stray"), Again: c.Text("page.again")}
}

// openVaultFile opens the profile's vault and waits for it: with the keyring,
// else with a passphrase from the environment, else by asking. existing begins
// no new one.
func (s *session) openVaultFile(ctx context.Context, existing bool) (*vault.Vault, error) {
	p := s.program
	v, err := vault.Open(s.profile.Dir(), vault.Options{Keyring: vault.SystemKeyring(p.env), Existing: existing, Disk: p.disk,
		Passphrase: func(fresh bool) (secret.Value, error) {
			given, err := vault.PassphraseFromEnv(p.env)
			if err != nil || given.IsSet() || !p.ui.Interactive() {
				return given, err
			}
			return p.ui.Passphrase(ctx, fresh)
		}})
	if err == nil {
		err = v.Ready(ctx)
	}
	if err != nil {
		return nil, err
	}
	return v, nil
}

// addQuestionFlags gives a command a flag for each question that the guide's
// steps may ask; shown in its help are those whose id begins with one of
// prefixes, or all.
func addQuestionFlags(cmd *cobra.Command, prefixes ...string) {
	for _, q := range setup.Questions {
		if hasPrefix(q.ID, []string{"undo.", "verify.", "azure.old-secret-replaced"}) {
			continue
		}
		addFlags(cmd, q.ID)
		cmd.Flags().Lookup(q.Flag).Hidden = len(prefixes) > 0 && !hasPrefix(q.ID, prefixes)
	}
}

// addFlags gives a command the flags of questions.
func addFlags(cmd *cobra.Command, ids ...string) {
	for _, id := range ids {
		q, _ := setup.FindQuestion(id)
		usage := msg.New("en").Text("question." + q.ID + ".prompt")
		if q.Default != "" {
			usage += " (default: " + q.Default + ")"
		}
		cmd.Flags().String(q.Flag, "", usage)
		if q.Kind == setup.Bool {
			cmd.Flags().Lookup(q.Flag).NoOptDefVal = "true"
		}
	}
}

func hasPrefix(id string, prefixes []string) bool {
	for _, prefix := range prefixes {
		if strings.HasPrefix(id, prefix) {
			return true
		}
	}
	return false
}

// questionFlags are the answers given as flags.
func questionFlags(cmd *cobra.Command) map[string]string {
	answers := map[string]string{}
	for _, q := range setup.Questions {
		if flag := cmd.Flags().Lookup(q.Flag); flag != nil && flag.Changed {
			answers[q.ID] = flag.Value.String()
		}
	}
	return answers
}
