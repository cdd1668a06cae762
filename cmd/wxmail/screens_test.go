//go:build unix

package main

import (
	"bytes"
	"cmp"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	diff "github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"wxmail/internal/msg"
	"wxmail/internal/sandbox"
	"wxmail/internal/testkit"
	"wxmail/internal/testkit/console"
)

// golden is how `make golden` has the screens written anew.
var golden = flag.Bool("golden", false, "write testdata/screens anew")

// TestScreens holds every screen that a person meets, as a terminal shows it,
// against testdata/screens: one sitting for each language, width and mode.
func TestScreens(t *testing.T) {
	for _, c := range []struct {
		lang  string
		width int
		mode  string
	}{
		{"en", 40, "rich"}, {"en", 80, "rich"}, {"en", 120, "rich"},
		{"en", 40, "plain"}, {"en", 80, "plain"}, {"en", 120, "plain"},
		{"ja", 40, "rich"}, {"ja", 80, "rich"}, {"ja", 120, "rich"},
		{"fr", 40, "rich"}, {"fr", 80, "rich"}, {"fr", 120, "rich"},
		{"ko", 40, "rich"}, {"ko", 80, "rich"}, {"ko", 120, "rich"},
	} {
		name := fmt.Sprintf("%s-%d-%s", c.lang, c.width, c.mode)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := newVisit(t, c.lang, c.width, c.mode == "plain")
			v.untilPlan()
			v.untilEnd()
			v.lookAgain()
			v.compare(filepath.Join("testdata", "screens", name+".txtar"))
		})
	}
}

// silence is what is said of a request that is held up.
const silence = "exchange: no answer yet"

// day is when everybody visits: a date in words takes more columns on some days
// than on others, and lines break elsewhere.
var day = time.Date(2046, time.November, 27, 9, 0, 0, 0, time.UTC)

// visit is a person who goes through everything in one language, at a terminal
// so high that nothing scrolls away.
type visit struct {
	*sitting
	words *msg.Catalogue
	env   []string
	size  console.Config
	home  string
	let   func() // lets the next browser sign in
	from  int    // the row where the next screen begins
	seen  txtar.Archive
}

func newVisit(t *testing.T, lang string, width int, plain bool) *visit {
	t.Helper()
	w := testkit.Start(t, sandbox.Options{})
	w.Endpoints(map[string]any{"maxClockSkew": "off"})
	w.Advance(time.Until(day).String())
	v := &visit{words: msg.New(lang), env: []string{"WXMAIL_LANG=" + lang}, size: console.Config{Width: width, Height: 800}, home: w.Home()}
	if plain {
		v.env = append(v.env, "WXMAIL_PLAIN=1")
	}
	v.sitting = &sitting{t: t, w: w, plain: plain}
	return v
}

// begin runs a wxmail, and nothing beside it writes to the terminal.
func (v *visit) begin(args ...string) {
	v.t.Helper()
	cmd := v.w.Command(v.t.Context(), v.home, args...)
	cmd.Env = append(cmd.Env, v.env...)
	v.Console, v.from = console.Start(v.t, v.size, cmd), 0
}

// say is a text in the language of the visit.
func (v *visit) say(id string, pairs ...any) string { return v.words.Text(id, pairs...) }

// rest are the lines that have come since the screen before.
func (v *visit) rest(screen string) []string {
	lines := strings.Split(screen, "\n")
	return lines[min(v.from, len(lines)):]
}

// until waits until what is new on the screen holds a text and ends with
// another, wherever they wrap.
func (v *visit) until(text, end string) {
	v.t.Helper()
	v.Until("it shows "+text+" … "+end, func(screen string) bool {
		rest := squeeze(strings.Join(v.rest(screen), ""))
		return strings.Contains(rest, squeeze(text)) && strings.HasSuffix(rest, squeeze(end))
	})
}

// asked waits until a question stands there. What a list ends with in rich mode
// is its last choice.
func (v *visit) asked(id, last string, pairs ...any) {
	v.t.Helper()
	v.until(v.say(id, pairs...), v.either(":", cmp.Or(last, v.say(id, pairs...))))
}

// keep keeps what is new on the screen under a name.
func (v *visit) keep(name string) {
	v.t.Helper()
	v.seen.Files = append(v.seen.Files, txtar.File{Name: name, Data: []byte(v.marked(v.rest(v.Screen())) + "\n")})
	v.turn()
}

// keepOn is keep where nothing is asked, and the screen goes on.
func (v *visit) keepOn(name string) {
	v.t.Helper()
	v.keep(name)
	v.from = strings.Count(v.Screen(), "\n")
}

// turn makes the next screen begin with the question that is being asked.
func (v *visit) turn() {
	lines := strings.Split(v.Screen(), "\n")
	for v.from = len(lines) - 1; v.from > 0 && !strings.HasPrefix(lines[v.from], "? "); v.from-- {
	}
}

func (v *visit) send(keys string) { v.Send(keys + console.Enter) }

// untilPlan is a setup from its first screen to the question about the plan.
func (v *visit) untilPlan() {
	v.t.Helper()
	draft := v.w.Draft()
	newBoard(v.t, v.w)
	v.let = v.w.SignsInWhenLet()
	v.w.Call("POST", "/faults", []map[string]any{{"service": "exchange", "path": "Set-CASMailbox", "action": "stall:60s"}}, nil)
	v.begin("setup")
	v.asked("question.webex.email-id.prompt", "")
	v.keep("first screen")

	v.send("?")
	v.until(v.say("question.webex.email-id.more"), v.either(":", v.say("question.webex.email-id.prompt")))
	v.send("support")
	v.until(v.say("invalid.not-an-address"), v.either(":", v.say("question.webex.email-id.prompt")))
	v.keep("a question, with ?, and an answer that is refused")

	v.send(support)
	for _, turn := range [][3]string{{"webex.asset-name", "", "(support)"}, {"webex.forwarding-address", draft.ForwardingAddress},
		{"webex.callback-url", draft.CallbackURL}, {"azure.admin", "admin@contoso.example"}} {
		v.asked("question."+turn[0]+".prompt", turn[2])
		v.send(turn[1])
	}
	v.asked("review.prompt", "")
	v.keep("review")

	v.send("")
	v.until(v.say("sign-in.paste"), v.either(v.say("sign-in.paste"), "10:00)"))
	v.keepOn("sign-in")
	v.let()
	v.let()
	v.asked("question.mailbox.keep-copy.prompt", "(Y/n)")
	v.keep("signed in, and a question that the tenant raises")

	v.send("")
	v.until(v.say("plan.agree-or-change"), v.either(agree+":", agree))
	v.keep("plan")
	v.send("d")
	v.until(v.say("plan.agree-or-change"), v.either(agree+":", agree))
	v.keep("plan in detail")
}

// untilEnd goes on from there.
func (v *visit) untilEnd() {
	v.t.Helper()
	v.send("y")
	v.Until("7 changes have been made", func(screen string) bool {
		return strings.Count(strings.Join(v.rest(screen), "\n"), "\n✓ "+v.say("state.done")+"  ") == 7
	})
	v.let()
	v.until(v.say("plan.delete", "Thing", v.say("change.token.redirect-uri", "Target", "WebexConnect")), v.either(silence, ")"))
	v.keepOn("progress")
	v.w.Call("DELETE", "/faults", nil, nil)
	v.asked("paste.how", v.say("paste.how-print"))
	v.keep("a choice")

	v.send(v.either("1", ""))
	v.until(v.say("paste.begin"), "")
	for n, label := range []string{"Asset Name", "Email ID", "SMTP Server", "Username", "Port", "Client ID", "Client Secret",
		"Authorization URL", "Scope", "Access Token URL", "Refresh Token URL"} {
		v.asked("paste.stop-here", "", "Number", n+1, "Count", 11, "Label", label)
		v.send("")
	}
	v.asked("question.webex.asset-saved.prompt", v.say("question.webex.asset-saved.no"))
	v.keep("paste sheet")
	v.send(v.either("1", console.Up))
	v.asked("checklist.prompt-verify", "")
	v.keep("end")
	v.send("3")
	v.until("3. [x]", v.either(":", v.say("checklist.prompt-verify")))
	v.keep("a chore is ticked off")
	v.send("")
	v.Wait()
	v.keep("left")
}

// either is what there is in one of the two modes.
func (v *visit) either(plain, rich string) string {
	if v.plain {
		return plain
	}
	return rich
}

// lookAgain is what a person meets later.
func (v *visit) lookAgain() {
	v.t.Helper()
	v.w.SignInsAs("")
	for _, query := range []string{"values", "summary"} {
		v.begin(query)
		v.Wait()
		v.keep(query)
	}
	v.w.Call("PATCH", "/mailboxes/"+support, map[string]any{"SmtpClientAuthenticationDisabled": true,
		"DeliverToMailboxAndForward": false}, nil)
	let := v.w.SignsInWhenLet()
	v.begin("doctor")
	v.until(v.say("doctor.looked.here"), "")
	v.until(v.say("doctor.looked.token"), "")
	let()
	let()
	v.Wait()
	v.keep("doctor")

	v.w.SignInsAs("")
	v.begin("undo")
	v.asked("question.undo.confirm.prompt", "")
	v.keep("undo, the plan")
	v.send("default")
	v.Wait()
	v.keep("undo, the end")
}

// compare holds what was seen against a file, or writes it.
func (v *visit) compare(path string) {
	v.t.Helper()
	v.seen.Comment = []byte("What a person sees. Written by make golden; what differs from run to run is marked.\n\n")
	seen := txtar.Format(&v.seen)
	if *golden {
		if err := os.WriteFile(path, seen, 0o644); err != nil {
			v.t.Fatal(err)
		}
		return
	}
	kept, err := os.ReadFile(path)
	if err != nil {
		v.t.Fatal(err)
	}
	if !bytes.Equal(kept, seen) {
		v.t.Errorf("the screens have changed; look at them, and keep them by make golden:\n%s", diff.Diff(string(kept), string(seen)))
	}
}

// differing is what differs from run to run, and a mark of the same width, but
// for dates in words.
var differing = []struct {
	what *regexp.Regexp
	mark string
}{
	{regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`), "YYYY-MM-DDThh:mm:ssZ"},
	{regexp.MustCompile(`\d{4}-\d\d-\d\d`), "YYYY-MM-DD"},
	{regexp.MustCompile(`\d{4}-\d\d\n-\d\d`), "YYYY-MM\n-DD"},
	{regexp.MustCompile(`(YYYY-MM-DD\s+)[a-z0-9]{8}\b`), "${1}nnnnnnnn"},
	{regexp.MustCompile(`\d{4}年\d+月\d+日`), "YYYY年MM月DD日"},
	{regexp.MustCompile(`\d{4}년 \d+월 \d+일`), "YYYY년 MM월 DD일"},
	{regexp.MustCompile(`\b\d+(er)?[ \x{a0}]\p{L}+[ \x{a0}]20\d\d\b`), "DD mois YYYY"},
	{regexp.MustCompile(`localhost:\d{5}/[a-z0-9]{10}`), "localhost:PPPPP/nnnnnnnnnn"},
	{regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`), "nnnnnnnn-nnnn-nnnn-nnnn-nnnnnnnnnnnn"},
	{regexp.MustCompile(`\(\d:\d\d\b`), "(0:00"},
}

// marked puts marks in place of what differs from run to run, and what goes on
// side by side into one order.
func (v *visit) marked(lines []string) string {
	screen := strings.Join(v.sorted(v.ticked(lines)), "\n")
	for _, d := range differing {
		screen = d.what.ReplaceAllString(screen, d.mark)
	}
	return screen
}

// finding is the first line of a finding.
var finding = regexp.MustCompile(`^\S+ \S+  WX-`)

// ticked brings the ticks of doctor together, before its first finding. How
// long the sandbox took for what is not held up is left out.
func (v *visit) ticked(lines []string) []string {
	var ticks, rest []string
	for _, line := range lines {
		if strings.HasPrefix(line, "… "+v.say("state.waiting")) && !strings.HasSuffix(line, silence) {
			continue
		}
		is := func(at string) bool { return line == "✓ "+v.say("doctor.looked."+at) }
		if slices.ContainsFunc([]string{"network", "here", "token", "directory", "exchange"}, is) {
			ticks = append(ticks, line)
		} else {
			rest = append(rest, line)
		}
	}
	slices.Sort(ticks)
	at := max(0, slices.IndexFunc(rest, finding.MatchString))
	return slices.Insert(rest, at, ticks...)
}

// sorted brings what was done side by side into the order of the alphabet,
// before the sentences of its paragraph.
func (v *visit) sorted(lines []string) (all []string) {
	var done, other []string
	within := false // one that is done
	for _, line := range append(slices.Clone(lines), "") {
		switch {
		case strings.HasPrefix(line, "✓ "):
			done, within = append(done, line), true
		case within && strings.HasPrefix(line, "  "):
			done[len(done)-1] += "\n" + line
		case line != "" && (len(done)+len(other) > 0 || strings.HasPrefix(line, v.tenant()) || strings.HasPrefix(v.tenant(), line)):
			other, within = append(other, line), false
		default:
			slices.Sort(done)
			all = slices.Concat(all, done, other, []string{line})
			done, other, within = nil, nil, false
		}
	}
	return all[:len(all)-1]
}

// tenant is how the line begins that says in whose tenant it is.
func (v *visit) tenant() string {
	begin, _, _ := strings.Cut(v.say("tenant.found", "Name", "Contoso", "ID", "@", "Domains", "@"), "@")
	return strings.TrimRight(begin, " (")
}
