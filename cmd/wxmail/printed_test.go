package main

import (
	"regexp"
	"slices"
	"strings"
)

// named are the commands of a fix, without what follows them in the sentence;
// cli.TestEveryCommandOfATextExists says that each is one.
func named(fix string) (commands []string) {
	for _, found := range commandText.FindAllString(fix, -1) {
		words := strings.Fields(found)[1:]
		size := 1
		if slices.Contains([]string{"azure", "mailbox", "webex", "handoff", "profile", "help"}, words[0]) && len(words) > 1 {
			size = 2
		}
		if words[0] == "help" && size == 2 && words[1] != "questions." && words[1] != "questions" {
			size = 1
		}
		end := size
		for end < len(words) && (strings.HasPrefix(words[end], "--") || strings.TrimRight(words[end], ".") == "NAME") {
			if end++; slices.Contains([]string{"--only", "--email-id", "--application", "--mailbox", "--secret"}, words[end-1]) {
				end++
			}
		}
		commands = append(commands, strings.TrimRight(strings.Join(words[:min(end, len(words))], " "), ".,:;"))
	}
	return commands
}

var commandText = regexp.MustCompile(`wxmail (?:setup|azure|mailbox|token|values|summary|verify|plan|doctor|undo|handoff|` +
	`support-bundle|profile|help|demo)\b[-a-zA-Z0-9@. ]*`)

// looks says whether a command shows something and changes nothing.
func looks(command string) bool {
	verb, _, _ := strings.Cut(command, " ")
	return slices.Contains([]string{"values", "summary", "plan", "doctor", "handoff", "support-bundle", "help"}, verb) ||
		command == "profile list"
}

// looks runs what the fixes say to look at, while all is as it was found.
func (p *patient) looks(findings []map[string]any) {
	p.t.Helper()
	for _, f := range findings {
		for _, command := range named(f["fix"].(string)) {
			if looks(command) {
				p.look(command)
			}
		}
	}
}

// look runs a command that shows something: 3 is that there is something to
// see, 5 and 10 that a part of it is somebody else's or waits.
func (p *patient) look(command string) {
	p.t.Helper()
	ran := p.RunWith(p.home, p.env, append(strings.Fields(command), "--no-input")...)
	if !slices.Contains([]int{0, 3, 5, 10}, ran.Exit) {
		p.t.Errorf("wxmail %s ends with %d:\n%s", command, ran.Exit, ran.Stderr)
	}
}

// applyFixes runs the commands that the fixes of errors and warnings name and
// that change something, and counts them.
func (p *patient) applyFixes(findings []map[string]any) (applied int) {
	p.t.Helper()
	for _, f := range findings {
		if f["severity"] == "info" {
			continue
		}
		for _, command := range named(f["fix"].(string)) {
			if !looks(command) && command != "azure receive-secret" { // where somebody else has the secret
				p.apply(command)
				applied++
			}
		}
	}
	return applied
}

// apply runs a command as it is printed; whoever types it has replaced what it
// asks about.
func (p *patient) apply(command string) {
	p.t.Helper()
	args := p.typed(strings.ReplaceAll(command, " NAME", " default"))
	if strings.Contains(command, "--finish") && !strings.Contains(command, "--old-secret-replaced") {
		args = append(args, "--old-secret-replaced")
	}
	p.RunWith(p.home, p.env, args...).Must(p.t, 0)
}
