package exchange

import (
	"strings"
)

func getOrganizationConfig(c *call) ([]any, error) {
	return []any{with(c.OrganizationConfig, map[string]any{
		"OAuth2ClientProfileEnabled":  true,
		"DefaultAuthenticationPolicy": nil,
		"SendFromAliasEnabled":        false,
		"EwsEnabled":                  nil,
		"IsMixedMode":                 false,
	})}, nil
}

// enableCustomization flips IsDehydrated at once, but creates go on failing
// for as long as the settings say: the flag is no signal of readiness.
func enableCustomization(c *call) ([]any, error) {
	if !c.OrganizationConfig.IsDehydrated {
		return nil, badRequest("System.InvalidOperationException",
			"This operation is not required. Organization is already enabled for customization.")
	}
	effective := c.Clock.Now().Add(c.Settings.HydrationDelay.Duration())
	c.OrganizationConfig.IsDehydrated = false
	c.OrganizationConfig.HydrationEffectiveAt = &effective
	return nil, nil
}

// hydrated refuses what needs a customized organization.
func (c *call) hydrated() error {
	effective := c.OrganizationConfig.HydrationEffectiveAt
	if c.OrganizationConfig.IsDehydrated || effective != nil && c.Clock.Now().Before(*effective) {
		return dehydrated()
	}
	return nil
}

func getAcceptedDomain(c *call) ([]any, error) {
	var rows []any
	for _, domain := range c.Organization.VerifiedDomains {
		if !c.has("Identity") || strings.EqualFold(c.text("Identity"), domain.Name) {
			rows = append(rows, map[string]any{
				"Identity": domain.Name, "Name": domain.Name, "DomainName": domain.Name,
				"DomainType": "Authoritative", "Default": domain.IsDefault,
			})
		}
	}
	return c.found(rows)
}

// found refuses an Identity that named nothing; a listing may be empty.
func (c *call) found(rows []any) ([]any, error) {
	if len(rows) == 0 && c.has("Identity") {
		return nil, notFound(c.text("Identity"))
	}
	return rows, nil
}

func getTransportConfig(c *call) ([]any, error) {
	return []any{with(c.TransportConfig, map[string]any{
		"Identity": "Transport Settings", "Name": "Transport Settings", "AllowLegacyTLSClients": nil,
	})}, nil
}

func setTransportConfig(c *call) ([]any, error) {
	if disabled, given := c.arguments["SmtpClientAuthenticationDisabled"].(bool); given {
		c.TransportConfig.SMTPClientAuthenticationDisabled = disabled
	}
	return nil, nil
}
