package exchange

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"wxmail/internal/sandbox/tenant"
)

const (
	support = "support@contoso.example"
	sales   = "sales@contoso.example"
	help    = "help@contoso.example"
)

func newTenant() *tenant.Tenant {
	t := tenant.New(&tenant.Clock{}, 1)
	t.Organization = tenant.Organization{ID: "5e3c", VerifiedDomains: []tenant.VerifiedDomain{
		{Name: "contoso.example", IsDefault: true}, {Name: "contoso.onmicrosoft.com", IsInitial: true},
	}}
	t.OrganizationConfig = tenant.OrganizationConfig{Name: "contoso.onmicrosoft.com", Identity: "contoso.onmicrosoft.com"}
	for address, kind := range map[string]string{support: "UserMailbox", sales: "UserMailbox", help: "SharedMailbox"} {
		name, _, _ := strings.Cut(address, "@")
		t.Mailboxes.Put(name, tenant.Mailbox{
			Identity: name, Name: name, DisplayName: name, PrimarySMTPAddress: address, UserPrincipalName: address,
			RecipientTypeDetails: kind, ExchangeGUID: name, ExternalDirectoryObjectID: "oid-" + name,
			EmailAddresses: []string{"SMTP:" + address, "smtp:also-" + address},
		})
	}
	t.Recipients.Put("team", tenant.Recipient{
		Identity: "team", Name: "team", PrimarySMTPAddress: "team@contoso.example",
		RecipientType: "MailUniversalDistributionGroup", RecipientTypeDetails: "MailUniversalDistributionGroup",
	})
	t.RemoteDomains.Put("Default", tenant.RemoteDomain{
		Name:               "Default",
		Identity:           "Default",
		DomainName:         "*",
		AutoForwardEnabled: true,
		AllowedOOFType:     "External",
	})
	t.OutboundPolicies.Put("Default", tenant.OutboundPolicy{
		Name:               "Default",
		Identity:           "Default",
		IsDefault:          true,
		AutoForwardingMode: "Automatic",
	})
	return t
}

// verify accepts the names of directory roles as tokens.
func verify(raw string) (tenant.Token, error) {
	token := tenant.Token{
		Audience: "https://outlook.office365.com", TenantID: "5e3c", UPN: "admin@contoso.example",
		Scopes: []string{"AdminApi.AccessAsUser.All"},
	}
	switch raw {
	case "":
		return token, errors.New("no token")
	case "graph":
		token.Audience = "https://graph.microsoft.com"
	case "smtp":
		token.Scopes = []string{"SMTP.Send"}
	case "foreign":
		token.TenantID = "f00"
	case "application":
		token.Scopes, token.UPN, token.Roles = nil, "", []string{"Exchange.ManageAsApp"}
		token.DirectoryRoles = []string{"Exchange Administrator"}
	default:
		token.DirectoryRoles = []string{raw}
	}
	return token, nil
}

// answer is a response, decoded where it is JSON.
type answer struct {
	status int
	header http.Header
	raw    string
	body   struct {
		Value        []map[string]any
		Warnings     []string `json:"@adminapi.warnings"`
		Confirmation string   `json:"@adminapi.confirmationmessage"`
		Error        struct {
			Code, Message string
			Details       []struct{ Message string }
			InnerError    struct {
				InternalException struct{ Message, Type string }
			}
		}
	}
}

func send(t *testing.T, model *tenant.Tenant, r *http.Request) answer {
	t.Helper()
	w := httptest.NewRecorder()
	New(model, verify).ServeHTTP(w, r)
	a := answer{status: w.Code, header: w.Header(), raw: w.Body.String()}
	_ = json.Unmarshal([]byte(a.raw), &a.body) // some answers are not JSON
	return a
}

func newRequest(role, body string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/adminapi/beta/5e3c/InvokeCommand", strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+role)
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	return r
}

// run runs a cmdlet as an Exchange Administrator.
func run(t *testing.T, model *tenant.Tenant, cmdlet, parameters string) answer {
	t.Helper()
	return send(t, model, newRequest("Exchange Administrator", `{"CmdletInput":{"CmdletName":"`+cmdlet+`","Parameters":`+parameters+`}}`))
}

// must runs a cmdlet that has to succeed.
func must(t *testing.T, model *tenant.Tenant, cmdlet, parameters string) answer {
	t.Helper()
	a := run(t, model, cmdlet, parameters)
	if a.status != http.StatusOK || a.body.Confirmation != "" {
		t.Fatalf("%s %s: %d %s", cmdlet, parameters, a.status, a.raw)
	}
	return a
}

// refused wants the end of the .NET type and a part of the text.
func (a answer) refused(t *testing.T, status int, kind, text string) {
	t.Helper()
	inner := a.body.Error.InnerError.InternalException
	if a.status != status || !strings.HasSuffix(inner.Type, kind) || !strings.Contains(inner.Message, text) {
		t.Errorf("%d %s, want %d %s %q", a.status, a.raw, status, kind, text)
		return
	}
	if a.body.Error.Message != "Invalid Operation" || !strings.HasSuffix(a.body.Error.Details[0].Message, "|"+inner.Type+"|"+inner.Message) {
		t.Errorf("error body %s", a.raw)
	}
}
