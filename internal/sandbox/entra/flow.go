package entra

import (
	"net/http"

	"github.com/google/uuid"

	"wxmail/internal/sandbox/tenant"
)

// flow is one sign-in in one browser, from the request to its ending.
type flow struct {
	id     string
	client *client
	ending ending
	scope  string
	ask    ask
	prompt string
	hint   string
	forced bool // prompt=consent, not yet satisfied

	page      string       // the last one shown: only its form is accepted
	user      *tenant.User // nil until somebody has signed in
	mfa       bool
	confirmed bool     // device code: the person knows which application asks
	fresh     []string // ids of the grants that this flow wrote
}

// ending is what the sign-in was for: an authorization request, a device
// code, or an administrator's consent.
type ending interface {
	done(c *call, f *flow) reply
	refused(c *call, f *flow, e *refusal) reply
}

func (c *call) newFlow(cl *client, end ending) *flow {
	f := &flow{id: uuid.NewString(), client: cl, ending: end}
	c.flows[f.id] = f
	return f
}

// advance shows the next page of a sign-in, or ends it.
func (c *call) advance(f *flow) reply {
	if f.user == nil {
		return c.askWho(f)
	}
	if refused := c.conditionalAccess(f); refused != nil {
		return c.blocked(f, refused)
	}
	if c.mfaWanted() && !f.mfa {
		return c.show(f, refuse(50076, f.client.id).as("interaction_required"), view{Page: "mfa"})
	}
	if _, device := f.ending.(*device); device && !f.confirmed {
		return c.show(f, nil, view{Page: "confirm"})
	}
	if refused := c.mustBeAssigned(f.client, *f.user); refused != nil {
		return c.blocked(f, refused)
	}
	if consent, is := f.ending.(*adminConsent); is && !consent.given {
		return c.askAdmin(f, consent)
	}
	return c.askConsent(f)
}

// show shows a page of a flow that asks for something, or, where the
// application wants no page, tells it what would have been asked.
func (c *call) show(f *flow, silent *refusal, v view) reply {
	if f.prompt == "none" && silent != nil {
		return f.ending.refused(c, f, silent)
	}
	f.page = v.Page
	v.Flow, v.Client, v.Action = f.id, f.client.name, "/"+c.r.PathValue("tenant")+"/login"
	if f.user != nil {
		v.User = f.user.UserPrincipalName
	}
	return c.page(http.StatusOK, v)
}

// askWho shows the accounts of this browser, or the sign-in form.
func (c *call) askWho(f *flow) reply {
	users, _ := c.live(c.session())
	v := view{Page: "login", Hint: f.hint}
	if len(users) > 0 && f.prompt != "login" && f.hint == "" {
		v.Page = "pick"
		for _, u := range users {
			v.Accounts = append(v.Accounts, u.UserPrincipalName)
		}
	}
	return c.show(f, refuse(50058), v)
}

// silent signs in whoever this browser already knows, where the request
// leaves no choice.
func (c *call) silent(f *flow) {
	if f.prompt == "login" || f.prompt == "select_account" {
		return
	}
	users, mfa := c.live(c.session())
	for _, u := range users {
		if signsInAs(u, f.hint) || f.hint == "" && len(users) == 1 {
			f.user, f.mfa = &u, mfa[u.ID]
		}
	}
}

// conditionalAccess is the tenant's blocking policies.
func (c *call) conditionalAccess(f *flow) *refusal {
	_, device := f.ending.(*device)
	switch c.tenant.Settings.ConditionalAccess {
	case "block":
		return refuse(53003)
	case "block-device-code":
		if device {
			return refuse(53003)
		}
	}
	return nil
}

// mfaWanted says that a second factor is required of everybody.
func (c *call) mfaWanted() bool {
	return c.tenant.Settings.ConditionalAccess == "mfa" || c.tenant.Settings.SecurityDefaults ||
		c.tenant.Policies.SecurityDefaults.IsEnabled
}

// blocked ends a sign-in in the browser: the application never hears of it,
// but for the device that polls.
func (c *call) blocked(f *flow, e *refusal) reply {
	if d, is := f.ending.(*device); is {
		d.refusal = e
	}
	if f.prompt == "none" {
		return f.ending.refused(c, f, e.as("interaction_required"))
	}
	return c.errorPage(e)
}

// askConsent asks for what is not granted yet, if the user may grant it, and
// ends the sign-in when nothing is left to ask.
func (c *call) askConsent(f *flow) reply {
	needs, refused := c.needs(f.client, f.user.ID, f.ask, f.fresh)
	if refused != nil {
		return f.ending.refused(c, f, refused)
	}
	missing := c.missing(f.client, f.user.ID, needs, f.fresh)
	if f.forced && f.client.preauthorisedFor(needs) {
		f.forced = false
	}
	if f.forced { // the page comes even where an administrator has granted everything
		missing = needs
	}
	if len(missing) == 0 {
		delete(c.flows, f.id)
		return f.ending.done(c, f)
	}
	silent := refuse(65001, f.client.id, f.client.name).as("consent_required")
	if !c.mayConsent(f.client, *f.user, missing) {
		return c.show(f, silent, view{Page: "approval", Error: refuse(90094, f.client.name).Error(), Scopes: list(missing)})
	}
	return c.show(f, silent, view{Page: "consent", Scopes: list(missing), Admin: consentAdmin(*f.user)})
}

// preauthorisedFor says that no page is ever shown for a client of
// Microsoft's and these needs.
func (cl *client) preauthorisedFor(needs []need) bool {
	if cl.own == nil {
		return false
	}
	for _, n := range needs {
		if n.resource.AppID == cl.own.dynamic {
			return false
		}
	}
	return true
}

// list is the needs as the consent page shows them.
func list(needs []need) []scopeLine {
	lines := []scopeLine{}
	for _, n := range needs {
		for _, value := range n.values {
			lines = append(lines, scopeLine{value, n.resource.DisplayName})
		}
	}
	return lines
}
