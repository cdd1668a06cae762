package entra

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"wxmail/internal/sandbox/tenant"
)

// deviceLifetime is how long a device code may be used.
// https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code
const deviceLifetime = 15 * time.Minute

// device is a device code: what a program without a browser asked for.
type device struct {
	client   string
	scope    string
	userCode string
	expires  time.Time
	approved *delegation
	refusal  *refusal
	redeemed bool
}

// deviceCode starts a device authorization.
func (c *call) deviceCode() reply {
	cl, form, refused := c.backChannel("client_id", "scope")
	if refused != nil {
		return c.errorJSON(refused)
	}
	if _, refused := c.ask(cl, form.Get("scope")); refused != nil {
		return c.errorJSON(refused)
	}
	d := &device{client: cl.id, scope: form.Get("scope"), userCode: rand.Text()[:9], expires: c.now.Add(deviceLifetime)}
	value := c.tenant.Issue("device-code", tenant.NewSecret("device", 120))
	c.devices[value] = d
	page := c.pagesBase() + "/common/oauth2/deviceauth"
	return jsonReply(http.StatusOK, map[string]any{
		"user_code": d.userCode, "device_code": value, "verification_uri": page,
		"expires_in": int(deviceLifetime.Seconds()), "interval": 5,
		"message": fmt.Sprintf("To sign in, use a web browser to open the page %s and enter the code %s to authenticate.",
			page, d.userCode),
	})
}

// devicePage takes the code that the program showed, and begins the sign-in.
func (c *call) devicePage() reply {
	_, refused := c.realm()
	if c.malformed {
		refused = refuse(9002313)
	}
	if refused != nil {
		return c.errorPage(refused)
	}
	typed := strings.ToUpper(strings.TrimSpace(c.r.PostForm.Get("otc")))
	if c.r.Method == http.MethodGet {
		return c.page(http.StatusOK, view{Page: "device", Action: c.r.URL.Path})
	}
	for _, d := range c.devices {
		if d.userCode == typed && c.now.Before(d.expires) && d.approved == nil && d.refusal == nil {
			return c.beginDevice(d)
		}
	}
	return c.page(http.StatusOK, view{Page: "device", Action: c.r.URL.Path, Error: refuse(70018).Error()})
}

func (c *call) beginDevice(d *device) reply {
	cl, refused := c.client(d.client, realm{})
	if refused != nil {
		return c.errorPage(refused)
	}
	f := c.newFlow(cl, d)
	f.scope = d.scope
	if f.ask, refused = c.ask(cl, d.scope); refused != nil {
		return d.refused(c, f, refused)
	}
	return c.advance(f)
}

func (d *device) done(c *call, f *flow) reply {
	d.approved = &delegation{
		client: f.client.id, user: f.user.ID, scope: f.scope, fresh: f.fresh, mfa: f.mfa, at: c.now,
	}
	return c.page(http.StatusOK, view{
		Page: "done", Text: "You have signed in to the " + f.client.name + " application on your device. You may now close this window.",
	})
}

func (d *device) refused(c *call, _ *flow, e *refusal) reply {
	d.refusal = e.as("authorization_declined")
	return c.errorPage(e)
}

// redeemDevice answers the program's polling, however fast it polls.
func (c *call) redeemDevice(cl *client, form url.Values) reply {
	value := form.Get("device_code")
	d := c.devices[value]
	switch {
	case value == "":
		return c.errorJSON(refuse(900144, "device_code"))
	case d == nil || d.client != cl.id:
		return c.errorJSON(refuse(70018))
	}
	if refused := c.authenticate(cl, form.Get("client_secret"), cl.fallbackPublic()); refused != nil {
		return c.errorJSON(refused)
	}
	switch {
	case d.redeemed:
		return c.errorJSON(refuse(54005))
	case d.refusal != nil:
		return c.errorJSON(d.refusal)
	case !c.now.Before(d.expires):
		return c.errorJSON(refuse(70019))
	case d.approved == nil:
		return c.errorJSON(refuse(70016))
	}
	answer, refused := c.tokens(cl, *d.approved, form)
	if refused != nil {
		return c.errorJSON(refused)
	}
	d.redeemed = true
	return jsonReply(http.StatusOK, answer)
}
