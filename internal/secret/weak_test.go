package secret

import "testing"

func TestWeak(t *testing.T) {
	for text, want := range map[string]bool{"": true, " ": true, "x": true, "hunter2hunter2": true, "aaaaaaaaaaaaaaaaaaaa": true,
		"abababababababab": true,

		"a test passphrase": false, "correct horse battery staple": false, "ひらがなとかたかなとかんじでかく": false} {
		if got := New(text).Weak(); got != want {
			t.Errorf("%q: %t", text, got)
		}
	}
}
