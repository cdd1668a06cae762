package guide

import (
	"testing"

	"wxmail/internal/directory"
	"wxmail/internal/mailflow"
)

// both are the obstacles of the two steps of the mailbox.
func both(code string) []string {
	return []string{"mailbox.smtp " + code, "mailbox.forward " + code + ", repeats"}
}

// obstaclesOf are those of the mailbox's two steps alone.
func obstaclesOf(f Facts) []string {
	f.Wanted.Run.Steps = []string{"mailbox.smtp", "mailbox.forward"}
	return outlineOf(Guide(f.Wanted.Run.Steps, nil).Plan(f)).Obstacles
}

// instead is what has the address that is no mailbox.
func instead(kind string) breaking {
	return func(f *Facts) { noMailbox(f); mail(f).NotMailbox = &mailflow.Recipient{RecipientTypeDetails: kind} }
}

func user(change func(*directory.User)) breaking {
	return func(f *Facts) { change(f.Seen.Directory.Value.User) }
}

func TestWhatIsNoMailboxIsRefusedByName(t *testing.T) {
	kind := func(kind string) breaking { return func(f *Facts) { mail(f).Mailbox.RecipientTypeDetails = kind } }
	unknownHere := func(f *Facts) { f.Seen.Directory.Value.User = nil }
	for _, test := range []struct {
		name  string
		facts Facts
		want  []string
	}{
		{"nobody has the address", healthy(noMailbox), both("WX-MAILBOX-UNKNOWN, stops")},
		{"nobody, in a tenant with rules", healthy(ruleFirst, noMailbox), both("WX-MAILBOX-UNKNOWN, stops")},
		{"somebody without a licence", healthy(noMailbox, user(func(u *directory.User) { u.Licensed = false })),
			both("WX-MAILBOX-UNLICENSED, stops")},
		{"its mailbox is on premises", healthy(instead("MailUser")), both("WX-MAILBOX-HYBRID, stops")},
		{"it is a group", healthy(instead("MailUniversalDistributionGroup")), both("WX-NOT-A-MAILBOX, stops")},
		{"it is a room", healthy(kind("RoomMailbox")), both("WX-NOT-A-MAILBOX, stops")},
		{"its account is disabled", healthy(func(f *Facts) { mail(f).Mailbox.AccountDisabled = true }), both("WX-MAILBOX-DISABLED, stops")},
		{"its account is disabled in the directory", healthy(user(func(u *directory.User) { u.Enabled = false })),
			both("WX-MAILBOX-DISABLED, stops")},
		{"it has no licence, by the directory", healthy(user(func(u *directory.User) { u.Licensed = false })),
			both("WX-MAILBOX-UNLICENSED, stops")},
		{"the directory does not know it, and Exchange does", healthy(unknownHere), nil},
		{"the directory was not read", healthy(func(f *Facts) { f.Seen.Directory.Value = nil }), nil},
		{"a shared one, and nobody signs in", healthy(kind("SharedMailbox")), both("WX-SHARED-MAILBOX, asks mailbox.sign-in-as, stops")},
		{"a shared one that is to sign in", healthy(kind("SharedMailbox"), answer("mailbox.sign-in-as", mailboxAddress)),
			both("WX-SHARED-SIGN-IN, stops")},
		{"a shared one, with somebody who signs in", healthy(shared), nil},
		{"somebody signs in who is unknown", healthy(shared, func(f *Facts) { mail(f).SignIn = nil }),
			both("WX-MAILBOX-UNKNOWN, asks mailbox.sign-in-as, stops")},
		{"somebody signs in who has no licence", healthy(shared, func(f *Facts) { mail(f).SignIn = nil },
			user(func(u *directory.User) { u.Licensed = false })),
			both("WX-MAILBOX-UNLICENSED, asks mailbox.sign-in-as, stops")},
		{"somebody signs in who is disabled", healthy(shared, user(func(u *directory.User) { u.Enabled = false })),
			both("WX-MAILBOX-DISABLED, stops")},
	} {
		t.Run(test.name, func(t *testing.T) { same(t, "obstacles", obstaclesOf(test.facts), test.want) })
	}
}

// addressedOtherwise: the mailbox has another primary address, and the first is an alias.
func addressedOtherwise(f *Facts) {
	m := mail(f).Mailbox
	m.PrimarySMTPAddress, m.UserPrincipalName = "help.desk@contoso.example", "s.upport@contoso.onmicrosoft.com"
	m.EmailAddresses = []string{"SMTP:help.desk@contoso.example", "smtp:" + mailboxAddress}
}

// Mail to another name of the mailbox arrives, and every reply from it is
// refused: that is known before the first write.
func TestAnEmailIDThatNobodyMaySendAsIsRefused(t *testing.T) {
	const code = "WX-MAILBOX-RENAMED, stops"
	emailID := func(address string) breaking {
		return answer("webex.email-id", address, "mailbox.address", mailboxAddress)
	}
	untagged := func(f *Facts) {
		noMailbox(f)
		mail(f).Untagged = userMailbox("support")
	}
	for _, test := range []struct {
		name  string
		facts Facts
		want  []string
	}{
		{"an alias", healthy(addressedOtherwise), both(code)},
		{"an alias, and the mailbox is named", healthy(emailID("support.alias@contoso.example")), both(code)},
		{"the user principal name", healthy(func(f *Facts) { mail(f).Mailbox.UserPrincipalName = "s.upport@contoso.onmicrosoft.com" },
			emailID("S.Upport@contoso.onmicrosoft.com")), both(code)},
		{"a plus address", healthy(untagged, answer("webex.email-id", "support+webex@contoso.example")), both(code)},
		{"a plus address, and the mailbox is named", healthy(emailID("support+webex@contoso.example")), both(code)},
		{"a plus address of an alias", healthy(emailID("support.alias+webex@contoso.example")), both(code)},
		{"an alias of who signs in for a shared mailbox", healthy(shared, answer("webex.email-id", "support.alias@contoso.example",
			"mailbox.address", "sales@contoso.example", "mailbox.sign-in-as", mailboxAddress)), both(code)},
		{"the primary address, in another case", healthy(answer("webex.email-id", "SUPPORT@contoso.example")), nil},
		{"the primary address, and the mailbox by its alias", healthy(answer("mailbox.address", "support.alias@contoso.example")), nil},
		{"an address of nobody here", healthy(emailID("team@contoso.example")), nil},
	} {
		t.Run(test.name, func(t *testing.T) { same(t, "obstacles", obstaclesOf(test.facts), test.want) })
	}
	o := NotPrimary(healthy(addressedOtherwise))
	if o.Object != mailboxAddress || o.Detail != "help.desk@contoso.example" ||
		o.Evidence != "Get-Mailbox: PrimarySmtpAddress = help.desk@contoso.example" {
		t.Errorf("%+v", o)
	}
}

// To name a mailbox's own user principal name as who signs in is to name the
// mailbox: nobody needs a right to send as themselves.
func TestWhoSignsInIsTheMailboxByAnyOfItsNames(t *testing.T) {
	const upn = "s.upport@contoso.onmicrosoft.com"
	own := func(f *Facts) {
		mail(f).Mailbox.UserPrincipalName, f.Seen.Directory.Value.User.UPN = upn, upn
		f.Seen.Here.Value.Token.Account = upn
	}
	runPlans(t, []planTest{
		{"by the address", healthy(own), outline{}},
		{"by the user principal name", healthy(own, answer("mailbox.sign-in-as", upn)), outline{}},
	})
	ofAll := func(f *Facts) { mail(f).Mailbox.RecipientTypeDetails = "SharedMailbox" }
	f := healthy(own, ofAll, answer("mailbox.sign-in-as", upn))
	same(t, "a shared one", obstaclesOf(f), both("WX-SHARED-SIGN-IN, stops"))

	p := Guide(nil, nil).Plan(healthy(own, emptyVault))
	token, _ := typed[Token](changeOf(t, p, "token.sign-in/create").After)
	proof, _ := typed[SMTPProof](changeOf(t, p, "token.smtp-sign-in/create").After)
	if token != (Token{Login: mailboxAddress, Account: upn}) || proof.User != upn {
		t.Errorf("%+v %+v", token, proof)
	}
}

// What is withheld, where there is no mailbox, ends in no panic and forwards
// nothing.
func TestWhereThereIsNoMailboxNothingIsPlanned(t *testing.T) {
	p := Guide(nil, nil).Plan(healthy(ruleFirst, noPolicy, dehydratedOrg, noMailbox))
	if len(p.Changes) != 0 || p.Find("mailbox.forwarding") != nil {
		t.Errorf("%+v", outlineOf(p))
	}
}

// Where Exchange is not read, the directory's side of the account is all that
// is known before the application is written.
func TestTheAccountIsLookedAtWhereExchangeIsNotRead(t *testing.T) {
	unread := func(f *Facts) { f.Seen.Exchange.Value = nil }
	for _, test := range []struct {
		name  string
		facts Facts
		want  []string
	}{
		{"all is well", healthy(unread), nil},
		{"there is no such account", healthy(unread, func(f *Facts) { f.Seen.Directory.Value.User = nil }),
			[]string{"azure.register WX-MAILBOX-UNKNOWN, stops"}},
		{"it is disabled: it may be a shared mailbox's", healthy(unread, user(func(u *directory.User) { u.Enabled = false })), nil},
		{"who signs in is disabled", healthy(shared, unread, user(func(u *directory.User) { u.Enabled = false })),
			[]string{"azure.register WX-MAILBOX-DISABLED, stops"}},
		{"it has no licence", healthy(unread, user(func(u *directory.User) { u.Licensed = false })),
			[]string{"azure.register WX-MAILBOX-UNLICENSED, stops"}},
		{"the Email ID is an alias", healthy(unread, user(func(u *directory.User) {
			u.Mail, u.Addresses = "help.desk@contoso.example", []string{"help.desk@contoso.example", mailboxAddress}
		})), []string{"azure.register WX-MAILBOX-RENAMED, stops"}},
		{"the Email ID is the user principal name alone", healthy(unread, user(func(u *directory.User) { u.Mail = "help.desk@contoso.example" })),
			[]string{"azure.register WX-MAILBOX-RENAMED, stops"}},
	} {
		f := test.facts
		f.Wanted.Run.Steps = []string{"azure.register"}
		same(t, test.name, outlineOf(Guide(f.Wanted.Run.Steps, nil).Plan(f)).Obstacles, test.want)
	}
}

// A test message to one of these would go round in circles, or count as mail
// from outside.
func TestTheMailboxOwnsItsAliases(t *testing.T) {
	f := healthy(shared)
	for address, own := range map[string]bool{mailboxAddress: true, "Support.Alias@contoso.example": true, "sales.alias@contoso.example": true,
		assetAddress: true, "anna@contoso.example": false} {
		if f.Owns(address) != own {
			t.Errorf("%s: own %v", address, !own)
		}
	}
	unread := healthy(func(f *Facts) { f.Seen.Exchange.Value = nil })
	if !unread.Owns(mailboxAddress) || unread.Owns("support.alias@contoso.example") {
		t.Error("Exchange was not read, and its answer is known")
	}
}

func TestAMailboxOfAnotherTenantIsRefused(t *testing.T) {
	if o := HinderTenant(healthy()); o != nil {
		t.Error(o)
	}
	if o := HinderTenant(Facts{}); o != nil {
		t.Errorf("nothing was read: %v", o)
	}
	for name, f := range map[string]Facts{
		"the mailbox":  healthy(answer("mailbox.address", "a@fabrikam.example")),
		"who signs in": healthy(answer("mailbox.sign-in-as", "a@fabrikam.example")),
	} {
		o := HinderTenant(f)
		if o == nil || o.Code != "WX-DOMAIN-FOREIGN" || o.Object != "a@fabrikam.example" || o.Detail != "Contoso (tenant-1)" || !o.Stops {
			t.Errorf("%s: %+v", name, o)
		}
	}
}
