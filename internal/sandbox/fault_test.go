package sandbox_test

import (
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
