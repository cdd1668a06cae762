package main

import (
	"os"
	"path/filepath"
	"testing"

	"wxmail/internal/sandbox"
	"wxmail/internal/testkit"
)

// Each folder of testdata/homes is a profile as a version wrote it, before it
// was released or by a tag. Every later one reads its answers, opens its vault
// and takes back what its journal tells of: here in a tenant where somebody
// has removed it all by hand.
func TestProfilesOfEarlierVersionsAreRead(t *testing.T) {
	t.Parallel()
	const homes = "testdata/homes"
	versions, err := os.ReadDir(homes)
	if err != nil || len(versions) == 0 {
		t.Fatalf("no profile of an earlier version: %v", err)
	}
	for _, version := range versions {
		t.Run(version.Name(), func(t *testing.T) {
			t.Parallel()
			w := testkit.Start(t, sandbox.Options{})
			home := w.Home()
			profile := filepath.Join(home, "profiles", "default")
			if err := os.CopyFS(profile, os.DirFS(filepath.Join(homes, version.Name()))); err != nil {
				t.Fatal(err)
			}
			shut(t, home)
			env := []string{"WXMAIL_PASSPHRASE=an old passphrase"}
			var summary struct {
				Webex struct{ EmailID string }
				Azure struct{ ClientID string }
			}
			w.Run(home, "summary", "--json").Must(t, 0).Document(t, &summary)
			if summary.Webex.EmailID != "support@contoso.example" || summary.Azure.ClientID == "" {
				t.Errorf("read %+v", summary)
			}
			var values any
			w.RunWith(home, env, "values", "--json", "--reveal").Must(t, 0).Document(t, &values)
			if secret := fieldsOf(t, values)["Client Secret"]; secret == nil || secret == "" {
				t.Error("the vault gave no client secret")
			}
			w.RunWith(home, env, "undo", "-y", "--no-input", "--confirm", "default").Must(t, 0)
		})
	}
}

// shut gives a copied home the modes that git does not keep.
func shut(t *testing.T, home string) {
	t.Helper()
	err := filepath.WalkDir(home, func(path string, entry os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			return os.Chmod(path, 0o700)
		}
		return os.Chmod(path, 0o600)
	})
	if err != nil {
		t.Fatal(err)
	}
}
