package setup_test

import (
	"encoding/json"
	"os"
	"reflect"
	"slices"
	"testing"

	"wxmail/internal/cloud"
	"wxmail/internal/contact"
	"wxmail/internal/doctor"
	"wxmail/internal/guide"
	"wxmail/internal/setup"
	"wxmail/internal/testkit"
)

// The shapes that are known are those that the sandbox shows in tenants of many
// kinds, before and after a setup, and what was seen elsewhere. WXMAIL_SHAPES=write
// adds what is new to them.
func TestTheSandboxAnswersInKnownShapes(t *testing.T) {
	var log contact.Log
	compared := contact.Shapes{}
	for _, scenario := range []string{"default", "by-hand", "hardened", "shared-mailbox", "dehydrated"} {
		t.Run(scenario, func(t *testing.T) {
			o := open(t, scenario)
			o.tune = func(c *setup.Connection) {
				c.Cloud.SetWitness(func(a cloud.Answered) { log.Take(a.Name, a.Body) })
			}
			o.Call("POST", "/outboundRules", map[string]any{"Name": "Theirs", "HostedOutboundSpamFilterPolicy": "Default",
				"From": []string{colleague}}, nil)
			if scenario == "shared-mailbox" {
				o.answers["webex.email-id"], o.answers["mailbox.sign-in-as"] = shared, mailbox
			}
			o.goes(o.nobody(), whole())
			o.goes(o.nobody(), whole())
			x, _ := o.contact()
			o.goes(o.nobody(), guide.Undo(nil))
			compared.Add(x.Shapes())
		})
	}
	seen := log.Shapes()
	seen.Add(compared)
	if os.Getenv("WXMAIL_SHAPES") == "write" {
		all := contact.Known()
		all.Add(seen)
		raw, err := json.MarshalIndent(all, "", " ")
		must(t, err)
		must(t, os.WriteFile("../contact/shapes.json", append(raw, '\n'), 0o600))
		return
	}
	for _, d := range contact.Compare(contact.Known(), seen) {
		t.Errorf("%s: new %q, otherwise %q; WXMAIL_SHAPES=write", d.Answer, d.New, d.Other)
	}
}

// contact looks as doctor --contact does.
func (o *office) contact() (*setup.Examination, []doctor.Finding) {
	o.t.Helper()
	x, err := setup.NewExamination(o.t.Context(), o.connection(o.nobody()), doctor.ScopeOf(doctor.Contact))
	must(o.t, err)
	must(o.t, x.Look(o.t.Context()))
	return x, doctor.Judge(x.Facts(), x.Plan(), x.Probed(), doctor.Options{Areas: []doctor.Area{doctor.Contact},
		Code: func(error) string { return "WX-FAILED" }})
}

// Before the first setup the shapes are all that is told, and only the mailbox
// is asked for.
func TestContact(t *testing.T) {
	o := open(t, "default")
	o.answers = map[string]string{"webex.email-id": mailbox}
	x, findings := o.contact()
	if len(findings) != 0 || len(x.Shapes()) < 15 || len(o.Writes()) != 0 {
		t.Errorf("%d compared, %d writes: %+v", len(x.Shapes()), len(o.Writes()), findings)
	}
	for _, path := range []string{"EXOModuleFile", "Get-InboxRule", "Get-TransportRule", "/v1.0/$batch"} {
		if !slices.ContainsFunc(o.Requests(), func(r testkit.Request) bool { return r.Path == path }) {
			t.Errorf("%s was not read", path)
		}
	}
	o.fault(map[string]any{"service": "exchange", "path": "Get-RemoteDomain", "nth": 1, "count": 9,
		"action": "alter", "json": "value.*.AutoForwardEnabled", "value": "yes"})
	_, findings = o.contact()
	var told []string
	for _, f := range findings {
		told = append(told, f.Code+" "+f.Object+" "+f.Detail)
	}
	want := []string{"WX-SHAPE-OTHER Get-RemoteDomain value[].AutoForwardEnabled: text, known as true or false"}
	if !slices.Contains(told, want[0]) {
		t.Errorf("%q", told)
	}
}

func TestWhatIsComparedIsKept(t *testing.T) {
	o := open(t, "default").isSetUp()
	when := o.connection(o.nobody()).Cloud.Now()
	must(t, setup.KeepFindings(o.profile, guide.Facts{}, []string{"WX-CLOCK"}, when))
	must(t, setup.KeepContact(o.profile, []string{"WX-SHAPE-NEW"}, when))
	must(t, setup.KeepFindings(o.profile, guide.Facts{}, []string{"WX-PENDING"}, when))
	found := o.data().Found
	got := slices.Concat(texts(t, found.Findings), texts(t, found.Contact.Findings))
	if !reflect.DeepEqual(got, []string{"WX-PENDING", "WX-SHAPE-NEW"}) {
		t.Errorf("%q", got)
	}
}

func texts(t *testing.T, raw json.RawMessage) (all []string) {
	t.Helper()
	must(t, json.Unmarshal(raw, &all))
	return all
}
