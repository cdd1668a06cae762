package msg

import (
	"encoding/json"
	"strings"
	"unicode/utf8"

	"wxmail/internal/pattern"
)

// Pseudo is a language that nobody speaks: English in letters with accents, a
// third longer, and in brackets. Whatever stands without accents was not taken
// from the catalogue; whatever has a bracket amid a sentence was put together
// from parts; whatever lacks its second bracket was cut.
const Pseudo = "qps"

// accented are the letters of English, each with an accent, one column wide.
var accented = strings.NewReplacer(
	"a", "á", "b", "ƀ", "c", "ç", "d", "đ", "e", "é", "f", "ƒ", "g", "ĝ", "h", "ĥ", "i", "í", "j", "ĵ", "k", "ķ", "l", "ļ", "m", "ḿ",
	"n", "ñ", "o", "ó", "p", "þ", "q", "ɋ", "r", "ŕ", "s", "š", "t", "ţ", "u", "ú", "v", "ṽ", "w", "ŵ", "x", "ẋ", "y", "ý", "z", "ž",
	"A", "Á", "B", "Ɓ", "C", "Ç", "D", "Đ", "E", "É", "F", "Ƒ", "G", "Ĝ", "H", "Ĥ", "I", "Í", "J", "Ĵ", "K", "Ķ", "L", "Ļ", "M", "Ḿ",
	"N", "Ñ", "O", "Ó", "P", "Þ", "Q", "Ɋ", "R", "Ŕ", "S", "Š", "T", "Ţ", "U", "Ú", "V", "Ṽ", "W", "Ŵ", "X", "Ẋ", "Y", "Ý", "Z", "Ž")

var braces = pattern.Of(`\{\{[^}]*\}\}`)

// pseudo is a text as Pseudo has it. Placeholders stay, and so does the mark of
// a list's item, which stands before the bracket.
func pseudo(text string) string {
	mark, text := "", text
	if rest, is := strings.CutPrefix(text, "- "); is {
		mark, text = "- ", rest
	}
	var out strings.Builder
	at := 0
	for _, kept := range braces().FindAllStringIndex(text, -1) {
		out.WriteString(accented.Replace(text[at:kept[0]]) + text[kept[0]:kept[1]])
		at = kept[1]
	}
	out.WriteString(accented.Replace(text[at:]))
	longer := strings.Repeat(" ~~~", (utf8.RuneCountInString(braces().ReplaceAllString(text, ""))+10)/13)
	return mark + "⟦" + out.String() + longer + "⟧"
}

// pseudoFile is a file of English texts as Pseudo has them.
func pseudoFile(raw []byte) ([]byte, error) {
	var texts map[string]any
	if err := json.Unmarshal(raw, &texts); err != nil {
		return nil, err
	}
	for id, value := range texts {
		switch value := value.(type) {
		case string:
			texts[id] = pseudo(value)
		case map[string]any:
			for form, text := range value {
				value[form] = pseudo(text.(string))
			}
		}
	}
	return json.Marshal(texts)
}
