package signin

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wxmail/internal/microsoft"
)

func TestDiscover(t *testing.T) {
	for _, name := range []string{"contoso.example", tenant} {
		got, err := Discover(context.Background(), serve(t, newSTS()), name)
		if err != nil {
			t.Fatal(err)
		}
		want := metadata()
		want.Issuer, want.CloudInstance = "https://login.microsoftonline.com/"+tenant+"/v2.0", "microsoftonline.com"
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
}

func TestDiscoverEndpoints(t *testing.T) {
	cases := []struct {
		key, value string
		fine       bool
	}{
		{"authorization_endpoint", "https://login.microsoftonline.com/x/authorize", true},
		{"authorization_endpoint", "https://LOGIN.microsoftonline.com:443/x/authorize", true},
		{"authorization_endpoint", "http://localhost:8080/x/authorize", true},
		{"authorization_endpoint", "http://127.0.0.1:8080/x/authorize", true},
		{"authorization_endpoint", "http://[::1]:8080/x/authorize", true},
		{"authorization_endpoint", "http://login.microsoftonline.com/x/authorize", false},
		{"authorization_endpoint", "https://login.microsoftonline.us/x/authorize", false},
		{"authorization_endpoint", "https://login.microsoftonline.com.evil.example/", false},
		{"authorization_endpoint", "https://login.microsoftonline.com@evil.example/", false},
		{"authorization_endpoint", "http://localhost.evil.example/", false},
		{"authorization_endpoint", "http://10.0.0.1/", false},
		{"authorization_endpoint", "file:///etc/passwd", false},
		{"authorization_endpoint", "--help", false},
		{"authorization_endpoint", "", false},
		{"issuer", "https://login.microsoftonline.com/common/v2.0", false},
		{"issuer", "http://login.microsoftonline.com/" + tenant + "/v2.0", false},
		{"issuer", "", false},
	}
	for _, c := range cases {
		t.Run(c.key+" "+c.value, func(t *testing.T) {
			s := newSTS()
			s.discovery[c.key] = c.value
			_, err := Discover(context.Background(), serve(t, s), tenant)
			var foreign *MetadataError
			if c.fine != (err == nil) || !c.fine && (!errors.As(err, &foreign) || foreign.Field != c.key) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestDiscoverRefusesNames(t *testing.T) {
	e := serve(t, newSTS())
	for _, name := range []string{
		"", "common", "organizations", "consumers", "contoso", "a/b.c", "../x.y", "a b.example", "contoso.example?x",
	} {
		_, err := Discover(context.Background(), e, name)
		var input *InputError
		if !errors.As(err, &input) {
			t.Errorf("%q: %v", name, err)
		}
	}
	_, err := Discover(context.Background(), e, "nobody.example")
	var failure *microsoft.Error
	if !errors.As(err, &failure) || failure.Code != "AADSTS90002" || failure.Object != "nobody.example" {
		t.Errorf("unknown tenant: %v", err)
	}
}

func TestAdminClient(t *testing.T) {
	e := serve(t, newSTS())
	own := "0F8FAD5B-D9CB-469F-A165-70867728950E"
	cases := map[string]struct {
		client string
		scopes int
		first  string
	}{
		"graph":     {GraphClientID, 8, "https://graph.microsoft.com/Application.ReadWrite.All"},
		"azure-cli": {AzureCLIClientID, 4, "https://graph.microsoft.com/.default"},
		own:         {"0f8fad5b-d9cb-469f-a165-70867728950e", 4, "https://graph.microsoft.com/.default"},
	}
	for name, want := range cases {
		got, scopes, err := AdminClient(name)
		if err != nil || got != want.client || len(scopes(e)) != want.scopes || scopes(e)[0] != want.first {
			t.Errorf("%s: %s, %v", name, got, err)
		}
	}
	for _, name := range []string{"", "powershell", "{" + own + "}", "urn:uuid:" + own} {
		_, _, err := AdminClient(name)
		var input *InputError
		if !errors.As(err, &input) {
			t.Errorf("%q: %v", name, err)
		}
	}
}
