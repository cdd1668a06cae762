package handoff

import (
	"slices"
	"strings"

	"wxmail/internal/cloud"
	"wxmail/internal/setup"
)

// Entra is what an admin of Entra ID has to do, as a document.
type Entra struct {
	For         string            `json:"for"`         // "entra"
	Application *Application      `json:"application"` // null where none has been seen yet
	Pages       []Page            `json:"pages"`       // where consent is granted, and seen
	Open        []string          `json:"open"`        // the steps that need that admin, as last seen
	Permissions []string          `json:"permissions"` // that must be declared, and granted
	Stored      bool              `json:"stored"`      // the client secret is in this vault
	Answers     map[string]string `json:"answers"`     // by question id, for another wxmail
	Command     string            `json:"command"`     // that registers the application there
	Check       string            `json:"check"`       // what is run here afterwards
}

// Application is one that was seen.
type Application struct {
	ClientID string `json:"clientId"`
	Name     string `json:"name"`
}

// Page is a page of a portal.
type Page struct {
	Name string `json:"name"` // as the portal calls it
	URL  string `json:"url"`
}

// registers is what the other admin runs.
const registers = "wxmail setup --only azure.register --only azure.consent --answers "

// ForEntra says what an admin of Entra ID has to do, from what was last seen;
// file is the name of the answers file that the admin gets.
func ForEntra(e *cloud.Endpoints, seen *setup.Summary, answers *setup.Answers, file string) Entra {
	azure := seen.Azure
	out := Entra{For: "entra", Pages: []Page{}, Open: open(seen), Permissions: []string{}, Stored: azure.Secret.Stored != nil && *azure.Secret.Stored,
		Answers: lasting(answers), Command: registers + file, Check: "wxmail setup"}
	for _, p := range azure.Permissions {
		out.Permissions = append(out.Permissions, p.Value+" ("+p.Type+") of "+p.Resource)
	}
	if azure.ClientID != nil {
		out.Application = &Application{*azure.ClientID, setup.Known(azure.AppName)}
		out.Pages = pages(e, *azure.ClientID, setup.Known(azure.ServicePrincipalID))
		out.Check = "wxmail azure consent"
	}
	return out
}

// open are the steps that need an admin of Entra ID and are not done. The
// token needs one for its redirect URI alone, and may wait for Exchange.
func open(seen *setup.Summary) []string {
	steps := []string{}
	for _, s := range seen.Steps {
		done := s.State == "done" || s.State == "skipped"
		needs := strings.HasPrefix(s.ID, "azure.") || s.ID == "token" && (len(steps) > 0 || strings.HasPrefix(setup.Known(s.Detail), "WX-ROLE-DIRECTORY"))
		if !done && needs {
			steps = append(steps, s.ID)
		}
	}
	return steps
}

// pages are those on which an admin consents to an application, and sees what
// was granted. principalID may be "".
func pages(e *cloud.Endpoints, clientID, principalID string) []Page {
	all := []Page{{"API permissions", e.RegistrationPage("CallAnAPI", clientID)}}
	if principalID != "" {
		all = append(all, Page{"Permissions", e.EnterprisePage("Permissions", principalID, clientID)})
	}
	return all
}

// personal are answers that every admin gives for themselves.
var personal = []string{"azure.admin", "exchange.admin", "azure.sign-in-app", "verify.recipient"}

// lasting are what another admin's wxmail must know to register the same
// application, by question id: no secret is among them, and nobody's account.
func lasting(a *setup.Answers) map[string]string {
	out := a.Lasting()
	for id, answer := range out {
		if slices.Contains(personal, id) || answer == "" {
			delete(out, id)
		}
	}
	return out
}
