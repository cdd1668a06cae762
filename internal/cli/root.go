package cli

import (
	"github.com/spf13/cobra"

	"wxmail/internal/cloud"
)

// root is the tree of commands.
func commandTree(p *program) *cobra.Command {
	root := &cobra.Command{
		Use:   "wxmail",
		Short: "Connect an Office 365 mailbox to Webex Connect",
		Long: `wxmail connects an Office 365 mailbox to a Webex Connect e-mail asset with
OAuth 2.0, step by step: what Cisco's guide does by hand in four portals.

  wxmail setup     in your tenant
  wxmail demo      the same, against a sandbox on this computer`,
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
	root.SetVersionTemplate("wxmail {{.Version}}\n")
	p.addGlobals(root)
	addCommands(p, root)
	root.SetHelpCommand(helpCommand(p, root))
	root.InitDefaultHelpCmd()
	root.SetOut(p.out) // which the next line takes, once for all
	root.InitDefaultCompletionCmd()
	strictArguments(root)
	p.complete(root)
	exemplify(root, examples())
	return root
}

func addCommands(p *program, root *cobra.Command) {
	web := &cobra.Command{Use: "webex", Short: "The e-mail asset in Webex Connect"}
	web.AddCommand(stepCommand(p, "collect", "webex.collect",
		"Collect the asset's name, e-mail ID, Forwarding Address and Call Back URL", "webex."))
	azure := &cobra.Command{Use: "azure", Short: "The application in Entra ID"}
	azure.AddCommand(
		stepCommand(p, "register", "azure.register", "Register the application, its redirect URI and a client secret",
			"azure.", "webex.callback-url"),
		stepCommand(p, "consent", "azure.consent", "Grant tenant-wide consent for Mail.Send and SMTP.Send", "azure."),
		receiveCommand(p), rotateCommand(p),
	)
	mailbox := &cobra.Command{Use: "mailbox", Short: "The mailbox in Exchange Online"}
	mailbox.AddCommand(
		stepCommand(p, "smtp", "mailbox.smtp", "Allow Authenticated SMTP for the mailbox", "mailbox.sign-in-as", "exchange.admin", "azure.admin"),
		stepCommand(p, "forward", "mailbox.forward", "Allow forwarding for this mailbox, and forward to Webex Connect",
			"mailbox.", "exchange.", "azure.admin", "webex.forwarding-address"),
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
