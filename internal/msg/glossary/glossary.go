// Package glossary holds what the portals, and Cisco's guide, call things in
// each language. The texts of package msg use these words; the program itself
// reads none of it.
package glossary

import (
	"embed"
	"encoding/json"
)

// Term is what something is called in one language.
type Term struct {
	Text   string   `json:"text"`
	Also   []string `json:"also"`   // other words for it, where a sentence needs them
	Source string   `json:"source"` // the page that shows it, or "" for a word of wxmail's own
}

//go:embed *.json
var files embed.FS

// Languages are those that have a glossary.
func Languages() []string { return []string{"ja", "fr", "ko"} }

// Terms are the terms of a language by their English names. Its error is that
// of a file that is none of ours.
func Terms(lang string) (map[string]Term, error) {
	raw, err := files.ReadFile(lang + ".json")
	if err != nil {
		return nil, err
	}
	terms := map[string]Term{}
	return terms, json.Unmarshal(raw, &terms)
}
