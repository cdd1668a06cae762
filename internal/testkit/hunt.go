package testkit

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
)

// Hunt searches places for every secret that sandboxes issued and for the
// vault's passphrase, as they are and in the encodings that they travel in,
// and counts what it searched.
type Hunt struct{ rows []*searched }

type searched struct {
	place                 string
	texts, bytes, secrets int
	found                 []string // the kinds
}

// Search looks through texts that were found in one place.
func (h *Hunt) Search(w *World, place string, texts ...string) {
	w.t.Helper()
	row := h.row(place)
	needles := w.needles()
	row.texts, row.secrets = row.texts+len(texts), max(row.secrets, len(needles))
	for _, text := range texts {
		row.bytes += len(text)
		for _, n := range needles {
			if n.in(text) {
				row.found = append(row.found, n.kind)
			}
		}
	}
}

func (h *Hunt) row(place string) *searched {
	for _, row := range h.rows {
		if row.place == place {
			return row
		}
	}
	h.rows = append(h.rows, &searched{place: place})
	return h.rows[len(h.rows)-1]
}

// Found are the kinds of secrets that were found in a place.
func (h *Hunt) Found(place string) []string { return h.row(place).found }

// Table shows what was searched and found.
func (h *Hunt) Table() string {
	var out strings.Builder
	w := tabwriter.NewWriter(&out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "place\ttexts\tbytes\tsecrets looked for\tfound\t")
	for _, row := range h.rows {
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%s\n", row.place, row.texts, row.bytes, row.secrets, len(row.found), strings.Join(row.found, ", "))
	}
	_ = w.Flush() // a strings.Builder takes everything
	return out.String()
}

// needle is one secret in all its forms.
type needle struct {
	kind  string
	forms []string
}

func (n needle) in(text string) bool {
	for _, form := range n.forms {
		if strings.Contains(text, form) {
			return true
		}
	}
	return false
}

func (w *World) needles() []needle {
	var issued []struct{ Kind, Value string }
	w.Call("GET", "/secrets", nil, &issued)
	needles := []needle{{"passphrase", forms(Passphrase)}}
	for _, s := range issued {
		if s.Value != "" {
			needles = append(needles, needle{s.Kind, forms(s.Value)})
		}
	}
	return needles
}

// forms are a secret as it is, escaped for a URL and for JSON, in hexadecimal,
// and as a part of something in Base64, at whichever of three places it began.
func forms(secret string) []string {
	quoted, _ := json.Marshal(secret) // a string always has a JSON form
	all := []string{secret, url.QueryEscape(secret), strings.Trim(string(quoted), `"`), hex.EncodeToString([]byte(secret))}
	for shift := range 3 {
		moved := append(make([]byte, shift), secret...)
		for _, coding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			// The first characters hold what came before, the last what follows.
			coded := coding.EncodeToString(moved)
			all = append(all, coded[(shift*8+5)/6:len(coded)-2])
		}
	}
	return all
}

// ObserveChildren makes the browser that wxmail starts first write down, into
// files that Observed reads, the arguments and the environment that it got
// and the arguments of wxmail itself; then the robot signs in.
func (w *World) ObserveChildren() {
	dir := filepath.Join(w.Dir, "children")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		w.t.Fatal(err)
	}
	w.opener("cat /proc/$$/cmdline /proc/$$/environ /proc/$PPID/cmdline >'" + dir + "'/$$\n" + w.browse())
}

// RetryAtOnce shortens the waits between attempts, and how long an answer may
// and a sign-in may take, for every wxmail of this world.
func (w *World) RetryAtOnce() {
	w.t.Helper()
	w.Endpoints(map[string]any{
		"retry":    map[string]string{"base": "5ms", "max": "1s"},
		"timeouts": map[string]string{"request": "5s", "signIn": "5s"},
	})
}

// Observed is what ObserveChildren wrote, a text for each child.
func (w *World) Observed() []string { return contents(w, filepath.Join(w.Dir, "children"), "") }

// KeptIn are the texts of all files below a folder but the vault's own.
func (w *World) KeptIn(dir string) []string { return contents(w, dir, "vault.") }

func contents(w *World, dir, except string) []string {
	w.t.Helper()
	var texts []string
	for _, path := range Files(w.t, dir) {
		if except != "" && strings.HasPrefix(filepath.Base(path), except) {
			continue
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			w.t.Fatal(err)
		}
		texts = append(texts, path+"\n"+string(raw))
	}
	return texts
}
