package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"wxmail/internal/msg"
	"wxmail/internal/wanted"
)

// addQuestionFlags gives a command a flag for each question that the guide's
// steps may ask; shown in its help are those whose id begins with one of
// prefixes, or all.
func addQuestionFlags(cmd *cobra.Command, prefixes ...string) {
	for _, q := range wanted.Questions() {
		if q.Only != "" {
			continue
		}
		addFlags(cmd, q.ID)
		shown := slices.ContainsFunc(prefixes, func(prefix string) bool { return strings.HasPrefix(q.ID, prefix) })
		cmd.Flags().Lookup(q.Flag).Hidden = len(prefixes) > 0 && !shown
	}
}

// addFlags gives a command the flags of questions.
func addFlags(cmd *cobra.Command, ids ...string) {
	for _, id := range ids {
		q, _ := wanted.FindQuestion(id)
		usage := msg.New("en").Text("question." + q.ID + ".prompt")
		if q.Default != "" {
			usage += " (default: " + q.Default + ")"
		}
		cmd.Flags().String(q.Flag, "", usage)
		if q.Kind == wanted.Bool {
			cmd.Flags().Lookup(q.Flag).NoOptDefVal = "true"
		}
	}
}

// joinValues gives a flag that may stand without a value the one that follows
// it after a space: --keep-copy false is --keep-copy=false, as other programs
// take it.
func joinValues(args []string) (joined []string) {
	for i := 0; i < len(args); i++ {
		if args[i] == "--" {
			return append(joined, args[i:]...)
		}
		if i+1 < len(args) && maybeBare(args[i]) && wanted.IsBool(args[i+1]) {
			joined = append(joined, args[i]+"="+args[i+1])
			i++
			continue
		}
		joined = append(joined, args[i])
	}
	return joined
}

// maybeBare says whether an argument is a flag that means true where it stands
// alone.
func maybeBare(arg string) bool {
	return slices.ContainsFunc(wanted.Questions(), func(q wanted.Question) bool { return q.Kind == wanted.Bool && arg == "--"+q.Flag })
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
