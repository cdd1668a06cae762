package signin

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// counter is a person who is shown every attempt.
type counter struct {
	*Flow
	prompts chan Prompt
	told    chan Notice
	ended   chan outcome
}

func attend(t *testing.T, f *Flow) *counter {
	t.Helper()
	ownPage(t, f)
	c := &counter{Flow: f, prompts: make(chan Prompt, 5), told: make(chan Notice, 5), ended: make(chan outcome, 1)}
	f.Show, f.Tell = func(p Prompt) { c.prompts <- p }, func(n Notice) { c.told <- n }
	f.Ended = func(who Account, err error, again bool) Verdict {
		if err != nil {
			return Verdict{Text: "This is " + who.UPN, Then: map[bool]string{true: "again"}[again]}
		}
		return Verdict{Text: "Signed in as " + who.UPN, Then: "next: <somebody>"}
	}
	go func() {
		token, err := f.SignIn(t.Context(), mailboxRequest())
		c.ended <- outcome{token, err}
	}()
	return c
}

// to is where an address of ours leads.
func to(t *testing.T, address string) string {
	t.Helper()
	staying := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := staying.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	return resp.Header.Get("Location")
}

func refuses(left int) func(Account) error {
	return func(who Account) error {
		if left--; left < 0 {
			return nil
		}
		return &WrongAccount{Role: Mailbox, Wanted: "somebody@contoso.example", Got: who.UPN}
	}
}

// The page is written once the account was looked at. The wrong one is asked
// again, from a link on it that wants a password.
func TestWrongAccountIsAskedAgain(t *testing.T) {
	c := attend(t, &Flow{Endpoints: serve(t, newSTS()), Attempts: 3, Check: refuses(1)})
	first := <-c.prompts
	_, page, _ := get(t, callback(t, first, "code=one"))
	if !strings.Contains(page, `class="bad">This is `+upn) || !strings.Contains(page, "again") {
		t.Errorf("the first page: %s", page)
	}
	_, rest, _ := strings.Cut(page, `href="`)
	link, _, _ := strings.Cut(rest, `"`)
	second := <-c.prompts
	if got := to(t, link); got != second.URL || query(t, second).Get("prompt") != "login" || second.Attempt != 2 {
		t.Errorf("the link %q leads to %q, not %q", link, got, second.URL)
	}
	one, two := query(t, first), query(t, second)
	if one.Get("state") == two.Get("state") || one.Get("redirect_uri") != two.Get("redirect_uri") {
		t.Errorf("two attempts with state %q at %q", two.Get("state"), two.Get("redirect_uri"))
	}
	if status, page, _ := get(t, callback(t, first, "code=one")); status != 200 || !strings.Contains(page, "already") {
		t.Errorf("the first again: %d %s", status, page)
	}
	_, page, _ = get(t, callback(t, second, "code=two"))
	if !strings.Contains(page, `class="good">Signed in as `+upn) || !strings.Contains(page, "next: &lt;somebody&gt;") ||
		strings.Contains(page, "href") {
		t.Errorf("the second page: %s", page)
	}
	if got := <-c.ended; got.err != nil {
		t.Error(got.err)
	}
}

func TestAttemptsEnd(t *testing.T) {
	for name, c := range map[string]struct {
		attempts, shown int
		check           func(Account) error
		answer          string
	}{
		"nobody there":     {0, 1, refuses(9), "code=x"},
		"three times":      {3, 3, refuses(9), "code=x"},
		"cancelled":        {3, 3, nil, "error=access_denied"},
		"blocked":          {3, 1, nil, "error=access_denied&error_description=AADSTS53003%3a+x"},
		"another mistakes": {3, 1, func(Account) error { return errors.New("x") }, "code=x"},
	} {
		t.Run(name, func(t *testing.T) {
			f := attend(t, &Flow{Endpoints: serve(t, newSTS()), Attempts: c.attempts, Check: c.check})
			for range c.shown {
				get(t, callback(t, <-f.prompts, c.answer))
			}
			if got := <-f.ended; got.err == nil || len(f.prompts) > 0 {
				t.Errorf("ended with %v after more than %d", got.err, c.shown)
			}
		})
	}
}

// What is shown to a person leads to the sign-in once, and there is more on
// demand.
func TestShortAddress(t *testing.T) {
	typed := make(chan string)
	c := attend(t, &Flow{Endpoints: serve(t, newSTS()), Typed: typed})
	p := <-c.prompts
	if len(p.Short) > 40 || to(t, p.Short) != p.URL || to(t, p.Short) != "" {
		t.Errorf("%s", p.Short)
	}
	typed <- ""
	typed <- " u "
	if got := <-c.told; got.What != WholeAddress || got.Address != p.URL {
		t.Errorf("told %+v", got)
	}
	typed <- "r"
	got := <-c.told
	if got.What != OpenedAgain || got.Address == p.Short || to(t, got.Address) != p.URL {
		t.Errorf("told %+v", got)
	}
	typed <- callback(t, p, "code=x")
	if got := <-c.ended; got.err != nil {
		t.Error(got.err)
	}
}

// All sign-ins of a run come to one page; what is of an earlier one ends none.
func TestOnePageForAll(t *testing.T) {
	page := NewPage(english)
	defer page.Close()
	s := newSTS()
	s.token = func(url.Values) (int, any) { return 200, tokens(nil) }
	f := &Flow{Endpoints: serve(t, s), Page: page}
	var before Prompt
	for range 3 {
		p, ended := start(context.Background(), t, f, mailboxRequest())
		if before.URL != "" {
			if port(t, before) != port(t, p) {
				t.Error("another port")
			}
			if _, text, _ := get(t, callback(t, before, "code=x")); !strings.Contains(text, "already") {
				t.Errorf("page %s", text)
			}
		}
		get(t, callback(t, p, "code=x"))
		if got := <-ended; got.err != nil {
			t.Fatal(got.err)
		}
		before = p
	}
	page.Close()
	page.Close()
}
