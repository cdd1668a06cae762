package cli

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"wxmail/internal/msg"
	"wxmail/internal/near"
)

// unknownCommand is a word below a command that is none of its commands.
func unknownCommand(cmd *cobra.Command, word string) error {
	return mistyped(cmd.CommandPath()+" "+word, msg.M("usage.unknown-command"),
		cmp.Or(nearCommand(cmd, word), nearCommand(cmd.Root(), word)), cmd.CommandPath()+" --help")
}

// nearCommand is the command below one that is meant by its last word, as it is
// typed; "" where none is near.
func nearCommand(cmd *cobra.Command, word string) string {
	known, names := commands(cmd), []string{}
	for _, c := range known {
		names = append(names, c.Name())
	}
	if i := slices.Index(names, near.Word(word, names)); i >= 0 {
		return known[i].CommandPath()
	}
	return ""
}

// commands are those below one that help shows.
func commands(cmd *cobra.Command) (all []*cobra.Command) {
	for _, sub := range cmd.Commands() {
		if sub.IsAvailableCommand() || sub.Name() == "help" {
			all = append(append(all, sub), commands(sub)...)
		}
	}
	return all
}

// flagError is a flag that cobra refuses. A command that there is not has no
// flags, so it is told first.
func flagError(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	given := cmd.Flags().Args()
	switch {
	case !errors.As(err, &unknown):
		return flagMisused(cmd, err)
	case cmd.HasSubCommands() && len(given) > 0:
		return unknownCommand(cmd, given[0])
	}
	flag := "--" + unknown.GetSpecifiedName()
	if short := unknown.GetSpecifiedShortnames(); short != "" {
		flag = "-" + unknown.GetSpecifiedName()
	}
	return mistyped(cmd.CommandPath()+" "+flag, msg.M("usage.unknown-flag"), near.Word(flag, flagsOf(cmd)),
		cmd.CommandPath()+" --help")
}

// flagMisused is a flag that there is, and that was not given as it is meant.
func flagMisused(cmd *cobra.Command, err error) error {
	if lacks, is := errors.AsType[*pflag.ValueRequiredError](err); is {
		return misused(cmd.CommandPath()+" --"+lacks.GetFlag().Name, msg.M("usage.no-value", "Takes", takes(lacks.GetFlag())))
	}
	if wrong, is := errors.AsType[*pflag.InvalidValueError](err); is {
		return misused(cmd.CommandPath()+" --"+wrong.GetFlag().Name,
			msg.M("usage.wrong-value", "Given", wrong.GetValue(), "Takes", cmp.Or(takes(wrong.GetFlag()), oneOf("true", "false"))))
	}
	if odd, is := errors.AsType[*pflag.InvalidSyntaxError](err); is {
		return misused(cmd.CommandPath()+" "+odd.GetSpecifiedFlag(), msg.M("usage.wrong-flag"))
	}
	return misused(cmd.CommandPath(), quoted(err.Error()))
}

func flagsOf(cmd *cobra.Command) (all []string) {
	cmd.Flags().VisitAll(func(f *pflag.Flag) { all = append(all, "--"+f.Name) })
	return all
}

// strictArguments turns cobra's complaints about arguments into usage errors,
// and makes a group without a command show its help.
func strictArguments(cmd *cobra.Command) {
	group := cmd.HasSubCommands() && cmd.RunE == nil
	if check := cmd.Args; check != nil && !group {
		cmd.Args = func(cmd *cobra.Command, args []string) error {
			err := check(cmd, args)
			switch {
			case err == nil:
				return nil
			case check(cmd, nil) == nil && check(cmd, []string{""}) != nil: // it takes none at all
				return mistyped(cmd.CommandPath(), msg.M("usage.no-arguments", "Given", strings.Join(args, " ")), "",
					cmd.CommandPath()+" --help")
			}
			return misused(cmd.CommandPath(), msg.M("usage.arguments", "Usage", cmd.Parent().CommandPath()+" "+cmd.Use))
		}
	}
	if group {
		cmd.Args = cobra.ArbitraryArgs
		cmd.RunE = func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownCommand(cmd, args[0])
			}
			return cmd.Help()
		}
	}
	for _, sub := range cmd.Commands() {
		strictArguments(sub)
	}
}

// asUsage recognises the error that cobra makes of flags that exclude each
// other.
func asUsage(ran *cobra.Command, err error) error {
	if ran == nil || !strings.HasPrefix(err.Error(), "if any flags in the group [") {
		return err
	}
	group, _, _ := strings.Cut(strings.TrimPrefix(err.Error(), "if any flags in the group ["), "]")
	flags := "--" + strings.Join(strings.Fields(group), ", --")
	return misused(ran.CommandPath(), msg.M("usage.exclusive", "Flags", flags))
}
