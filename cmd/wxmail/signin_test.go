//go:build unix

package main

import (
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"wxmail/internal/sandbox"
	"wxmail/internal/testkit"
	"wxmail/internal/testkit/console"
)

// A person who takes the wrong account is told in the browser and in the
// terminal, and asked again, and the run goes on. Each page says who has signed
// in and who is next, from one port.
func TestWrongAccountInTheBrowser(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	s := sit(t, w, usual, w.Home(), nil, "setup", "--no-browser")
	turns := wizard(w.Draft())
	s.answers(turns[:6])
	end := s.browse(1, "")
	s.inBrowser(end, say("page.signed-in", "Account", "admin@contoso.example", "Number", 1, "Count", 3),
		say("page.next.exchange", "Account", "admin@contoso.example"))
	s.inBrowser(s.browse(2, support), say("page.wrong", "Got", support, "Wanted", "admin@contoso.example"), say("page.retry"))
	s.shows(say("warning.sign-in-account", "Got", support, "Wanted", "admin@contoso.example"))
	s.shows(say("sign-in.again"))
	s.inBrowser(s.browse(3, ""), say("page.next.mailbox", "Account", support))
	s.answers(append(turns[6:], turn{agree, "y"}))
	s.inBrowser(s.browse(4, ""), "3 of 3", say("page.last"))
	s.answers(finished()[1:])
	s.ends(0)
	s.inOrder("signed in as admin@contoso.example (Global Administrator)", "Sign-in 2 of 3", "Sign-in 2 of 3",
		"signed in as admin@contoso.example", "Sign-in 3 of 3", "signed in as "+support+" (mailbox user)")
}

var shortAddress = regexp.MustCompile(`http://localhost:\d+/[a-z2-7]{10}\b`)

// browse opens the nth address shown, in a browser on this computer, and gives
// the page that it ends at.
func (s *sitting) browse(nth int, as string) (page string) {
	s.t.Helper()
	var shown []string
	s.Until("an address is shown", func(string) bool {
		shown = shortAddress.FindAllString(s.transcript(), -1)
		return len(shown) == nth
	})
	if port := strings.SplitN(shown[nth-1], "/", 4)[2]; !strings.Contains(shown[0], port) {
		s.t.Errorf("%s at another port than %s", shown[nth-1], shown[0])
	}
	_, authorize := fetch(s.t, shown[nth-1])
	page, _ = fetch(s.t, s.w.RedirectURLOf(as, authorize))
	return page
}

// fetch gives a page of this computer, or where it leads.
func fetch(t testing.TB, address string) (page, to string) {
	t.Helper()
	staying := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := staying.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body), resp.Header.Get("Location")
}

// inBrowser fails the test unless a page holds the texts.
func (s *sitting) inBrowser(page string, texts ...string) {
	s.t.Helper()
	for _, text := range texts {
		if !strings.Contains(page, text) {
			s.t.Errorf("not on the page: %s\n%s", text, page)
		}
	}
}

// Over SSH the whole address is shown, and the command stands whole on a line
// of its own, with the ports of both pages: the sandbox's is on this computer.
func TestSignInOverSSH(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	s := sit(t, w, usual, w.Home(), []string{"SSH_CONNECTION=192.0.2.7 50000 198.51.100.4 2222", "PATH=" + withoutOpener(t)}, "setup")
	s.answers(wizard(w.Draft())[:6])
	s.shows(say("warning.no-opener"))
	s.shows(say("sign-in.ssh-here"))
	command := regexp.MustCompile(`\nssh -N( -L \d+:127\.0\.0\.1:\d+){2} -p 2222 \S+@198\.51\.100\.4\r?\n`)
	if !command.MatchString(s.transcript()) || !authorizeURL.MatchString(s.transcript()) || shortAddress.MatchString(s.transcript()) {
		t.Errorf("shown:\n%s", s.transcript())
	}
	s.Send(console.CtrlC)
	s.ends(130)
}
