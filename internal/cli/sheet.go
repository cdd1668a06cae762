package cli

import (
	"context"
	"net/url"

	"wxmail/internal/clipboard"
	"wxmail/internal/guide"
	"wxmail/internal/msg"
	"wxmail/internal/secret"
	"wxmail/internal/setup"
	"wxmail/internal/sheet"
	"wxmail/internal/signin"
	"wxmail/internal/ui"
	"wxmail/internal/webex"
)

// openSheet shows the form as a page on this computer, until the person says
// there or here that it is filled.
func (s *session) openSheet(ctx context.Context, sum *setup.Summary, fields []webex.Field) error {
	p, clip, list := s.program, s.clipboard(), s.checklist(sum, fields)
	defer clip.Clear()
	page, err := sheet.Open(sheet.Sheet{Catalogue: p.ui.Catalogue(), Fields: fields, Clicks: p.sheetClicks(fields), Links: s.portals(sum),
		Ticked: list.ticked, Tick: list.tick, Copied: func(label string) { clip.Hold(secret.New(valueOf(fields, label))) }})
	if err != nil {
		return err
	}
	defer page.Close()
	s.announce(page, clip)
	return p.attend(ctx, page)
}

// announce says where the page is. The address that opens it is not for
// programs: what they are told, everybody on this computer sees.
func (s *session) announce(page *sheet.Page, clip *clipboard.Clipboard) {
	opened := ui.Opened{Address: page.Address(), Tunnel: msg.Nullable(signin.Tunnel(page.Port()))}
	if !s.program.flags.noBrowser && !clip.Remote {
		signin.Open(page.Front())
		opened.Code = msg.Nullable(page.Code())
	}
	s.program.ui.Event(opened)
}

// attend waits for the end of the page: a button of it, Enter here, its time, or
// the end of the run.
func (p *program) attend(ctx context.Context, page *sheet.Page) error {
	if !p.ui.Interactive() {
		finished, err := page.Wait(ctx)
		p.sayClosed(finished || err != nil)
		return err
	}
	asking, stop := context.WithCancel(ctx)
	defer stop()
	closed := make(chan bool, 1)
	go func() {
		finished, _ := page.Wait(asking)
		closed <- finished
		stop()
	}()
	_, err := p.ui.Ask(asking, ui.Question{ID: "web.wait", Kind: ui.Text, Prompt: msg.M("web.wait")})
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil && asking.Err() != nil: // the page was first
		p.sayClosed(<-closed)
		return nil
	}
	return err
}

func (p *program) sayClosed(finished bool) {
	if !finished {
		p.ui.Warn(msg.M("warning.web-closed", "Minutes", int(sheet.Limit.Minutes())))
	}
}

func (p *program) sheetClicks(fields []webex.Field) (clicks []sheet.Click) {
	for i, text := range p.clicksOf(fields) {
		clicks = append(clicks, sheet.Click{ID: afterwards[i], Text: text})
	}
	return clicks
}

// portals are where the values belong, and where they come from. Webex Connect
// is where its call-back URL is.
func (s *session) portals(sum *setup.Summary) []sheet.Link {
	text := s.program.text
	var links []sheet.Link
	if u, err := url.Parse(string(sum.Webex.CallbackURL)); err == nil && u.Host != "" {
		links = append(links, sheet.Link{Text: text("web.webex"), URL: "https://" + u.Host + "/"})
	}
	if client := string(sum.Azure.ClientID); client != "" {
		links = append(links, sheet.Link{Text: text("web.entra"), URL: s.Link(guide.RegistrationPage("Credentials", client))})
	}
	return links
}
