package bundle

import (
	"strings"
	"testing"
)

// The same person has the same name wherever and however the address stands;
// the profile's own addresses stay.
func TestMask(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"nobody", "a text without any @ or a@b", "a text without any @ or a@b"},
		{"our own", "Support@Contoso.example and support%40contoso.example", "Support@Contoso.example and support%40contoso.example"},
		{"our application", "wxmail-support@contoso.example", "wxmail-support@contoso.example"},
		{"another person", "anna@contoso.example", "person1@contoso.example"},
		{"the same person", "anna@contoso.example, ANNA@contoso.example, anna%40contoso.example",
			"person1@contoso.example, person1@contoso.example, person1@contoso.example"},
		{"another domain", "anna@contoso.example anna@fabrikam.example", "person1@contoso.example person2@fabrikam.example"},
		{"the end of a sentence", "It is anna@contoso.example.", "It is person1@contoso.example."},
		{"in quotes", "object 'anna@contoso.example', or anna@contoso.example", "object 'person1@contoso.example', or person1@contoso.example"},
		{"our own in quotes", "object 'support@contoso.example'", "object 'support@contoso.example'"},
		{"with an apostrophe", "'o'brien@contoso.example' o'brien@contoso.example", "'person1@contoso.example' person1@contoso.example"},
		{"a guest", "anna_fabrikam.example#EXT#@contoso.example", "person1@contoso.example"},
		{"a guest in a URL", "/users/anna_fabrikam.example%23EXT%23@contoso.example?$select=id", "/users/person1@contoso.example?$select=id"},
		{"a tag", "anna+news@contoso.example anna%2Bnews%40contoso.example", "person1@contoso.example person1@contoso.example"},
		{"letters of other alphabets", "jürgen@bücher.example j%C3%BCrgen@bücher.example", "person1@bücher.example person1@bücher.example"},
		{"a broken escape", "%FFanna@contoso.example%4", "person1@contoso.example%4"},
		{"a filter", "$filter=mail%20eq%20%27anna%40contoso.example%27", "$filter=mail%20eq%20%27person1@contoso.example%27"},
		{"our own in a filter", "$filter=mail%20eq%20%27support%40contoso.example%27", "$filter=mail%20eq%20%27support%40contoso.example%27"},
		{"a proxy address", "smtp:anna@contoso.example", "smtp:person1@contoso.example"},
		{"a recipient of a rule", `"Anna A." [SMTP:anna@contoso.example]`, "person1@contoso.example"},
		{"in JSON", `"ForwardTo = \"Anna A.\" [SMTP:anna@contoso.example]"`, `"ForwardTo = person1@contoso.example"`},
		{"inside the organization", `"Anna" [EX:/o=Contoso/cn=anna]`, "(a recipient of the organization)"},
		{"one behind the other", "a@contoso.example+@fabrikam.example@contoso.example", "person1@contoso.exampleperson2@contoso.example"},
		{"an escaped @ behind a quote", "'%40contoso.example", "'person1@contoso.example"},
		{"a message id is an address too", "<abc-1@mail.fabrikam.example>", "<person1@mail.fabrikam.example>"},
	} {
		m := newMask([]string{"support@contoso.example", "wxmail-Support@contoso.example"})
		if got := m.text(test.text); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

// Whatever a file holds: a mask leaves no address of anybody else, and masking
// twice tells nothing else.
func FuzzMask(f *testing.F) {
	for _, seed := range []string{
		"anna@contoso.example", "'anna%40contoso.example", `"A" [SMTP:a@b.c]`, "%C3@a.b", "''@a.b", "#EXT#@a.b", "%ZZ%40a.b",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		m := newMask([]string{"support@contoso.example"})
		left := append(address().FindAllString(m.text(text), -1), inText().FindAllString(m.member("detail", text), -1)...)
		for _, found := range left {
			lower := strings.ToLower(found)
			if !strings.Contains(lower, "person") && !strings.Contains(lower, "support") {
				t.Errorf("%q is left of %q", found, text)
			}
		}
	})
}
