package exchange

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"wxmail/internal/sandbox/tenant"
)

const getConfig = `{"CmdletInput":{"CmdletName":"Get-OrganizationConfig","Parameters":{}}}`

func TestWhoMay(t *testing.T) {
	const write = `{"CmdletInput":{"CmdletName":"Set-TransportConfig","Parameters":{"SmtpClientAuthenticationDisabled":true}}}`
	tests := []struct {
		token       string
		read, write int
	}{
		{"Global Administrator", 200, 200},
		{"Exchange Administrator", 200, 200},
		{"application", 200, 200},
		{"Global Reader", 200, 403},
		{"Cloud Application Administrator", 403, 403},
		{"", 401, 401},
		{"graph", 401, 401},
		{"smtp", 401, 401},
		{"foreign", 400, 400},
	}
	for _, test := range tests {
		model := newTenant()
		if a := send(t, model, newRequest(test.token, getConfig)); a.status != test.read {
			t.Errorf("%q reads: %d, want %d", test.token, a.status, test.read)
		}
		if a := send(t, model, newRequest(test.token, write)); a.status != test.write {
			t.Errorf("%q writes: %d, want %d", test.token, a.status, test.write)
		}
		if changed := model.TransportConfig.SMTPClientAuthenticationDisabled; changed != (test.write == 200) {
			t.Errorf("%q changed: %v", test.token, changed)
		}
	}
}

func TestForbiddenIsNotJSON(t *testing.T) {
	for _, body := range []string{getConfig, `{"CmdletInput":{"CmdletName":"Get-EXOMailbox","Parameters":{}}}`} {
		role := "Security Reader"
		if strings.Contains(body, "EXO") {
			role = "Exchange Administrator" // an unknown cmdlet is forbidden to everybody
		}
		a := send(t, newTenant(), newRequest(role, body))
		if a.status != http.StatusForbidden || len(a.raw) == 0 || strings.Trim(a.raw, "\x00") != "" {
			t.Errorf("%d %q", a.status, a.raw)
		}
	}
}

func TestStrictRequest(t *testing.T) {
	tests := []struct {
		name   string
		method string
		path   string
		header [2]string
		body   string
		want   int
	}{
		{name: "unknown route", path: "/adminapi/beta/5e3c/Mailbox", want: 404},
		{name: "other method", method: http.MethodPut, want: 405},
		{name: "another tenant", path: "/adminapi/beta/other/InvokeCommand", want: 400},
		{name: "tenant by domain", path: "/adminapi/beta/contoso.onmicrosoft.com/InvokeCommand", want: 200},
		{name: "unknown query option", path: "/adminapi/beta/5e3c/InvokeCommand?$top=1", want: 400},
		{name: "unknown property", path: "/adminapi/beta/5e3c/InvokeCommand?$select=Nonsense", want: 400},
		{name: "not JSON", body: "{", want: 400},
		{name: "unknown field", body: `{"CmdletInput":{"CmdletName":"Get-OrganizationConfig"},"More":1}`, want: 400},
		{name: "no input", body: `{}`, want: 400},
		{name: "other content type", header: [2]string{"Content-Type", "text/plain"}, want: 415},
		{name: "other format", header: [2]string{"X-ResponseFormat", "clixml"}, want: 400},
		{name: "bad anchor", header: [2]string{"X-AnchorMailbox", "support"}, want: 400},
		{name: "good anchor", header: [2]string{"X-AnchorMailbox", "APP:SystemMailbox{bb558c35-97f1-4cb9-8ff7-d53741dc928c}@5e3c"}, want: 200},
		{name: "another cmdlet in the header", header: [2]string{"X-CmdletName", "Get-Mailbox"}, want: 400},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := newRequest("Global Reader", getConfig)
			if test.body != "" {
				r = newRequest("Global Reader", test.body)
			}
			if test.method != "" {
				r.Method = test.method
			}
			if test.path != "" {
				r.URL.Path, r.URL.RawQuery, _ = strings.Cut(test.path, "?")
			}
			if test.header[0] != "" {
				r.Header.Set(test.header[0], test.header[1])
			}
			r.Header.Set("client-request-id", "mine")
			a := send(t, newTenant(), r)
			if a.status != test.want {
				t.Errorf("%d %s, want %d", a.status, a.raw, test.want)
			}
			if a.header.Get("request-id") == "" || a.header.Get("client-request-id") != "mine" {
				t.Errorf("headers %v", a.header)
			}
		})
	}
}

func TestSuccessBody(t *testing.T) {
	r := newRequest("Global Reader", `{"CmdletInput":{"CmdletName":"Get-Mailbox","Parameters":{"identity":"`+support+`"}}}`)
	r.URL.RawQuery = "$select=PrimarySmtpAddress,EmailAddresses,ForwardingSmtpAddress"
	a := send(t, newTenant(), r)
	if a.status != http.StatusOK || len(a.body.Value) != 1 || a.body.Warnings == nil {
		t.Fatalf("%d %s", a.status, a.raw)
	}
	row := a.body.Value[0]
	forwarding, there := row["ForwardingSmtpAddress"]
	if row["PrimarySmtpAddress"] != support || row["EmailAddresses@odata.type"] != "#Collection(String)" || !there ||
		forwarding != nil || len(row) != 4 {
		t.Errorf("row %v", row)
	}
}

// A list has pages: as many records as were asked for, and the rest at an
// address where nothing is to be had.
func TestPages(t *testing.T) {
	model := newTenant()
	for i := range unasked + 1 {
		name := fmt.Sprintf("policy %03d", i)
		model.OutboundPolicies.Put(name, tenant.OutboundPolicy{Name: name, Identity: name, AutoForwardingMode: "Off"})
	}
	all := len(model.OutboundPolicies.All())
	for prefer, want := range map[string]int{"": unasked, "odata.maxpagesize=7": 7, "odata.maxpagesize=1000": all,
		"odata.maxpagesize=0": -1, "odata.maxpagesize=1001": -1, "odata.maxpagesize=many": -1, "return=minimal": -1} {
		r := newRequest("Global Reader", `{"CmdletInput":{"CmdletName":"Get-HostedOutboundSpamFilterPolicy","Parameters":{}}}`)
		if prefer != "" {
			r.Header.Set("Prefer", prefer)
		}
		a := send(t, model, r)
		if want < 0 {
			a.refused(t, 400, "ODataException", "Prefer")
			continue
		}
		var next struct {
			Link string `json:"@odata.nextLink"`
		}
		_ = json.Unmarshal([]byte(a.raw), &next) // it was JSON
		if len(a.body.Value) != want || (next.Link != "") != (want < all) {
			t.Errorf("%q: %d of %d, next %q", prefer, len(a.body.Value), all, next.Link)
		}
		if want < all {
			rest := newRequest("Global Reader", `{"CmdletInput":{"CmdletName":"Get-HostedOutboundSpamFilterPolicy","Parameters":{}}}`)
			_, rest.URL.RawQuery, _ = strings.Cut(next.Link, "?")
			send(t, model, rest).refused(t, 400, "ODataException", "$skiptoken")
		}
	}
}

func TestModuleFile(t *testing.T) {
	request := func(role string) *http.Request {
		r := httptest.NewRequest(http.MethodGet, "/adminapi/v1.0/5e3c/EXOModuleFile?Version=3.7.1", nil)
		r.Header.Set("Authorization", "Bearer "+role)
		r.Header.Set("CommandName", "*")
		return r
	}
	cmdlets := func(role string) []string {
		a := send(t, newTenant(), request(role))
		if a.status != http.StatusOK {
			t.Fatalf("%s: %d %s", role, a.status, a.raw)
		}
		list, _ := a.body.Value[0]["exportedCmdlets"].(string)
		return strings.Split(list, ",")
	}
	if all := cmdlets("Exchange Administrator"); !slices.Contains(all, "Set-Mailbox") || !slices.Contains(all, "Get-Mailbox") {
		t.Errorf("administrator: %v", all)
	}
	for _, name := range cmdlets("Global Reader") {
		if !strings.HasPrefix(name, "Get-") {
			t.Errorf("reader may %s", name)
		}
	}
	if own := cmdlets("Cloud Application Administrator"); slices.Contains(own, "Get-Mailbox") || len(own) == 0 {
		t.Errorf("without a role: %v", own)
	}
	bare := request("Exchange Administrator")
	bare.Header.Del("CommandName")
	if a := send(t, newTenant(), bare); a.status != http.StatusBadRequest {
		t.Errorf("without CommandName: %d", a.status)
	}
}
