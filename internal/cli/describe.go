package cli

import (
	"cmp"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"wxmail/internal/guide"
	"wxmail/internal/msg"
	"wxmail/internal/sandbox/scenario"
	"wxmail/internal/ui"
	"wxmail/internal/wanted"
)

// describe gives a command its texts in a language: what it and those right
// below it are for, and what its flags do. Only help, completion and the manual
// need them, so no other start reads any.
func describe(cmd *cobra.Command, c *msg.Catalogue) {
	cmd.InitDefaultHelpFlag()
	cmd.InitDefaultVersionFlag()
	for _, one := range append(cmd.Commands(), cmd) {
		id := "command." + place(one)
		one.Short, one.Long = c.Text(id+".short"), ""
		if c.Has(id + ".long") {
			one.Long = c.Text(id + ".long")
		}
	}
	questions := map[string]wanted.Question{}
	for _, q := range wanted.Questions() {
		questions[q.Flag] = q
	}
	tell := func(f *pflag.Flag) {
		if q, asks := questions[f.Name]; asks {
			f.Usage = questionUsage(q, c)
			return
		}
		f.Usage = flagUsage(cmd, f, c)
	}
	cmd.LocalFlags().VisitAll(tell)
	cmd.InheritedFlags().VisitAll(tell)
}

// describeAll gives a command and all below it their texts.
func describeAll(cmd *cobra.Command, c *msg.Catalogue) {
	describe(cmd, c)
	for _, sub := range cmd.Commands() {
		describeAll(sub, c)
	}
}

// place is where a command stands, as the ids of texts have it.
func place(cmd *cobra.Command) string {
	words := strings.Fields(cmd.CommandPath())
	return strings.Join(words[min(1, len(words)-1):], ".")
}

// flagUsage is what a flag does: with this command, or with all that have one
// of its name.
func flagUsage(cmd *cobra.Command, f *pflag.Flag, c *msg.Catalogue) string {
	id := "flag." + place(cmd) + "." + f.Name
	if !c.Has(id) {
		id = "flag." + f.Name
	}
	return c.Text(id, "Command", cmd.CommandPath(), "Steps", strings.Join(guide.StepIDs(), ", "), "Areas", areaNames(nil),
		"Tenants", strings.Join(scenario.Names(), ", "))
}

// questionUsage is what the flag of a question gives the answer to.
func questionUsage(q wanted.Question, c *msg.Catalogue) string {
	prompt := c.Text("question." + q.ID + ".prompt")
	if q.Default == "" {
		return prompt
	}
	return c.Text("usage.default", "Usage", prompt, "Default", defaultOf(q, c))
}

// defaultOf is the default of a question: a value, or where one comes from.
func defaultOf(q wanted.Question, c *msg.Catalogue) string {
	if id := "question." + q.ID + ".default"; c.Has(id) {
		return c.Text(id)
	}
	return q.Default
}

// showHelp prints what a command is for, how it is typed, what is below it, and
// its flags.
func (p *program) showHelp(cmd *cobra.Command) {
	p.speak(cmd)
	text := p.ui.Catalogue().Text
	describe(cmd, p.ui.Catalogue())
	p.ui.Prose(cmp.Or(cmd.Long, cmd.Short))
	p.ui.Print("\n" + text("usage.usage"))
	for _, line := range useLines(cmd, p.ui.Catalogue()) {
		p.ui.Print("  " + line)
	}
	if cmd.Example != "" {
		p.ui.Print("\n" + text("usage.examples") + "\n" + cmd.Example)
	}
	var below [][2]string
	for _, sub := range cmd.Commands() {
		if sub.IsAvailableCommand() || sub.Name() == "help" {
			below = append(below, [2]string{"  " + sub.Name(), sub.Short})
		}
	}
	showTerms(p.ui, "usage.commands", below)
	showTerms(p.ui, "usage.flags", flagRows(cmd.LocalFlags(), p.ui.Catalogue()))
	showTerms(p.ui, "usage.global-flags", flagRows(cmd.InheritedFlags(), p.ui.Catalogue()))
	if len(below) > 0 {
		p.ui.Prose("\n" + text("usage.more", "Command", cmd.CommandPath()))
	}
}

// showTerms prints a part of the help, if there is anything in it.
func showTerms(t *ui.Terminal, title string, rows [][2]string) {
	if len(rows) > 0 {
		t.Print("\n" + t.Catalogue().Text(title))
		ui.Terms(t, rows)
	}
}

// useLines are the ways in which a command is typed.
func useLines(cmd *cobra.Command, c *msg.Catalogue) (lines []string) {
	if line, flags := strings.CutSuffix(cmd.UseLine(), " [flags]"); flags {
		lines = append(lines, c.Text("usage.with-flags", "Command", line))
	} else {
		lines = append(lines, line)
	}
	if cmd.HasAvailableSubCommands() {
		lines = append(lines, c.Text("usage.with-command", "Command", cmd.CommandPath()))
	}
	return lines
}

// flagRows are flags, each with what it takes, and what it does.
func flagRows(flags *pflag.FlagSet, c *msg.Catalogue) (rows [][2]string) {
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		name, does := "      --"+f.Name, f.Usage
		if f.Shorthand != "" {
			name = "  -" + f.Shorthand + ", --" + f.Name
		}
		if !slices.Contains([]string{"", "false", "0", "0s"}, f.DefValue) {
			does = c.Text("usage.default", "Usage", f.Usage, "Default", f.DefValue)
		}
		rows = append(rows, [2]string{strings.TrimRight(name+" "+takes(f), " "), does})
	})
	return rows
}

// takes is what stands behind a flag; "" where it stands alone.
func takes(f *pflag.Flag) string {
	switch kind := f.Value.Type(); kind {
	case "bool":
		return ""
	case "int", "int64":
		return "NUMBER"
	case "duration":
		return "DURATION"
	default:
		return kind
	}
}

// describeFor gives the command that is being typed its texts, for a shell that
// shows them.
func describeFor(root *cobra.Command, typed []string, env func(string) string) {
	if cmd, _, err := root.Find(typed[:max(0, len(typed)-1)]); err == nil {
		lang, _ := msg.Language(typedLanguage(typed), env, systemLocale)
		describe(cmd, msg.New(lang))
	}
}

// typedLanguage is the language that a command line asks for, before anything
// else of it is understood; "" where it names none that there is.
func typedLanguage(args []string) (lang string) {
	for i, arg := range args {
		if value, is := strings.CutPrefix(arg, "--lang="); is {
			lang = value
		} else if arg == "--lang" && i+1 < len(args) {
			lang = args[i+1]
		}
	}
	if !msg.Knows(strings.ToLower(lang)) {
		return ""
	}
	return lang
}
