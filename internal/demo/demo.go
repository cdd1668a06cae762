// Package demo is the demonstration: a sandbox in this process, a robot that
// signs in, and a player of Webex Connect who pastes the values and lets a
// customer's mail go to the agent and back.
package demo

import (
	"context"
	"errors"
	"path/filepath"

	"wxmail/internal/sandbox"
	"wxmail/internal/webex"
)

// World is one demonstration's Microsoft 365 and Webex Connect.
type World struct {
	Draft Draft // the asset page that is open and unsaved

	running *sandbox.Sandbox
	control control
	dir     string
	saved   bool // the asset, with a token
}

// Start makes a world in a folder. The error is that of a scenario that does
// not exist, or of the network.
func Start(ctx context.Context, home, scenario string) (*World, error) {
	w := &World{dir: filepath.Join(home, "sandbox")}
	var err error
	if w.running, err = sandbox.Start(ctx, sandbox.Options{Dir: w.dir, Scenario: scenario}); err != nil {
		return nil, err
	}
	w.control = control{w.running.Control()}
	if w.Draft, err = w.control.openDraft(ctx); err != nil {
		return nil, errors.Join(err, w.Close())
	}
	return w, nil
}

// Close ends the world.
func (w *World) Close() error { return w.running.Close() }

// CloudFile is the endpoints file of the world.
func (w *World) CloudFile() string { return w.running.CloudFile() }

// Answers are those of a demonstration in which nobody is asked, by question
// id.
func (w *World) Answers() map[string]string {
	return map[string]string{"webex.email-id": "support@contoso.example", "webex.asset-name": "Support",
		"webex.forwarding-address": w.Draft.ForwardingAddress, "webex.callback-url": w.Draft.CallbackURL,
		"azure.admin": "admin@contoso.example", "mailbox.keep-copy": "true"}
}

// SignIn signs an account in at an address, by robot.
func (w *World) SignIn(ctx context.Context, url, account string) error {
	_, err := sandbox.Browse(ctx, w.dir, url, account)
	return err
}

// Proved is what a demonstration has shown.
type Proved struct {
	GenerateToken    bool `json:"generateToken"`
	AgentReceived    bool `json:"agentReceived"`
	CustomerReceived bool `json:"customerReceived"`
}

// Saved says whether the asset is saved, with a token.
func (w *World) Saved() bool { return w.saved }

// Paste plays the administrator of Webex Connect: it pastes the values,
// generates the token and saves the asset, once.
func (w *World) Paste(ctx context.Context, fields []webex.Field) error {
	if w.saved {
		return nil
	}
	err := w.pasteAndGenerate(ctx, fields)
	w.saved = err == nil
	return err
}

// Prove plays Webex Connect: it pastes the values unless that was done, and
// follows a customer's mail to mailbox, to the agent and back; and once more
// after the token has expired, so that Webex has to refresh it. What was shown
// comes with an error, too.
func (w *World) Prove(ctx context.Context, fields []webex.Field, mailbox string) (shown Proved, err error) {
	err = w.Paste(ctx, fields)
	shown.GenerateToken = w.saved
	for _, hours := range []string{"0s", "2h"} {
		if err == nil {
			err = w.roundTrip(ctx, hours, mailbox, &shown)
		}
	}
	return shown, err
}

func (w *World) pasteAndGenerate(ctx context.Context, fields []webex.Field) error {
	form := map[string]*string{}
	for _, f := range fields[:len(fields)-3] {
		form[f.Label] = f.Value
	}
	var saved struct{ ID string }
	if err := w.control.call(ctx, "POST", "/webex/assets", map[string]any{"draft": w.Draft.ID, "fields": form}, &saved); err != nil {
		return err
	}
	var token struct {
		OK    bool
		Error string
	}
	err := w.control.call(ctx, "POST", "/webex/assets/"+saved.ID+"/token", map[string]any{}, &token)
	if err == nil && !token.OK {
		err = errors.New("Generate Token: " + token.Error)
	}
	return err
}

// roundTrip moves the sandbox's clock, sends a customer's mail, and answers
// it as the agent.
func (w *World) roundTrip(ctx context.Context, later, mailbox string, shown *Proved) error {
	shown.AgentReceived, shown.CustomerReceived = false, false
	if err := w.control.call(ctx, "POST", "/advance", map[string]string{"by": later}, nil); err != nil {
		return err
	}
	const customer = "customer@fabrikam.example"
	subject := "Order 4711, asked after " + later
	mail := map[string]string{"from": customer, "to": mailbox, "subject": subject, "text": "Where is it?"}
	if err := w.control.call(ctx, "POST", "/mail", mail, nil); err != nil {
		return err
	}
	received, err := w.control.inbox(ctx, subject)
	if err != nil {
		return err
	}
	shown.AgentReceived = true
	answer := "On its way, " + later
	if err := w.control.call(ctx, "POST", "/webex/inbox/"+received+"/reply", map[string]string{"text": answer}, nil); err != nil {
		return err
	}
	shown.CustomerReceived, err = w.control.delivered(ctx, customer, answer)
	return err
}
