package setup

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"wxmail/internal/guide"
	"wxmail/internal/msg"
	"wxmail/internal/store"
	"wxmail/internal/wanted"
	"wxmail/internal/world"
)

// NotOwn is a profile used with a cloud, a tenant or a mailbox that is not its
// own.
type NotOwn struct {
	Code                   string // of the advice
	Profile, Known, Wanted string
	Own                    string // the profile that the wanted mailbox has, or may have; "" for a cloud and a tenant
}

// Error names both.
func (e *NotOwn) Error() string {
	return "profile " + e.Profile + " belongs to " + e.Known + ", not " + e.Wanted
}

// Fact is the code, the profile, and what it belongs to.
func (e *NotOwn) Fact() (code, object, detail string) { return e.Code, e.Profile, e.Known }

// Proposal is the profile to use instead.
func (e *NotOwn) Proposal() string { return e.Own }

// ForwardingTaken is a Forwarding Address that another mailbox has: mail of
// both would reach one asset.
type ForwardingTaken struct{ Address, By string }

// Error names the address and who has it.
func (e *ForwardingTaken) Error() string { return e.Address + " is the Forwarding Address of " + e.By }

// Fact is the code, the address, and who has it.
func (e *ForwardingTaken) Fact() (code, object, detail string) {
	return "WX-FORWARDING-TAKEN", e.Address, e.By
}

// ownMailbox is the mailbox of a profile's first write, "" before that.
// Versions that did not write it down know it by the answers.
func ownMailbox(data store.Data) string {
	if data.Mailbox != "" || data.TenantID == "" {
		return data.Mailbox
	}
	return wanted.MailboxOf(data.Answers)
}

// Other is nil where the answers are for the profile's own mailbox, or for none
// that can be told, or the profile was never bound to one.
func (c *Connection) Other() *NotOwn {
	w, _, err := wanted.Parse(c.Answers)
	known := ownMailbox(c.Data)
	if err != nil || known == "" || w.Mailbox == "" || strings.EqualFold(known, w.Mailbox) {
		return nil
	}
	return &NotOwn{"WX-PROFILE-MAILBOX", c.Profile.Name(), known, w.Mailbox, c.profileOf(w.Mailbox)}
}

// profileOf is the profile that a mailbox has, or a name for a new one.
func (c *Connection) profileOf(mailbox string) string {
	taken := []string{c.Profile.Name()}
	for _, n := range c.neighbours() {
		if strings.EqualFold(ownMailbox(n.Data), mailbox) {
			return n.Name
		}
		taken = append(taken, n.Name)
	}
	local, _, _ := strings.Cut(mailbox, "@")
	name := store.NameFrom(local)
	for i := 2; slices.Contains(taken, name); i++ {
		name = fmt.Sprintf("%s-%d", store.NameFrom(local), i)
	}
	return name
}

// neighbours are the other profiles of this computer; none where they cannot
// be listed.
func (c *Connection) neighbours() []store.Neighbour {
	if c.Home == nil {
		return nil
	}
	all, err := c.Home.Neighbours(c.Profile.Name())
	if err != nil {
		c.Operator.Warn(msg.M("warning.neighbours-unread", "Error", err.Error()))
	}
	return all
}

// known are the neighbours that could be read, as a plan knows them.
func known(all []store.Neighbour) (out []world.Neighbour) {
	for _, n := range all {
		if n.Err == nil {
			seen := LastSeen(n.Name, n.Data)
			out = append(out, world.Neighbour{Profile: n.Name, Mailbox: wanted.MailboxOf(n.Data.Answers),
				ForwardingAddress: n.Data.Answers["webex.forwarding-address"], CallbackURL: n.Data.Answers["webex.callback-url"],
				ClientID: string(seen.Azure.ClientID), SecretID: string(seen.Azure.Secret.KeyID), Login: string(seen.Mailbox.SignInAs)})
		}
	}
	return out
}

// mayBeFor refuses answers for another mailbox than the profile's, unless the
// run takes back what an older version did for that one here.
func (c *Connection) mayBeFor() error {
	other := c.Other()
	if other == nil {
		c.TakesApart = false
		return nil
	}
	apart, err := c.Apart()
	if err != nil {
		return err
	}
	i := slices.IndexFunc(apart, func(a world.Apart) bool { return c.TakesApart && strings.EqualFold(a.Mailbox, other.Wanted) })
	if i < 0 {
		return other
	}
	c.Answers.Put("webex.email-id", apart[i].Mailbox)
	c.Answers.Put("mailbox.sign-in-as", apart[i].Login)
	return nil
}

// Apart is what the profile's journal knows of other mailboxes: an older
// version let a profile change its mailbox.
func (c *Connection) Apart() ([]world.Apart, error) {
	records, err := c.Journal.Records()
	if err != nil {
		return nil, err
	}
	w, _, err := wanted.Parse(c.Answers)
	all, _ := entries(records)
	_, apart := guide.Apart(cmp.Or(ownMailbox(c.Data), w.Mailbox), all)
	return apart, err
}

// alone refuses a Forwarding Address that another mailbox of this computer
// has. A profile that cannot be read is told, and not compared.
func (c *Connection) alone(address string) error {
	all := c.neighbours()
	for _, n := range all {
		if n.Err != nil {
			c.Operator.Warn(msg.M("warning.neighbour-unread", "Profile", n.Name, "Error", n.Err.Error()))
		}
	}
	apart, err := c.Apart()
	if err != nil {
		return err
	}
	here := world.Here{Neighbours: known(all), Apart: apart}
	if by := here.Sharing(address, c.Profile.Name()); by != "" {
		return &ForwardingTaken{address, by}
	}
	return nil
}
