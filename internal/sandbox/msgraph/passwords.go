package msgraph

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"wxmail/internal/sandbox/pattern"
	"wxmail/internal/sandbox/tenant"
)

const (
	secretBytes   = 16
	hintLength    = 3
	lifetimeYears = 2 // without an endDateTime
)

// newSecret is what a client may say about the secret it asks for.
type newSecret struct {
	DisplayName   *string    `json:"displayName"`
	StartDateTime *time.Time `json:"startDateTime"`
	EndDateTime   *time.Time `json:"endDateTime"`
}

// issuedSecret is a passwordCredential with its value, shown once.
type issuedSecret struct {
	tenant.PasswordCredential
	CustomKeyIdentifier *string `json:"customKeyIdentifier"`
	SecretText          string  `json:"secretText"`
}

func reveal(p tenant.PasswordCredential) issuedSecret {
	return issuedSecret{PasswordCredential: p, SecretText: p.SecretText}
}

// takeSecrets takes passwordCredentials out of the body of a new application.
func takeSecrets(body object) ([]newSecret, error) {
	sent, present := body["passwordCredentials"]
	delete(body, "passwordCredentials")
	if !present {
		return nil, nil
	}
	list, isList := sent.([]any)
	if !isList {
		return nil, badValue("passwordCredentials", "Application")
	}
	secrets := []newSecret{}
	for _, item := range list {
		wanted, err := asSecret(item)
		if err != nil {
			return nil, err
		}
		secrets = append(secrets, wanted)
	}
	return secrets, nil
}

func asSecret(sent any) (newSecret, error) {
	fields, isObject := sent.(map[string]any)
	if !isObject {
		return newSecret{}, badValue("passwordCredential", "PasswordCredential")
	}
	if fields["@odata.type"] == "#microsoft.graph.passwordCredential" {
		delete(fields, "@odata.type")
	}
	for _, made := range []string{"secretText", "keyId", "hint"} {
		if fields[made] != nil {
			return newSecret{}, invalid("New password credentials must be generated using service actions.")
		}
	}
	wanted := newSecret{}
	if err := object(fields).only("passwordCredential", "displayName", "startDateTime", "endDateTime"); err != nil {
		return wanted, err
	}
	raw, err := json.Marshal(fields)
	if err != nil {
		return wanted, err
	}
	return wanted, decodeTyped("passwordCredential", raw, &wanted)
}

// addPassword makes a secret; asked twice, it makes two.
// https://learn.microsoft.com/graph/api/application-addpassword
func (c *call) addPassword() (answer, error) {
	app, err := c.managed()
	if err != nil {
		return answer{}, err
	}
	body, err := c.parseBody()
	if err != nil {
		return answer{}, err
	}
	if err := body.only("addPassword", "passwordCredential"); err != nil {
		return answer{}, err
	}
	wanted := newSecret{}
	if sent := body["passwordCredential"]; sent != nil {
		if wanted, err = asSecret(sent); err != nil {
			return answer{}, err
		}
	}
	credential, err := c.issue(app, wanted)
	if err != nil {
		return answer{}, err
	}
	app.PasswordCredentials = append(slices.Clone(app.PasswordCredentials), credential)
	c.tenant.Applications.Put(app.ID, app)
	shown, err := toMap(reveal(credential))
	shown["@odata.context"] = origin + base + "$metadata#microsoft.graph.passwordCredential"
	return ok(shown), err
}

// issue makes a secret that the tenant's policy allows, and records its value.
func (c *call) issue(app tenant.Application, wanted newSecret) (tenant.PasswordCredential, error) {
	start := c.now()
	if wanted.StartDateTime != nil {
		start = wanted.StartDateTime.UTC()
	}
	end := start.AddDate(lifetimeYears, 0, 0)
	if wanted.EndDateTime != nil {
		end = wanted.EndDateTime.UTC()
	}
	if !end.After(start) || !end.After(c.now()) {
		return tenant.PasswordCredential{}, invalid("The end date of the credential must be in the future and later than its start date.")
	}
	if err := c.secretAllowed(app, start, end); err != nil {
		return tenant.PasswordCredential{}, err
	}
	value := c.tenant.Issue("client-secret", tenant.NewSecret("client-secret", secretBytes))
	return tenant.PasswordCredential{
		KeyID: c.tenant.IDs.New(), DisplayName: wanted.DisplayName, Hint: value[:hintLength],
		StartDateTime: start, EndDateTime: end, SecretText: value,
	}, nil
}

// secretAllowed asks the tenant's app management policy.
// https://learn.microsoft.com/graph/api/resources/passwordcredentialconfiguration
func (c *call) secretAllowed(app tenant.Application, start, end time.Time) error {
	policy := c.tenant.Policies.DefaultAppManagementPolicy
	if !policy.IsEnabled {
		return nil
	}
	for _, r := range policy.ApplicationRestrictions.PasswordCredentials {
		after := r.RestrictForAppsCreatedAfterDateTime
		if r.State != "enabled" || after != nil && !app.CreatedDateTime.After(*after) {
			continue
		}
		if err := restrict(policy.ID, r, start, end); err != nil {
			return err
		}
	}
	return nil
}

func restrict(policy string, r tenant.PasswordRestriction, start, end time.Time) error {
	switch r.RestrictionType {
	case "passwordAddition":
		return &refusal{status: 400, code: "CredentialTypeNotAllowedAsPerAppPolicy",
			message: fmt.Sprintf("Credential type not allowed as per assigned policy '%s'.", policy)}
	case "passwordLifetime":
		if r.MaxLifetime == nil {
			return nil
		}
		latest, err := addPeriod(start, *r.MaxLifetime)
		if err != nil || !end.After(latest) {
			return err
		}
		message := fmt.Sprintf("Credential lifetime exceeds the max value allowed as per assigned policy '%s'.", policy)
		return &refusal{status: 400, code: "CredentialInvalidLifetimeAsPerAppPolicy", message: message,
			details: []detail{{Code: "InvalidKeyEndDate", Message: message, Target: "EndDate"}}}
	default:
		return nil
	}
}

var period = pattern.Of(`^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$`)

// addPeriod adds an ISO 8601 duration.
func addPeriod(t time.Time, iso string) (time.Time, error) {
	found := period().FindStringSubmatch(iso)
	if found == nil {
		return t, fmt.Errorf("the policy's maxLifetime %q is no ISO 8601 duration", iso)
	}
	n := [8]int{}
	for i, digits := range found {
		n[i], _ = strconv.Atoi(digits) // what did not match counts as zero
	}
	clock := time.Duration(n[5])*time.Hour + time.Duration(n[6])*time.Minute + time.Duration(n[7])*time.Second
	return t.AddDate(n[1], n[2], 7*n[3]+n[4]).Add(clock), nil
}

// removePassword takes a secret away by its keyId.
// https://learn.microsoft.com/graph/api/application-removepassword
func (c *call) removePassword() (answer, error) {
	app, err := c.managed()
	if err != nil {
		return answer{}, err
	}
	body, err := c.parseBody()
	if err != nil {
		return answer{}, err
	}
	if err := body.only("removePassword", "keyId"); err != nil {
		return answer{}, err
	}
	id, isText := body["keyId"].(string)
	if !isText || !isGUID(id) {
		return answer{}, badValue("keyId", "PasswordCredential")
	}
	at := slices.IndexFunc(app.PasswordCredentials, func(p tenant.PasswordCredential) bool { return p.KeyID == id })
	if at < 0 {
		return answer{}, invalid("No password credential found with keyId '%s'.", id)
	}
	app.PasswordCredentials = slices.Delete(slices.Clone(app.PasswordCredentials), at, at+1)
	c.tenant.Applications.Put(app.ID, app)
	return noContent(), nil
}
