package cli

import (
	"bytes"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"wxmail/internal/bundle"
	"wxmail/internal/cloud"
	"wxmail/internal/msg"
	"wxmail/internal/setup"
	"wxmail/internal/store"
	"wxmail/internal/wanted"
)

func bundleCommand(p *program) *cobra.Command {
	var path string
	cmd := queryCommand(&cobra.Command{
		Use: "support-bundle", Args: cobra.NoArgs,
		Short: "Collect redacted evidence for Cisco TAC and Microsoft support",
		Long: `Writes a zip file for support: versions, every id, the state of each step, what
doctor last found, what wxmail did and when, and its newest requests with their
request ids. It holds no secret, no token and nothing of any mail, and hides the
e-mail addresses of everybody else. Its README.txt says what Cisco TAC asks for
besides, and where that stands in Webex Connect. Works offline.`,
		RunE: func(*cobra.Command, []string) error { return supportBundle(p, path) },
	})
	cmd.Flags().StringVarP(&path, "output", "o", "",
		"file to write, - is standard output (default: wxmail-support-PROFILE-TIME.zip in this folder)")
	return cmd
}

// bundled is the document of `support-bundle --json`.
type bundled struct {
	File     string   `json:"file"`
	Problems []string `json:"problems"` // what could not be read
}

// supportBundle writes what there is: a profile that is damaged needs support
// most.
func supportBundle(p *program, path string) error {
	home, err := store.OpenOn(store.Home(p.env), p.disk)
	if err != nil {
		return err
	}
	profile, err := home.Profile(p.flags.profile)
	if err != nil {
		return err
	}
	clock, err := cloud.Load(cloud.DefaultName, "") // nobody is asked, so it shows this computer's time
	if err != nil {
		return err
	}
	in := gatherEvidence(p, profile, clock.Now)
	switch onOutput := p.out.is(path); {
	case onOutput && p.flags.json:
		return &usageError{"-o " + path, "--json needs standard output for itself"}
	case onOutput && p.out.isTerminal():
		return &usageError{"-o " + path, "an archive is nothing to read on a terminal; name a file"}
	}
	if path == "" {
		path = "wxmail-support-" + profile.Name() + "-" + in.Now.Format("20060102-150405") + ".zip"
	}
	var archive bytes.Buffer
	if err := bundle.Write(&archive, in); err != nil {
		return err
	}
	if err := p.writeFile(path, archive.Bytes()); err != nil || p.out.is(path) {
		return err
	}
	if full, err := filepath.Abs(path); err == nil {
		path = full
	}
	if p.flags.json {
		return p.ui.Document(bundled{path, append([]string{}, in.Problems...)})
	}
	p.ui.Print(path)
	for _, problem := range in.Problems {
		p.ui.Warn(msg.M("bundle.unread", "Problem", problem))
	}
	if in.Found == nil {
		p.ui.Warn(msg.M("bundle.no-findings"))
	}
	p.ui.Say(msg.M("bundle.add"))
	return nil
}

// evidence reads what the profile keeps; what cannot be read is a problem.
func gatherEvidence(p *program, profile *store.Profile, now func() time.Time) bundle.Input {
	in := bundle.Input{Version: cloud.Version, Profile: profile.Name(), Now: now().UTC()}
	note := func(err error) {
		if err != nil {
			in.Problems = append(in.Problems, strings.ReplaceAll(err.Error(), profile.Dir(), "")) // a home names its owner
		}
	}
	data, err := profile.Read()
	note(err)
	if err == nil && !profile.Exists() {
		note(&unknownProfile{profile.Name()})
	}
	in.Records, err = profile.Journal(now).Records()
	note(err)
	in.Trace, err = profile.LastTrace()
	note(err)
	seen := setup.LastSeen(profile.Name(), data)
	in.Summary, in.Found, in.Cloud = seen, data.Found, data.Cloud.Name
	in.Mailbox, in.Asset = setup.Known(seen.Mailbox.Address), setup.Known(seen.Webex.AssetName)
	in.Own = append(in.Own, data.Answers["azure.app-name"], in.Asset)
	for _, address := range []*string{seen.Mailbox.Address, seen.Mailbox.SignInAs, seen.Webex.EmailID, seen.Webex.ForwardingAddress} {
		if address != nil {
			in.Own = append(in.Own, *address, wanted.UniqueName(*address))
		}
	}
	return in
}

// writeFile writes to where the operator says with -o: nobody else may read
// the file. That standard output takes nothing is told at the program's end.
func (p *program) writeFile(path string, data []byte) error {
	if p.out.is(path) {
		_, _ = p.out.Write(data)
		return nil
	}
	return p.disk.WriteOut(path, data)
}
