package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	"wxmail/internal/setup"
	"wxmail/internal/ui"
	"wxmail/internal/webex"
)

// proved is what a demonstration has shown.
type proved struct {
	GenerateToken    bool `json:"generateToken"`
	AgentReceived    bool `json:"agentReceived"`
	CustomerReceived bool `json:"customerReceived"`
}

// prove plays Webex Connect: it pastes the values, generates the token, and
// follows a customer's mail to the agent and back; and once more after the
// token has expired, so that Webex has to refresh it.
func (d *demo) prove(ctx context.Context, s *session, summary *setup.Summary, draft draft, end ui.Result) error {
	fields := webex.Values(setup.ValuesInput(summary, s.cloud, s.vault, true))
	var shown proved
	err := d.pasteAndGenerate(ctx, draft, fields, &shown)
	for _, hours := range []string{"0s", "2h"} {
		if err == nil {
			err = d.roundTrip(ctx, hours, valueOf(fields, webex.LabelEmailID), &shown)
		}
	}
	end.Demo = shown
	if !d.program.flags.json {
		d.program.sayProved(shown)
	}
	return d.program.finish(problemList(err), end)
}

func problemList(err error) []error {
	if err == nil {
		return nil
	}
	return []error{err}
}

func (p *program) sayProved(shown proved) {
	p.ui.Print("")
	for _, line := range []struct {
		id string
		ok bool
	}{{"demo.generate-token", shown.GenerateToken}, {"demo.agent-received", shown.AgentReceived}, {"demo.customer-received", shown.CustomerReceived}} {
		word := p.text("state.done")
		if !line.ok {
			word = p.text("state.failed")
		}
		p.ui.Print(p.text(line.id) + ": " + word)
	}
}

func (d *demo) pasteAndGenerate(ctx context.Context, draft draft, fields []webex.Field, shown *proved) error {
	form := map[string]*string{}
	for _, f := range fields[:len(fields)-3] {
		form[f.Label] = f.Value
	}
	var saved struct{ ID string }
	if err := d.control.call(ctx, "POST", "/webex/assets", map[string]any{"draft": draft.ID, "fields": form}, &saved); err != nil {
		return err
	}
	var token struct {
		OK    bool
		Error string
	}
	err := d.control.call(ctx, "POST", "/webex/assets/"+saved.ID+"/token", map[string]any{}, &token)
	if err == nil && !token.OK {
		err = errors.New("Generate Token: " + token.Error)
	}
	shown.GenerateToken = err == nil
	return err
}

// roundTrip moves the sandbox's clock, sends a customer's mail, and answers
// it as the agent.
func (d *demo) roundTrip(ctx context.Context, later, mailbox string, shown *proved) error {
	shown.AgentReceived, shown.CustomerReceived = false, false
	if err := d.control.call(ctx, "POST", "/advance", map[string]string{"by": later}, nil); err != nil {
		return err
	}
	const customer = "customer@fabrikam.example"
	subject := "Order 4711, asked after " + later
	mail := map[string]string{"from": customer, "to": mailbox, "subject": subject, "text": "Where is it?"}
	if err := d.control.call(ctx, "POST", "/mail", mail, nil); err != nil {
		return err
	}
	received, err := d.control.inbox(ctx, subject)
	if err != nil {
		return err
	}
	shown.AgentReceived = true
	answer := "On its way, " + later
	if err := d.control.call(ctx, "POST", "/webex/inbox/"+received+"/reply", map[string]string{"text": answer}, nil); err != nil {
		return err
	}
	shown.CustomerReceived, err = d.control.delivered(ctx, customer, answer)
	return err
}

// control is a client of the sandbox's control API.
type control struct{ base string }

// draft is a new asset page in the sandbox's Webex Connect.
type draft struct {
	ID                string
	ForwardingAddress string
	CallbackURL       string
}

// openDraft is the asset page that the scenario brings, or a new one.
func (c control) openDraft(ctx context.Context) (d draft, err error) {
	var state struct{ Webex struct{ Drafts []draft } }
	if err := c.call(ctx, "GET", "/state", nil, &state); err != nil {
		return d, err
	}
	if open := state.Webex.Drafts; len(open) > 0 {
		return open[0], nil
	}
	return d, c.call(ctx, "POST", "/webex/drafts", map[string]any{}, &d)
}

// inbox finds the agent's message by its subject.
func (c control) inbox(ctx context.Context, subject string) (id string, err error) {
	var messages []struct{ ID, Subject string }
	if err := c.call(ctx, "GET", "/webex/inbox", nil, &messages); err != nil {
		return "", err
	}
	for _, m := range messages {
		if m.Subject == subject {
			return m.ID, nil
		}
	}
	return "", fmt.Errorf("the agent did not receive %q", subject)
}

// delivered says whether a message with that text reached an address.
func (c control) delivered(ctx context.Context, to, text string) (bool, error) {
	var state struct {
		Messages []struct{ To, Text, Status string }
	}
	if err := c.call(ctx, "GET", "/state", nil, &state); err != nil {
		return false, err
	}
	for _, m := range state.Messages {
		if m.To == to && m.Text == text && m.Status == "delivered" {
			return true, nil
		}
	}
	return false, fmt.Errorf("%s did not receive %q", to, text)
}

func (c control) call(ctx context.Context, method, path string, body, into any) error {
	var content io.Reader
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			return err
		}
		content = bytes.NewReader(raw)
	}
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, content)
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode >= 400 {
		return fmt.Errorf("sandbox: %s %s: %d %s", method, path, resp.StatusCode, raw)
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(raw, into)
}
