package secret_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"wxmail/internal/secret"
)

const canary = "canary-5f1d"

// shown is a secret in every way that prints or encodes it.
func shown(t *testing.T, s secret.Value) string {
	t.Helper()
	raw, err := json.Marshal(map[string]any{"s": s, "p": &s, "in": struct{ S secret.Value }{s}})
	if err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "s", s, "p", &s)
	in := struct{ s secret.Value }{s}
	printed := fmt.Sprintf("%v %+v %#v %s %q %x %d %v %+v %#v", s, s, s, s, s, s, s, &s, in, []secret.Value{s})
	return printed + string(raw) + log.String() + s.String()
}

func TestSecretIsNeverPrinted(t *testing.T) {
	text := shown(t, secret.New(canary))
	for _, leak := range []string{canary, fmt.Sprintf("%x", canary), fmt.Sprintf("%d", []byte(canary))} {
		if strings.Contains(text, leak) {
			t.Errorf("leaked: %s", text)
		}
	}
	if !strings.Contains(text, "(set)") {
		t.Errorf("nobody sees that there is one: %s", text)
	}
}

func TestNoSecretShowsAsNothing(t *testing.T) {
	for _, s := range []secret.Value{{}, secret.New("")} {
		if s.IsSet() || s.String() != "" || s.Reveal() != "" || strings.Contains(shown(t, s), "(set)") {
			t.Errorf("%q, set %v", s.String(), s.IsSet())
		}
	}
}

func TestEqualWhereTheValuesAre(t *testing.T) {
	if secret.New(canary) != secret.New(strings.Clone(canary)) || secret.New(canary) == secret.New("x") || secret.New("") != (secret.Value{}) {
		t.Error("not compared by value")
	}
}

func TestOnlyRevealGivesTheValue(t *testing.T) {
	if s := secret.New(canary); s.Reveal() != canary || !s.IsSet() || s.String() != "(set)" {
		t.Error("not what was wrapped")
	}
}
