package setup

import (
	"testing"

	"wxmail/internal/directory"
	"wxmail/internal/step"
)

// A replica that shows one of two grants would have the user asked for the
// rest, and the user's own consent would stay behind.
func TestGrantedIsAllThatWasPlanned(t *testing.T) {
	grant := func(resourceID, kind string, scopes ...string) directory.Grant {
		return directory.Grant{ResourceID: resourceID, ConsentType: kind, Scopes: scopes}
	}
	smtp := grant("exchange", directory.AllPrincipals, "SMTP.Send")
	openid := grant("graph", directory.AllPrincipals, "openid", "profile", "offline_access")
	for name, test := range map[string]struct {
		planned []string
		seen    []directory.Grant
		want    bool
	}{
		"nothing planned":   {nil, nil, true},
		"both":              {[]string{"azure.grant.Office-365-Exchange-Online", "azure.grant.Microsoft-Graph"}, []directory.Grant{openid, smtp}, true},
		"one of two":        {[]string{"azure.grant.Office-365-Exchange-Online", "azure.grant.Microsoft-Graph"}, []directory.Grant{smtp}, false},
		"one of one":        {[]string{"azure.grant.Microsoft-Graph"}, []directory.Grant{openid}, true},
		"not yet amended":   {[]string{"azure.grant.Microsoft-Graph"}, []directory.Grant{grant("graph", directory.AllPrincipals, "openid")}, false},
		"for one user only": {[]string{"azure.grant.Office-365-Exchange-Online"}, []directory.Grant{grant("exchange", "Principal", "SMTP.Send")}, false},
	} {
		t.Run(name, func(t *testing.T) {
			r := &Run{plan: &step.Plan{}}
			r.Observed.Directory = &directory.Snapshot{Exchange: &directory.Resource{ID: "exchange"}, MicrosoftGraph: &directory.Resource{ID: "graph"}}
			for _, key := range test.planned {
				r.plan.Add(step.Change{Key: key})
			}
			if got := r.granted(&directory.Snapshot{Grants: test.seen}); got != test.want {
				t.Errorf("%t, want %t", got, test.want)
			}
		})
	}
}
