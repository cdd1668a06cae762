package secret

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// Mask hides secrets in what somebody may quote of them: whole or in part, as
// they are, in Base64 or in hexadecimal, broken up by spaces, line ends and
// marks. The zero Mask hides nothing.
type Mask struct {
	pieces map[string]bool
	whole  []string
}

// piece is how many letters and digits in a row are no accident.
const piece = 12

// NewMask hides these values.
func NewMask(values ...Value) Mask {
	m := Mask{pieces: map[string]bool{}}
	for _, v := range values {
		raw := v.Reveal()
		if raw == "" {
			continue
		}
		m.whole = append(m.whole, raw)
		m.learn(raw)
		m.learn(hex.EncodeToString([]byte(raw)))
		m.learn(strings.ToUpper(hex.EncodeToString([]byte(raw))))
		for shift := range min(3, len(raw)) { // wherever in a longer text it began
			m.learn(base64.StdEncoding.EncodeToString([]byte(raw)[shift:]))
			m.learn(base64.URLEncoding.EncodeToString([]byte(raw)[shift:]))
		}
	}
	return m
}

func (m Mask) learn(form string) {
	letters, _ := lettersOf(form)
	for i := 0; i+piece <= len(letters); i++ {
		m.pieces[string(letters[i:i+piece])] = true
	}
}

// Clean puts (token) in the place of every part of a secret.
func (m Mask) Clean(text string) string {
	for _, raw := range m.whole { // a short one has no pieces
		text = strings.ReplaceAll(text, raw, "(token)")
	}
	letters, at := lettersOf(text)
	var out strings.Builder
	end := 0 // of what has been written or hidden
	for i := 0; i+piece <= len(letters); i++ {
		if !m.pieces[string(letters[i:i+piece])] {
			continue
		}
		from, to := wordAround(text, at[i], at[i+piece-1]+1)
		if from >= end {
			out.WriteString(text[end:from] + "(token)")
		}
		end = max(end, to)
	}
	return out.String() + text[end:]
}

// wordAround is the part of a text with the rest of the words that it begins and
// ends in: what hangs on a secret is a part of it.
func wordAround(text string, from, to int) (int, int) {
	for from > 0 && isWord(text[from-1]) {
		from--
	}
	for to < len(text) && isWord(text[to]) {
		to++
	}
	return from, to
}

func isWord(c byte) bool { return isLetter(c) || strings.IndexByte("+/_-=", c) >= 0 }

func isLetter(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// lettersOf are the letters and digits of a text, and where each stands.
func lettersOf(text string) (letters []byte, at []int) {
	for i := range len(text) {
		if c := text[i]; isLetter(c) {
			letters, at = append(letters, c), append(at, i)
		}
	}
	return letters, at
}
