package cli

import (
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"wxmail/internal/cloud"
	"wxmail/internal/guide"
	"wxmail/internal/msg"
	"wxmail/internal/sandbox/scenario"
	"wxmail/internal/setup"
	"wxmail/internal/store"
	"wxmail/internal/visible"
	"wxmail/internal/wanted"
	"wxmail/internal/webex"
)

// offered are the words that may stand in a place, and what a shell may offer
// besides them. It reads this computer at most: nobody signs in, nothing is
// written and nothing asked.
type offered struct {
	words func() []cobra.Completion
	files cobra.ShellCompDirective
}

// of are words, and nothing else.
func of(words func() []cobra.Completion) offered { return offered{words, noFiles} }

const (
	noFiles  = cobra.ShellCompDirectiveNoFileComp
	anyFiles = cobra.ShellCompDirectiveDefault
)

// maxAbout is how much of what is said of a word has room beside it.
const maxAbout = 100

func aFile() offered { return offered{func() []cobra.Completion { return nil }, anyFiles} }

// offers are what flags take whose values are known, or files.
func (p *program) offers() map[string]offered {
	all := map[string]offered{
		"profile": of(p.profileNames), "lang": of(msg.Languages), "cloud": {cloud.Names, anyFiles}, "answers": aFile(),
		"ca-file": aFile(), "trace": aFile(), "output": aFile(), "write-answers": aFile(), "ics": aFile(), "seen": aFile(), "attach": aFile(),
		"only": of(guide.StepIDs), "skip": of(guide.StepIDs), "secret": of(p.keyIDs), "scenario": {scenario.Names, anyFiles},
		"dir": {nil, cobra.ShellCompDirectiveFilterDirs},
	}
	for _, q := range wanted.Questions() {
		if words := choicesOf(q); words != nil {
			all[q.Flag] = of(func() []cobra.Completion { return words })
		}
	}
	all["confirm"] = of(p.profileNames)
	return all
}

// choicesOf are the answers to a question that can be named.
func choicesOf(q wanted.Question) []string {
	if q.Kind == wanted.Bool {
		return []string{"true", "false"}
	}
	return q.Choices
}

// complete lets a command, those below it and their flags offer what fits, and
// files only where one is wanted.
func (p *program) complete(cmd *cobra.Command) {
	cmd.CompletionOptions.SetDefaultShellCompDirective(noFiles)
	offers := p.offers()
	switch cmd.CommandPath() {
	case "wxmail doctor":
		offers["only"] = of(foundNames)
	case "wxmail undo":
		cmd.ValidArgsFunction = first(guide.StepIDs)
	case "wxmail values":
		cmd.ValidArgsFunction = first(labelWords)
	case "wxmail profile remove":
		cmd.ValidArgsFunction = first(p.profileNames)
	}
	register := func(f *pflag.Flag) {
		if o, known := offers[f.Name]; known {
			_ = cmd.RegisterFlagCompletionFunc(f.Name, o.fit) // it is a flag of this command
		}
	}
	cmd.LocalNonPersistentFlags().VisitAll(register)
	cmd.PersistentFlags().VisitAll(register)
	for _, sub := range cmd.Commands() {
		p.complete(sub)
	}
}

// first offers words for the first argument, and nothing for others.
func first(words func() []cobra.Completion) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, begun string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, noFiles
		}
		return of(words).fit(cmd, args, begun)
	}
}

// fit are the words that go on from what was begun, in its case. A shell shows
// them and what is said of them as it gets them, so what somebody else wrote is
// made visible here.
func (o offered) fit(_ *cobra.Command, _ []string, begun string) (fitting []cobra.Completion, files cobra.ShellCompDirective) {
	if o.words == nil {
		return nil, o.files
	}
	for _, word := range o.words() {
		word, about, described := strings.Cut(word, "\t")
		if word = visible.Line(word); described {
			word = cobra.CompletionWithDesc(word, visible.Line(visible.Short(about, maxAbout)))
		}
		switch lower := strings.ToLower(word); {
		case strings.HasPrefix(word, begun):
			fitting = append(fitting, word)
		case strings.HasPrefix(lower, begun):
			fitting = append(fitting, lower)
		}
	}
	return fitting, o.files
}

// profileNames are the profiles of this computer, each with its mailbox.
func (p *program) profileNames() (names []cobra.Completion) {
	home, err := store.Open(store.Home(p.env))
	if err != nil {
		return nil
	}
	all, _ := home.Neighbours("") // a folder that cannot be read has none
	for _, n := range all {
		names = append(names, cobra.CompletionWithDesc(n.Name, wanted.MailboxOf(n.Data.Answers)))
	}
	return names
}

// labelWords are the fields of the form, each as a word that values knows it by.
func labelWords() (words []cobra.Completion) {
	for _, label := range labelsOf(webex.Values(webex.Input{})) {
		words = append(words, cobra.CompletionWithDesc(strings.ToLower(strings.ReplaceAll(label, " ", "-")), label))
	}
	return words
}

// keyIDs are the client secrets that --finish may end: those of the profile's
// application as they were last seen, less the one in the vault.
func (p *program) keyIDs() (ids []cobra.Completion) {
	home, err := store.Open(store.Home(p.env))
	if err != nil {
		return nil
	}
	profile, err := home.Profile(p.flags.profile)
	if err != nil {
		return nil
	}
	data, _ := profile.Read() // one that cannot be read has seen none
	held := string(setup.LastSeen(profile.Name(), data).Azure.Secret.KeyID)
	ends := guide.SecretsOf(setup.LastFacts(data, time.Time{})).InUse() // those that have ended, too
	for _, end := range slices.DeleteFunc(ends, func(e guide.End) bool { return e.KeyID == held }) {
		ids = append(ids, cobra.CompletionWithDesc(end.KeyID, end.Name+", "+string(end.Date())))
	}
	return ids
}
