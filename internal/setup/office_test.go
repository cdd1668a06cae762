package setup_test

import (
	"path/filepath"
	"testing"
	"time"

	"wxmail/internal/cloud"
	"wxmail/internal/guide"
	"wxmail/internal/setup"
	"wxmail/internal/signin"
	"wxmail/internal/store"
	"wxmail/internal/testkit"
	"wxmail/internal/vault"
	"wxmail/internal/wanted"
)

const (
	mailbox       = "support@contoso.example"
	colleague     = "sales@contoso.example"
	shared        = "help@contoso.example" // a shared mailbox
	admin         = "admin@contoso.example"
	entraAdmin    = "entra@contoso.example"
	exchangeAdmin = "exchange@contoso.example"
)

// office is where one profile is worked on: a sandbox, a home, a vault in
// memory, and the answers of an unattended run.
type office struct {
	*testkit.World
	t       *testing.T
	draft   testkit.Draft
	answers map[string]string
	disk    store.Disk
	profile *store.Profile
	vault   *vault.Vault
	tune    func(*setup.Connection) // the last word on every connection
}

// open opens one in a tenant of that scenario.
func open(t *testing.T, scenario string) *office {
	t.Helper()
	o := &office{World: spare.borrow(t, scenario), t: t}
	o.moveIn()
	return o
}

// moveIn takes a new draft, a new profile and a new vault.
func (o *office) moveIn() {
	o.t.Helper()
	o.draft = o.Draft()
	o.answers, o.tune = o.draft.Answers(mailbox), func(*setup.Connection) {}
	home, err := store.OpenOn(o.Home(), o.disk)
	must(o.t, err)
	o.profile, err = home.Profile("default")
	must(o.t, err)
	o.vault, err = vault.Open("", vault.Options{Memory: true})
	must(o.t, err)
}

// afresh makes a new tenant of the same scenario, in which nothing was done.
func (o *office) afresh() *office {
	o.t.Helper()
	o.Call("POST", "/reset", nil, nil)
	o.moveIn()
	return o
}

// data is what the profile holds.
func (o *office) data() store.Data {
	o.t.Helper()
	data, err := o.profile.Read()
	must(o.t, err)
	return data
}

// looksOnce makes whoever waits for a replica give up after the first look.
func (o *office) looksOnce() { o.Endpoints(map[string]any{"pollInterval": "2m"}) }

// connection is one as a command makes it.
func (o *office) connection(p *person) *setup.Connection {
	o.t.Helper()
	data := o.data()
	endpoints, err := cloud.Load(o.CloudFile(), "")
	must(o.t, err)
	c := &setup.Connection{Cloud: endpoints, Profile: o.profile, Data: data, Journal: o.profile.Journal(endpoints.Now), Vault: o.vault,
		Answers: &wanted.Answers{Flags: o.answers, Profile: data.Answers}, Operator: p, Yes: p.answers == nil,
		Flow: &signin.Flow{Endpoints: endpoints}}
	o.tune(c)
	return c
}

// goes goes a course.
func (o *office) goes(p *person, course guide.Course, skip ...string) *setup.Result {
	o.t.Helper()
	return p.runs(setup.Run{Connection: o.connection(p), Course: course, Skip: skip}.Do)
}

// plans plans a course and goes no further.
func (o *office) plans(p *person, course guide.Course) *setup.Result {
	o.t.Helper()
	return p.runs(setup.Run{Connection: o.connection(p), Course: course}.Plan)
}

// isSetUp goes the whole guide with nobody to ask, and comes to its end.
func (o *office) isSetUp() *office {
	o.t.Helper()
	well(o.t, o.goes(o.nobody(), whole()))
	return o
}

func whole() guide.Course { return guide.Guide(nil, nil) }

func only(steps ...string) guide.Course { return guide.Guide(steps, nil) }

// fault injects faults, which meet the requests from now on.
func (o *office) fault(faults ...map[string]any) {
	o.t.Helper()
	o.Call("POST", "/faults", faults, nil)
}

// changedBySomebody changes a mailbox behind wxmail's back.
func (o *office) changedBySomebody(address string, properties map[string]any) {
	o.t.Helper()
	o.Call("PATCH", "/mailboxes/"+address, properties, nil)
}

// tenant is what of the sandbox's state these tests look at.
type tenant struct {
	Applications, DeletedItems []application
	Mailboxes                  []struct {
		PrimarySMTPAddress               string
		ForwardingSMTPAddress            string
		DeliverToMailboxAndForward       bool
		SMTPClientAuthenticationDisabled *bool
		SendAs                           []string
	}
	OutboundPolicies, OutboundRules []struct{ Name string }
}

type application struct {
	AppID, UniqueName   string
	Web                 struct{ RedirectURIs []string }
	PasswordCredentials []credential
}

type credential struct {
	KeyID, DisplayName, Hint   string
	StartDateTime, EndDateTime time.Time
}

func (o *office) tenant() (seen tenant) {
	o.t.Helper()
	o.Call("GET", "/state", nil, &seen)
	return seen
}

// application is the one that wxmail made for the mailbox.
func (o *office) application() application {
	o.t.Helper()
	for _, app := range o.tenant().Applications {
		if app.UniqueName == testkit.UniqueName(mailbox) {
			return app
		}
	}
	o.t.Fatal("there is no application of ours")
	return application{}
}

// forwardsTo is where a mailbox forwards.
func (o *office) forwardsTo(address string) string {
	o.t.Helper()
	for _, m := range o.tenant().Mailboxes {
		if m.PrimarySMTPAddress == address {
			return m.ForwardingSMTPAddress
		}
	}
	o.t.Fatalf("there is no mailbox %s", address)
	return ""
}

// until waits until something is so.
func (o *office) until(is func() bool) {
	look := time.NewTicker(2 * time.Millisecond)
	defer look.Stop()
	tooLong := time.After(time.Minute)
	for !is() {
		select {
		case <-look.C:
		case <-tooLong:
			o.t.Error("it never came to that")
			return
		}
	}
}

// inProfile is the path of a file of the profile.
func (o *office) inProfile(file string) string { return filepath.Join(o.profile.Dir(), file) }
