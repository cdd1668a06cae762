package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"wxmail/internal/wanted"
)

// askAll lets a command have a flag for each question that the guide's steps
// may ask; shown in its help are those whose id begins with one of prefixes, or
// all.
func askAll(p *program, cmd *cobra.Command, prefixes ...string) {
	p.asks[cmd] = func() {
		for _, q := range wanted.Questions() {
			if q.Only != "" {
				continue
			}
			addFlag(cmd, q)
			shown := slices.ContainsFunc(prefixes, func(prefix string) bool { return strings.HasPrefix(q.ID, prefix) })
			cmd.Flags().Lookup(q.Flag).Hidden = len(prefixes) > 0 && !shown
		}
	}
}

// ask lets a command have the flags of questions.
func ask(p *program, cmd *cobra.Command, ids ...string) {
	p.asks[cmd] = func() {
		for _, id := range ids {
			q, _ := wanted.FindQuestion(id)
			addFlag(cmd, q)
		}
	}
}

func addFlag(cmd *cobra.Command, q wanted.Question) {
	cmd.Flags().Var(text{new(string), placeholder(q)}, q.Flag, "")
}

// text is the value of a flag as it was typed; help shows takes behind the
// flag.
type text struct {
	to    *string
	takes string
}

func (t text) String() string {
	if t.to == nil {
		return "" // as a zero value must
	}
	return *t.to
}

// Set takes any text.
func (t text) Set(given string) error {
	*t.to = given
	return nil
}

// Type is what help shows behind the flag.
func (t text) Type() string { return t.takes }

// texts are the values of a flag that may be repeated.
type texts struct {
	to    *[]string
	takes string
}

func (t texts) String() string { return "" } // none is a default

// Set adds one.
func (t texts) Set(given string) error {
	*t.to = append(*t.to, given)
	return nil
}

// Type is what help shows behind the flag.
func (t texts) Type() string { return t.takes }

// placeholder is what help shows behind a question's flag: its choices, or what
// an answer is.
func placeholder(q wanted.Question) string {
	choices := slices.Clone(q.Choices)
	switch q.Kind {
	case wanted.Bool:
		choices = []string{"true", "false"}
	case wanted.Client:
		choices = append(choices, "CLIENT-ID")
	case wanted.Choice:
	default:
		return strings.ToUpper(string(q.Kind))
	}
	return oneOf(choices...)
}

// oneOf is what help shows behind a flag that takes one of a few.
func oneOf(choices ...string) string { return "{" + strings.Join(choices, "|") + "}" }

// joinValues gives a flag that means true where it stands alone its value:
// --keep-copy is --keep-copy=true, and --keep-copy false is --keep-copy=false,
// as other programs take it. One whose value is being completed has none yet.
func joinValues(args []string) (joined []string) {
	completes := len(args) > 0 && strings.HasPrefix(args[0], cobra.ShellCompRequestCmd)
	for i := 0; i < len(args); i++ {
		switch {
		case args[i] == "--":
			return append(joined, args[i:]...)
		case !maybeBare(args[i]) || completes && i+2 >= len(args):
			joined = append(joined, args[i])
		case i+1 < len(args) && wanted.IsBool(args[i+1]):
			joined = append(joined, args[i]+"="+args[i+1])
			i++
		default:
			joined = append(joined, args[i]+"=true")
		}
	}
	return joined
}

// maybeBare says whether an argument is a flag that means true where it stands
// alone.
func maybeBare(arg string) bool {
	return strings.HasPrefix(arg, "--") && slices.ContainsFunc(wanted.Questions(), func(q wanted.Question) bool {
		return q.Kind == wanted.Bool && arg == "--"+q.Flag
	})
}

// questionFlags are the answers given as flags.
func questionFlags(cmd *cobra.Command) map[string]string {
	answers := map[string]string{}
	for _, q := range wanted.Questions() {
		if flag := cmd.Flags().Lookup(q.Flag); flag != nil && flag.Changed {
			answers[q.ID] = flag.Value.String()
		}
	}
	return answers
}
