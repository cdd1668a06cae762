package store_test

import (
	"errors"
	"strings"
	"testing"

	"wxmail/internal/store"
)

func TestFacts(t *testing.T) {
	for _, c := range []struct {
		err interface {
			error
			Fact() (code, object, detail string)
		}
		code, object, detail string // detail: a part of it
	}{
		{&store.Locked{Profile: "p", Holder: store.Holder{PID: 7, Host: "h"}}, "WX-LOCKED", "p", "held by process 7 on h"},
		{&store.NameError{Name: "../p"}, "WX-PROFILE-NAME", "../p", ""},
		{&store.Damaged{Path: "j", Line: 3, Err: errors.New("cut")}, "WX-PROFILE-DAMAGED", "j", "j: line 3 is damaged: cut"},
		{&store.NewerVersion{Path: "f", Got: 9, Known: 1}, "WX-PROFILE-NEWER", "f", "version 9"},
		{&store.PermissionError{Path: "f", Others: "mode 0644", Shut: "chmod 600 'f'"}, "WX-PROFILE-OPEN", "f", "chmod 600 'f'"},
		{&store.Unwritable{Path: "f", Why: "it is a folder"}, "WX-USAGE", "f", "it is a folder"},
	} {
		code, object, detail := c.err.Fact()
		if code != c.code || object != c.object || !strings.Contains(detail, c.detail) || (detail == "") != (c.detail == "") {
			t.Errorf("%v: %s, %q, %q", c.err, code, object, detail)
		}
	}
}

// Who holds a profile is told only where the holder's own file says it.
func TestWhoHoldsAProfile(t *testing.T) {
	for want, h := range map[string]store.Holder{"detail.locked": {PID: 7, Host: "h"}, "detail.locked-unknown": {}} {
		if id, _ := (&store.Locked{Profile: "p", Holder: h}).Words(); id != want {
			t.Errorf("%+v is told as %s", h, id)
		}
	}
	if id, _ := (&store.Locked{Holder: store.Holder{PID: -1, Host: "h"}}).Words(); id != "detail.locked-unknown" {
		t.Errorf("no process is told as %s", id)
	}
}
