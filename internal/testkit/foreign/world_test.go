//go:build foreign

package foreign

import (
	"encoding/json"
	"testing"

	"wxmail/internal/sandbox"
	"wxmail/internal/testkit"
)

const (
	mailbox = "support@contoso.example"
	smtp    = "offline_access https://outlook.office.com/SMTP.Send"
)

// world is a tenant that wxmail has set up.
type world struct {
	*testkit.World
	t      *testing.T
	values map[string]string // the form of Webex Connect, by label
}

func setUp(t *testing.T) *world {
	t.Helper()
	w := &world{World: testkit.Start(t, sandbox.Options{}), t: t, values: map[string]string{}}
	w.setUp()
	return w
}

func (w *world) setUp() {
	w.t.Helper()
	home := w.Home()
	w.Run(home, "setup", "--no-input", "-y", "--answers", w.AnswersFile(w.Draft().Answers(mailbox))).Must(w.t, 0)
	w.fill(home)
}

// fill reads the form of Webex Connect.
func (w *world) fill(home string) {
	w.t.Helper()
	var form struct {
		Fields []struct {
			Label string
			Value *string
		}
	}
	if err := json.Unmarshal([]byte(w.Reveal(home, "values", "--json").Must(w.t, 0).Stdout), &form); err != nil {
		w.t.Fatal(err)
	}
	for _, f := range form.Fields {
		if f.Value != nil {
			w.values[f.Label] = *f.Value
		}
	}
}

func (w *world) value(label string) string {
	w.t.Helper()
	if w.values[label] == "" {
		w.t.Fatalf("values: no %s", label)
	}
	return w.values[label]
}
