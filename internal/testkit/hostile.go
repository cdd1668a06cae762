package testkit

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"wxmail/internal/pattern"
)

// Hostile is what a stranger may write into a name: it erases a screen, hides
// what follows, rings, begins a line of its own, turns the direction, and pushes
// the rest to where a line of ours could begin.
const Hostile = "\x1b[2J\x1b[H\x1b[8m\x1b]2;OWNED\x07\r\nforged\u009b2J\u202e\u2066\u200b\u2028" + blanks

const blanks = "\u00a0\u00a0\u00a0"

// Planter shows wxmail hostile texts in place of those that services answer:
// a sandbox's Tamper. It knows every property with a text, or with nothing,
// that ever was in an answer: of JSON by its object, of tokens by its claim.
type Planter struct {
	mu      sync.Mutex
	seen    map[string]bool
	plant   func(property string) bool
	planted map[string]int
}

// NewPlanter plants nothing yet.
func NewPlanter() *Planter {
	return &Planter{seen: map[string]bool{}, planted: map[string]int{}, plant: func(string) bool { return false }}
}

// Plant says in which properties hostile texts stand from now on.
func (p *Planter) Plant(in func(property string) bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.plant, p.planted = in, map[string]int{}
}

// Forget forgets which properties were seen.
func (p *Planter) Forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.seen = map[string]bool{}
}

// Seen are all properties that were answered, sorted; Planted those that wxmail
// was shown a hostile text in since Plant.
func (p *Planter) Seen() []string {
	return p.sorted(func() []string { return slices.Collect(maps.Keys(p.seen)) })
}

// Planted is described at Seen.
func (p *Planter) Planted() []string {
	return p.sorted(func() []string { return slices.Collect(maps.Keys(p.planted)) })
}

func (p *Planter) sorted(of func() []string) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Sorted(slices.Values(of()))
}

// Tamper plants.
func (p *Planter) Tamper(client, service, path string, body []byte) []byte {
	if client != "wxmail" {
		return body
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var answer any
	if decoder.Decode(&answer) != nil {
		return body
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	w := walk{planter: p, object: service + " " + general(path)}
	shown := w.value("", answer)
	if !w.changed {
		return body
	}
	raw, err := json.Marshal(shown)
	if err != nil {
		return body
	}
	return raw
}

// walk goes through one answer.
type walk struct {
	planter *Planter
	object  string
	changed bool
}

var (
	anID       = pattern.Of(`[0-9a-f-]{36}|\([^)]*\)|/\$entity`)
	collection = pattern.Of(`^\.(value|responses)\[\]`)
)

// general is a path, or the context of an answer, without what differs from
// one object to the next.
func general(path string) string { return anID().ReplaceAllString(path, "") }

func (w walk) in(object string) *walk { w.object, w.changed = object, false; return &w }

// value shows a value and what it holds.
func (w *walk) value(at string, v any) any {
	switch v := v.(type) {
	case map[string]any:
		return w.members(at, v)
	case []any:
		for i, element := range v {
			v[i] = w.value(at+"[]", element)
		}
		return v
	case string:
		return w.text(w.object+": "+collection().ReplaceAllString(at, ""), v)
	case nil:
		return w.text(w.object+": "+collection().ReplaceAllString(at, ""), nil)
	}
	return v
}

// members of an object that says what it is are that object's.
func (w *walk) members(at string, object map[string]any) any {
	inner := w
	if context, is := object["@odata.context"].(string); is {
		_, name, _ := strings.Cut(context, "#")
		if name = general(name); !strings.Contains(name, "Exchange.") && !strings.Contains(name, "EXOModuleFile") && name != "Collection" {
			inner, at = w.in("graph "+name), ""
		}
	}
	for name, member := range object {
		if !strings.HasPrefix(name, "@odata.context") {
			object[name] = inner.value(at+"."+name, member)
		}
	}
	w.changed = w.changed || inner.changed
	return object
}

// text is a text as it is shown; was is nil where there is none.
func (w *walk) text(property string, was any) any {
	text, _ := was.(string)
	if claims, found := w.claims(property, text); found {
		return claims
	}
	w.planter.seen[property] = true
	if !w.planter.plant(property) {
		return was
	}
	w.planter.planted[property]++
	w.changed = true
	return text + Hostile
}

// claims are those of a token, which stand in its middle.
func (w *walk) claims(property, token string) (string, bool) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 || !strings.HasPrefix(token, "eyJ") {
		return "", false
	}
	raw, err := base64.RawURLEncoding.DecodeString(parts[1])
	var claims any
	if err != nil || json.Unmarshal(raw, &claims) != nil {
		return "", false
	}
	_, name, _ := strings.Cut(property, ": .")
	inner := w.in("claims of " + name)
	shown := inner.value("", claims)
	if !inner.changed {
		return token, true
	}
	w.changed = true
	raw, err = json.Marshal(shown)
	if err != nil {
		return "", false
	}
	return parts[0] + "." + base64.RawURLEncoding.EncodeToString(raw) + "." + parts[2], true
}

const width = 80 // of lines that no terminal shows

var ofItsOwn = pattern.Of(`(?m)^\s*forged`)

// Raw says what in a text would reach a terminal, a page or a script as a
// stranger wrote it; "" where nothing would.
func Raw(text string) string {
	for i, r := range text {
		if r != '\n' && r != '\u00a0' && !unicode.IsPrint(r) {
			return fmt.Sprintf("%U after %q", r, text[max(0, i-60):i])
		}
	}
	if i := strings.Index(text, blanks); i >= 0 {
		return fmt.Sprintf("blanks after %q", text[max(0, i-60):i])
	}
	for _, at := range ofItsOwn().FindAllStringIndex(text, -1) {
		if before := strings.TrimRight(text[:at[0]], "\n"); !wrapped(before) {
			return fmt.Sprintf("a line of its own after %q", before[max(0, len(before)-60):])
		}
	}
	return ""
}

// wrapped says whether what follows a line of ours did not fit on it: a word of
// a stranger may stand at the end of a line, and so in the next, behind the
// indent of ours.
func wrapped(before string) bool {
	line := before[strings.LastIndex(before, "\n")+1:]
	return !strings.HasSuffix(line, "<U+000D>") && utf8.RuneCountInString(line)+len(" forged") > width
}
