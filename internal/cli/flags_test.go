package cli

import (
	"strings"
	"testing"
)

func TestAFlagThatMayStandAloneTakesItsValueAfterASpace(t *testing.T) {
	for args, want := range map[string]string{
		"setup --keep-copy false -y":                  "setup --keep-copy=false -y",
		"setup --enable-customization TRUE":           "setup --enable-customization=TRUE",
		"setup --enable-customization":                "setup --enable-customization=true",
		"setup --enable-customization --yes":          "setup --enable-customization=true --yes",
		"setup --keep-copy=no --replace-forwarding y": "setup --keep-copy=no --replace-forwarding=y",
		"setup --keep-copy perhaps":                   "setup --keep-copy=true perhaps",
		"setup --asset-name true":                     "setup --asset-name true",
		"setup -- --keep-copy true":                   "setup -- --keep-copy true",
		"help --keep-copy true":                       "help --keep-copy=true",
		"__complete setup --keep-copy fal":            "__complete setup --keep-copy fal",
		"__complete setup --keep-copy false -":        "__complete setup --keep-copy=false -",
		"__complete setup --keep-copy --yes -":        "__complete setup --keep-copy=true --yes -",
	} {
		if got := strings.Join(joinValues(strings.Fields(args)), " "); got != want {
			t.Errorf("%s: %s, want %s", args, got, want)
		}
	}
}
