package handoff

import (
	"slices"

	"wxmail/internal/cloud"
	"wxmail/internal/setup"
)

// Page is a page of a portal.
type Page struct {
	Name string `json:"name"` // as the portal calls it
	URL  string `json:"url"`
}

// Pages are those on which an admin consents to an application, and sees what
// was granted. principalID may be "".
func Pages(e *cloud.Endpoints, clientID, principalID string) []Page {
	pages := []Page{{"API permissions", e.RegistrationPage("CallAnAPI", clientID)}}
	if principalID != "" {
		pages = append(pages, Page{"Permissions", e.EnterprisePage("Permissions", principalID, clientID)})
	}
	return pages
}

// personal are answers that every admin gives for themselves.
var personal = []string{"azure.admin", "exchange.admin", "azure.sign-in-app", "verify.recipient"}

// Answers are what another admin's wxmail must know to register the same
// application, by question id: no secret is among them, and nobody's account.
func Answers(a *setup.Answers) map[string]string {
	out := a.Lasting()
	for id, answer := range out {
		if slices.Contains(personal, id) || answer == "" {
			delete(out, id)
		}
	}
	return out
}
