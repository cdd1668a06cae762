package cli

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"wxmail/internal/cloud"
	"wxmail/internal/doctor"
	"wxmail/internal/guide"
	"wxmail/internal/msg"
	"wxmail/internal/sandbox/scenario"
	"wxmail/internal/testkit"
	"wxmail/internal/wanted"
	"wxmail/internal/webex"
)

// spoken is all that a command line says in a language, results and
// conversation, in a home of its own where nobody is there.
func spoken(t *testing.T, lang, home string, args ...string) string {
	t.Helper()
	t.Chdir(home) // a bundle without -o is written where one stands
	path := filepath.Join(t.TempDir(), "out")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	env := func(name string) string { return map[string]string{"WXMAIL_HOME": home, "WXMAIL_LANG": lang}[name] }
	var conversation strings.Builder
	p := &program{out: &output{file: file}, err: &conversation, env: env, leavings: &leavings{}}
	p.execute(context.Background(), args)
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw) + conversation.String()
}

// namesOfOurs are the words of what the program knows by name, in every
// language: commands, steps, questions, choices, areas, tenants.
func namesOfOurs() []string {
	names := append(guide.StepIDs(), "wxmail", "fix", "more", "read")
	for _, cmd := range commands(commandTree(&program{env: func(string) string { return "" }})) {
		names = append(names, cmd.CommandPath())
	}
	for _, q := range wanted.Questions() {
		names = append(append(names, q.Choices...), q.Flag, q.Default, q.Example)
	}
	for _, area := range doctor.Areas() {
		names = append(names, string(area))
	}
	for topic := range helpTopics(nil) {
		names = append(names, topic)
	}
	return slices.Concat(names, scenario.Names(), msg.Languages(), cloud.Names(), labelsOf(webex.Values(webex.Input{})), []string{
		"true", "false", "sales", "client-id", "devel", // of examples, and of a build without a version
		"no such file or directory", "is a directory", // what the system says
		"Completion ended with directive ShellCompDirectiveNoFileComp", // what no shell shows
	})
}

// everyHelp are the command lines that tell something and do nothing.
func everyHelp() [][]string {
	lines := everyCommandsHelp()
	for _, topic := range topicNames(commandTree(&program{env: func(string) string { return "" }})) {
		lines = append(lines, append([]string{"help"}, strings.Fields(topic)...))
	}
	return append(lines, nil, []string{"--version"}, []string{"__complete", "setup", "-"}, []string{"__complete", ""})
}

// everyCommandsHelp are the helps of the commands, and the topics that have
// tables.
func everyCommandsHelp() (lines [][]string) {
	for _, cmd := range commands(commandTree(&program{env: func(string) string { return "" }})) {
		lines = append(lines, append(strings.Fields(cmd.CommandPath())[1:], "--help"))
	}
	return append(lines, []string{"help", "exit-codes"}, []string{"help", "environment"}, []string{"help", "questions"})
}

// Whatever is said to a person is said in the language of the run.
func TestNothingIsSaidInEnglishAlone(t *testing.T) {
	lines := append(everyHelp(), mistakes()...)
	names := namesOfOurs()
	for _, args := range lines {
		home := t.TempDir()
		if found := testkit.Untranslated(spoken(t, msg.Pseudo, home, args...), append(names, args...)...); len(found) > 0 {
			t.Errorf("wxmail %s: not in the catalogue:\n  %s", strings.Join(args, " "), strings.Join(found, "\n  "))
		}
	}
}

// mistakes are command lines that end before anybody signs in.
func mistakes() (lines [][]string) {
	for _, line := range []string{
		"seutp", "setup --emial-id x", "setup --mailbox", "doctor --days x", "doctor --days -1", "setup ---x", "profile remove", "undo a b",
		"setup -q -v", "values --copy --web", "setup --skip forward", "setup --lang xx", "setup --cloud nowhere", "setup --cloud /",
		"setup --email-id nobody", "setup --answers /nowhere", "setup --answers /", "plan", "setup -y --no-input", "doctor --no-input",
		"doctor --only nothing", "doctor --only exchange --ics x", "undo", "values", "values nothing", "values --tokens", "values --web x",
		"values --copy", "summary", "profile list", "profile remove nobody -y", "verify", "azure rotate-secret --secret x",
		"azure rotate-secret --finish --secret x", "azure receive-secret", "handoff entra", "handoff exchange --seen /nowhere",
		"support-bundle -o /nowhere/x", "support-bundle -o /", "support-bundle --attach /", "support-bundle --asset-id ? -o /dev/null",
		"token --forget",
		"sandbox serve", "sandbox browse", "demo --scenario nothing", "version --check", "setup --profile ..", "help nothing", "azure nothing",
		"setup --ca-file /nowhere", "setup --write-answers /nowhere/x", "setup --write-answers -",
		"setup --skip webex.collect --skip azure.register --skip azure.consent --skip mailbox.smtp --skip mailbox.forward --skip token",
		"undo --confirm other", "mailbox forward --forwarding-address a@b.example --email-id c@d.example --keep-copy perhaps",
	} {
		lines = append(lines, strings.Fields(line))
	}
	return lines
}
