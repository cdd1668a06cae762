package cli

import (
	"encoding/json"
	"strings"

	"github.com/spf13/cobra"

	"wxmail/internal/sandbox"
	"wxmail/internal/sandbox/scenario"
)

func sandboxCommand(p *program) *cobra.Command {
	cmd := &cobra.Command{Use: "sandbox", Short: "An embedded Microsoft 365 and Webex Connect, for trying and testing"}
	cmd.AddCommand(sandboxServe(p), sandboxBrowse(p))
	return cmd
}

func sandboxServe(p *program) *cobra.Command {
	var o sandbox.Options
	cmd := &cobra.Command{
		Use: "serve", Args: cobra.NoArgs, Short: "Serve the sandbox on this computer until it is interrupted",
		Long: `Serves Microsoft 365 and Webex Connect on loopback, in memory, until it is
interrupted. Point wxmail at it with --cloud DIR/cloud.json. Everybody's
password is "sandbox". It prints one JSON line: the endpoints file, and the
address of the control API.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.Dir == "" {
				return &usageError{"--dir", "a folder is needed for cloud.json and ca.pem"}
			}
			return serveSandbox(p, cmd, o)
		},
	}
	f := cmd.Flags()
	f.Var(text{&o.Dir, "FOLDER"}, "dir", "folder for cloud.json and ca.pem")
	o.Scenario = "default"
	f.Var(text{&o.Scenario, "TENANT"}, "scenario", "tenant to begin with: a file, or one of "+strings.Join(scenario.Names(), ", "))
	f.DurationVar(&o.Latency, "latency", 0, "least time of every request")
	f.Int64Var(&o.Seed, "seed", 0, "seed of all ids (default: a fixed one)")
	f.IntVar(&o.HTTPSPort, "https-port", 0, "port for https (default: any free one)")
	f.IntVar(&o.SMTPPort, "smtp-port", 0, "port for SMTP (default: any free one)")
	return cmd
}

func serveSandbox(p *program, cmd *cobra.Command, o sandbox.Options) error {
	running, err := sandbox.Start(cmd.Context(), o)
	if err != nil {
		return &usageError{"sandbox serve", err.Error()}
	}
	line, err := json.Marshal(struct {
		Cloud   string `json:"cloud"`
		Control string `json:"control"`
	}{running.CloudFile(), running.Control()})
	if err != nil {
		return err
	}
	p.ui.Print(string(line))
	if p.out.lost() {
		return running.Close() // nobody knows where it is
	}
	<-cmd.Context().Done()
	return running.Close()
}

func sandboxBrowse(p *program) *cobra.Command {
	var dir, as, code string
	cmd := &cobra.Command{
		Use: "browse [URL]", Args: cobra.MaximumNArgs(1), Short: "Sign in, consent and follow redirects as a browser would",
		RunE: func(cmd *cobra.Command, args []string) error {
			var err error
			switch {
			case dir == "":
				return &usageError{"--dir", "the folder of a running sandbox is needed"}
			case code != "" && len(args) == 0:
				err = sandbox.BrowseCode(cmd.Context(), dir, code, as)
			case code == "" && len(args) == 1:
				_, err = sandbox.Browse(cmd.Context(), dir, args[0], as)
			default:
				return &usageError{"sandbox browse", "either a URL or --code"}
			}
			return err
		},
	}
	cmd.Flags().Var(text{&dir, "FOLDER"}, "dir", "folder of the running sandbox")
	cmd.Flags().Var(text{&as, "USER"}, "as", "who signs in (default: the URL's login_hint, else admin@contoso.example)")
	cmd.Flags().Var(text{&code, "CODE"}, "code", "a device code to enter")
	return cmd
}
