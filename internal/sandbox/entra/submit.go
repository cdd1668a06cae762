package entra

import (
	"net/http"
	"strings"

	"github.com/google/uuid"

	"wxmail/internal/sandbox/tenant"
)

// sessionCookie is the browser's sign-in session.
const sessionCookie = "ESTSAUTH"

// submit takes the form of a page of a sign-in.
func (c *call) submit() reply {
	f := c.flows[c.r.PostForm.Get("flow")]
	step, choice := c.r.PostForm.Get("step"), c.r.PostForm.Get("choice")
	if c.malformed || f == nil || step != f.page {
		return c.errorPage(refuse(9002313))
	}
	switch step {
	case "login":
		return c.signIn(f)
	case "pick":
		return c.pick(f, choice)
	case "mfa":
		return c.secondFactor(f, choice)
	case "confirm":
		if choice == "continue" {
			f.confirmed = true
			return c.advance(f)
		}
	case "consent":
		if choice == "accept" {
			return c.accept(f)
		}
	case "approval":
		if choice == "other" {
			return c.another(f)
		}
		return f.ending.refused(c, f, refuse(90094, f.client.name))
	}
	return f.ending.refused(c, f, refuse(65004))
}

// signIn checks a user name and a password.
func (c *call) signIn(f *flow) reply {
	f.hint = strings.TrimSpace(c.r.PostForm.Get("login"))
	user, refused := c.authenticateUser(f.hint, c.r.PostForm.Get("passwd"), f.client)
	if refused != nil {
		return c.show(f, nil, view{Page: "login", Hint: f.hint, Error: refused.Error()})
	}
	f.user, f.mfa = &user, false
	return c.remember(f)
}

func (c *call) authenticateUser(name, password string, cl *client) (tenant.User, *refusal) {
	user, found := c.tenant.Users.Find(func(u tenant.User) bool { return signsInAs(u, name) })
	_, domain, _ := strings.Cut(name, "@")
	switch {
	case !found && domain != "" && !c.verified(domain):
		return user, refuse(50020, name, c.tenant.Organization.DisplayName, cl.id)
	case !found:
		return user, refuse(50034, name, c.tenant.Organization.ID)
	case password == "" || user.Password != password:
		return user, refuse(50126)
	case !user.AccountEnabled:
		return user, refuse(50057)
	}
	return user, nil
}

// signsInAs: a guest signs in by the address that they have at home; here they
// are called "name_home.example#EXT#@contoso.example".
// https://learn.microsoft.com/entra/external-id/user-properties
func signsInAs(u tenant.User, name string) bool {
	if u.UserType == "Guest" && u.Mail != nil {
		return strings.EqualFold(*u.Mail, name)
	}
	return strings.EqualFold(u.UserPrincipalName, name)
}

// pick takes an account that this browser knows, or asks for another.
func (c *call) pick(f *flow, choice string) reply {
	users, mfa := c.live(c.session())
	for _, u := range users {
		if u.UserPrincipalName == choice {
			f.user, f.mfa = &u, mfa[u.ID]
			return c.advance(f)
		}
	}
	return c.another(f)
}

func (c *call) another(f *flow) reply {
	f.user, f.mfa, f.prompt, f.hint = nil, false, "login", ""
	return c.advance(f)
}

func (c *call) secondFactor(f *flow, choice string) reply {
	if choice != "approve" {
		return c.blocked(f, refuse(500121))
	}
	f.mfa = true
	return c.remember(f)
}

// accept writes the grants of a consent page.
func (c *call) accept(f *flow) reply {
	if consent, is := f.ending.(*adminConsent); is {
		return consent.accept(c, f)
	}
	needs, refused := c.needs(f.client, f.user.ID, f.ask, f.fresh)
	if refused != nil {
		return f.ending.refused(c, f, refused)
	}
	organization := c.r.PostForm.Get("organization") == "on" && consentAdmin(*f.user)
	missing := c.missing(f.client, f.user.ID, needs, f.fresh)
	if organization {
		missing = needs
	}
	f.fresh = append(f.fresh, c.consent(f.client, missing, f.user.ID, organization)...)
	f.forced = false
	return c.advance(f)
}

// remember keeps the account in the browser's session and goes on.
func (c *call) remember(f *flow) reply {
	id := uuid.NewString()
	if cookie, err := c.r.Cookie(sessionCookie); err == nil && c.sessions[cookie.Value] != nil {
		id = cookie.Value
	}
	if c.sessions[id] == nil {
		c.sessions[id] = &session{}
	}
	c.sessions[id].remember(account{f.user.ID, f.mfa, c.now})
	cookie := http.Cookie{Name: sessionCookie, Value: id, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode}
	return c.advance(f).with("Set-Cookie", cookie.String())
}

// session is this browser's session; an unknown browser has an empty one.
func (c *call) session() *session {
	if cookie, err := c.r.Cookie(sessionCookie); err == nil && c.sessions[cookie.Value] != nil {
		return c.sessions[cookie.Value]
	}
	return &session{}
}

// logout ends the browser's session.
func (c *call) logout() reply {
	if cookie, err := c.r.Cookie(sessionCookie); err == nil {
		delete(c.sessions, cookie.Value)
	}
	return c.page(http.StatusOK, view{Page: "done", Text: "You signed out of your account."})
}

// nativeClient is the page to which Microsoft's older clients return.
func (c *call) nativeClient() reply {
	return c.page(http.StatusOK, view{Page: "done", Text: "You may close this window."})
}
