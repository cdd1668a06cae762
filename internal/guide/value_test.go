package guide

import (
	"encoding/json"
	"reflect"
	"testing"

	"wxmail/internal/directory"
	"wxmail/internal/msg"
	"wxmail/internal/step"
)

// stranger is a value of no thing.
type stranger struct{}

func (stranger) Words() []msg.Message { return nil }

// kind is what is known of a thing's values: how a journal's text becomes one,
// samples, and what older versions wrote.
type kind struct {
	decode  func(json.RawMessage) step.Value
	samples []step.Value
	legacy  map[string]step.Value
}

func kindOf[V step.Value](samples []step.Value, legacy map[string]step.Value) kind {
	return kind{func(raw json.RawMessage) step.Value { return decode[V](raw) }, samples, legacy}
}

// kinds are those of all things.
func kinds() map[string]kind {
	secrets := kindOf[Secret]([]step.Value{Secret{"key", "label", "2028-11-27T09:00:00Z", "(set)"}, Secret{Label: "label", Value: "(set)"}},
		map[string]step.Value{`{"label":"wxmail 2026-11-27 a","expires":"2028-11-27","value":"(set)"}`: Secret{"", "wxmail 2026-11-27 a",
			"2028-11-27", "(set)"}})
	return map[string]kind{
		"azure.application": kindOf[Application]([]step.Value{
			Application{"id", "unique", "name", "notes", []string{"u"}, true,
				[]Permission{{directory.ExchangeAppID, "1", directory.Role, "Mail.Send"}}},
			Application{DisplayName: "name", RedirectURIs: []string{}, Permissions: []Permission{}}},
			map[string]step.Value{`{"displayName":"X","redirectUris":["u"],"implicitAccessTokens":true,
				"permissions":["Mail.Send (application)","SMTP.Send (delegated)"]}`: Application{
				DisplayName: "X", RedirectURIs: []string{"u"}, ImplicitAccessTokens: true,
				Permissions: []Permission{{Type: directory.Role, Value: "Mail.Send"}, {Type: directory.Scope, Value: "SMTP.Send"}}}}),
		"azure.application-restored": kindOf[Restored]([]step.Value{deleted, restored}, map[string]step.Value{`"deleted"`: deleted}),
		"azure.service-principal": kindOf[Principal]([]step.Value{Principal{"X", "notes"}, Principal{DisplayName: "X"}},
			map[string]step.Value{`"WebexConnect"`: Principal{DisplayName: "WebexConnect"}}),
		"azure.secret": secrets, "azure.secret-orphan": secrets, "azure.secret-rotated": secrets, "azure.secret-old": secrets,
		"azure.app-role": kindOf[Role]([]step.Value{Role{"a", "p", "r", "i", "Mail.Send", exchangeName}, Role{Value: "x"}},
			map[string]step.Value{`"Mail.Send (application) of Office 365 Exchange Online"`: Role{Value: "Mail.Send", Resource: exchangeName}}),
		"azure.grant": kindOf[Grant]([]step.Value{Grant{"g", "r", graphName, []string{"a", "b"}}, Grant{Scopes: []string{}}},
			map[string]step.Value{`"openid profile (delegated, all users) of Microsoft Graph"`: Grant{Resource: graphName,
				Scopes: []string{"openid", "profile"}}}),
		"mailbox.smtp-auth": kindOf[SMTPAuth]([]step.Value{smtpEnabled, SMTPAuth("inherited-disabled")},
			map[string]step.Value{`"disabled"`: SMTPAuth("disabled")}),
		"mailbox.send-as": kindOf[SendAs]([]step.Value{SendAs{"a@contoso.example"}, SendAs{}},
			map[string]step.Value{`"a@contoso.example"`: SendAs{"a@contoso.example"}}),
		"exchange.customization": kindOf[Customization]([]step.Value{dehydrated, customized}, map[string]step.Value{`"customized"`: customized}),
		"mailbox.outbound-policy": kindOf[OutboundPolicy]([]step.Value{OutboundPolicy{"On", "comment"}, OutboundPolicy{AutoForwarding: "Off"}},
			map[string]step.Value{`"automatic forwarding Automatic"`: OutboundPolicy{AutoForwarding: "Automatic"}}),
		"mailbox.outbound-rule": kindOf[OutboundRule]([]step.Value{OutboundRule{[]string{"a"}, "p", "Disabled", "X"},
			OutboundRule{From: []string{}, State: "Enabled"}},
			map[string]step.Value{
				`"from a@contoso.example"`: OutboundRule{From: []string{"a@contoso.example"}, State: "Enabled"},
				`"from a@contoso.example, before rule Nobody, but me"`: OutboundRule{From: []string{"a@contoso.example"}, State: "Enabled",
					Before: "Nobody, but me"},
				`"from a@contoso.example, b@contoso.example, enabled"`: OutboundRule{From: []string{"a@contoso.example", "b@contoso.example"},
					State: "Enabled"},
				`"from a@contoso.example, disabled"`: OutboundRule{From: []string{"a@contoso.example"}, State: "Disabled"},
			}),
		"mailbox.forwarding": kindOf[Forwarding]([]step.Value{Forwarding{"sales", "a@b.example", true}, Forwarding{}},
			map[string]step.Value{`{"forwardingTo":"a@b.example","keepCopy":true}`: Forwarding{ForwardingTo: "a@b.example", KeepCopy: true}}),
		"token.redirect-uri": kindOf[RedirectURI]([]step.Value{RedirectURI(TemporaryRedirect)},
			map[string]step.Value{`"http://localhost"`: RedirectURI(TemporaryRedirect)}),
		"token.sign-in": kindOf[Token]([]step.Value{Token{"a@b.example", "upn"}, Token{Login: "a"}},
			map[string]step.Value{`"token with SMTP.Send and offline_access"`: Token{}, `"stored tokens"`: Token{}}),
		"token.smtp-sign-in": kindOf[SMTPProof]([]step.Value{SMTPProof{User: "a@b.example"}},
			map[string]step.Value{`"signed in over SMTP"`: SMTPProof{}}),
	}
}

// A value is what a journal keeps of it: it comes back as itself. What older
// versions wrote is still understood.
func TestEveryValueOfEveryThingOutlivesTheJournal(t *testing.T) {
	all := kinds()
	for _, thing := range Things() {
		k, known := all[thing.Key]
		if !known {
			t.Errorf("%s: no value is tried", thing.Key)
			continue
		}
		for _, sample := range k.samples {
			if back := k.decode(raw(sample)); !reflect.DeepEqual(back, sample) {
				t.Errorf("%s: %#v came back as %#v", thing.Key, sample, back)
			}
			if sample.Words() == nil {
				t.Errorf("%s: %#v has no words", thing.Key, sample)
			}
		}
		for text, want := range k.legacy {
			same(t, thing.Key+" "+text, k.decode(json.RawMessage(text)), want)
		}
		zero := reflect.Zero(reflect.TypeOf(k.samples[0])).Interface()
		for _, text := range []string{"null", "", "[1]", "{", "12"} {
			same(t, thing.Key+" "+text, k.decode(json.RawMessage(text)), zero.(step.Value))
		}
		if len(k.legacy) == 0 {
			t.Errorf("%s: what did older versions write?", thing.Key)
		}
	}
}

// words are the ids of what is said.
func words(v step.Value) (all []string) {
	for _, m := range v.Words() {
		all = append(all, m.ID)
	}
	return all
}

func TestWordsSayOnlyWhatIsThere(t *testing.T) {
	for name, test := range map[string]struct {
		value step.Value
		want  []string
	}{
		"a rule of old": {OutboundRule{From: []string{"a"}}, []string{"value.rule-from", "value.rule-state"}},
		"a rule with all": {OutboundRule{Policy: "p", Before: "x"}, []string{"value.rule-from", "value.rule-state", "value.rule-policy",
			"value.rule-before"}},
		"forwarding nowhere": {Forwarding{KeepCopy: true}, []string{"value.forwards-nowhere"}},
		"forwarding":         {Forwarding{ForwardingTo: "a"}, []string{"value.forwards-to", "value.keeps-copy"}},
		"a secret of old":    {Secret{Expires: "2028"}, []string{"value.secret"}},
		"an application":     {Application{}, []string{"value.display-name", "value.redirect-uris", "value.access-tokens", "value.permissions"}},
	} {
		same(t, name, words(test.value), test.want)
	}
	if listed(nil) != "(none)" || listed([]string{"a", "b"}) != "a, b" {
		t.Error("lists are said otherwise")
	}
}
