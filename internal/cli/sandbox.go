package cli

import (
	"encoding/json"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"wxmail/internal/msg"
	"wxmail/internal/near"
	"wxmail/internal/sandbox"
	"wxmail/internal/sandbox/scenario"
)

func sandboxCommand(p *program) *cobra.Command {
	cmd := &cobra.Command{Use: "sandbox"}
	cmd.AddCommand(sandboxServe(p), sandboxBrowse(p))
	return cmd
}

func sandboxServe(p *program) *cobra.Command {
	var o sandbox.Options
	cmd := &cobra.Command{
		Use: "serve", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.Dir == "" {
				return misused("--dir", msg.M("usage.serve-folder"))
			}
			return serveSandbox(p, cmd, o)
		},
	}
	f := cmd.Flags()
	f.Var(text{&o.Dir, "FOLDER"}, "dir", "")
	o.Scenario = "default"
	f.Var(text{&o.Scenario, "TENANT"}, "scenario", "")
	f.DurationVar(&o.Latency, "latency", 0, "")
	f.Int64Var(&o.Seed, "seed", 0, "")
	f.IntVar(&o.HTTPSPort, "https-port", 0, "")
	f.IntVar(&o.SMTPPort, "smtp-port", 0, "")
	return cmd
}

func serveSandbox(p *program, cmd *cobra.Command, o sandbox.Options) error {
	if err := knownTenant(o.Scenario); err != nil {
		return err
	}
	running, err := sandbox.Start(cmd.Context(), o)
	if err != nil {
		return misused("sandbox serve", quoted(err.Error()))
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

// knownTenant refuses what is neither the name of a tenant to begin with nor a
// file.
func knownTenant(name string) error {
	if _, err := os.Stat(name); err == nil || slices.Contains(scenario.Names(), name) {
		return nil
	}
	return mistyped("--scenario "+name, msg.M("usage.unknown-scenario", "Known", strings.Join(scenario.Names(), ", ")),
		near.Word(name, scenario.Names()), "wxmail sandbox serve --help")
}

func sandboxBrowse(p *program) *cobra.Command {
	var dir, as, code string
	cmd := &cobra.Command{
		Use: "browse [URL]", Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			var err error
			switch {
			case dir == "":
				return misused("--dir", msg.M("usage.browse-folder"))
			case code != "" && len(args) == 0:
				err = sandbox.BrowseCode(cmd.Context(), dir, code, as)
			case code == "" && len(args) == 1:
				_, err = sandbox.Browse(cmd.Context(), dir, args[0], as)
			default:
				return misused("sandbox browse", msg.M("usage.browse-where"))
			}
			return err
		},
	}
	cmd.Flags().Var(text{&dir, "FOLDER"}, "dir", "")
	cmd.Flags().Var(text{&as, "USER"}, "as", "")
	cmd.Flags().Var(text{&code, "CODE"}, "code", "")
	return cmd
}
