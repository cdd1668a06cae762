package graph

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/microsoftgraph/msgraph-sdk-go/models"

	"wxmail/internal/directory"
	"wxmail/internal/pattern"
)

func newConsentPolicy(policy models.AuthorizationPolicyable) (*directory.ConsentPolicy, error) {
	permissions := policy.GetDefaultUserRolePermissions()
	if permissions == nil {
		return nil, malformed("no defaultUserRolePermissions")
	}
	const prefix = "managepermissiongrantsforself."
	result := &directory.ConsentPolicy{}
	for _, entry := range permissions.GetPermissionGrantPoliciesAssigned() {
		if strings.HasPrefix(strings.ToLower(entry), prefix) {
			result.Policies = append(result.Policies, entry[len(prefix):])
		}
	}
	result.UserConsent = userConsent(result.Policies)
	return result, nil
}

// userConsent names what a union of policies amounts to. The allow-list of a
// few mail clients that Microsoft adds in places says nothing about our app.
func userConsent(policies []string) string {
	known := map[string]string{
		"microsoft-user-default-legacy":      directory.ConsentAll,
		"microsoft-user-default-low":         directory.ConsentLow,
		"microsoft-user-default-recommended": directory.ConsentMicrosoft,
	}
	has := map[string]bool{}
	for _, id := range policies {
		id = strings.ToLower(id)
		switch kind, ok := known[id]; {
		case ok:
			has[kind] = true
		case id != "microsoft-user-default-allow-consent-apps":
			has[directory.ConsentCustom] = true
		}
	}
	for _, kind := range []string{directory.ConsentAll, directory.ConsentCustom, directory.ConsentMicrosoft, directory.ConsentLow} {
		if has[kind] {
			return kind
		}
	}
	return directory.ConsentNone
}

// secretPolicyBody is read by hand: the SDK's duration drops months and whole
// seconds without a word.
type secretPolicyBody struct {
	IsEnabled    *bool `json:"isEnabled"`
	Restrictions struct {
		Passwords []struct {
			Type        string     `json:"restrictionType"`
			State       string     `json:"state"` // not in older answers, where a listed restriction is on
			MaxLifetime string     `json:"maxLifetime"`
			From        *time.Time `json:"restrictForAppsCreatedAfterDateTime"`
		} `json:"passwordCredentials"`
	} `json:"applicationRestrictions"`
}

func parseSecretPolicy(body []byte) (*directory.SecretPolicy, error) {
	var answer secretPolicyBody
	if json.Unmarshal(body, &answer) != nil {
		return nil, malformed("not an app management policy")
	}
	if answer.IsEnabled == nil {
		return nil, malformed("no isEnabled")
	}
	result := &directory.SecretPolicy{}
	if !*answer.IsEnabled {
		return result, nil
	}
	for _, r := range answer.Restrictions.Passwords {
		if r.State == "disabled" {
			continue
		}
		switch r.Type {
		case "passwordAddition":
			result.Blocked, result.BlockedFrom = true, value(r.From)
		case "passwordLifetime":
			longest, err := parseDuration(r.MaxLifetime)
			if err != nil {
				return nil, err
			}
			result.MaxLifetime, result.LimitedFrom = longest, value(r.From)
		}
	}
	return result, nil
}

var durationForm = pattern.Of(`^P(?:(\d{1,9})Y)?(?:(\d{1,9})M)?(?:(\d{1,9})W)?(?:(\d{1,9})D)?` +
	`(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})(?:\.\d+)?S)?)?$`)

// parseDuration reads an ISO 8601 duration. A year counts 365 days and a
// month 30, as .NET does; a century is as good as for ever.
func parseDuration(text string) (time.Duration, error) {
	const day = 24 * time.Hour
	units := []time.Duration{365 * day, 30 * day, 7 * day, day, time.Hour, time.Minute, time.Second}
	parts := durationForm().FindStringSubmatch(text)
	var total float64
	for i := 1; i < len(parts); i++ {
		n, _ := strconv.Atoi(parts[i]) // digits or nothing
		total += float64(n) * float64(units[i-1])
	}
	if total == 0 {
		return 0, malformed(fmt.Sprintf("duration %.40q", text))
	}
	return time.Duration(min(total, float64(100*365*day))), nil
}
