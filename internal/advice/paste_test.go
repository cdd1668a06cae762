package advice

import (
	"runtime"
	"strings"
	"testing"

	"wxmail/internal/msg"
)

// The commands of a fix are pasted into a shell. An address may hold what a
// shell would run: RFC 5322 allows it.
func TestCommandsOfAFixAreSafeToPaste(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Log("PowerShell has other quotes: visible.Quoted")
		return
	}
	catalogue := msg.New("en")
	for _, code := range []string{"WX-MAILBOX-RENAMED", "WX-PROFILE-MIXED", "WX-UNDO-CONFIRM", "WX-TOKEN-STALE"} {
		for address, want := range map[string]string{
			"a`id`b@x.example": "'a`id`b@x.example'", "a|id|b@x.example": "'a|id|b@x.example'", "a&id@x.example": "'a&id@x.example'",
			"a$HOME@x.example": "'a$HOME@x.example'", "o'brien@x.example": `'o'\''brien@x.example'`, "sales@x.example": "sales@x.example",
			"{a,b}@x.example": "'{a,b}@x.example'", "a!b!@x.example": "'a!b!@x.example'", "*@x.example": "'*@x.example'",
		} {
			row, _ := Find(code)
			what, fix := row.words(address, address, address, "", "")
			said := catalogue.Say(fix)
			if bare := strings.Contains(strings.ReplaceAll(said, want, ""), address); !strings.Contains(said, want) || bare {
				t.Errorf("%s: %s", code, said)
			}
			if said := catalogue.Say(what); want != address && strings.Contains(said, want) {
				t.Errorf("%s has quotes in a sentence: %s", code, said)
			}
		}
	}
}
