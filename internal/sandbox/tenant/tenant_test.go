package tenant_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wxmail/internal/sandbox/tenant"
)

func names(users []tenant.User) []string {
	out := []string{}
	for _, u := range users {
		out = append(out, u.DisplayName)
	}
	return out
}

func TestReplicasLag(t *testing.T) {
	model := tenant.New(&tenant.Clock{}, 1)
	model.Users.Put("old", tenant.User{DisplayName: "old"})
	model.Settle()
	model.Settings.ReplicationLag = tenant.Duration(time.Hour)
	model.Users.Put("new", tenant.User{DisplayName: "new"})
	model.Users.Put("old", tenant.User{DisplayName: "renamed"})

	if diff := cmp.Diff([]string{"old"}, names(model.Users.All())); diff != "" {
		t.Errorf("a replica at once: %s", diff)
	}
	if diff := cmp.Diff([]string{"renamed", "new"}, names(model.Users.AllLatest())); diff != "" {
		t.Errorf("the newest: %s", diff)
	}
	model.Clock.Advance(2 * time.Hour)
	model.Users.Delete("old")
	if diff := cmp.Diff([]string{"renamed", "new"}, names(model.Users.All())); diff != "" {
		t.Errorf("a replica after the lag: %s", diff)
	}
	if _, there := model.Users.Latest("old"); there {
		t.Error("deleted, and still the newest")
	}
}

func TestPastGoesBackToTheMark(t *testing.T) {
	model := tenant.New(&tenant.Clock{}, 1)
	model.Users.Put("1", tenant.User{DisplayName: "one"})
	model.Mark("graph")
	model.Users.Put("1", tenant.User{DisplayName: "changed"})
	model.Users.Put("2", tenant.User{DisplayName: "two"})
	model.TransportConfig.SMTPClientAuthenticationDisabled = true

	past := model.Past("graph")
	if diff := cmp.Diff([]string{"one"}, names(past.Users.All())); diff != "" {
		t.Error(diff)
	}
	if past.TransportConfig.SMTPClientAuthenticationDisabled {
		t.Error("the past has the present's transport config")
	}
	past.Users.Put("3", tenant.User{DisplayName: "lost"})
	if diff := cmp.Diff([]string{"changed", "two"}, names(model.Past("exchange").Users.All())); diff != "" {
		t.Errorf("without a mark: %s", diff)
	}
}

func TestIDsFollowFromTheSeed(t *testing.T) {
	model := tenant.New(&tenant.Clock{}, 7)
	first, number := model.IDs.New(), model.IDs.Number()
	model.Issue("token", "t")
	model.Users.Put("1", tenant.User{})
	model.Reset(7)
	if again := model.IDs.New(); again != first {
		t.Errorf("after a reset %s, before %s", again, first)
	}
	if again := model.IDs.Number(); again != number || again == model.IDs.Number() {
		t.Errorf("after a reset %s, before %s", again, number)
	}
	if other := tenant.New(&tenant.Clock{}, 8).IDs.New(); other == first {
		t.Error("two seeds, one id")
	}
	if len(model.Secrets()) != 0 || len(model.Users.AllLatest()) != 0 {
		t.Error("the reset left something")
	}
}
