package sandbox_test

import (
	"encoding/json"
	"strings"
	"testing"

	"wxmail/internal/sandbox"
)

func TestStaleReadsOfTheRealServices(t *testing.T) {
	w := start(t, sandbox.Options{})
	token := w.signIn(graphTools, directory, "admin@contoso.example")
	app := w.must("POST", graph+"/applications", token, object{"displayName": "new"})
	address := graph + "/applications/" + text(app, "id")
	w.control("POST", "/faults", []object{{"service": "graph", "method": "GET", "path": "/applications/", "action": "stale"}})
	for _, want := range []int{404, 200} {
		if response, answer := w.send("GET", address, token, nil); response.StatusCode != want {
			t.Errorf("%s %v, want %d", response.Status, answer, want)
		}
	}

	shell := w.byDevice(exchangeShell, "https://outlook.office365.com/.default", "exchange@contoso.example")
	w.cmdlet(shell, "Set-CASMailbox", object{"Identity": "support@contoso.example", "SmtpClientAuthenticationDisabled": false})
	w.control("POST", "/faults", []object{{"service": "exchange", "path": "^Get-CASMailbox$", "action": "stale"}})
	for _, want := range []any{nil, false} {
		answer := w.cmdlet(shell, "Get-CASMailbox", object{"Identity": "support@contoso.example"})
		rows, _ := answer.(object)["value"].([]any)
		if got := rows[0].(object)["SmtpClientAuthenticationDisabled"]; got != want {
			t.Errorf("SmtpClientAuthenticationDisabled %v, want %v", got, want)
		}
	}
}

// Alterations reach into the answers of each service: Graph's own and those in
// a batch, Exchange's rows, Entra's tokens.
func TestAlteredAnswersOfTheRealServices(t *testing.T) {
	w := start(t, sandbox.Options{})
	token := w.signIn(graphTools, directory, "admin@contoso.example")
	w.must("POST", graph+"/applications", token, object{"displayName": "one"})
	shell := w.byDevice(exchangeShell, "https://outlook.office365.com/.default", "exchange@contoso.example")
	alter := func(service, path, json string, value any) object {
		return object{"service": service, "path": path, "action": "alter", "json": json, "value": value}
	}
	w.control("POST", "/faults", []object{
		alter("graph", "/applications$", "value[displayName=one].web.redirectUris", []string{"https://other.example"}),
		alter("graph", "batch$", "responses.*.body.value[displayName=one].displayName", "two"),
		alter("exchange", "^Get-CASMailbox$", "value.*.SmtpClientAuthenticationDisabled", true),
		alter("entra", "openid-configuration$", "issuer", "https://other.example"),
	})
	batch := object{"requests": []object{{"id": "1", "method": "GET", "url": "/applications"}}}
	for what, answer := range map[string]any{
		"https://other.example": w.must("GET", graph+"/applications", token, nil),
		`"displayName":"two"`:   w.must("POST", graph+"/$batch", token, batch),
		`Disabled":true`:        w.cmdlet(shell, "Get-CASMailbox", object{"Identity": "support@contoso.example"}),
		`"https://other`: w.must("GET",
			"https://login.microsoftonline.com/contoso.example/v2.0/.well-known/openid-configuration", "", nil),
	} {
		if raw, _ := json.Marshal(answer); !strings.Contains(string(raw), what) {
			t.Errorf("no %s in %s", what, raw)
		}
	}
	if state := w.control("GET", "/state", nil); text(state, "applications", 0, "displayName") != "one" ||
		text(state, "applications", 0, "web", "redirectUris", 0) != "" {
		t.Errorf("the application itself was altered: %v", state)
	}
}

// Lists are cut, a batch's too, and the next page is at an address that each
// service refuses: it is not there to be followed.
func TestCutListsOfTheRealServices(t *testing.T) {
	w := start(t, sandbox.Options{})
	token := w.signIn(graphTools, directory, "admin@contoso.example")
	shell := w.byDevice(exchangeShell, "https://outlook.office365.com/.default", "exchange@contoso.example")
	for _, name := range []string{"one", "two"} {
		w.must("POST", graph+"/applications", token, object{"displayName": name})
	}
	w.control("POST", "/faults", []object{{"service": "graph", "action": "page", "count": 2}, {"service": "exchange", "action": "page"}})
	batch := object{"requests": []object{{"id": "1", "method": "GET", "url": "/applications"}}}
	list := w.must("GET", graph+"/applications", token, nil)
	inBatch := w.must("POST", graph+"/$batch", token, batch)
	policies := w.cmdlet(shell, "Get-Mailbox", object{})
	for what, answer := range map[string]any{"a list": list, "a batch": at(inBatch, "responses", 0, "body"), "Exchange": policies} {
		next := text(answer, "@odata.nextLink")
		if !strings.HasPrefix(next, "https://") {
			t.Errorf("%s has no next page: %v", what, answer)
			continue
		}
		if response, _ := w.send("GET", next, token, nil); response.StatusCode < 400 {
			t.Errorf("%s: the next page is %d", what, response.StatusCode)
		}
	}
	if rest, _ := at(list, "value").([]any); len(rest) != 1 {
		t.Errorf("half of two is %d", len(rest))
	}
}

func TestFaultsAreForgotten(t *testing.T) {
	w := start(t, sandbox.Options{})
	token := w.signIn(graphTools, directory, "admin@contoso.example")
	w.control("POST", "/faults", []object{{"service": "graph", "action": "status:500", "count": 9}})
	for _, want := range []int{500, 200} {
		if response, _ := w.send("GET", graph+"/applications", token, nil); response.StatusCode != want {
			t.Errorf("status %d, want %d", response.StatusCode, want)
		}
		w.control("DELETE", "/faults", nil)
	}
	if log, _ := w.control("GET", "/requests", nil).([]any); len(log) < 2 {
		t.Errorf("the log was forgotten too: %v", log)
	}
}

func TestThrottledScenarioAnswersInTheEnd(t *testing.T) {
	w := start(t, sandbox.Options{Scenario: "throttled"})
	token := w.signIn(graphTools, directory, "admin@contoso.example")
	statuses := map[int]int{}
	for range 8 {
		response, _ := w.send("GET", graph+"/applications", token, nil)
		statuses[response.StatusCode]++
		if response.StatusCode == 429 && response.Header.Get("Retry-After") != "1" {
			t.Error("429 without a Retry-After of one second")
		}
	}
	if statuses[200] != 6 || statuses[429] != 2 {
		t.Errorf("statuses %v", statuses)
	}
}

func TestEveryScenarioStarts(t *testing.T) {
	for _, name := range []string{
		"default", "hardened", "dehydrated", "secrets-blocked", "shared-mailbox", "throttled", "slow-replication", "by-hand", "busy",
	} {
		w := start(t, sandbox.Options{Scenario: name})
		// A token right after the start: what is there is on every replica.
		if w.signIn(graphTools, directory, "admin@contoso.example") == "" {
			t.Errorf("%s: no token", name)
		}
	}
}
