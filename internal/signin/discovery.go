package signin

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/google/uuid"

	"wxmail/internal/cloud"
	"wxmail/internal/microsoft"
	"wxmail/internal/pattern"
)

// Metadata is what Entra ID publishes of a tenant.
type Metadata struct {
	TenantID              string // GUID, lower case
	Issuer                string
	AuthorizationEndpoint string // where a browser must go
	CloudInstance         string // "microsoftonline.com": names the tenant's real cloud
}

// MetadataError says that a tenant's published metadata cannot be used here:
// most often the tenant is in another cloud.
type MetadataError struct {
	Tenant        string
	Field         string // "issuer", "authorization_endpoint"
	CloudInstance string
	Clouds        []string // named clouds that CloudInstance says the tenant is in, other than the one asked
}

func (m *MetadataError) Error() string {
	return fmt.Sprintf("metadata of tenant %s: %s is not this cloud's (cloud instance %q)",
		m.Tenant, m.Field, m.CloudInstance)
}

// Words name the text that says so, and its values.
func (m *MetadataError) Words() (id string, values []any) {
	values = []any{"Field", m.Field, "Instance", m.CloudInstance, "Clouds", "--cloud " + strings.Join(m.Clouds, ", --cloud ")}
	if len(m.Clouds) > 0 {
		return "detail.other-cloud", values
	}
	return "detail.metadata", values
}

// Fact gives the code of the advice, the tenant, and the cloud that it is in
// where that is known.
func (m *MetadataError) Fact() (code, object, detail string) {
	if len(m.Clouds) > 0 {
		return "WX-TENANT-CLOUD", m.Tenant, "--cloud " + strings.Join(m.Clouds, ", --cloud ") + " (" + m.CloudInstance + ")"
	}
	return "WX-ANSWER-UNUSABLE", m.Tenant, m.Error()
}

type discoveryDocument struct {
	Issuer                string `json:"issuer"`
	AuthorizationEndpoint string `json:"authorization_endpoint"`
	CloudInstance         string `json:"cloud_instance_name"`
}

// Discover reads a tenant's metadata; nobody signs in, and it may be
// repeated. tenant is a domain or GUID; "common" and its like are an
// *InputError. An unknown tenant is Entra ID's *microsoft.Error (AADSTS90002).
// https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc
func Discover(ctx context.Context, e *cloud.Endpoints, tenant string) (*Metadata, error) {
	if !isTenant(tenant) {
		return nil, &InputError{What: "azure.tenant", Value: tenant}
	}
	ctx = named(ctx, about{microsoft.Metadata, "read tenant metadata", "", "", tenant})
	address := e.Authority + "/" + tenant + "/v2.0/.well-known/openid-configuration"
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	resp, err := e.Client().Do(req)
	if err != nil {
		return nil, typed(ctx, err)
	}
	var document discoveryDocument
	if err := cloud.DecodeJSON(resp, &document); err != nil {
		return nil, typed(ctx, err)
	}
	return document.check(e, tenant)
}

// check gives what of a document can be used, or a *MetadataError.
func (d *discoveryDocument) check(e *cloud.Endpoints, tenant string) (*Metadata, error) {
	id, ok := tenantOf(d.Issuer)
	if !ok {
		return nil, d.wrong(e, tenant, "issuer")
	}
	if !mayBrowse(d.AuthorizationEndpoint, e.Authority) {
		return nil, d.wrong(e, tenant, "authorization_endpoint")
	}
	return &Metadata{
		TenantID:              id,
		Issuer:                d.Issuer,
		AuthorizationEndpoint: d.AuthorizationEndpoint,
		CloudInstance:         d.CloudInstance,
	}, nil
}

func (d *discoveryDocument) wrong(e *cloud.Endpoints, tenant, field string) *MetadataError {
	m := &MetadataError{Tenant: tenant, Field: field, CloudInstance: d.CloudInstance}
	if clouds := cloud.NamesByInstance(d.CloudInstance); !slices.Contains(clouds, e.Base) {
		m.Clouds = clouds
	}
	return m
}

var domain = pattern.Of(`^([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9-]{2,63}$`)

// isTenant: a GUID, or a domain name with a dot; so "common" is none.
func isTenant(text string) bool {
	return isGUID(text) || len(text) <= 253 && domain().MatchString(text)
}

func isGUID(text string) bool { return len(text) == 36 && uuid.Validate(text) == nil }

// tenantOf finds the tenant id in an issuer, https://host/<tenant-id>/v2.0.
func tenantOf(issuer string) (string, bool) {
	u, err := url.Parse(issuer)
	if err != nil || u.Scheme != "https" {
		return "", false
	}
	id, _, _ := strings.Cut(strings.TrimPrefix(u.Path, "/"), "/")
	return strings.ToLower(id), isGUID(id)
}

// mayBrowse: a person's password goes to the authority over https, or to
// this very machine.
func mayBrowse(endpoint, authority string) bool {
	u, err := url.Parse(endpoint)
	if err != nil || u.User != nil || u.Fragment != "" {
		return false
	}
	if u.Scheme == "https" {
		return "https://"+strings.TrimSuffix(strings.ToLower(u.Host), ":443") == authority
	}
	return u.Scheme == "http" && isLoopback(u.Hostname())
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
