package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wxmail/internal/msg"
	"wxmail/internal/wanted"
)

// What stands in a file that was written is what is read of it, whatever an
// answer looks like to YAML; every question stands there, and is explained.
func TestAnswersThatAreWrittenAreRead(t *testing.T) {
	given := map[string]string{"webex.email-id": "support@contoso.example", "azure.admin": "", "mailbox.keep-copy": "No",
		"azure.permissions": "LEAST", "webex.asset-saved": "true", "webex.callback-url": "https://contoso.us.webexconnect.io/callback"}
	for _, name := range []string{"Support", "no", "007", "1.10", "~", "null", "# none",
		"a: b", "'", "\"", "- x", "{x}", "&a *b", "Büro", "@me",
		"true", "2001-01-01", "%TAG", "!x", "|", ">", "x #y", "?", strings.Repeat("n", 120)} {
		given["azure.app-name"] = name
		file := answersFile(msg.New("en"), &wanted.Answers{Flags: given})
		read, err := parseAnswers("a.yaml", []byte(file))
		if diff := cmp.Diff((&wanted.Answers{Flags: clean(t, given)}).Flags, read); err != nil || diff != "" {
			t.Errorf("%q: %v (-given +read):\n%s\n%s", name, err, diff, file)
		}
		for _, q := range wanted.Questions() {
			if !strings.Contains(file, "\n"+q.ID+":") && !strings.Contains(file, "\n#"+q.ID+":") {
				t.Errorf("%s is missing", q.ID)
			}
		}
		for line := range strings.Lines(file) {
			if strings.HasPrefix(line, "# ") && len(line) > 81 {
				t.Errorf("too long: %s", line)
			}
		}
	}
}

func clean(t *testing.T, given map[string]string) map[string]string {
	t.Helper()
	cleaned := map[string]string{}
	for id, raw := range given {
		q, _ := wanted.FindQuestion(id)
		answer, _, err := wanted.Check(q, raw)
		if err != nil {
			t.Fatal(err)
		}
		cleaned[id] = answer
	}
	return cleaned
}

// A line behind a number sign is an answer too, once the sign is taken away.
func TestAnswersThatAreNotGivenAreExamples(t *testing.T) {
	file := strings.ReplaceAll(answersFile(msg.New("en"), &wanted.Answers{}), "\n#", "\n")
	file = strings.ReplaceAll("\n"+file, "\n ", "\n# ")
	read, err := parseAnswers("a.yaml", []byte(file))
	if err != nil || len(read) != len(wanted.Questions()) {
		t.Fatalf("%d answers: %v\n%s", len(read), err, file)
	}
	if _, _, err := wanted.Parse(&wanted.Answers{File: read}); err != nil {
		t.Error(err)
	}
}

// --write-answers goes by the rules of -o: a device is no place, a file is the
// user's alone, and the profile stays as it was.
func TestWriteAnswers(t *testing.T) {
	home, path := t.TempDir(), filepath.Join(t.TempDir(), "answers.yaml")
	flags := []string{"setup", "--email-id", "support@contoso.example", "--keep-copy", "--write-answers"}
	if _, err := typed(t, home, append(flags, path)...); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info, err)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	again, err := typed(t, home, "setup", "--answers", path, "--write-answers", "-")
	if diff := cmp.Diff(string(raw), again); err != nil || diff != "" {
		t.Errorf("%v (-first +again):\n%s", err, diff)
	}
	for _, args := range [][]string{{"--json", "--write-answers", "-"}, {"--permissions", "x", "--write-answers", path},
		{"--write-answers", filepath.Join(home, "none", "a.yaml")}, {"--only", "x", "--write-answers", path}} {
		if printed, err := typed(t, home, append([]string{"setup"}, args...)...); err == nil || printed != "" {
			t.Errorf("%v: %v %s", args, err, printed)
		}
	}
	if left := tree(t, home); len(left) != 1 {
		t.Errorf("the home has %v", fmt.Sprint(left))
	}
}
