package visible

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestLine(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"Contoso Sales", "Contoso Sales"},
		{"営業部 Sales é ñ عربي", "営業部 Sales é ñ عربي"},
		{"\x1b[2J\x07\b\r\n\t", "<U+001B>[2J<U+0007><U+0008><U+000D><U+000A><U+0009>"},
		{"a\u009b2Jb", "a<U+009B>2Jb"},
		{"\u202eevil\u2066\u200b\ufeff", "<U+202E>evil<U+2066><U+200B><U+FEFF>"},
		{"\u2028\u2029\u3164\u115f\u2800\u034f\ufe0f\U000e0041", "<U+2028><U+2029><U+3164><U+115F><U+2800><U+034F><U+FE0F><U+E0041>"},
		{"\xff\xfeA", "<0xFF><0xFE>A"},
		{"a  b", "a  b"},
		{"a" + strings.Repeat(" ", 70) + "+ from x", "a<U+0020 x70>+ from x"},
		{"a" + strings.Repeat("\u00a0", 70) + "+ from x", "a<U+00A0 x70>+ from x"},
		{"a" + strings.Repeat("\u3000", 40) + "Plan: 1 change.", "a<U+3000 x40>Plan: 1 change."},
		{"a" + strings.Repeat("\u2003", 3) + "b", "a<U+2003 x3>b"},
		{"a \u2003\u00a0 b", "a<U+0020><U+2003><U+00A0><U+0020>b"},
		{"a \u0301 \u0301 \u0301 b", "a \u0301 \u0301 \u0301 b"}, // an accent is seen
		{"営業\u3000部 10\u00a0%", "営業\u3000部 10\u00a0%"},
		{"\U0001d159\ufffc\U00013441\U00013442", "<U+1D159><U+FFFC><U+13441><U+13442>"},
		{"e\u0301", "e\u0301"},
		{"Z" + strings.Repeat("\u0315", 6), "Z" + strings.Repeat("\u0315", 4) + "<U+0315><U+0315>"},
		{"\ufffd", "\ufffd"},
	} {
		got := Line(c.text)
		if got != c.want {
			t.Errorf("Line(%q) is %q, want %q", c.text, got, c.want)
		}
		if Line(got) != got || Block(got) != got {
			t.Errorf("%q changes when it is shown again", got)
		}
	}
	if got := Block("ours\n\x1b and\ttheirs"); got != "ours\n<U+001B> and<U+0009>theirs" {
		t.Errorf("Block gives %q", got)
	}
}

// Of all characters that there are, only those that are seen come out.
func TestEveryCharacter(t *testing.T) {
	hidden := 0
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if !utf8.ValidRune(r) || r > 0x20000 && r < 0xe0000 && r%64 != 0 || r > 0xf0000 && r%64 != 63 { // letters of Han, and nobody's
			continue
		}
		shown := Line("a" + string(r) + "b")
		raw := JSON(fmt.Appendf(nil, "%s", must(json.Marshal(string(r)))))
		for _, text := range []string{shown, string(raw)} {
			for _, c := range text {
				if unicode.Is(unicode.C, c) || unicode.In(c, unicode.Zl, unicode.Zp) || c == 0x7f {
					t.Fatalf("%U comes out as %q", r, text)
				}
			}
		}
		var back string
		if err := json.Unmarshal(raw, &back); err != nil || back != string(r) {
			t.Fatalf("%U is %q in JSON, which is %q: %v", r, raw, back, err)
		}
		if shown != "a"+string(r)+"b" {
			hidden++
		}
	}
	t.Logf("%d characters are written out", hidden)
}

// In a document blanks are escaped where they are no indent of its own.
func TestBlanksInJSON(t *testing.T) {
	for text, want := range map[string]string{
		"{\n      \"a\": \"x   y\"\n}":                  "{\n      \"a\": \"x\\u0020\\u0020\\u0020y\"\n}",
		"\"x\u00a0\u00a0\u3000Plan: 1 change.\"":        `"x\u00a0\u00a0\u3000Plan: 1 change."`,
		"\"\u3000 \u3000 \"":                            `"\u3000\u0020\u3000\u0020"`,
		"\"営業\u3000部, 10\u00a0%, a  b\"":                "\"営業\u3000部, 10\u00a0%, a  b\"",
		"{\n  \"" + strings.Repeat(" ", 3) + "\": 1\n}": "{\n  \"\\u0020\\u0020\\u0020\": 1\n}",
	} {
		if got := string(JSON([]byte(text))); got != want || string(JSON([]byte(got))) != got {
			t.Errorf("JSON(%q) is %q, want %q", text, got, want)
		}
	}
}

func must(raw []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return raw
}

func TestShort(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"short", "short"},
		{"éééééééééé", "éééééééééé"},
		{"0123456789A", "01234…6789A (11 characters)"},
	} {
		if got := Short(c.text, 10); got != c.want {
			t.Errorf("Short(%q) is %q, want %q", c.text, got, c.want)
		}
	}
	if got := Short(strings.Repeat("x", 1<<20), 100); len(got) > 150 {
		t.Errorf("a megabyte is %d bytes long", len(got))
	}
}

func TestLookAlikes(t *testing.T) {
	for text, want := range map[string]string{
		"WebexConnect of support@contoso.example":         "[]",
		"営業カスタマーサービスです team":                              "[]",
		"고객지원 Sales":                                      "[]",
		"Отдел продаж Sales":                              "[]",
		"Straße Müller-Łódź":                              "[]",
		"WеbexConnect":                                    "[{WеbexConnect [Cyrillic Latin]}]",
		"to support@contоso.example now":                  "[{support@contоso.example [Cyrillic Latin]}]",
		"support@сопсо.example":                           "[{support@сопсо.example [Cyrillic Latin]}]",
		"Ωmega":                                           "[{Ωmega [Greek Latin]}]",
		"support@mail-us.\u0131miconnect.io":              "[{support@mail-us.\u0131miconnect.io [Latin]}]",
		"webex@ima\u0261e.example":                        "[{webex@ima\u0261e.example [Latin]}]",
		"support@cont\uff4fso.example":                    "[{support@cont\uff4fso.example [Latin]}]",
		"\U0001d600xmail":                                 "[{\U0001d600xmail [Common Latin]}]",
		"Işıl Yıldırım of ngọc@contoso.example, 5 µm, ºC": "[]",
		"https://x.example/оk":                            "[{https://x.example/оk [Cyrillic Latin]}]",
		"a user of müller@contoso.example, Ａdmin (wide)":  "[]",
	} {
		if got := fmt.Sprint(LookAlikes(text)); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

func FuzzLine(f *testing.F) {
	f.Add("a\x1b[8m\u202e\xff" + strings.Repeat(" ", 9))
	f.Fuzz(func(t *testing.T, s string) {
		for _, shown := range []string{Line(s), strings.ReplaceAll(Block(s), "\n", "")} {
			if !utf8.ValidString(shown) || strings.ContainsFunc(shown, Hidden) || Line(shown) != shown && Block(s) != s {
				if !strings.Contains(shown, "   ") {
					t.Fatalf("%q is shown as %q", s, shown)
				}
			}
		}
		raw := JSON(must(json.Marshal(s)))
		if !json.Valid(raw) || strings.ContainsFunc(string(raw), Hidden) {
			t.Fatalf("%q is %q in JSON", s, raw)
		}
	})
}
