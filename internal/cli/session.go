package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
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
	"wxmail/internal/wanted"
	"wxmail/internal/webex"
)

// session is what a command works on: a profile of a store, the cloud that it
// belongs to, and the connection that runs are made of.
type session struct {
	*setup.Connection
	program *program
	// openVault opens the vault; the demo's is in memory. existing begins no
	// new one.
	openVault func(ctx context.Context, existing bool) (*vault.Vault, error)
	traces    []io.WriteCloser
	lock      *store.Lock // nil where this run does not hold the profile

	reveal bool // the client secret is shown among the values
	shown  bool // the person has seen the values
}

// need is what a command needs of its session.
type need struct {
	line    bool     // it talks to the cloud
	hold    bool     // it changes things: it takes the profile, or fails
	look    bool     // it looks: it takes the profile where no other run has it, and does without a vault that does not open
	vault   bool     // it makes or needs secrets; with hold
	asks    []string // questions that must have answers before a passphrase is asked for
	nobody  bool     // nobody is asked anything
	welcome bool     // it is what a newcomer begins with
	apart   bool     // it may take back what an older version did for another mailbox
	known   bool     // it is about what was set up before: without that, nobody need be asked anything
}

// start is how every command begins. The session is to be closed unless there
// is an error.
func (p *program) start(cmd *cobra.Command, n need) (*session, error) {
	s, err := p.open(cmd)
	if err == nil && n.asks != nil && !n.nobody && cmd.Flags().Lookup("email-id") != nil {
		s, err = p.inOwnProfile(cmd, s)
	}
	if err != nil {
		return nil, err
	}
	s.TakesApart = n.apart
	if err := s.begin(cmd.Context(), n); err != nil {
		s.close()
		if n.nobody {
			err = s.withoutProfile(err)
		}
		return nil, err
	}
	return s, nil
}

// mustBeKnown is the error where nothing was set up in this profile, and no
// answer says which mailbox is meant.
func (s *session) mustBeKnown() error {
	records, err := s.Journal.Records()
	if _, given := s.Answers.Get("webex.email-id"); given || err != nil || len(records) > 0 || s.Profile.Exists() {
		return nil
	}
	return s.program.unknown(s.Profile.Name())
}

// open finds the profile, its cloud and the answers.
func (p *program) open(cmd *cobra.Command) (*session, error) {
	home, err := p.home()
	if err != nil {
		return nil, err
	}
	s := &session{program: p, Connection: &setup.Connection{Home: home, Signing: p.signing(), Yes: p.flags.yes}}
	s.Operator = operator{p.ui, s.offerForm, p.flags.yes}
	s.openVault = s.openVaultFile
	if s.Profile, err = home.Profile(p.flags.profile); err != nil {
		return nil, err
	}
	if s.Data, err = s.Profile.Read(); err != nil {
		return nil, err
	}
	if err := s.findCloud(); err != nil {
		return nil, err
	}
	file, err := readAnswers(p.flags.answers)
	s.Answers = &wanted.Answers{Flags: questionFlags(cmd), File: file, Profile: s.Data.Answers}
	s.Journal = s.Profile.Journal(s.Cloud.Now)
	s.Flow = &signin.Flow{Endpoints: s.Cloud, OpenBrowser: !p.flags.noBrowser, Page: signin.NewPage(p.pageWords())}
	return s, err
}

// inOwnProfile is a session of a profile that may be used for the mailbox that
// the answers name: where the one at hand belongs to another, a person is
// offered one of its own, which knows what belongs to the tenant already.
func (p *program) inOwnProfile(cmd *cobra.Command, s *session) (*session, error) {
	other := s.Other()
	if other == nil || !s.Operator.CanAsk() {
		return s, nil
	}
	agreed, err := p.ui.Confirm(cmd.Context(), ui.Question{ID: "profile.own", Default: "true",
		Prompt: msg.M("profile.own", "Profile", other.Own, "Mailbox", other.Wanted),
		Help:   msg.M("profile.own-help", "Profile", other.Profile, "Mailbox", other.Known)})
	if err != nil || !agreed {
		return nil, cmp.Or[error](err, other)
	}
	p.flags.profile = other.Own
	if p.flags.cloud == "" {
		p.flags.cloud = cmp.Or(s.Data.Cloud.File, s.Data.Cloud.Name)
	}
	own, err := p.open(cmd)
	if err == nil {
		s.Answers.Hand(own.Answers)
	}
	return own, err
}

// findCloud: without --cloud it is the profile's own; another one is refused.
func (s *session) findCloud() (err error) {
	name, own := s.program.flags.cloud, s.Data.Cloud
	if name == "" {
		name = own.Name
		if own.File != "" {
			name = own.File
		}
	}
	if name == "" {
		name = cloud.DefaultName
	}
	if s.Cloud, err = cloud.Load(name, s.program.flags.caFile); err != nil {
		return err
	}
	if own.Name != "" && own.Name != s.Cloud.Name {
		return &setup.NotOwn{Code: "WX-PROFILE-CLOUD", Profile: s.Profile.Name(), Known: own.Name, Wanted: s.Cloud.Name}
	}
	s.Data.Cloud = store.Cloud{Name: s.Cloud.Name, Base: s.Cloud.Base}
	if s.Cloud.FromFile {
		s.Data.Cloud.File, err = filepath.Abs(name)
	}
	return err
}

func (s *session) begin(ctx context.Context, n need) error {
	if n.nobody && s.Operator.CanAsk() {
		s.Operator = unasked{operator{s.program.ui, s.printForm, s.program.flags.yes}}
	}
	if n.known {
		if err := s.mustBeKnown(); err != nil {
			return err
		}
	}
	if n.line {
		if err := s.connect(); err != nil {
			return err
		}
	}
	if n.hold {
		if err := s.hold(); err != nil {
			return err
		}
	}
	if n.asks != nil {
		if err := s.CheckAnswers(n.asks); err != nil {
			return err
		}
	}
	if n.welcome {
		s.welcome(n.asks)
	}
	if n.vault {
		return s.unlock(ctx)
	}
	if n.look {
		s.peek(ctx)
	}
	return nil
}

// unasked is an operator that is not asked: what a profile lacks is missing.
type unasked struct{ operator }

func (unasked) CanAsk() bool { return false }

// values are what belongs into Webex Connect, as the summary has it. wxmail's
// own tokens are for scripts alone.
func (s *session) values(sum *setup.Summary) []webex.Field {
	in := setup.ValuesInput(sum, s.Cloud, s.Vault, s.reveal)
	in.Tokens = s.program.flags.json
	return webex.Values(in)
}

// showForm shows the values once: in the middle of a run, or at its end.
func (s *session) showForm(sum *setup.Summary) {
	if !s.shown && !s.program.flags.json {
		s.program.showValues(s.values(sum))
	}
	s.shown = true
}

func (s *session) printForm(_ context.Context, sum *setup.Summary) error {
	s.showForm(sum)
	return nil
}

// offerForm shows the values in the middle of a run, as a person wants them:
// copied one after the other, on a page, or printed. Where results go
// elsewhere, they are printed there.
func (s *session) offerForm(ctx context.Context, sum *setup.Summary) error {
	p := s.program
	if s.shown || p.flags.json || !p.ui.Interactive() || !p.out.isTerminal() {
		return s.printForm(ctx, sum)
	}
	how, err := p.ui.Ask(ctx, ui.Question{ID: "paste.how", Kind: ui.Select, Prompt: msg.M("paste.how"), Help: msg.M("paste.how-help"),
		Choices: []ui.Choice{{Value: "walk", Label: msg.M("paste.how-walk")}, {Value: "web", Label: msg.M("paste.how-web")},
			{Value: "print", Label: msg.M("paste.how-print")}}})
	switch {
	case err != nil:
		return err
	case how == "print":
		return s.printForm(ctx, sum)
	}
	s.shown = true
	fields := s.revealed(sum)
	if how == "web" {
		return s.openSheet(ctx, sum, fields)
	}
	return s.walkForm(ctx, sum, fields)
}

// warnOfCloud says whose cloud this is where it is not Microsoft's: of what is
// pasted or handed over, too.
func (s *session) warnOfCloud() {
	if s.Cloud.FromFile {
		s.program.ui.Warn(msg.M("warning.not-microsoft", "Cloud", s.Cloud.Name))
	}
}

// connect prepares for talking to the cloud.
func (s *session) connect() error {
	s.warnOfCloud()
	s.Cloud.SetObserver(cloud.Observer{Wait: func(w cloud.Wait) {
		s.program.ui.Event(ui.Wait{For: w.For, Since: ui.Time(w.Since)})
	}})
	return s.startTrace()
}

// startTrace logs the requests of this run: always into the profile, for a
// support bundle, and into the file of --trace.
func (s *session) startTrace() error {
	s.traces = []io.WriteCloser{s.Profile.Trace()}
	if path := s.program.flags.trace; path != "" {
		f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
		if err != nil {
			return err
		}
		s.traces = append(s.traces, f)
	}
	head := fmt.Sprintf("# %s wxmail %s: %s\n", s.Cloud.Now().UTC().Format(time.RFC3339), cloud.Version, s.program.command)
	var all []io.Writer
	for _, w := range s.traces {
		all = append(all, w)
	}
	s.Cloud.SetTrace(&headed{io.MultiWriter(all...), head})
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

// hold takes the profile.
func (s *session) hold() (err error) {
	s.lock, err = s.Profile.Lock(s.Cloud.Now())
	return err
}

// unlock opens the vault, or begins one.
func (s *session) unlock(ctx context.Context) (err error) {
	s.Vault, err = s.openVault(ctx, false)
	return err
}

// peek opens a vault that is there, does without one that does not open, and
// takes the profile where no other run has it: what is received is then kept.
func (s *session) peek(ctx context.Context) {
	var err error
	s.Vault, err = s.openVault(ctx, true)
	s.Locked, s.Lenient = err != nil && !errors.Is(err, vault.ErrNone), true
	if s.hold() != nil {
		s.lock = nil
	}
	if s.lock == nil && s.Vault != nil {
		s.Vault.Borrow()
	}
}

func (s *session) close() {
	s.Flow.Page.Close()
	if s.lock != nil {
		_ = s.lock.Unlock() // the system does at our end, too
	}
	for _, trace := range s.traces {
		_ = trace.Close()
	}
}

func (p *program) pageWords() signin.Words {
	c := p.ui.Catalogue()
	return signin.Words{Lang: c.Language(), Done: c.Text("page.done"), Failed: c.Text("page.failed"), Stray: c.Text("page.stray"),
		Again: c.Text("page.again"), Used: c.Text("page.used"), Retry: c.Text("page.retry")}
}

// openVaultFile opens the profile's vault: with the keyring, else with a
// passphrase from the environment, else by asking. What a person has typed is
// waited for: a wrong one is told before anything else happens, and asked for
// again, three times in all.
func (s *session) openVaultFile(ctx context.Context, existing bool) (v *vault.Vault, err error) {
	for range 3 {
		typed := false
		v, err = s.tryVault(ctx, existing, &typed)
		var wrong *vault.WrongPassphrase
		if !typed || !errors.As(err, &wrong) {
			return v, err
		}
		s.program.ui.Warn(msg.M("warning.passphrase-wrong"))
	}
	return v, err
}

// tryVault opens the vault once, and says whether a passphrase was typed.
func (s *session) tryVault(ctx context.Context, existing bool, typed *bool) (*vault.Vault, error) {
	p := s.program
	options := p.keyring()
	options.Existing, options.Disk, options.WorkFactor = existing, p.machine.Disk, p.machine.WorkFactor
	options.Passphrase = func(fresh bool) (secret.Value, error) {
		given, err := vault.PassphraseFromEnv(p.env)
		if fresh && given.IsSet() && given.Weak() {
			p.ui.Warn(msg.M("warning.passphrase-weak"))
		}
		if err != nil || given.IsSet() || !p.ui.Interactive() {
			return given, err
		}
		*typed = true
		return p.ui.Passphrase(ctx, fresh)
	}
	v, err := vault.Open(s.Profile.Dir(), options)
	if err == nil && *typed {
		err = v.Ready(ctx)
	}
	return v, err
}

// keyring is the system's keyring. A person may have to unlock it in a window
// of its own, so it then gets more time than a program needs.
func (p *program) keyring() vault.Options {
	options := vault.Options{Keyring: vault.SystemKeyring(p.env)}
	if p.ui.Interactive() {
		options.KeyringLimit = vault.PersonsLimit
		options.KeyringSlow = func() { p.ui.Warn(msg.M("warning.keyring")) }
	}
	return options
}

// warnOfSkew: expiry is reckoned by the service's clock, but a wrong one here
// confuses everything else.
func (p *program) warnOfSkew(e *cloud.Endpoints) {
	skew, known := e.ClockSkew()
	if known && e.MaxClockSkew > 0 && skew.Abs() > e.MaxClockSkew {
		p.ui.Warn(msg.M("warning.clock", "Skew", skew.Round(1e9).String()))
	}
}
