package setup_test

import (
	"testing"

	"wxmail/internal/cloud"
	"wxmail/internal/setup"
	"wxmail/internal/store"
	"wxmail/internal/webex"
)

func TestTheFormOfNothingIsEmpty(t *testing.T) {
	t.Parallel()
	endpoints, err := cloud.Load("", "")
	must(t, err)
	in := setup.ValuesInput(setup.LastSeen("default", store.Data{}), endpoints, nil, true)
	is(t, "input", in == webex.Input{Reveal: true}, true)
}

func TestTheFormIsFilledFromSummaryCloudAndVault(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	o.answers["mailbox.sign-in-as"] = colleague
	o.isSetUp()
	s := setup.LastSeen("default", o.data())
	endpoints := o.connection(o.nobody()).Cloud
	in := setup.ValuesInput(s, endpoints, o.vault, true)
	is(t, "asset", in.Asset, webex.Asset{Name: "support", EmailID: mailbox,
		ForwardingAddress: o.draft.ForwardingAddress, CallbackURL: o.draft.CallbackURL})
	is(t, "signs in as", in.SignInAs, colleague)
	is(t, "addresses", []string{in.AuthorizationURL, in.TokenURL}, []string{
		"https://login.microsoftonline.com/" + string(s.Azure.TenantID) + "/oauth2/v2.0/authorize",
		"https://login.microsoftonline.com/" + string(s.Azure.TenantID) + "/oauth2/v2.0/token"})
	is(t, "submission", []any{in.SMTPServer, in.SMTPPort, in.SMTPScope}, []any{
		"smtp.office365.com", 587, "https://outlook.office.com/SMTP.Send"})
	is(t, "client", in.ClientID, o.application().AppID)
	is(t, "secret", in.ClientSecret.Reveal(), o.held().Value)
	is(t, "tokens", in.AccessToken.IsSet() && in.RefreshToken.IsSet() && in.Validity != "", true)

	in = setup.ValuesInput(s, endpoints, o.vault, false)
	is(t, "tokens, unless they are to be shown", in.AccessToken.IsSet() || in.RefreshToken.IsSet() || in.Validity != "", false)
}

func TestTheFormWithoutTheVaultKnowsThatThereIsASecret(t *testing.T) {
	t.Parallel()
	o := open(t, "").isSetUp()
	s := setup.LastSeen("default", o.data())
	endpoints := o.connection(o.nobody()).Cloud
	is(t, "a secret", setup.ValuesInput(s, endpoints, nil, false).ClientSecret.IsSet(), true)
	is(t, "a secret that is to be shown", setup.ValuesInput(s, endpoints, nil, true).ClientSecret.IsSet(), false)
	s.Azure.ClientID = "another application's"
	is(t, "another application's", setup.ValuesInput(s, endpoints, o.vault, false).ClientSecret.IsSet(), false)
	s.Azure.TenantID = ""
	is(t, "a tenant that is not known", setup.ValuesInput(s, endpoints, o.vault, false).TokenURL, "")
}
