package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode"

	"github.com/spf13/cobra"

	"wxmail/internal/bundle"
	"wxmail/internal/cloud"
	"wxmail/internal/msg"
	"wxmail/internal/setup"
	"wxmail/internal/store"
	"wxmail/internal/wanted"
)

// supportCase is one support-bundle: its flags.
type supportCase struct {
	path, assetID, transactionID string
	attach                       []string
}

func bundleCommand(p *program) *cobra.Command {
	var c supportCase
	cmd := queryCommand(&cobra.Command{
		Use: "support-bundle", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return c.write(p) },
	})
	f := cmd.Flags()
	f.VarP(text{&c.path, "FILE"}, "output", "o", "")
	f.Var(text{&c.assetID, "ID"}, "asset-id", "")
	f.Var(text{&c.transactionID, "ID"}, "transaction-id", "")
	f.Var(texts{&c.attach, "FILE"}, "attach", "")
	return cmd
}

// bundled is the document of `support-bundle --json`.
type bundled struct {
	File     string   `json:"file"`
	Problems []string `json:"problems"` // what could not be read
}

// write writes what there is: a profile that is damaged needs support most.
func (c *supportCase) write(p *program) error {
	in, err := c.input(p)
	if err != nil {
		return err
	}
	switch onOutput := p.out.is(c.path); {
	case onOutput && p.flags.json:
		return misused("-o "+c.path, msg.M("usage.json-output"))
	case onOutput && p.out.isTerminal():
		return misused("-o "+c.path, msg.M("usage.archive"))
	}
	if c.path == "" {
		c.path = "wxmail-support-" + in.Profile + "-" + in.Now.Format("20060102-150405") + ".zip"
	}
	var archive bytes.Buffer
	if err := bundle.Write(&archive, in); err != nil {
		return err
	}
	if err := p.writeFile(c.path, archive.Bytes()); err != nil || p.out.is(c.path) {
		return err
	}
	if full, err := filepath.Abs(c.path); err == nil {
		c.path = full
	}
	if p.flags.json {
		return p.ui.Document(bundled{c.path, append([]string{}, in.Problems...)})
	}
	p.ui.Print(c.path)
	c.tell(p, in)
	return nil
}

// input is what the bundle is made of.
func (c *supportCase) input(p *program) (in bundle.Input, err error) {
	for flag, id := range map[string]string{"--asset-id": c.assetID, "--transaction-id": c.transactionID} {
		if strings.ContainsFunc(id, func(r rune) bool { return !unicode.IsGraphic(r) }) {
			return in, misused(flag+" "+id, msg.M("usage.case-id"))
		}
	}
	attached, err := readAttached(c.attach)
	if err != nil {
		return in, err
	}
	home, err := p.home()
	if err != nil {
		return in, err
	}
	profile, err := home.Profile(p.flags.profile)
	if err != nil {
		return in, err
	}
	clock, err := cloud.Load(cloud.DefaultName, "") // nobody is asked, so it shows this computer's time
	if err != nil {
		return in, err
	}
	in = gatherEvidence(p, profile, clock.Now)
	if !profile.Exists() {
		p.warnOfNoProfile(profile.Name())
	}
	in.AssetID, in.TransactionID, in.Attached = strings.TrimSpace(c.assetID), strings.TrimSpace(c.transactionID), attached
	return in, nil
}

// maxAttached is far more than a screenshot.
const maxAttached = 50 << 20

// readAttached reads the files to attach. A device or a pipe is none.
func readAttached(paths []string) (files []bundle.Attachment, err error) {
	for _, path := range paths {
		info, err := os.Stat(path)
		var data []byte
		why := msg.Message{}
		switch {
		case err == nil && !info.Mode().IsRegular():
			why = msg.M("usage.not-a-file")
		case err == nil && info.Size() > maxAttached:
			why = msg.M("usage.too-large", "Limit", maxAttached>>20)
		case err == nil:
			data, err = os.ReadFile(path)
		}
		if err != nil {
			why = quoted(plainError(err))
		}
		if !why.IsZero() {
			return nil, misused("--attach "+path, why)
		}
		files = append(files, bundle.Attachment{Name: filepath.Base(path), Data: data})
	}
	return files, nil
}

// tell says what is in it that should be known, and what is still to be added.
func (c *supportCase) tell(p *program, in bundle.Input) {
	for _, problem := range in.Problems {
		p.ui.Warn(msg.M("bundle.unread", "Problem", problem))
	}
	if in.Found == nil {
		p.ui.Warn(msg.M("bundle.no-findings"))
	}
	if len(in.Attached) > 0 {
		p.ui.Warn(msg.M("bundle.attached"))
	}
	p.ui.Say(msg.M("bundle.look"))
	if in.AssetID == "" {
		p.ui.Say(msg.M("bundle.lacks-asset-id"))
	}
	if in.TransactionID == "" {
		p.ui.Say(msg.M("bundle.lacks-transaction-id"))
	}
	if len(in.Attached) == 0 {
		p.ui.Say(msg.M("bundle.lacks-screenshots"))
	}
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
		note(p.unknown(profile.Name()))
	}
	in.Records, err = profile.Journal(now).Records()
	note(err)
	in.Trace, err = profile.LastTrace()
	note(err)
	seen := setup.LastSeen(profile.Name(), data)
	in.Summary, in.Found, in.Cloud = seen, data.Found, data.Cloud.Name
	in.Mailbox, in.Asset = string(seen.Mailbox.Address), string(seen.Webex.AssetName)
	in.Own = append(in.Own, data.Answers["azure.app-name"], in.Asset)
	for _, known := range []msg.Nullable{seen.Mailbox.Address, seen.Mailbox.SignInAs, seen.Webex.EmailID, seen.Webex.ForwardingAddress} {
		if address := string(known); address != "" {
			in.Own = append(in.Own, address, wanted.UniqueName(address), wanted.FormerUniqueName(address))
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
	return p.machine.Disk.WriteOut(path, data)
}
