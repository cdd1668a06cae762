package cli

import (
	"errors"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"wxmail/internal/msg"
	"wxmail/internal/near"
	"wxmail/internal/setup"
	"wxmail/internal/store"
	"wxmail/internal/ui"
	"wxmail/internal/vault"
)

func profileCommand(p *program) *cobra.Command {
	cmd := &cobra.Command{Use: "profile"}
	cmd.AddCommand(
		queryCommand(&cobra.Command{Use: "list", Args: cobra.NoArgs,
			RunE: func(*cobra.Command, []string) error { return listProfiles(p) }}),
		&cobra.Command{Use: "remove NAME", Args: cobra.ExactArgs(1),
			RunE: func(cmd *cobra.Command, args []string) error { return removeProfile(p, cmd, args[0]) }},
	)
	return cmd
}

// profileRow is one profile of `profile list --json`.
type profileRow struct {
	Name     string       `json:"name"`
	Cloud    msg.Nullable `json:"cloud"`
	TenantID msg.Nullable `json:"tenantId"`
	Mailbox  msg.Nullable `json:"mailbox"`
	// SecretExpires is when the client secret ends that ends next, as last seen.
	SecretExpires *time.Time `json:"secretExpires"`

	ends []lastEnd
}

func listProfiles(p *program) error {
	home, err := p.home()
	if err != nil {
		return err
	}
	names, err := home.List()
	if err != nil {
		return err
	}
	rows, damaged := []profileRow{}, error(nil)
	for _, name := range names {
		row, err := describeProfile(p, home, name)
		if err != nil {
			damaged = errors.Join(damaged, err) // it hides no other
			continue
		}
		rows = append(rows, row)
		for _, end := range row.ends {
			p.ui.Warn(msg.M(end.text("warning.profile-secret-"), "Profile", row.Name, "Secret", end.Name, "End", end.Date()))
		}
	}
	if p.flags.json && damaged != nil {
		return damaged
	}
	table := [][]string{}
	for _, r := range rows {
		table = append(table, []string{r.Name, orDash(r.Cloud), orDash(r.TenantID), orDash(r.Mailbox), r.end()})
	}
	heads := p.form().heads("profile", "cloud", "tenant", "mailbox", "secret-ends")
	return errors.Join(tabulate(p, profilesDocument{rows}, table, heads), damaged)
}

// end is the day on which the client secret ends, "-" where none is known.
func (r profileRow) end() string {
	if r.SecretExpires == nil {
		return "-"
	}
	return r.SecretExpires.UTC().Format(time.DateOnly)
}

func describeProfile(p *program, home *store.Store, name string) (profileRow, error) {
	profile, err := home.Profile(name)
	if err != nil {
		return profileRow{}, err
	}
	data, err := profile.Read()
	if err != nil {
		return profileRow{}, err
	}
	seen, now := setup.LastSeen(name, data), time.Now()
	return profileRow{name, seen.Cloud, seen.Azure.TenantID, seen.Mailbox.Address, soonest(data, now), lastEnds(data, now)}, nil
}

// home holds the profiles of this computer.
func (p *program) home() (*store.Store, error) {
	return store.OpenOn(store.Home(p.env), p.machine.Disk)
}

// unknown is the profile of that name, which was never written.
func (p *program) unknown(name string) error {
	return &unknownProfile{"WX-PROFILE-UNKNOWN", "no profile " + name, name, store.Home(p.env), p.nearProfile(name)}
}

// nearProfile is the profile that was meant by a name that is none's, or "".
func (p *program) nearProfile(name string) string {
	home, err := p.home()
	if err != nil {
		return ""
	}
	names, _ := home.List() // one that cannot be read names none
	return near.Word(name, names)
}

func removeProfile(p *program, cmd *cobra.Command, name string) error {
	home, err := p.home()
	if err != nil {
		return err
	}
	profile, err := home.Profile(name)
	if err != nil {
		return err
	}
	if names, err := home.List(); err != nil || !slices.Contains(names, profile.Name()) {
		return p.unknown(profile.Name())
	}
	if !p.flags.yes {
		agreed, err := p.ui.Confirm(cmd.Context(), ui.Question{ID: "profile.remove", Default: "false",
			Prompt: msg.M("profile.remove", "Profile", profile.Name()), Help: msg.M("profile.remove-help")})
		if err != nil {
			return err
		}
		if !agreed {
			return setup.ErrDeclined
		}
	}
	lock, err := profile.Lock(time.Now())
	if err != nil {
		return err
	}
	defer lock.Unlock()
	if err := vault.Forget(profile.Dir(), p.keyring()); err != nil {
		return err
	}
	if err := lock.Remove(); err != nil {
		return err
	}
	p.ui.Say(msg.M("profile.removed", "Profile", profile.Name()))
	return p.finish(nil, ui.Result{})
}
