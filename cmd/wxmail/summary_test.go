package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wxmail/internal/sandbox"
	"wxmail/internal/testkit"
)

func TestSummaryWithoutAProfileHasEveryKey(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	raw, _ := json.Marshal(summaryShape{})
	var want map[string]any
	if err := json.Unmarshal(raw, &want); err != nil {
		t.Fatal(err)
	}
	got := document(t, w, w.Home(), 0, "summary")
	if diff := cmp.Diff(keys(want), keys(got)); diff != "" {
		t.Errorf("keys (-want +got):\n%s", diff)
	}
	for key, value := range got["azure"].(map[string]any)["secret"].(map[string]any) {
		if value != nil {
			t.Errorf("secret.%s is %v", key, value)
		}
	}
	if len(got["steps"].([]any)) != 6 {
		t.Errorf("steps %v", got["steps"])
	}
}

// keys are the paths of a document's keys; lists are not looked into.
func keys(document map[string]any) []string {
	var out []string
	for key, value := range document {
		out = append(out, key)
		if object, ok := value.(map[string]any); ok {
			for _, below := range keys(object) {
				out = append(out, key+"."+below)
			}
		}
	}
	slices.Sort(out)
	return out
}

// summaryShape is the document of `summary --json` with the type of every
// value, as the contract gives it.
type summaryShape struct {
	Profile string `json:"profile"`
	Cloud   string `json:"cloud"`
	AsOf    string `json:"asOf"`
	Webex   struct {
		AssetName         string `json:"assetName"`
		EmailID           string `json:"emailId"`
		ForwardingAddress string `json:"forwardingAddress"`
		CallbackURL       string `json:"callbackUrl"`
	} `json:"webex"`
	Azure struct {
		TenantID             string   `json:"tenantId"`
		ClientID             string   `json:"clientId"`
		ObjectID             string   `json:"objectId"`
		ServicePrincipalID   string   `json:"servicePrincipalId"`
		AppName              string   `json:"appName"`
		RedirectURIs         []string `json:"redirectUris"`
		ImplicitAccessTokens bool     `json:"implicitAccessTokens"`
		Secret               struct {
			KeyID   string `json:"keyId"`
			Label   string `json:"label"`
			Expires string `json:"expires"`
			Stored  bool   `json:"stored"`
		} `json:"secret"`
		Permissions []struct {
			Resource string `json:"resource"`
			Value    string `json:"value"`
			Type     string `json:"type"`
			Granted  bool   `json:"granted"`
		} `json:"permissions"`
	} `json:"azure"`
	Mailbox struct {
		Address        string `json:"address"`
		SignInAs       string `json:"signInAs"`
		SMTPAuth       string `json:"smtpAuth"`
		ForwardingTo   string `json:"forwardingTo"`
		KeepCopy       bool   `json:"keepCopy"`
		AutoForwarding string `json:"autoForwarding"`
		OutboundPolicy string `json:"outboundPolicy"`
	} `json:"mailbox"`
	Token struct {
		Account     string `json:"account"`
		Scope       string `json:"scope"`
		Expires     string `json:"expires"`
		Refreshable bool   `json:"refreshable"`
	} `json:"token"`
	Steps []struct {
		ID     string  `json:"id"`
		State  string  `json:"state"`
		Detail *string `json:"detail"`
	} `json:"steps"`
}

func checkSummary(t *testing.T, w *testkit.World, home string, draft testkit.Draft) {
	t.Helper()
	ran := w.Run(home, "summary", "--json").Must(t, 0)
	var got summaryShape
	strict := json.NewDecoder(strings.NewReader(ran.Stdout))
	strict.DisallowUnknownFields()
	if err := strict.Decode(&got); err != nil {
		t.Fatalf("summary: %v", err)
	}
	again, _ := json.Marshal(got)
	var printed, known any
	ran.Document(t, &printed)
	if err := json.Unmarshal(again, &known); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(known, printed); diff != "" {
		t.Errorf("summary against the contract's keys (-want +got):\n%s", diff)
	}
	app := ourApplication(t, w)
	for what, pair := range map[string][2]any{
		"client id": {app["appId"], got.Azure.ClientID}, "object id": {app["id"], got.Azure.ObjectID},
		"forwarding": {draft.ForwardingAddress, got.Mailbox.ForwardingTo}, "smtp": {"enabled", got.Mailbox.SMTPAuth},
		"policy": {"wxmail support@contoso.example", got.Mailbox.OutboundPolicy}, "mode": {"on", got.Mailbox.AutoForwarding},
		"secret": {app["passwordCredentials"].([]any)[0].(map[string]any)["keyId"], got.Azure.Secret.KeyID},
		"stored": {true, got.Azure.Secret.Stored}, "token": {"support@contoso.example", got.Token.Account},
		"alive": {true, got.Token.Refreshable},
	} {
		if diff := cmp.Diff(pair[0], pair[1]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
	if diff := cmp.Diff([]string{draft.CallbackURL}, got.Azure.RedirectURIs); diff != "" {
		t.Errorf("redirect URIs (-want +got):\n%s", diff)
	}
	for _, p := range got.Azure.Permissions {
		if !p.Granted {
			t.Errorf("%s of %s is not granted", p.Value, p.Resource)
		}
	}
	for _, at := range []string{got.AsOf, got.Azure.Secret.Expires, got.Token.Expires} {
		if _, err := time.Parse("2006-01-02T15:04:05Z", at); err != nil {
			t.Errorf("not a time in UTC: %q", at)
		}
	}
	if diff := cmp.Diff(everyStep("done"), states(t, w, home)); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
}

// states are the steps' states of `summary --json`.
func states(t *testing.T, w *testkit.World, home string, args ...string) map[string]string {
	t.Helper()
	var got summaryShape
	w.Run(home, append([]string{"summary", "--json"}, args...)...).Must(t, 0).Document(t, &got)
	out := map[string]string{}
	for _, s := range got.Steps {
		out[s.ID] = s.State
	}
	return out
}

func everyStep(state string) map[string]string {
	out := map[string]string{}
	for _, id := range []string{"webex.collect", "azure.register", "azure.consent", "mailbox.smtp", "mailbox.forward", "token"} {
		out[id] = state
	}
	return out
}
