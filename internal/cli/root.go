package cli

import (
	"github.com/spf13/cobra"

	"wxmail/internal/cloud"
)

// commandTree is the tree of commands with all that they have.
func commandTree(p *program) *cobra.Command {
	root := bareTree(p)
	furnishAll(p, root)
	return root
}

// treeFor is the tree of commands for one run. Only the command that runs has
// the flags of its questions: to make those of all takes as long as the rest of
// a start. Help, and completion, which is nobody's command yet, look at others.
func treeFor(p *program, args []string) *cobra.Command {
	root := bareTree(p)
	runs, _, err := root.Find(args)
	switch {
	case err != nil || runs == root || runs.Name() == "help":
		furnishAll(p, root)
	case p.asks[runs] != nil:
		p.asks[runs]()
	}
	return root
}

// furnishAll gives each command the flags of its questions, and what a shell
// completes it with.
func furnishAll(p *program, root *cobra.Command) {
	for _, add := range p.asks {
		add()
	}
	p.complete(root)
}

// bareTree is the tree of commands without the flags of questions.
func bareTree(p *program) *cobra.Command {
	p.asks = map[*cobra.Command]func(){}
	root := &cobra.Command{
		Use:           "wxmail",
		Version:       cloud.Version,
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownCommand(cmd, args[0])
			}
			cmd.SetOut(p.out)
			return cmd.Help()
		},
		Args:              cobra.ArbitraryArgs,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error { return p.begin(cmd) },
	}
	root.SetFlagErrorFunc(flagError)
	root.SetHelpFunc(func(cmd *cobra.Command, _ []string) { p.showHelp(cmd) })
	root.SetVersionTemplate("wxmail {{.Version}}\n")
	p.addGlobals(root)
	addCommands(p, root)
	root.SetHelpCommand(helpCommand(p, root))
	root.InitDefaultHelpCmd()
	root.SetOut(p.out) // which the next line takes, once for all
	root.InitDefaultCompletionCmd()
	strictArguments(root)
	exemplify(root, examples())
	return root
}

func addCommands(p *program, root *cobra.Command) {
	web := &cobra.Command{Use: "webex"}
	web.AddCommand(stepCommand(p, "collect", "webex.collect", "webex."))
	azure := &cobra.Command{Use: "azure"}
	azure.AddCommand(
		stepCommand(p, "register", "azure.register", "azure.", "webex.callback-url"),
		stepCommand(p, "consent", "azure.consent", "azure."),
		receiveCommand(p), rotateCommand(p),
	)
	mailbox := &cobra.Command{Use: "mailbox"}
	mailbox.AddCommand(
		stepCommand(p, "smtp", "mailbox.smtp", "mailbox.sign-in-as", "exchange.admin", "azure.admin"),
		stepCommand(p, "forward", "mailbox.forward", "mailbox.", "exchange.", "azure.admin", "webex.forwarding-address"),
	)
	root.AddCommand(setupCommand(p), web, azure, mailbox, tokenCommand(p), valuesCommand(p), summaryCommand(p), planCommand(p),
		doctorCommand(p), verifyCommand(p), undoCommand(p), handoffCommand(p), bundleCommand(p), profileCommand(p),
		demoCommand(p), sandboxCommand(p), versionCommand(p))
}

// queryMark is the annotation of commands whose output is one document.
const queryMark = "query"

// queryCommand marks a command whose output is one document: where it fails,
// that is the document.
func queryCommand(cmd *cobra.Command) *cobra.Command {
	cmd.Annotations = map[string]string{queryMark: "true"}
	return cmd
}
