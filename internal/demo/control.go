package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
)

// control is a client of the sandbox's control API.
type control struct{ base string }

// Draft is a new asset page in the sandbox's Webex Connect.
type Draft struct {
	ID                string
	ForwardingAddress string
	CallbackURL       string
}

// openDraft is the asset page that the scenario brings, or a new one.
func (c control) openDraft(ctx context.Context) (d Draft, err error) {
	var state struct{ Webex struct{ Drafts []Draft } }
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
