package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"wxmail/internal/advice"
	"wxmail/internal/doctor"
	"wxmail/internal/msg"
)

// said is a text of the program or of a document, with where it stands.
type said struct{ where, text string }

var (
	callText = regexp.MustCompile(`\bwxmail\b`)
	wordText = regexp.MustCompile(`^ [-\w.=@/:]+`)
	flagText = regexp.MustCompile(`--[a-z][a-z-]*`)
	// toldText is a command in a sentence that says to run it: then it must be
	// one, and is no "wxmail found".
	toldText = regexp.MustCompile(`(?i)\brun:? (?:here: |first: )?wxmail\b`)
	holeText = regexp.MustCompile(`\{\{\.([A-Z][A-Za-z]*)\}\}`)
	codeText = regexp.MustCompile("`(wxmail [^`\n]+)`")
	goText   = regexp.MustCompile("[\"`](wxmail [a-z][^\"`]*)[\"`]")
)

// fillings are what a run puts into the commands of texts.
var fillings = map[string]string{
	"Application": "5f6d1f2e-7c3b-4a89-9d10-2b8e4c7f9a31", "Detail": "5f6d1f2e-7c3b-4a89-9d10-2b8e4c7f9a31",
	"ID": "5f6d1f2e-7c3b-4a89-9d10-2b8e4c7f9a31", "KeyID": "6a6d1f2e-7c3b-4a89-9d10-2b8e4c7f9a31",
	"Mailbox": "support@contoso.com", "Object": "support@contoso.com", "Profile": "sales", "File": "answers.yaml",
}

// call is one command of a text as it is typed, without what follows it in the
// sentence: "wxmail setup --only token".
func call(root *cobra.Command, words []string) (line []string, cmd *cobra.Command) {
	cmd, line = root, []string{"wxmail"}
	for i := 0; i < len(words); i++ {
		word := words[i]
		sub := child(cmd, word)
		switch {
		case sub != nil:
			cmd = sub
		case strings.HasPrefix(word, "--"):
			if takesValue(root, cmd, word) {
				if i++; i == len(words) || !argument(words[i]) { // "--secret with its key ID"
					return append(line, word, "VALUE"), cmd
				}
				line = append(line, word)
				word = words[i]
			}
		case cmd == root || !argument(word):
			return line, cmd
		}
		line = append(line, word)
	}
	return line, cmd
}

// takesValue says whether the value of a flag is the next word.
func takesValue(root, cmd *cobra.Command, word string) bool {
	f := lookup(root, cmd, word)
	return f != nil && f.NoOptDefVal == "" && !strings.Contains(word, "=") && !maybeBare(word)
}

func child(cmd *cobra.Command, name string) *cobra.Command {
	if i := slices.IndexFunc(cmd.Commands(), func(c *cobra.Command) bool { return c.Name() == name }); i >= 0 {
		return cmd.Commands()[i]
	}
	return nil
}

func lookup(root, cmd *cobra.Command, word string) *pflag.Flag {
	name, _, _ := strings.Cut(strings.TrimPrefix(word, "--"), "=")
	if f := cmd.Flags().Lookup(name); f != nil {
		return f
	}
	return root.PersistentFlags().Lookup(name)
}

// argument tells what is typed from the next word of a sentence, which in
// French may be a word in lower case.
func argument(word string) bool {
	return strings.ToLower(word) != word && !strings.HasPrefix(word, "Webex") || strings.ContainsAny(word, ".@0123456789") ||
		slices.Contains(strings.Fields("questions exchange entra network directory secret-expiry new least guide existing scoped azure-cli "+
			"usgov exit-codes environment keep restore sales sandbox hardened true false client-id"), word)
}

// calls are the commands that a text names, as they are typed.
func calls(t *testing.T, root *cobra.Command, s said) (lines []string) {
	t.Helper()
	text := holeText.ReplaceAllStringFunc(s.text, func(hole string) string {
		if filled := fillings[strings.Trim(hole, "{}.")]; filled != "" {
			return filled
		}
		return "…"
	})
	for _, at := range callText.FindAllStringIndex(text, -1) {
		var words []string
		for rest := text[at[1]:]; wordText.MatchString(rest); {
			word := wordText.FindString(rest)
			rest = rest[len(word):]
			bare := strings.TrimRight(word[1:], ".:") // where the sentence ends
			if words = append(words, bare); bare != word[1:] {
				break
			}
		}
		line, cmd := call(root, words)
		told := toldText.MatchString(text[max(0, at[0]-12):at[0]] + "wxmail")
		switch {
		case cmd == root && len(line) == 1 && !told:
			continue // it is said of wxmail
		case cmd == root && len(line) == 1 || told && cmd.HasSubCommands():
			t.Errorf("%s: no command: %q", s.where, words)
			continue
		case cmd.HasSubCommands():
			continue // "wxmail azure", a group
		}
		lines = append(lines, strings.Join(line, " "))
	}
	return lines
}

// catalogue is all texts of a language.
func catalogue(t *testing.T, lang string) map[string]string {
	t.Helper()
	all := map[string]string{}
	files, _ := filepath.Glob(filepath.Join("..", "msg", lang, "*.json"))
	for _, file := range files {
		raw, err := os.ReadFile(file)
		var family map[string]any
		if err == nil {
			err = json.Unmarshal(raw, &family)
		}
		if err != nil {
			t.Fatal(err)
		}
		for id, text := range family {
			if forms, counts := text.(map[string]any); counts {
				text = forms["other"]
			}
			all[id] = text.(string)
		}
	}
	return all
}

// others are flags of az login, of brew, and one that cobra adds at the end.
var others = []string{"--tenant", "--prefix", "--help"}

// Every command that a text names is one that there is, with its flags and what
// they take; and a translation names the same ones.
func TestEveryCommandOfATextExists(t *testing.T) {
	root := commandTree(&program{env: func(string) string { return "" }})
	named, parsed := map[string][]string{}, map[string]bool{}
	count := 0
	for _, lang := range msg.Languages() {
		for id, text := range catalogue(t, lang) {
			s := said{lang + " " + id, text}
			lines := calls(t, root, s)
			slices.Sort(lines)
			lines = slices.Compact(lines) // a language may say "it" of it, and another its name
			for _, line := range lines {
				if count++; !parsed[line] {
					parses(t, line)
				}
				parsed[line] = true
			}
			if lang == "en" {
				named[id] = lines
			}
			for _, flag := range flagText.FindAllString(text, -1) {
				if !hasFlag(root, strings.TrimPrefix(flag, "--")) && !slices.Contains(others, flag) {
					t.Errorf("%s: no command has a flag %s", s.where, flag)
				}
			}
			if diff := cmp.Diff(named[id], lines); diff != "" {
				t.Errorf("%s names other commands (-en +%s):\n%s", id, lang, diff)
			}
		}
	}
	if count < 600 {
		t.Errorf("only %d commands were found", count)
	}
}

// So is every command that the program puts into a text, or a document shows.
func TestEveryCommandOfADocumentExists(t *testing.T) {
	root := commandTree(&program{env: func(string) string { return "" }})
	named := strings.NewReplacer("ADDRESS", "support@contoso.com", "URL", "https://contoso.us.webexconnect.io/callback", " --help", "")
	count := 0
	for _, pattern := range []string{"../../README.md", "../../docs/*.md", "../*/*.go"} {
		files, _ := filepath.Glob(pattern)
		for _, file := range files {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			marked := codeText
			if strings.HasSuffix(file, ".go") {
				marked = goText
			}
			if strings.HasSuffix(file, "_test.go") || strings.HasSuffix(file, "CHANGELOG.md") { // what was once
				continue
			}
			for _, found := range marked.FindAllStringSubmatch(string(raw), -1) {
				for _, line := range calls(t, root, said{file, named.Replace(found[1])}) {
					if count++; strings.Contains(line, " -") { // else it is a command by its name
						parses(t, line)
					}
				}
			}
		}
	}
	if count < 100 {
		t.Errorf("only %d commands were found", count)
	}
}

func hasFlag(cmd *cobra.Command, name string) bool {
	has := func(set *pflag.FlagSet) bool { return set.Lookup(name) != nil }
	return has(cmd.Flags()) || has(cmd.PersistentFlags()) ||
		slices.ContainsFunc(cmd.Commands(), func(c *cobra.Command) bool { return hasFlag(c, name) })
}

// Every finding of doctor is explained under its own code.
func TestEveryFindingHasARow(t *testing.T) {
	for _, known := range doctor.Codes() {
		if _, is := advice.Find(known.Code); !is {
			t.Errorf("%s has no row", known.Code)
		}
		if got := advice.Explain(&doctor.Finding{Code: known.Code}).Code; got != known.Code {
			t.Errorf("a finding %s is explained as %s", known.Code, got)
		}
	}
}
