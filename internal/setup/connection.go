package setup

import (
	"strings"

	"wxmail/internal/cloud"
	"wxmail/internal/signin"
	"wxmail/internal/store"
	"wxmail/internal/vault"
	"wxmail/internal/wanted"
)

// Connection is what a run works on: one mailbox's profile, its cloud, its
// vault, and the person or script that it talks to.
type Connection struct {
	Cloud    *cloud.Endpoints
	Home     *store.Store // of all profiles; nil: there is no other
	Profile  *store.Profile
	Data     store.Data // of the profile
	Journal  *store.Journal
	Vault    *vault.Vault // nil where it does not open and the run can do without
	Locked   bool         // there is a vault, and it did not open
	Lenient  bool         // the run does without a vault that turns out not to open
	Answers  *wanted.Answers
	Operator Operator
	Flow     *signin.Flow
	Signing  Signing
	Yes      bool // the plan is agreed to beforehand
	Attended bool // somebody says when the asset is saved, even where nobody can be asked anything else

	// TakesApart lets the answers name another mailbox whose deeds stand in
	// the profile's journal; then the profile keeps nothing of the run but
	// its journal. Where they name the profile's own, it is taken back.
	TakesApart bool
}

// Signing is how the admins sign in.
type Signing string

// The ways; the mailbox always signs in by browser.
const (
	Browser    Signing = "browser"
	DeviceCode Signing = "device-code"
	AzureCLI   Signing = "azure-cli"
)

// ErrDeclined says that the operator read the plan and said no.
var ErrDeclined error = declined{}

type declined struct{}

func (declined) Error() string { return "the plan was declined" }

// Fact is the code of the advice.
func (declined) Fact() (code, object, detail string) { return "WX-DECLINED", "", "" }

// keep writes the profile with the lasting answers.
func (c *Connection) keep() error {
	if c.TakesApart {
		return nil
	}
	c.Data.Cloud.Name, c.Data.Cloud.Base = c.Cloud.Name, c.Cloud.Base
	c.Data.Answers = c.Answers.Lasting()
	return c.Profile.Write(c.Data)
}

// belongs refuses another tenant than that of the profile's first write.
func (c *Connection) belongs(tenantID string) error {
	if known := c.Data.TenantID; known != "" && !strings.EqualFold(known, tenantID) {
		return &NotOwn{Code: "WX-PROFILE-TENANT", Profile: c.Profile.Name(), Known: known, Wanted: tenantID}
	}
	return nil
}
