package cli

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"wxmail/internal/advice"
	"wxmail/internal/msg"
	"wxmail/internal/wanted"
	"wxmail/internal/webex"
)

// typed is what becomes of a command line in a home of its own, where nobody is
// there and nothing was set up: what it prints, and the error that it ends with.
func typed(t *testing.T, home string, args ...string) (printed string, ended error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "out")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	env := func(name string) string { return map[string]string{"WXMAIL_HOME": home}[name] }
	var conversation strings.Builder
	p := &program{out: &output{file: file}, err: &conversation, env: env, leavings: &leavings{}}
	args = joinValues(args)
	root := treeFor(p, args)
	root.SetArgs(args)
	root.SetOut(p.out)
	root.SetErr(p.err)
	ran, ended := root.ExecuteContextC(context.Background())
	if err := p.out.close(); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if ended != nil {
		ended = asUsage(ran, ended)
	}
	return string(raw), ended
}

// What was mistyped is told with the command that it was typed for, with what
// was meant, and with the command that shows what there is.
func TestMistyped(t *testing.T) {
	for args, want := range map[string]struct{ object, meant, help string }{
		"seutp":                             {"wxmail seutp", "wxmail setup", "wxmail --help"},
		"rotate-secret":                     {"wxmail rotate-secret", "wxmail azure rotate-secret", "wxmail --help"},
		"mailbox smpt":                      {"wxmail mailbox smpt", "wxmail mailbox smtp", "wxmail mailbox --help"},
		"azure smtp":                        {"wxmail azure smtp", "wxmail mailbox smtp", "wxmail azure --help"},
		"seutp --email-id a@b.example":      {"wxmail seutp", "wxmail setup", "wxmail --help"},
		"completion bsh":                    {"wxmail completion bsh", "wxmail completion bash", "wxmail completion --help"},
		"frobnicate":                        {"wxmail frobnicate", "", "wxmail --help"},
		"setup --emial-id a@b.example":      {"wxmail setup --emial-id", "--email-id", "wxmail setup --help"},
		"summary --jsn":                     {"wxmail summary --jsn", "--json", "wxmail summary --help"},
		"summary --bogus":                   {"wxmail summary --bogus", "", "wxmail summary --help"},
		"summary -Z":                        {"wxmail summary -Z", "", "wxmail summary --help"},
		"setup --only mailbox.smpt":         {"mailbox.smpt", "mailbox.smtp", "wxmail setup --help"},
		"setup --skip forward":              {"forward", "mailbox.forward", "wxmail setup --help"},
		"undo tokn":                         {"tokn", "token", "wxmail setup --help"},
		"doctor --only nework":              {"--only nework", "network", "wxmail doctor --help"},
		"doctor --only wx-secret-expird":    {"--only wx-secret-expird", "WX-SECRET-EXPIRED", "wxmail doctor --help"},
		"help wx-role-directroy":            {"help wx-role-directroy", "WX-ROLE-DIRECTORY", "wxmail help"},
		"help azure.permisions":             {"help azure.permisions", "azure.permissions", "wxmail help"},
		"help exit-code":                    {"help exit-code", "exit-codes", "wxmail help"},
		"help mailbox smpt":                 {"help mailbox smpt", "mailbox smtp", "wxmail help"},
		"summary --lang jp":                 {"--lang jp", "ja", "wxmail help"},
		"profile remove suport -y":          {"suport", "support", ""},
		"values client-secrt":               {"client-secrt", "Client Secret", "wxmail values"},
		"summary now":                       {"wxmail summary", "", "wxmail summary --help"},
		"setup --permissions gude":          {"azure.permissions", "guide", ""},
		"setup --sign-in-app azurecli":      {"azure.sign-in-app", "azure-cli", ""},
		"setup --email-id a --cloud usgof":  {"usgof", "usgov", ""},
		"setup --answers testdata/typo.yml": {"testdata/typo.yml", "webex.email-id", "wxmail help questions"},
	} {
		home := t.TempDir()
		write(t, filepath.Join(home, "profiles", "support", "profile.json"), `{"version":1}`)
		_, err := typed(t, home, strings.Fields(args)...)
		e := advice.Explain(err)
		said := msg.New("en").Say(e.What)
		near := want.meant == "" && !strings.Contains(strings.ToLower(said), "did you mean") ||
			want.meant != "" && strings.Contains(said, "id you mean "+want.meant+"?")
		if e.Object != want.object || !near || !strings.Contains(msg.New("en").Say(e.Fix), want.help) {
			t.Errorf("wxmail %s: about %q: %s fix: %s", args, e.Object, said, msg.New("en").Say(e.Fix))
		}
	}
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// flagsOfAll gives every flag of every command, with the command.
func flagsOfAll(cmd *cobra.Command, each func(*cobra.Command, *pflag.Flag)) {
	cmd.LocalNonPersistentFlags().VisitAll(func(f *pflag.Flag) { each(cmd, f) })
	cmd.PersistentFlags().VisitAll(func(f *pflag.Flag) { each(cmd, f) })
	for _, sub := range cmd.Commands() {
		flagsOfAll(sub, each)
	}
}

// The command that runs has the flags that the manual tells of.
func TestTheCommandThatRunsHasItsFlags(t *testing.T) {
	nowhere := func(string) string { return "" }
	for _, told := range commands(commandTree(&program{env: nowhere})) {
		words := strings.Fields(told.CommandPath())[1:]
		runs, _, err := treeFor(&program{env: nowhere}, append(words, "--email-id", "x")).Find(words)
		if err != nil {
			t.Fatal(err)
		}
		if flags, want := runs.LocalFlags().FlagUsages(), told.LocalFlags().FlagUsages(); flags != want {
			t.Errorf("%v has\n%s, and not\n%s", words, flags, want)
		}
	}
}

// Help shows behind a flag what it takes, never what Go calls it.
func TestHelpShowsChoices(t *testing.T) {
	root := commandTree(&program{env: func(string) string { return "" }})
	flagsOfAll(root, func(cmd *cobra.Command, f *pflag.Flag) {
		name, _ := pflag.UnquoteUsage(f)
		if strings.HasPrefix(name, "string") || strings.HasPrefix(f.Value.Type(), "string") || strings.Contains(f.Usage, "`") {
			t.Errorf("%s --%s takes a %s", cmd.CommandPath(), f.Name, name)
		}
	})
	help := root.Commands()[0].Root().Find
	setup, _, _ := help([]string{"setup"})
	for _, line := range []string{"--permissions {guide|least} ", "--keep-copy {true|false} ", "--application {new|CLIENT-ID} ",
		"--outbound-policy {scoped|existing} ", "--email-id EMAIL "} {
		if !strings.Contains(setup.Flags().FlagUsages(), line) {
			t.Errorf("setup --help does not have %q", line)
		}
	}
}

// help tells of each question all that is needed to answer it, in a file too.
func TestHelpOfAQuestion(t *testing.T) {
	for _, q := range wanted.Questions() {
		printed, err := typed(t, t.TempDir(), "help", strings.ToUpper(q.ID))
		for _, part := range append([]string{q.ID, "--" + q.Flag + " " + placeholder(q), q.Default}, q.Choices...) {
			if err != nil || !strings.Contains(printed, part) {
				t.Errorf("help %s does not have %q: %v\n%s", q.ID, part, err, printed)
			}
		}
		_, after, _ := strings.Cut(printed, "  "+q.ID+":")
		example, _, _ := strings.Cut(after, "\n")
		if answers, err := parseAnswers("a.yaml", []byte(q.ID+":"+example)); err != nil || !q.Derived && !sound(q, answers[q.ID]) {
			t.Errorf("help %s gives the example %q: %v", q.ID, example, err)
		}
	}
}

func sound(q wanted.Question, answer string) bool {
	clean, _, err := wanted.Check(q, answer)
	return err == nil && clean != ""
}

// Completion offers what there is, by what this computer knows, and files only
// where one is wanted. It changes nothing.
func TestCompletion(t *testing.T) {
	home := t.TempDir()
	write(t, filepath.Join(home, "profiles", "support", "profile.json"), `{"version":1,"answers":{"webex.email-id":"support@contoso.example"},
		"seen":{"summary":{"azure":{"secret":{"keyId":"11111111-1111-4111-8111-111111111111"}}},"secrets":[
			{"keyId":"11111111-1111-4111-8111-111111111111","label":"wxmail now","expires":"2999-01-01T00:00:00Z"},
			{"keyId":"22222222-2222-4222-8222-222222222222","label":"by hand","expires":"2999-01-01T00:00:00Z"}]}}`)
	before := tree(t, home)
	for args, want := range map[string]string{
		"undo |":                          "webex.collect azure.register azure.consent mailbox.smtp mailbox.forward token :4",
		"undo token |":                    ":4",
		"setup --only mail|":              "mailbox.smtp mailbox.forward :4",
		"setup --only=azure.c|":           "azure.consent :4",
		"doctor --only ne|":               "network :4",
		"doctor --only WX-SECRET-EXP|":    "WX-SECRET-EXPIRED WX-SECRET-EXPIRING :4",
		"doctor --only wx-secret-expired": "wx-secret-expired :4",
		"values client|":                  "client-id\tClient ID client-secret\tClient Secret :4",
		"values client-id |":              ":4",
		"setup --permissions |":           "guide least :4",
		"setup --keep-copy |":             "true false :4",
		"setup --sign-in-app |":           "graph azure-cli :4",
		"setup --asset-name |":            ":4",
		"summary |":                       ":4",
		"summary --profile |":             "support\tsupport@contoso.example :4",
		"profile remove s|":               "support\tsupport@contoso.example :4",
		"undo --confirm |":                "support\tsupport@contoso.example :4",
		"setup --cloud us|":               "usgov usgovdod :0",
		"setup --lang |":                  "en ja fr ko :4",
		"setup --answers |":               ":0",
		"support-bundle -o |":             ":0",
		"handoff exchange --seen |":       ":0",
		"sandbox serve --dir |":           ":16",
		"help wx-role-d|":                 "wx-role-directory :4",
		"help azure.per|":                 "azure.permissions :4",
		"help mailbox |":                  "forward smtp :4",
		"help mailbox smtp |":             ":4",
		"azure rotate-secret --finish --profile support --secret |": "22222222-2222-4222-8222-222222222222\tby hand, 2999-01-01 :4",
		"azure rotate-secret --finish --profile other --secret |":   ":4",
	} {
		words := append([]string{"__complete"}, strings.Split(strings.TrimSuffix(args, "|"), " ")...)
		printed, err := typed(t, home, words...)
		if got := strings.Join(strings.Split(strings.TrimSpace(printed), "\n"), " "); err != nil || got != want {
			t.Errorf("wxmail %s offers %q, want %q: %v", args, got, want, err)
		}
	}
	if after := tree(t, home); !slices.Equal(before, after) {
		t.Errorf("completion left %v, before it was %v", after, before)
	}
}

// Each field that is offered is known, and is that field.
func TestFieldsThatAreOfferedAreFound(t *testing.T) {
	form := webex.Values(webex.Input{})
	for _, offered := range labelWords() {
		word, label, _ := strings.Cut(offered, "\t")
		if found, ok := webex.Find(form, word); !ok || found.Label != label {
			t.Errorf("%s finds %q, want %q", word, found.Label, label)
		}
	}
}

// tree are the files below a folder.
func tree(t *testing.T, dir string) (paths []string) {
	t.Helper()
	if err := filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err == nil {
			paths = append(paths, path+" "+info.ModTime().String())
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return paths
}

// A file is offered behind every flag that takes one, and behind no other.
func TestFilesAreOfferedWhereTheyAreWanted(t *testing.T) {
	p := &program{env: func(string) string { return "" }}
	flagsOfAll(commandTree(p), func(cmd *cobra.Command, f *pflag.Flag) {
		offered := noFiles
		if complete, known := cmd.GetFlagCompletionFunc(f.Name); known {
			_, offered = complete(cmd, nil, "")
		}
		takes := f.Value.Type()
		if wants := strings.Contains(takes, "FILE") || f.Name == "scenario"; wants != (offered == anyFiles) {
			t.Errorf("%s --%s %s: %d", cmd.CommandPath(), f.Name, takes, offered)
		}
	})
}

// Help on a code, and the table of all codes, have "…" wherever a run fills
// something in.
func TestHelpOnEveryCode(t *testing.T) {
	for _, row := range documentErrors() {
		printed, err := typed(t, t.TempDir(), "help", row.Code)
		if all := printed + row.What + row.Fix; err != nil || strings.Contains(all, "<no value") || !strings.Contains(printed, row.Code) {
			t.Errorf("%s: %v\n%s", row.Code, err, all)
		}
	}
}

// A document of help is in English, whatever the language.
func TestHelpDocumentsAreEnglish(t *testing.T) {
	for _, topic := range []string{"exit-codes", "environment", "questions", "mailbox.keep-copy", "WX-DISK"} {
		english, first := typed(t, t.TempDir(), "help", topic, "--json")
		french, second := typed(t, t.TempDir(), "help", topic, "--json", "--lang", "fr")
		if first != nil || second != nil || french != english {
			t.Errorf("%s: %v %v\n%s\n%s", topic, first, second, french, english)
		}
	}
}
