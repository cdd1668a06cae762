package main

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"wxmail/internal/msg"
	"wxmail/internal/sandbox"
	"wxmail/internal/sheet"
	"wxmail/internal/testkit"
	"wxmail/internal/webex"
)

// What a tenant is set up, looked at and taken back with is said in the language
// of the run, whatever is wrong in that tenant.
func TestNoRunSpeaksEnglishAlone(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{Scenario: "hardened"})
	w.Endpoints(map[string]any{"maxClockSkew": "off", "retry": map[string]string{"base": "5ms", "max": "1s"}})
	home, draft := w.Home(), w.Draft()
	p := &patient{World: w, t: t, home: home, answers: draft.Answers(support)}
	answers := w.AnswersFile(draft.Answers(support))
	spoken := func(args ...string) {
		t.Helper()
		r := w.RunWith(home, []string{"WXMAIL_LANG=" + msg.Pseudo}, args...)
		found := testkit.Untranslated(conversation(r), namesInATenant()...)
		if len(found) > 0 {
			t.Errorf("wxmail %s (%d): not in the catalogue:\n  %s", strings.Join(args, " "), r.Exit, strings.Join(found, "\n  "))
		}
	}
	spoken("plan", "--answers", answers)
	spoken("setup", "--no-input", "-y", "--answers", answers)
	spoken("setup", "--no-input", "-y", "--asset-saved", "true", "--keep-copy", "false")
	spoken("summary")
	spoken("values")
	spoken("profile", "list")
	spoken("support-bundle", "-o", t.TempDir()+"/case.zip")
	spoken("azure", "rotate-secret")
	spoken("azure", "rotate-secret", "--finish", "--old-secret-replaced", "true")
	for _, a := range exchangeAilments() {
		// One tenant has but one mail flow rule of a name.
		if a.heal != nil && a.box == "" && !strings.Contains(a.name, "mail flow rule") {
			t.Run(a.name, func(t *testing.T) {
				q := *p
				q.t = t
				a.harm(&q)
				spoken("doctor", "--no-input")
				a.heal(&q)
			})
		}
	}
	spoken("handoff", "entra")
	spoken("undo", "--confirm", "default")
}

// conversation is what a person reads of a run, less what was read of the
// services, which is told in their own names.
func conversation(r testkit.Ran) string {
	var lines []string
	for line := range strings.Lines(r.Stdout + "\n" + r.Stderr) {
		if !strings.HasPrefix(line, "  read: ") {
			lines = append(lines, line)
		}
	}
	return nonce.ReplaceAllString(strings.Join(lines, ""), "")
}

// nonce is what tells one secret of wxmail's from another.
var nonce = regexp.MustCompile(`wxmail \d{4}-\d{2}-\d{2} [a-z0-9]+`)

// namesInATenant are words that are the same in every language: of the form, of
// Microsoft's services, of this tenant.
func namesInATenant() []string {
	var labels []string
	for _, f := range webex.Values(webex.Input{}) {
		labels = append(labels, f.Label)
	}
	return append(labels, "wxmail fix more read", "network secret-expiry directory exchange token", // ours
		"Global Administrator", "Office 365 Exchange Online", "Microsoft Graph", "OAuth openid profile", "RoomMailbox",
		"Get-TransportConfig", "On Off", // Microsoft's
		"on off set", "default", "sandbox Contoso WebexConnect Support support Default", "To me") // values
}

// The pages of the form say everything in the language of the run, too.
func TestNoPageSpeaksEnglishAlone(t *testing.T) {
	t.Parallel()
	page, err := sheet.Open(sheet.Sheet{Catalogue: msg.New(msg.Pseudo), Fields: webex.Values(webex.Input{SMTPPort: 587}),
		Ticked: func(string) bool { return false }, Tick: func(string, bool) error { return nil }, Copied: func(string) {}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(page.Close)
	jar, _ := cookiejar.New(nil) // it has no errors
	client := &http.Client{Jar: jar}
	for what, address := range map[string]string{"the door": page.Front(), "the form": page.Address(), "nothing": page.Front() + "nothing"} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		words := readable(t, resp.Body)
		resp.Body.Close()
		if !strings.Contains(words, "⟦") {
			t.Errorf("%s says nothing: %s", what, words)
		}
		if found := testkit.Untranslated(words, append(namesInATenant(), "label")...); len(found) > 0 {
			t.Errorf("%s: not in the catalogue:\n  %s", what, strings.Join(found, "\n  "))
		}
	}
}

// readable is what a person reads of a page, or is read to one: its texts, its
// labels and titles, and what its script says.
func readable(t *testing.T, page io.Reader) string {
	t.Helper()
	root, err := html.ParseWithOptions(page, html.ParseOptionEnableScripting(false))
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for n := range root.Descendants() {
		if n.Type == html.TextNode && n.Parent.Data != "script" && n.Parent.Data != "style" {
			out.WriteString(n.Data + "\n")
		}
		for _, a := range n.Attr {
			if a.Key == "aria-label" || a.Key == "title" || a.Key == "placeholder" || strings.HasPrefix(a.Key, "data-") {
				out.WriteString(a.Val + "\n")
			}
		}
	}
	return out.String()
}
