package testkit

import "encoding/json"

// Customer is somebody outside the tenant.
const Customer = "customer@fabrikam.example"

// Asset is an e-mail asset that was saved in the sandbox's Webex Connect: the
// consumer of the values, which is not wxmail.
type Asset struct {
	w           *World
	ID, Mailbox string
}

// Save pastes what `values --json --reveal` prints for a home into the page of
// a draft, less the three fields that Webex Connect fills, and saves it.
func (w *World) Save(home string, d Draft, args ...string) Asset {
	w.t.Helper()
	ran := w.Reveal(home, append([]string{"values", "--json"}, args...)...)
	var values struct {
		Fields []struct {
			Label string
			Value *string
		}
	}
	if err := json.Unmarshal([]byte(ran.Stdout), &values); err != nil || ran.Exit != 0 || len(values.Fields) != 21 {
		w.t.Fatalf("values: exit %d, %d fields, %v\n%s", ran.Exit, len(values.Fields), err, ran.Stderr)
	}
	form := map[string]any{}
	mailbox := ""
	for _, f := range values.Fields[:len(values.Fields)-3] {
		form[f.Label] = f.Value
		if f.Label == "Email ID" {
			mailbox = *f.Value
		}
	}
	return w.SaveForm(d, mailbox, form)
}

// SaveForm saves what was filled into the page of a draft.
func (w *World) SaveForm(d Draft, mailbox string, form map[string]any) Asset {
	w.t.Helper()
	a := Asset{w: w, Mailbox: mailbox}
	w.Call("POST", "/webex/assets", map[string]any{"draft": d.ID, "fields": form}, &a)
	return a
}

// GenerateToken presses the button of that name; the account is who signed in.
func (a Asset) GenerateToken() (account string) {
	a.w.t.Helper()
	var made struct {
		OK             bool
		Account, Error string
	}
	a.w.Call("POST", "/webex/assets/"+a.ID+"/token", map[string]any{}, &made)
	if !made.OK {
		a.w.t.Fatalf("Generate Token: %s", made.Error)
	}
	return made.Account
}

// Correspond sends a customer's mail, finds it with the agent, and finds the
// agent's answer with the customer.
func (a Asset) Correspond(subject string) {
	a.w.t.Helper()
	a.w.Call("POST", "/mail", map[string]string{"from": Customer, "to": a.Mailbox, "subject": subject, "text": "Where is it?"}, nil)
	received := a.inbox(subject)
	answer := "On its way: " + subject
	a.w.Call("POST", "/webex/inbox/"+received+"/reply", map[string]string{"text": answer}, nil)
	a.delivered(answer)
}

func (a Asset) inbox(subject string) (id string) {
	a.w.t.Helper()
	var inbox []struct{ ID, Asset, Subject string }
	a.w.Call("GET", "/webex/inbox", nil, &inbox)
	for _, m := range inbox {
		if m.Subject == subject && m.Asset == a.ID {
			return m.ID
		}
	}
	a.w.t.Fatalf("the agent of %s did not receive %q: %v", a.Mailbox, subject, inbox)
	return ""
}

func (a Asset) delivered(text string) {
	a.w.t.Helper()
	var state struct {
		Messages []struct{ From, To, Text, Status string }
	}
	a.w.Call("GET", "/state", nil, &state)
	for _, m := range state.Messages {
		if m.From == a.Mailbox && m.To == Customer && m.Text == text && m.Status == "delivered" {
			return
		}
	}
	a.w.t.Fatalf("the customer did not receive %q from %s", text, a.Mailbox)
}

// Advance moves the sandbox's clock.
func (w *World) Advance(by string) {
	w.t.Helper()
	w.Call("POST", "/advance", map[string]string{"by": by}, nil)
}
