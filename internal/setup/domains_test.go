package setup

import (
	"fmt"
	"strings"
	"testing"

	"wxmail/internal/directory"
	"wxmail/internal/msg"
)

// A tenant may have hundreds of domains: those that tell whose it is are
// named, and the others counted.
func TestOfManyDomainsAFewAreNamed(t *testing.T) {
	org := &directory.Organization{DisplayName: "Contoso", ID: "tenant"}
	for i := range 499 {
		org.Domains = append(org.Domains, directory.Domain{Name: fmt.Sprintf("brand-%d.example", i)})
	}
	org.Domains = append(org.Domains, directory.Domain{Name: "contoso.example", Default: true},
		directory.Domain{Name: "contoso.onmicrosoft.com", Initial: true})
	said := msg.New("en").Say(tenantFound(org, "support@brand-7.example"))
	for _, told := range []string{"brand-7.example", "contoso.example", "contoso.onmicrosoft.com", "and 496 more"} {
		if !strings.Contains(said, told) || len(said) > 200 {
			t.Errorf("not %s: %s", told, said)
		}
	}
	org.Domains = org.Domains[499:]
	if said := msg.New("en").Say(tenantFound(org, "support@contoso.example")); strings.Contains(said, "more") {
		t.Error(said)
	}
}
