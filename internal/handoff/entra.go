package handoff

import (
	"strings"

	"wxmail/internal/msg"
)

// Directory is what was last seen of the directory's part of the guide.
type Directory struct {
	ClientID    string // of the application, "" where none has been seen
	Name        string // of the application
	ConsentPage string // of the portal, where consent is granted
	GrantedPage string // of the portal, where it is seen; "" without a service principal
	Permissions []Permission
	Stored      bool // the client secret is in this vault
	Steps       []Step
}

// Permission is one that must be declared, and granted.
type Permission struct {
	Resource string // its name in the portal
	Value    string
	Type     string // application or delegated
}

// Words is the permission in a text.
func (p Permission) Words() msg.Message {
	id := "handoff.entra.permission.delegated"
	if p.Type == "application" {
		id = "handoff.entra.permission.application"
	}
	return msg.M(id, "Value", p.Value, "Resource", p.Resource)
}

// Step is how a step of the guide was last seen.
type Step struct{ ID, State, Detail string }

// Entra is what an admin of Entra ID has to do, as a document.
type Entra struct {
	For         string            `json:"for"`         // "entra"
	Application *Application      `json:"application"` // null where none has been seen yet
	Pages       []Page            `json:"pages"`       // where consent is granted, and seen
	Open        []string          `json:"open"`        // the steps that need that admin, as last seen
	Permissions []string          `json:"permissions"` // that must be declared, and granted
	Declared    []Permission      `json:"-"`           // the same, for a text
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

// ForEntra says what an admin of Entra ID has to do, from what was last seen.
// answers are those that may be shared, by question id; file is the name of
// the answers file that the admin gets.
func ForEntra(seen Directory, answers map[string]string, file string) Entra {
	out := Entra{
		For: "entra", Pages: []Page{}, Open: open(seen.Steps), Permissions: []string{}, Stored: seen.Stored,
		Answers: answers, Command: registers + file, Check: "wxmail setup",
	}
	for _, p := range seen.Permissions {
		out.Permissions = append(out.Permissions, p.Value+" ("+p.Type+") of "+p.Resource)
	}
	if seen.ClientID == "" {
		return out
	}
	out.Declared = seen.Permissions
	out.Application, out.Check = &Application{seen.ClientID, seen.Name}, "wxmail azure consent"
	out.Pages = append(out.Pages, Page{"API permissions", seen.ConsentPage})
	if seen.GrantedPage != "" {
		out.Pages = append(out.Pages, Page{"Permissions", seen.GrantedPage})
	}
	return out
}

// open are the steps that need an admin of Entra ID and are not done. The
// token needs one for its redirect URI alone, and may wait for Exchange.
func open(steps []Step) []string {
	ids := []string{}
	for _, s := range steps {
		done := s.State == "done" || s.State == "skipped"
		redirect := s.ID == "token" && (len(ids) > 0 || strings.HasPrefix(s.Detail, "WX-ROLE-DIRECTORY"))
		if !done && (strings.HasPrefix(s.ID, "azure.") || redirect) {
			ids = append(ids, s.ID)
		}
	}
	return ids
}
