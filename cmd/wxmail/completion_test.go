//go:build unix

package main

import (
	"os/exec"
	"strings"
	"testing"

	"wxmail/internal/sandbox"
	"wxmail/internal/testkit"
	"wxmail/internal/testkit/console"
)

// bashrc is what bash loads where completion is installed. The function is one
// of the package bash-completion, as far as it is needed.
const bashrc = `PS1='$ '
bind 'set enable-bracketed-paste off'
bind 'set bell-style none'
_get_comp_words_by_ref() {
	words=("${COMP_WORDS[@]}") cword=$COMP_CWORD cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}
}
source <(wxmail completion bash)
`

// Somebody presses Tab in bash.
func TestTabInBash(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	home := w.Home()
	setUpTo(w, home, w.Draft().Answers(support)).Must(t, 0)
	file := written(t, "answers.yaml", "")
	cmd := exec.CommandContext(t.Context(), "bash", "--noprofile", "--rcfile", written(t, "bashrc", bashrc), "-i")
	cmd.Env, cmd.Dir = w.Env(home), t.TempDir()
	before := len(w.Requests())
	bash := console.Start(t, console.Config{Width: 200, Height: 24}, cmd)
	bash.Expect("$")
	for typed, whole := range map[string]string{
		"wxmail undo mailbox.s":            "wxmail undo mailbox.smtp",
		"wxmail doc":                       "wxmail doctor",
		"wxmail setup --perm":              "wxmail setup --permissions",
		"wxmail setup --permissions l":     "wxmail setup --permissions least",
		"wxmail setup --keep-copy t":       "wxmail setup --keep-copy true",
		"wxmail doctor --only wx-secret-m": "wxmail doctor --only wx-secret-missing",
		"wxmail summary --profile d":       "wxmail summary --profile default",
		"wxmail help azure.perm":           "wxmail help azure.permissions",
		"wxmail --cloud ch":                "wxmail --cloud china",
		"wxmail setup --answers " + strings.TrimSuffix(file, "swers.yaml"): "wxmail setup --answers " + file,
	} {
		bash.Send(typed + "\t#")
		bash.Until("it completes "+typed, func(screen string) bool { return strings.Contains(screen, "$ "+whole+" #") })
		bash.Send("\x15") // an empty line again
	}
	if sent := w.Requests()[before:]; len(sent) != 0 {
		t.Errorf("completion sent %v", sent)
	}
}

// What a shell shows beside a word, somebody else may have written: here into
// the description of a client secret, which any owner of the application may.
func TestCompletionShowsNothingRaw(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	home := w.Home()
	setUpTo(w, home, w.Draft().Answers(support)).Must(t, 0)
	app := w.State()["applications"].([]any)[0].(map[string]any)
	secrets := append(app["passwordCredentials"].([]any), map[string]any{"displayName": "theirs" + testkit.Hostile, "hint": "abc",
		"keyId": "22222222-2222-4222-8222-222222222222", "startDateTime": "2026-01-01T00:00:00Z", "endDateTime": "2199-01-01T00:00:00Z"})
	w.Call("PATCH", "/applications/"+app["id"].(string), map[string]any{"passwordCredentials": secrets}, nil)
	w.Run(home, "doctor", "--no-input")
	offered := w.Run(home, "__complete", "azure", "rotate-secret", "--secret", "")
	if raw := testkit.Raw(strings.Replace(offered.Stdout, "\t", " ", 1)); raw != "" || !strings.Contains(offered.Stdout, "theirs<U+001B>") {
		t.Errorf("%s in %q", raw, offered.Stdout)
	}
}
