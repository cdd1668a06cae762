package control

import (
	"net/http"
	"slices"

	"wxmail/internal/sandbox/tenant"
)

func (s *server) draft(_ *http.Request, b body) (any, error) {
	if err := b.empty(); err != nil {
		return nil, err
	}
	return s.Webex.NewDraft(), nil
}

func (s *server) save(_ *http.Request, b body) (any, error) {
	var form struct {
		Draft  string             `json:"draft"`
		Fields map[string]*string `json:"fields"`
	}
	if err := b.into(&form); err != nil {
		return nil, err
	}
	id, err := s.Webex.Save(form.Draft, form.Fields)
	return map[string]string{"id": id}, err
}

// generate answers 200 for a refusal too: {"ok":false} is what the page shows.
func (s *server) generate(r *http.Request, b body) (any, error) {
	var asked struct{ As string }
	if len(b) > 0 {
		if err := b.into(&asked); err != nil {
			return nil, err
		}
	}
	id := r.PathValue("id")
	if !s.has(func(w tenant.Webex) bool {
		return slices.ContainsFunc(w.Assets, func(a tenant.Asset) bool { return a.ID == id })
	}) {
		return nil, notFound("asset", id)
	}
	account, validity, err := s.Webex.GenerateToken(r.Context(), id, asked.As)
	if err != nil {
		return map[string]any{"ok": false, "error": err.Error()}, nil
	}
	return map[string]any{"ok": true, "account": account, "validity": validity}, nil
}

func (s *server) inbox(*http.Request, body) (any, error) {
	return s.Webex.Inbox(), nil
}

func (s *server) reply(r *http.Request, b body) (any, error) {
	var answer struct{ Text string }
	if err := b.into(&answer); err != nil {
		return nil, err
	}
	id := r.PathValue("id")
	if !s.has(func(w tenant.Webex) bool {
		return slices.ContainsFunc(w.Inbox, func(m tenant.InboxMessage) bool { return m.ID == id })
	}) {
		return nil, notFound("message", id)
	}
	return done{}, s.Webex.Reply(r.Context(), id, answer.Text)
}

func (s *server) has(match func(tenant.Webex) bool) bool {
	s.Tenant.Lock()
	defer s.Tenant.Unlock()
	return match(s.Tenant.Webex)
}
