package setup

import (
	"testing"

	"wxmail/internal/graph"
	"wxmail/internal/step"
)

// A replica that shows one of two grants would have the user asked for the
// rest, and the user's own consent would stay behind.
func TestGrantedIsAllThatWasPlanned(t *testing.T) {
	grant := func(resourceID, kind string, scopes ...string) graph.Grant {
		return graph.Grant{ResourceID: resourceID, ConsentType: kind, Scopes: scopes}
	}
	smtp := grant("exchange", graph.AllPrincipals, "SMTP.Send")
	openid := grant("graph", graph.AllPrincipals, "openid", "profile", "offline_access")
	for name, test := range map[string]struct {
		planned []string
		seen    []graph.Grant
		want    bool
	}{
		"nothing planned":   {nil, nil, true},
		"both":              {[]string{"azure.grant.Office-365-Exchange-Online", "azure.grant.Microsoft-Graph"}, []graph.Grant{openid, smtp}, true},
		"one of two":        {[]string{"azure.grant.Office-365-Exchange-Online", "azure.grant.Microsoft-Graph"}, []graph.Grant{smtp}, false},
		"one of one":        {[]string{"azure.grant.Microsoft-Graph"}, []graph.Grant{openid}, true},
		"not yet amended":   {[]string{"azure.grant.Microsoft-Graph"}, []graph.Grant{grant("graph", graph.AllPrincipals, "openid")}, false},
		"for one user only": {[]string{"azure.grant.Office-365-Exchange-Online"}, []graph.Grant{grant("exchange", "Principal", "SMTP.Send")}, false},
	} {
		t.Run(name, func(t *testing.T) {
			r := &Run{plan: &step.Plan{}}
			r.Observed.Directory = &graph.Snapshot{Exchange: &graph.Resource{ID: "exchange"}, MicrosoftGraph: &graph.Resource{ID: "graph"}}
			for _, key := range test.planned {
				r.plan.Add(step.Change{Key: key})
			}
			if got := r.granted(&graph.Snapshot{Grants: test.seen}); got != test.want {
				t.Errorf("%t, want %t", got, test.want)
			}
		})
	}
}
