package handoff

import (
	"encoding/json"
	"errors"
	"io"
	"maps"
	"strings"
	"testing"
	"testing/iotest"

	"wxmail/internal/mailflow"
	"wxmail/internal/msg"
	"wxmail/internal/wanted"
)

func TestSeen(t *testing.T) {
	x, w := plain(), answers(t, map[string]string{"webex.email-id": shared, "mailbox.sign-in-as": anna})
	x.cas[anna] = cas(anna, false)
	for name, file := range map[string]string{
		"as Windows PowerShell writes it": x.file(t, w),
		"as PowerShell writes it":         strings.TrimPrefix(x.file(t, w), "\ufeff") + "\r\n",
	} {
		s, err := Seen(strings.NewReader(file))
		if err != nil {
			t.Fatal(name, err)
		}
		if !s.Mailbox.IsShared() || s.SignIn.PrimarySMTPAddress != anna || s.SMTPAuth() != "enabled" || len(s.SendAs) != 2 {
			t.Errorf("%s: %+v", name, s)
		}
	}
	s := x.seen(t, answers(t, nil))
	if s.SignIn != s.Mailbox || s.SendAs != nil {
		t.Errorf("the mailbox signs in for itself: %+v", s)
	}
}

// What a script cannot have written is refused, and says why.
func TestSeenRefuses(t *testing.T) {
	w := answers(t, map[string]string{"webex.email-id": shared, "mailbox.sign-in-as": anna})
	for name, test := range map[string]struct {
		file    string
		problem string
	}{
		"nothing":              {"", "JSON"},
		"another file":         {"webex.email-id: a", "JSON"},
		"a list":               {"[]", "JSON"},
		"more than one":        {plain().file(t, w) + "{}", "JSON"},
		"a section too many":   {damaged(t, w, func(f sectionsOf) { f["Secrets"] = []object{} }), "JSON"},
		"another type of list": {damaged(t, w, func(f sectionsOf) { f["Mailbox"] = "x" }), "JSON"},
		"Latin-1":              {"{\"Mailbox\":\"\xfc\"}", "UTF-8"},
		"UTF-16":               {"\xff\xfe{\x00}\x00", "UTF-8"},
		"too much":             {strings.Repeat(" ", seenLimit+1), "larger than 1,048,576"},

		"no mailbox": {damaged(t, w, func(f sectionsOf) { f["Mailbox"] = []object{} }),
			"Mailbox: one record was expected, and 0 were found"},
		"two accounts": {damaged(t, w, func(f sectionsOf) { f["CASMailbox"] = []object{cas(box, nil), cas(box, nil)} }),
			"CASMailbox: one record was expected"},
		"half an account": {damaged(t, w, func(f sectionsOf) { delete(f, "SignIn") }), "SignIn: there is no list of records"},
		"the other half": {damaged(t, w, func(f sectionsOf) { delete(f, "RecipientPermission") }),
			"RecipientPermission: there is no list of records"},
		"a null section":     {damaged(t, w, func(f sectionsOf) { f["OutboundRules"] = nil }), "OutboundRules: there is no list of records"},
		"a null record":      {damaged(t, w, func(f sectionsOf) { f["OutboundPolicies"] = []any{nil} }), "OutboundPolicies: a record lacks Name"},
		"a text as a record": {damaged(t, w, func(f sectionsOf) { f["OutboundPolicies"] = []any{"x"} }), "OutboundPolicies: a record is not"},
		"a property missing": {damaged(t, w, func(f sectionsOf) { delete(f.of("RemoteDomains")[0], "DomainName") }),
			"RemoteDomains: a record lacks DomainName"},
		"a property null": {damaged(t, w, func(f sectionsOf) { f.of("OrganizationConfig")[0]["IsDehydrated"] = nil }),
			"OrganizationConfig: IsDehydrated is null"},
		"another type": {damaged(t, w, func(f sectionsOf) { f.of("CASMailbox")[0]["SmtpClientAuthenticationDisabled"] = "False" }),
			"CASMailbox: a record has a property of another type"},
	} {
		s, err := Seen(strings.NewReader(test.file))
		var refused *SeenError
		if s != nil || !errors.As(err, &refused) || !strings.Contains(err.Error(), test.problem) {
			t.Errorf("%s: %v, want %s", name, err, test.problem)
			continue
		}
		if code, object, detail := refused.Fact(); code != "WX-SEEN-FILE" || object != "" || detail != msg.New("en").Say(refused.Problem) {
			t.Errorf("%s: %s %s %s", name, code, object, detail)
		}
	}
	if _, err := Seen(iotest.ErrReader(io.ErrClosedPipe)); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("a file that cannot be read: %v", err)
	}
}

// Every section and every property that the client insists on is insisted on
// here.
func TestSeenMissesEveryProperty(t *testing.T) {
	w := answers(t, map[string]string{"webex.email-id": shared, "mailbox.sign-in-as": anna})
	x := plain()
	x.rules, x.transport = []object{rule("r", "p", 0, object{"From": []string{box}})}, []object{transport("t", nil)}
	must := map[string]mailflow.Shape{
		"Mailbox": mailflow.Mailbox{}.Shape(), "SignIn": mailflow.Mailbox{}.Shape(), "CASMailbox": mailflow.CASMailbox{}.Shape(),
		"RecipientPermission": mailflow.RecipientPermission{}.Shape(), "OutboundPolicies": mailflow.OutboundPolicy{}.Shape(),
		"OutboundRules": mailflow.OutboundRule{}.Shape(), "RemoteDomains": mailflow.RemoteDomain{}.Shape(),
		"TransportRules": mailflow.TransportRule{}.Shape(), "OrganizationConfig": mailflow.OrganizationConfig{}.Shape(),
		"TransportConfig": mailflow.TransportConfig{}.Shape(),
	}
	for section, shape := range must {
		for _, property := range append(shape.Set, shape.Nullable...) {
			file := spoiled(t, x, w, func(f sectionsOf) { delete(f.of(section)[0], property) })
			if _, err := Seen(strings.NewReader(file)); err == nil || !strings.Contains(err.Error(), section+": a record lacks "+property) {
				t.Errorf("%s without %s: %v", section, property, err)
			}
		}
	}
}

// sectionsOf is a file, to be damaged.
type sectionsOf map[string]any

func (f sectionsOf) of(section string) []object { return f[section].([]object) }

func damaged(t *testing.T, w wanted.Wanted, damage func(sectionsOf)) string {
	t.Helper()
	return spoiled(t, plain(), w, damage)
}

func spoiled(t *testing.T, x *tenant, w wanted.Wanted, damage func(sectionsOf)) string {
	t.Helper()
	file := sectionsOf{}
	for name, records := range x.look(w) {
		var copies []object
		for _, r := range records {
			copies = append(copies, maps.Clone(r))
		}
		file[name] = append([]object{}, copies...)
	}
	damage(file)
	raw, err := json.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// Whatever comes back: a refusal that says why, or a mailbox with an account.
func FuzzSeen(f *testing.F) {
	w := wanted.Wanted{Mailbox: shared, SignInAs: anna}
	raw, err := json.Marshal(plain().look(w))
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{string(raw), "\ufeff{}", `{"Mailbox":[{}]}`, `{"Mailbox":null}`, "[", `{"OutboundRules":[{"Name":0}]}`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, file string) {
		s, err := Seen(strings.NewReader(file))
		var refused *SeenError
		if err != nil && (!errors.As(err, &refused) || refused.Problem.IsZero()) {
			t.Fatalf("%v", err)
		}
		if err == nil && (s.Mailbox == nil || s.SignIn == nil || !strings.Contains(file, "PrimarySmtpAddress")) {
			t.Errorf("made up: %+v", s)
		}
	})
}
