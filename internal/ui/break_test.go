package ui

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"charm.land/lipgloss/v2"
	"github.com/google/go-cmp/cmp"
)

func TestWhereALineMayEnd(t *testing.T) {
	for _, c := range []struct {
		name, text string
		room       int
		want       string // with | for each line end
	}{
		{"between words", "one two three four", 12, "one two|three four"},
		{"not at a hyphen or a slash", "run rotate-secret or /path/of/a/file", 12, "run|rotate-secret|or|/path/of/a/file"},
		{"between kana", "メールを転送します", 10, "メールを転|送します"},
		{"not before a full stop", "あいうえ。お", 8, "あいう|え。お"},
		{"not before a comma", "あいうえ、お", 8, "あいう|え、お"},
		{"not before a closing bracket", "あ「うえ」お", 8, "あ「う|え」お"},
		{"not after an opening bracket", "あい「うえ」", 6, "あい|「う|え」"},
		{"not before a small kana", "設定チェック", 8, "設定|チェック"},
		{"not before a long vowel", "あいうサーバ", 8, "あいう|サーバ"},
		{"between Latin and kana", "設定はwxmail setupで終わる", 12, "設定はwxmail|setupで終わ|る"},
		{"no Latin word is broken among kana", "これはABCDEFGHIJKLです", 10, "これは|ABCDEFGHIJKL|です"},
		{"Korean at spaces", "사서함의 인증된 SMTP", 12, "사서함의|인증된 SMTP"},
		{"Korean particles stay", "여기서 wxmail을 실행", 14, "여기서|wxmail을 실행"},
		{"a Korean word that is too long", "가나다라마바사", 8, "가나다라|마바사"},
		{"a French colon stays", "voici les valeurs\u00a0: 3", 14, "voici les|valeurs\u00a0: 3"},
		{"French quotation marks stay", "le champ «\u00a0Scope\u00a0»", 10, "le champ|«\u00a0Scope\u00a0»"},
		{"a narrow no-break space", "vraiment certain\u202f?", 10, "vraiment|certain\u202f?"},
		{"an ambiguous width is one column", "…·—“a b", 5, "…·—“a|b"},
		{"a letter and its mark are one", "か\u3099き\u3099く\u3099", 4, "か\u3099き\u3099|く\u3099"},
	} {
		if diff := cmp.Diff(c.want, strings.Join(fill(c.text, c.room), "|")); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

// Terminals put no wide character into the last column of a row.
func TestRowsOfAnAnswer(t *testing.T) {
	for _, c := range []struct {
		column int
		text   string
		rows   int
	}{
		{0, "", 0}, {9, "x", 0}, {9, "xx", 1}, {8, "サ", 0}, {9, "サ", 1}, {9, "ササササササ", 2}, {8, "ササササササ", 1}, {10, "x", 1}, {25, "x", 2},
	} {
		if got := rows(c.column, c.text, 10); got != c.rows {
			t.Errorf("%d %s: %d, want %d", c.column, c.text, got, c.rows)
		}
	}
}

// Columns begin below each other whatever their letters are, and the widest
// give way where there is no room.
func TestColumnsOfATable(t *testing.T) {
	rows := [][]string{{"ID", "状態", "説明"}, {"azure.register", "完了", "アプリケーションを登録しました。"}, {"token", "대기 중", "one two three"}}
	for room, want := range map[int]string{
		0: `ID              状態     説明
azure.register  完了     アプリケーションを登録しました。
token           대기 중  one two three`,
		40: `ID              状態     説明
azure.register  完了     アプリケーショ
                         ンを登録しまし
                         た。
token           대기 중  one two three`,
		24: `ID      状態     説明
azure.  完了     アプリ
regist           ケー
er               ション
                 を登録
                 しまし
                 た。
token   대기 중  one two
                 three`,
	} {
		var lines []string
		for _, row := range rows {
			lines = append(lines, beside(row, shares(rows, room))...)
		}
		if diff := cmp.Diff(want, strings.Join(lines, "\n")); diff != "" {
			t.Errorf("%d: %s", room, diff)
		}
	}
}

// Every text of every language is broken so that it fits, however narrow the
// screen: no line stands out but one that is a single word of Latin letters.
func TestEveryTextFits(t *testing.T) {
	files, err := filepath.Glob("../msg/*/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	placeholder := regexp.MustCompile(`{{[^}]*}}`)
	badBegin := regexp.MustCompile(`^[。、，．」』）】？！：；・ー々ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ»;!)]|^[:?]( |$)`)
	badEnd := regexp.MustCompile(`[「『（【«(]$`)
	for _, file := range files {
		for id, text := range textsOf(t, file) {
			text = placeholder.ReplaceAllString(text, "support@contoso.example")
			for _, width := range []int{40, 80, 120} {
				for line := range strings.SplitSeq(wrap(text, "    ", min(width, maxProse)), "\n") {
					words := strings.TrimSpace(line)
					if lipgloss.Width(line) > width && len(pieces(words, besideWide)) > 1 {
						t.Errorf("%s %s: wider than %d: %s", file, id, width, line)
					}
					if badBegin.MatchString(words) || badEnd.MatchString(words) {
						t.Errorf("%s %s: at %d: %s", file, id, width, line)
					}
				}
			}
		}
	}
}

func textsOf(t *testing.T, file string) map[string]string {
	raw, err := os.ReadFile(file)
	values, texts := map[string]any{}, map[string]string{}
	if err == nil {
		err = json.Unmarshal(raw, &values)
	}
	if err != nil {
		t.Fatal(err)
	}
	for id, value := range values {
		switch v := value.(type) {
		case string:
			texts[id] = v
		case map[string]any:
			for form, text := range v {
				texts[id+" "+form], _ = text.(string)
			}
		}
	}
	return texts
}
