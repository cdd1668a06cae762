package handoff

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wxmail/internal/guide"
	"wxmail/internal/mailflow"
	"wxmail/internal/msg"
	"wxmail/internal/step"
	"wxmail/internal/wanted"
)

var update = flag.Bool("update", false, "write the scripts of testdata anew")

// built is a case with its tenant, what a script sees there, by the addresses
// that it is about, and the script that is made of that.
type built struct {
	tenantCase
	w      wanted.Wanted
	x      *tenant
	looks  map[string]map[string][]object
	script Script
}

func build(t *testing.T, c tenantCase) built {
	t.Helper()
	b := built{tenantCase: c, w: answers(t, c.answers), x: plain(), looks: map[string]map[string][]object{}}
	c.shape(b.x)
	for _, other := range []wanted.Wanted{{Mailbox: box}, {Mailbox: shared, SignInAs: anna}, {Mailbox: box, SignInAs: anna}} {
		b.looks[other.Mailbox+other.Login()] = b.x.look(other)
	}
	b.script = scriptFor(t, b.w, b.x.seen(t, b.w))
	return b
}

// seen is what comes back from a tenant.
func (x *tenant) seen(t *testing.T, w wanted.Wanted) *mailflow.Snapshot {
	t.Helper()
	s, err := Seen(strings.NewReader(x.file(t, w)))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// A plain tenant takes one trip: the script that is made before anybody has
// looked does everything, and does nothing when it runs again.
func TestUntouchedTakesOneTrip(t *testing.T) {
	for _, c := range cases() {
		oneTrip := []string{"plain", "shared", "shared, with Send As denied", "shared, with Send As by name", "no names",
			"SMTP by inheritance", "SMTP off by the mailbox", "SMTP on by the mailbox", "SMTP on by both",
			"the default policy is Off", "the existing policy is On", "a policy of ours without a rule", "ours as it was made",
			"keeps a copy of nothing", "forwards already", "forwards already, shown otherwise", "keeps no copy, and should",
			"keeps no copy, as is wanted", "disabled"}
		t.Run(c.name, func(t *testing.T) {
			w, x := answers(t, c.answers), plain()
			c.shape(x)
			done := scriptFor(t, w, Untouched(w)).write(t).perform(t, x, x.look(w))
			if fits := done.differs == ""; fits != slices.Contains(oneTrip, c.name) {
				t.Errorf("one trip: %t: %q", fits, done.differs)
			}
		})
	}
}

// Whatever tenant a script meets: where it changes anything, everything is as
// the judge wants it in the end, and nothing stands in the way that did not
// when the script was made. Run again, it does nothing.
func TestWhatAScriptAcceptsItMakesRight(t *testing.T) {
	var all []built
	scripts := map[string]written{}
	for _, c := range cases() {
		b := build(t, c)
		all = append(all, b)
		scripts[c.name] = b.script.write(t)
		scripts[fmt.Sprint("untouched, and answered ", c.answers)] = scriptFor(t, b.w, Untouched(b.w)).write(t)
	}
	for name, script := range scripts {
		for _, b := range all {
			script.meets(t, name+" in "+b.name, b)
		}
	}
}

// meets lets a script run in a tenant, twice.
func (s written) meets(t *testing.T, name string, b built) {
	t.Helper()
	x := b.x.copied()
	done := s.perform(t, x, b.looks[s.Wanted.Mailbox+s.Wanted.Login()])
	if done.differs != "" {
		return
	}
	if done.unread != "" {
		t.Errorf("%s: reads back otherwise: %s", name, done.unread)
	}
	after := Plan(s.Wanted, x.seen(t, s.Wanted))
	if diff := cmp.Diff(obstacles(s.Plan), obstacles(after)); diff != "" {
		t.Errorf("%s: obstacles (-of the script +of the tenant):\n%s", name, diff)
	}
	if len(after.Changes) > 0 {
		t.Errorf("%s: after it made %q the judge wants %s", name, done.made, summary(after))
	}
	if again := s.perform(t, x, x.look(s.Wanted)); again.differs+again.unread != "" || len(again.made) > 0 {
		t.Errorf("%s: run again: %+v", name, again)
	}
}

func obstacles(p *step.Plan) (all []string) {
	for _, o := range p.Obstacles {
		all = append(all, o.Code+" "+o.Object)
	}
	return all
}

// A script accepts the very tenant that it was made of.
func TestAScriptFitsItsTenant(t *testing.T) {
	for _, c := range cases() {
		m := build(t, c)
		if done := m.script.write(t).perform(t, m.x.copied(), m.x.look(m.w)); done.differs != "" {
			t.Errorf("%s: %q", c.name, done.differs)
		}
	}
}

// Every property that the guard compares is one that is read.
func TestGuardComparesWhatIsRead(t *testing.T) {
	for _, c := range cases() {
		m := build(t, c)
		read := map[string][]string{}
		for _, s := range sectionsFor(m.w) {
			read[s.name] = s.read
		}
		for _, c := range m.script.guard() {
			for _, property := range c.view.needs() {
				if !slices.Contains(read[c.view.section], property) {
					t.Errorf("%s: %s of %s is not read", c.what, property, c.view.section)
				}
			}
		}
	}
}

// Scripts to read: of a tenant in which nobody has looked, of a shared mailbox,
// and of one with rules, whose names are commands.
func TestScripts(t *testing.T) {
	find := func(name string) Script {
		all := cases()
		return build(t, all[slices.IndexFunc(all, func(c tenantCase) bool { return c.name == name })]).script
	}
	delegate := answers(t, map[string]string{"webex.email-id": shared, "mailbox.sign-in-as": anna})
	user := answers(t, nil)
	elsewhere := scriptFor(t, user, Untouched(user))
	elsewhere.Environment = "O365China"
	for name, script := range map[string]Script{
		"untouched": scriptFor(t, user, Untouched(user)),
		"china":     elsewhere,
		"shared":    scriptFor(t, delegate, Untouched(delegate)),
		"shadowed":  find("ours, shadowed"),
		"hydrated":  find("dehydrated, and agreed"),
		"quoted":    find("names that are commands"),
		"nothing":   find("SMTP on by the mailbox"),
	} {
		t.Run(name, func(t *testing.T) { script.golden(t, filepath.Join("testdata", name+".ps1")) })
	}
}

// In each language a script differs in what it says, and in nothing that it
// does: without its comments and its texts it is the English one.
func TestScriptsOfEachLanguage(t *testing.T) {
	w := answers(t, nil)
	bare := func(script string) string {
		script = regexp.MustCompile(`(?s)<#.*?#>|(?m)^\s*#.*\n`).ReplaceAllString(script, "")
		script = regexp.MustCompile(`(Compare-Seen|Edit-Seen|Write-Output|throw) '([^']|'')*'`).ReplaceAllString(script, "$1")
		return regexp.MustCompile(`\('([^']|'')*' -f`).ReplaceAllString(script, "(-f")
	}
	english := scriptFor(t, w, Untouched(w))
	want, err := Exchange(english)
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range msg.Languages() {
		s := english
		s.Catalogue = msg.New(lang)
		got, err := Exchange(s)
		if diff := cmp.Diff(bare(want), bare(got)); err != nil || diff != "" {
			t.Errorf("%s: %v\n%s", lang, err, diff)
		}
		if lang != "en" {
			t.Run(lang, func(t *testing.T) { s.golden(t, filepath.Join("testdata", "untouched-"+lang+".ps1")) })
		}
	}
}

// PowerShell takes typographic quotes for plain ones.
func TestTextsAreQuoted(t *testing.T) {
	s := Script{Catalogue: msg.New("fr")}
	if got := s.quoted("l'état ‘a’ ‚b‛ $(x) `"); got != "'l''état ‘‘a’’ ‚‚b‛‛ $(x) `'" {
		t.Error(got)
	}
	if got := s.fold("# ", "a #> b\nc\u00a0: <# d"); got != "# a ?? b?c\u00a0: ?? d" {
		t.Error(got)
	}
}

func (s Script) golden(t *testing.T, file string) {
	t.Helper()
	text, err := Exchange(s)
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), text); diff != "" {
		t.Errorf("%s (-want +got), go test -update writes it:\n%s", file, diff)
	}
	s.checkText(t, text)
}

var (
	literalText = regexp.MustCompile(`'(?:[^']|'')*'`)
	operators   = regexp.MustCompile(`(?i)\s-[ci]?(eq|ne|gt|ge|lt|le|(not)?(like|match|contains|in)|is|isnot|replace|not|and|or|xor)\b`)
	branches    = regexp.MustCompile(`(?i)\b(if|elseif|else|switch|while|for|foreach|until|where-object)\b`)
)

// checkText holds a script against what every script promises.
func (s Script) checkText(t *testing.T, text string) {
	t.Helper()
	if i := strings.IndexFunc(text, func(r rune) bool { return r > '~' && s.english() || r < ' ' && r != '\n' }); i >= 0 {
		t.Errorf("no ASCII: %q", text[i:min(len(text), i+20)])
	}
	head, body, found := strings.Cut(text, s.part("made-for"))
	if !found {
		t.Fatal("the script has no body")
	}
	_, head, _ = strings.Cut(head, "#>") // behind the comment
	if strings.Contains(literalText.ReplaceAllString(head, "''"), "Remove-") || !strings.HasSuffix(strings.TrimSpace(head), "}") {
		t.Error("a name is outside of quotes among the functions")
	}
	bare := literalText.ReplaceAllString(body, "''")
	for _, rest := range []string{"Remove-", "\"", "`"} {
		if strings.Contains(bare, rest) {
			t.Errorf("%s outside of quotes:\n%s", rest, bare)
		}
	}
	for _, judges := range []*regexp.Regexp{operators, branches} {
		if word := judges.FindString(strings.ReplaceAll(bare, " -Not |", " |")); word != "" {
			t.Errorf("the script judges by %q", word)
		}
	}
}

// A script tells nothing but what it needs.
func TestScriptHoldsNoSecret(t *testing.T) {
	const canary = "canary"
	w := answers(t, map[string]string{
		"azure.admin": canary + "@contoso.example", "exchange.admin": canary + "@contoso.example", "azure.app-name": canary,
		"verify.recipient": canary + "@fabrikam.example", "undo.confirm": canary, "webex.asset-name": canary,
	})
	w.Run = wanted.Run{Profile: canary, Nonce: canary}
	text, err := Exchange(scriptFor(t, w, Untouched(w)))
	if err != nil || strings.Contains(text, canary) {
		t.Errorf("%v, or it tells of what it need not know:\n%s", err, text)
	}
}

// What a script says of itself ends no comment.
func TestCommentsAreWords(t *testing.T) {
	w := answers(t, nil)
	w.Mailbox = "a#>; Remove-Mailbox\n@contoso.example"
	s := scriptFor(t, w, Untouched(w))
	s.Version = "1 #> Remove-Mailbox"
	text, err := Exchange(s)
	if err != nil {
		t.Fatal(err)
	}
	if comment, _, _ := strings.Cut(text, "#>"); !strings.Contains(comment, "Install-Module") {
		t.Errorf("the comment ends early:\n%s", comment)
	}
	s.checkText(t, text)
}

// A rule of ours to which somebody has added a condition is not mended by
// naming the mailbox: the script stops before it switches forwarding on.
func TestStopsWhereItReadsBackOtherwise(t *testing.T) {
	m := build(t, tenantCase{name: "a rule of ours with a group", shape: func(x *tenant) {
		x.policies = append(x.policies, policy(ours, "On"))
		x.rules = []object{rule(ours, ours, 0, object{"From": []string{box}, "FromMemberOf": []string{"Executives"}})}
	}})
	done := m.script.write(t).perform(t, m.x, m.x.look(m.w))
	if done.differs != "" || done.unread == "" || slices.Contains(done.made, "Set-Mailbox") {
		t.Errorf("%+v", done)
	}
}

type stranger struct{ guide.SendAs }

func TestNoScript(t *testing.T) {
	w := answers(t, nil)
	fresh := func() Script { return scriptFor(t, w, Untouched(w)) }
	for name, spoil := range map[string]func(*Script){
		"no cmdlets":       func(s *Script) { delete(s.Cmdlets, "mailbox.forwarding") },
		"another change":   func(s *Script) { s.Plan.Changes[0].After = stranger{} },
		"nothing in there": func(s *Script) { s.Plan.Changes[0].After = nil },
		"no mailbox":       func(s *Script) { s.Seen = &mailflow.Snapshot{} },
		"nobody signs in":  func(s *Script) { s.Seen.SignIn = nil },
	} {
		s := fresh()
		spoil(&s)
		if text, err := Exchange(s); err == nil || text != "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Texts are written here as the script writes them.
func TestTexts(t *testing.T) {
	got := record(text("Name", "o'brien"), text("Nothing", ""), yes("On", true), yes("Off", false), count("Zero", 0), count("Priority", 3),
		texts("From", []string{"b", "", "a", "\U0001F600", "\uFB01"}))
	if want := "Name = 'o''brien'; On = 'True'; Priority = '3'; From = 'a', 'b', '\U0001F600', '\uFB01'"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got := distinct([]string{"a", "b", "a"}); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("%q", got)
	}
	if got := choices([]string{strings.Repeat("x", short), "y"}); !strings.Contains(got, ",\n") {
		t.Error(got)
	}
}
