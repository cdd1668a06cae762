package handoff

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestForEntra(t *testing.T) {
	answers := map[string]string{"webex.email-id": box}
	permissions := []Permission{{"Exchange", "SMTP.Send", "delegated"}, {"Exchange", "Mail.Send", "application"}}
	listed := []string{"SMTP.Send (delegated) of Exchange", "Mail.Send (application) of Exchange"}
	consent, granted := Page{"API permissions", "https://consent"}, Page{"Permissions", "https://granted"}
	const command = "wxmail setup --only azure.register --only azure.consent --answers a.yaml"
	for name, test := range map[string]struct {
		seen Directory
		want Entra
	}{
		"nothing was seen": {Directory{}, Entra{
			For: "entra", Pages: []Page{}, Open: []string{}, Permissions: []string{}, Answers: answers, Command: command, Check: "wxmail setup",
		}},
		"registered, without a service principal": {Directory{
			ClientID: "id", Name: "App", ConsentPage: consent.URL, Permissions: permissions,
		}, Entra{
			For: "entra", Application: &Application{"id", "App"}, Pages: []Page{consent}, Open: []string{},
			Permissions: listed, Declared: permissions, Answers: answers, Command: command, Check: "wxmail azure consent",
		}},
		"with one, and its secret here": {Directory{ClientID: "id", ConsentPage: consent.URL, GrantedPage: granted.URL, Stored: true}, Entra{
			For: "entra", Application: &Application{ClientID: "id"}, Pages: []Page{consent, granted}, Open: []string{},
			Permissions: []string{}, Stored: true, Answers: answers, Command: command, Check: "wxmail azure consent",
		}},
	} {
		if diff := cmp.Diff(test.want, ForEntra(test.seen, answers, "a.yaml")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// The steps of the directory are open until they are done; the token with them,
// or where it waits for that role alone.
func TestOpenForEntra(t *testing.T) {
	const role, other = "WX-ROLE-DIRECTORY anna@contoso.example", "WX-ROLE-EXCHANGE anna@contoso.example"
	for name, test := range map[string]struct {
		steps []Step
		want  []string
	}{
		"never run": {[]Step{{"azure.register", "unknown", ""}, {"azure.consent", "unknown", ""}, {"token", "unknown", ""}},
			[]string{"azure.register", "azure.consent", "token"}},
		"all done":           {[]Step{{"azure.register", "done", ""}, {"azure.consent", "skipped", ""}, {"token", "done", ""}}, []string{}},
		"only the token":     {[]Step{{"azure.register", "done", ""}, {"token", "waiting", role}}, []string{"token"}},
		"the token, for who": {[]Step{{"azure.register", "done", ""}, {"token", "waiting", other}}, []string{}},
		"only Exchange":      {[]Step{{"azure.consent", "done", ""}, {"mailbox.smtp", "waiting", other}}, []string{}},
	} {
		if diff := cmp.Diff(test.want, ForEntra(Directory{Steps: test.steps}, nil, "").Open); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
