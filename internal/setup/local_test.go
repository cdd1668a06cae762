package setup_test

import (
	"encoding/json"
	"os"
	"testing"

	"wxmail/internal/secret"
	"wxmail/internal/setup"
	"wxmail/internal/vault"
)

// locked gives the office a vault on disk that a passphrase opens, or not.
func (o *office) locked(passphrase string) {
	o.t.Helper()
	var err error
	o.vault, err = vault.Open(o.profile.Dir(), vault.Options{WorkFactor: 1, Disk: o.disk,
		Passphrase: func(bool) (secret.Value, error) { return secret.New(passphrase), nil }})
	must(o.t, err)
	if o.vault.Ready(o.t.Context()) == nil {
		must(o.t, o.vault.Keep())
	}
}

// harmed are the ways in which a vault does not open, and their codes.
func harmed() map[string]func(*office) {
	return map[string]func(*office){
		"WX-PASSPHRASE": func(o *office) { o.locked("another passphrase") },
		"WX-VAULT-DAMAGED": func(o *office) {
			must(o.t, os.WriteFile(o.inProfile("vault.age"), []byte("nonsense"), 0o600))
			o.locked("a passphrase")
		},
	}
}

// A browser may have opened by then, since the key takes its time: what comes
// of it is not used.
func TestAVaultThatDoesNotOpenStopsARunBeforeASignInCounts(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	for code, harm := range harmed() {
		o.afresh().locked("a passphrase")
		must(t, o.vault.Put("client-secret", secret.New("{}")))
		harm(o)
		is(t, code, codes(o.goes(o.nobody(), whole()).Problems), []string{code})
		for _, r := range o.Requests() {
			is(t, code+": a request", r.Path, discovery)
		}
	}
}

// discovery is how it is learned whose tenant it is.
const discovery = "/contoso.example/v2.0/.well-known/openid-configuration"

func TestALookGoesOnWithoutAVaultThatDoesNotOpen(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	o.locked("a passphrase")
	o.isSetUp()
	o.tune = func(c *setup.Connection) { c.Lenient = true }
	for code, harm := range harmed() {
		harm(o)
		p := o.nobody()
		result := o.plans(p, whole())
		well(t, result)
		is(t, code+": changes", planned(result.Plan), nil)
		is(t, code+": said", p.said, []string{"tenant.found", "note.vault-locked"})
		is(t, code+": locked", result.Facts.Seen.Local().Locked, true)
		is(t, code+": the token's step", states(result.Summary)["token"], "unknown")
		is(t, code+": the secret, as last seen", result.Facts.Seen.Local().Listed[0].Label, string(result.Summary.Azure.Secret.Label))
	}
}

// Where there is no vault, there will be a new one.
func TestAPlanWithoutAVaultMakesAnotherSecret(t *testing.T) {
	t.Parallel()
	o := open(t, "").isSetUp()
	o.vault = nil
	result := o.plans(o.nobody(), whole())
	well(t, result)
	is(t, "changes", planned(result.Plan), append([]string{"azure.secret"}, signsInAgain()...))
}

func TestADamagedJournalStopsBeforeAnybodySignsInAndNoSecretIsSent(t *testing.T) {
	t.Parallel()
	o := open(t, "").isSetUp()
	must(t, os.WriteFile(o.inProfile("journal.jsonl"), []byte("nonsense\n"), 0o600))
	before := o.Requests()
	p := o.nobody()
	is(t, "problems", codes(o.goes(p, whole()).Problems), []string{"WX-PROFILE-DAMAGED"})
	is(t, "signed in", p.signedIn(), nil)
	for _, r := range o.Requests()[len(before):] {
		is(t, "a request", r.Path, discovery)
	}
	is(t, "received", codeOf(setup.Receive(t.Context(), o.connection(o.nobody()), secret.New("a secret"))), "WX-PROFILE-DAMAGED")
	for _, r := range o.Requests()[len(before):] {
		is(t, "a request", r.Method, "GET")
	}
}

// What is in the vault and was not written by wxmail is nothing, and is
// replaced.
func TestNonsenseInTheVaultIsReplaced(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	for _, key := range []string{"client-secret", "token"} {
		must(t, o.vault.Put(key, secret.New("nonsense")))
	}
	o.isSetUp()
	is(t, "kept as JSON", json.Valid([]byte(o.inVault("client-secret"))), true)
	well(t, o.goes(o.nobody(), whole()))
}

// inVault is a value of the vault.
func (o *office) inVault(key string) string {
	o.t.Helper()
	value, found, err := o.vault.Get(key)
	must(o.t, err)
	is(o.t, key+" is in the vault", found, true)
	return value.Reveal()
}

// A run that was killed between the vault and the note of it left a secret
// that might be taken for an orphan once another takes its place.
func TestAStoredSecretWithoutANoteIsNoted(t *testing.T) {
	t.Parallel()
	o := open(t, "").isSetUp()
	o.withoutNotes()
	o.changedBySomebody(mailbox, map[string]any{"ForwardingSmtpAddress": nil})
	result := o.goes(o.nobody(), whole())
	well(t, result)
	is(t, "changes", made(result), []string{"mailbox.forwarding"})
	is(t, "notes", o.notes(), []string{o.application().PasswordCredentials[0].DisplayName})
}

// A sign-in with a token that cannot be refreshed is done anew.
func TestATokenThatDoesNotRefreshIsReplaced(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	for name, harm := range map[string]func(o *office, token map[string]any){
		"it has no refresh token": func(_ *office, token map[string]any) { token["refresh"] = "" },
		"it was revoked":          func(_ *office, token map[string]any) { token["refresh"] = "1.revoked" },
		"it is another account's": func(_ *office, token map[string]any) { token["account"] = colleague },
		"it lacks the scope": func(o *office, _ map[string]any) {
			o.fault(map[string]any{"service": "entra", "path": "/token$", "action": "alter", "json": "scope", "value": "openid"})
		},
	} {
		t.Run(name, func(t *testing.T) {
			o.afresh().isSetUp()
			var token map[string]any
			must(t, json.Unmarshal([]byte(o.inVault("token")), &token))
			harm(o, token)
			raw, err := json.Marshal(token)
			must(t, err)
			must(t, o.vault.Put("token", secret.New(string(raw))))
			result := o.goes(o.nobody(), only("token"))
			well(t, result)
			is(t, "changes", made(result), signsInAgain())
		})
	}
}

// Whether a token still lives cannot be known while Entra ID does not answer.
func TestASilentEntraIDEndsTheRun(t *testing.T) {
	t.Parallel()
	o := open(t, "").isSetUp()
	o.RetryAtOnce()
	o.fault(map[string]any{"service": "entra", "path": "/token$", "action": "status:503", "count": 100})
	p := o.nobody()
	result := o.goes(p, only("token"))
	is(t, "problems", len(result.Problems), 1)
	is(t, "signed in", p.signedIn(), nil)
	is(t, "the token is still there", o.inVault("token") != "", true)
}
