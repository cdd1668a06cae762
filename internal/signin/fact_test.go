package signin

import (
	"context"
	"errors"
	"testing"
)

func TestFacts(t *testing.T) {
	for _, c := range []struct {
		err interface {
			error
			Fact() (code, object, detail string)
		}
		code, object, detail string
	}{
		{&WrongAccount{Wanted: "a", Got: "b", WantedTenant: "T", GotTenant: "t"}, "WX-WRONG-ACCOUNT", "b", "a"},
		{&WrongAccount{Wanted: "a", Got: "b", WantedTenant: "t", GotTenant: "u"}, "WX-WRONG-ACCOUNT", "b (tenant u)", "a (tenant t)"},
		{&TimeoutError{Role: Mailbox}, "WX-MAILBOX-SILENT", "mailbox", ""},
		{&TimeoutError{Role: Exchange}, "WX-EXCHANGE-SILENT", "exchange", ""},
		{&TimeoutError{Role: Directory}, "WX-SIGN-IN-TIMEOUT", "directory", ""},
		{&InputError{What: "tenant", Value: "common"}, "WX-ANSWER-INVALID", "tenant", `"common" is none`},
		{&ListenError{Err: errors.New("in use")}, "WX-LOOPBACK", "localhost", "listen on localhost: in use"},
		{&MetadataError{Tenant: "t", Field: "issuer"}, "WX-ANSWER-UNUSABLE", "t",
			`metadata of tenant t: issuer is not this cloud's (cloud instance "")`},
		{ErrClaims, "WX-CLAIMS", "", ErrClaims.Error()},
		{ErrNoRefresh, "WX-CLAIMS", "", "no refresh token"},
		{ErrNoAzureCLI, "WX-AZURE-CLI", "", "the Azure CLI is not installed"},
		{ErrAzureCLISignIn, "WX-AZURE-CLI", "", "the Azure CLI is not signed in to the tenant"},
		{ErrAzureCLIRefused, "WX-AZURE-CLI", "", "the Azure CLI gave no token"},
		{ErrTokenAnswer, "WX-ANSWER-UNUSABLE", "", "the token answer cannot be used"},
	} {
		if code, object, detail := c.err.Fact(); code != c.code || object != c.object || detail != c.detail {
			t.Errorf("%v: %s, %q, %q", c.err, code, object, detail)
		}
	}
}

func TestWrongAccountNamesBoth(t *testing.T) {
	err := Verify(Mailbox, Account{UPN: "b", TenantID: "t"}, "t", "a")
	var other interface{ Accounts() (wanted, got string) }
	if !errors.As(err, &other) {
		t.Fatal(err)
	}
	if wanted, got := other.Accounts(); wanted != "a" || got != "b" {
		t.Errorf("%s instead of %s", got, wanted)
	}
}

// A tenant of another cloud is told from an answer that makes no sense.
func TestTenantOfAnotherCloud(t *testing.T) {
	for instance, want := range map[string][3]string{
		"microsoftonline.us":  {"WX-TENANT-CLOUD", tenant, "--cloud usgov, --cloud usgovdod (microsoftonline.us)"},
		"microsoftonline.com": {"WX-ANSWER-UNUSABLE", tenant},
		"evil.example":        {"WX-ANSWER-UNUSABLE", tenant},
	} {
		s := newSTS()
		s.discovery["cloud_instance_name"] = instance
		s.discovery["authorization_endpoint"] = "https://login.microsoftonline.us/" + tenant + "/oauth2/v2.0/authorize"
		_, err := Discover(context.Background(), serve(t, s), tenant)
		var foreign *MetadataError
		if !errors.As(err, &foreign) {
			t.Fatalf("%s: %v", instance, err)
		}
		code, object, detail := foreign.Fact()
		if code != want[0] || object != want[1] || want[2] != "" && detail != want[2] {
			t.Errorf("%s: %s, %s, %s", instance, code, object, detail)
		}
	}
}
