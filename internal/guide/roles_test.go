package guide

import (
	"slices"
	"testing"
)

func TestRoleNames(t *testing.T) {
	everybody := "b79fbf4d-3ef9-4689-8143-76b194e85509" // that every user has
	got := RoleNames([]string{everybody, "29232CDF-9323-42FD-ADE2-1D097AF3E4DE", cloudApplicationAdministrator})
	if !slices.Equal(got, []string{"Cloud Application Administrator", "Exchange Administrator"}) {
		t.Errorf("got %q", got)
	}
	if got := RoleNames([]string{everybody}); got != nil {
		t.Errorf("a user is %q", got)
	}
}
