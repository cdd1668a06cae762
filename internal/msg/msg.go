// Package msg holds every text that wxmail says to a person, by ID, in one
// folder a language. English is complete; what another language lacks is said
// in English.
//
// A text stands in the file named after the first word of its ID:
// "error.WX-X.what" in en/error.json. A file has one line a message, sorted by
// ID, with named placeholders: "note.x": "Ends {{.End}}.". Where a number
// decides the form, the value is {"one": …, "other": …} and the number is given
// as Count.
package msg

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
	"golang.org/x/text/width"

	"wxmail/internal/pattern"
	"wxmail/internal/visible"
)

//go:embed en ja fr ko
var files embed.FS

// Message is a text by ID with the values of its placeholders: data, to be
// said in any language later. The zero Message says nothing.
type Message struct {
	ID    string
	pairs []any
}

// M makes a Message; pairs are placeholder names, each followed by its value:
// M("note.x", "End", "2027-01-01"). A value may be a Message itself. A secret
// among them prints masked.
func M(id string, pairs ...any) Message { return Message{ID: id, pairs: pairs} }

// As is another text with the same values.
func (m Message) As(id string) Message { return Message{ID: id, pairs: m.pairs} }

// IsZero says whether the message says nothing.
func (m Message) IsZero() bool { return m.ID == "" }

// MarshalJSON gives the English text, whatever the language of the run, or
// null for the zero Message.
func (m Message) MarshalJSON() ([]byte, error) {
	if m.IsZero() {
		return []byte("null"), nil
	}
	return json.Marshal(New("en").Say(m))
}

// Day is a day as ISO 8601 writes it. In a text it stands as the language has
// it.
type Day string

// DayOf is the day of a time, in UTC.
func DayOf(t time.Time) Day { return Day(t.UTC().Format(time.DateOnly)) }

// Catalogue says messages in one language at a time. It is safe for concurrent
// use.
type Catalogue struct{ spoken atomic.Value }

// shelf holds what is said of a family of messages in a language, by
// "ja/error": its files are read when the first of their texts is asked for,
// and never change.
var shelf = sync.OnceValue(func() map[string]func() *i18n.Bundle {
	families := map[string]func() *i18n.Bundle{}
	names, _ := fs.Glob(files, "en/*.json")
	for _, name := range names {
		file := path.Base(name)
		for _, lang := range append(Languages(), Pseudo) {
			families[path.Join(lang, strings.TrimSuffix(file, ".json"))] = sync.OnceValue(func() *i18n.Bundle {
				return load(file, lang)
			})
		}
	}
	return families
})

// load reads a family's texts in English and in lang; a test proves that each
// file parses.
func load(file, lang string) *i18n.Bundle {
	b := i18n.NewBundle(language.English)
	b.RegisterUnmarshalFunc("json", json.Unmarshal)
	for _, from := range slices.Compact([]string{"en", lang}) {
		raw, err := files.ReadFile(path.Join(from, file))
		if lang == Pseudo {
			raw, err = pseudoFile(raw) // there is none of its own
		}
		if err == nil {
			_, _ = b.ParseMessageFileBytes(raw, from+".json")
		}
	}
	return b
}

// New gives the catalogue of a language as Language returns it; one that is
// not known speaks English.
func New(lang string) *Catalogue {
	c := &Catalogue{}
	c.Speak(lang)
	return c
}

// Speak goes on in another language; one that is not known is English.
func (c *Catalogue) Speak(lang string) {
	if !Knows(lang) {
		lang = "en"
	}
	c.spoken.Store(lang)
}

// Language is the catalogue's language.
func (c *Catalogue) Language() string { return c.spoken.Load().(string) }

// Text is the message with that ID; pairs as for M. Without a translation it
// is the English text, without that the ID itself: never empty. The values may
// be somebody else's words: they are visible, stay on one line, and are cut
// where they are longer than any that mean something. A sentence that ends with
// theirs ends once.
func (c *Catalogue) Text(id string, pairs ...any) string {
	data := map[string]any{}
	var count any // decides the plural form
	for i := 0; i+1 < len(pairs); i += 2 {
		if name, ok := pairs[i].(string); ok {
			data[name] = c.said(pairs[i+1])
			if name == "Count" {
				count = pairs[i+1]
			}
		}
	}
	config := &i18n.LocalizeConfig{MessageID: id, TemplateData: data, PluralCount: count}
	if text := c.localize(config); text != "" {
		return text
	}
	return id
}

// localize is the text, "" where there is no such message.
func (c *Catalogue) localize(config *i18n.LocalizeConfig) string {
	family, _, _ := strings.Cut(config.MessageID, ".")
	lang := c.Language()
	bundle, known := shelf()[path.Join(lang, family)]
	if !known {
		return ""
	}
	// The library gives a text with an error where it is English, or the same
	// for every Count.
	text, _ := i18n.NewLocalizer(bundle(), lang, "en").Localize(config)
	return ended().Replace(text)
}

// A value's own full stop is marked until it is known whether the sentence ends
// there anyway. No value has these characters itself: they are made visible.
const (
	stop     = "\ue000"
	wideStop = "\ue001"
)

// ended ends a sentence once that ends with somebody's sentence.
var ended = sync.OnceValue(func() *strings.Replacer {
	return strings.NewReplacer(stop+".", ".", stop+"。", "。", wideStop+".", ".", wideStop+"。", "。", stop, ".", wideStop, "。")
})

// ends is where a value ends with a full stop of its own, which is neither a
// path's nor one of several.
var ends = pattern.Of(`[^./\\\s][.。]$`)

// marked is a value whose last full stop is marked.
func marked(value string) string {
	switch {
	case !ends().MatchString(value):
		return value
	case strings.HasSuffix(value, "."):
		return strings.TrimSuffix(value, ".") + stop
	}
	return strings.TrimSuffix(value, "。") + wideStop
}

// maxValue is how many characters of one value are said: a name of a tenant
// may have a million.
const maxValue = 1000

// said is the value of a placeholder: a truth as it is, anything else in words.
func (c *Catalogue) said(value any) any {
	if truth, is := value.(bool); is {
		return truth
	}
	return marked(c.written(value))
}

// written is a value in words: a message, a list, a number and a date as the
// language has them, anything else made visible.
func (c *Catalogue) written(value any) string {
	switch v := value.(type) {
	case Message:
		return c.Say(v)
	case list:
		return c.listed(v)
	case int:
		return conventionsOf(c.Language()).number(float64(v), 0)
	case int64:
		return conventionsOf(c.Language()).number(float64(v), 0)
	case Day:
		if day, err := time.Parse(time.DateOnly, string(v)); err == nil {
			return conventionsOf(c.Language()).day(day)
		}
	}
	return visible.Line(visible.Short(fmt.Sprint(value), maxValue))
}

// Say is the text of m, "" for the zero Message.
func (c *Catalogue) Say(m Message) string {
	if m.IsZero() {
		return ""
	}
	return c.Text(m.ID, m.pairs...)
}

// Has says whether there is a message with that ID, at least in English.
func (c *Catalogue) Has(id string) bool {
	return c.localize(&i18n.LocalizeConfig{MessageID: id}) != ""
}

// YesOrNo understands a yes and a no, in English and as the language's readers
// type them: with wide letters, or with the keyboard set to another script.
func (c *Catalogue) YesOrNo(typed string) (yes, understood bool) {
	typed = strings.ToLower(width.Fold.String(typed))
	says := func(id string) bool { return slices.Contains(strings.Fields(c.Text(id)), typed) }
	switch {
	case slices.Contains([]string{"y", "yes", "true"}, typed), says("ask.yes-words"):
		return true, true
	case slices.Contains([]string{"n", "no", "false"}, typed), says("ask.no-words"):
		return false, true
	}
	return false, false
}

// Step is the title of the step with that ID.
func Step(id string) Message { return M("step." + id) }

// Languages are the languages with a catalogue, as --lang takes them.
func Languages() []string { return []string{"en", "ja", "fr", "ko"} }

// Knows says whether a language can be spoken: one of Languages, or Pseudo.
func Knows(lang string) bool { return lang == Pseudo || slices.Contains(Languages(), lang) }

// Language decides the language of a run: the flag, else WXMAIL_LANG, else
// the locale as POSIX ranks its variables (LC_ALL, LC_MESSAGES, LANG), else
// that of the system: the first that is set decides. A locale's territory,
// encoding and variant do not matter ("ja_JP.UTF-8" is "ja"). What nobody here
// speaks is "en", and unknown is what was asked for; "C" and "POSIX" ask for
// nothing.
// https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap08.html
func Language(flag string, env func(string) string, system func() string) (lang, unknown string) {
	wanted := flag
	for _, name := range []string{"WXMAIL_LANG", "LC_ALL", "LC_MESSAGES", "LANG"} {
		if wanted == "" {
			wanted = env(name)
		}
	}
	if wanted == "" {
		wanted = system()
	}
	lang = strings.ToLower(wanted)
	if end := strings.IndexAny(lang, "_-.@"); end >= 0 {
		lang = lang[:end]
	}
	switch {
	case Knows(lang):
		return lang, ""
	case lang == "c" || lang == "posix":
		return "en", ""
	}
	return "en", wanted
}
