package days

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"wxmail/internal/secret"
	"wxmail/internal/testkit"
	"wxmail/internal/vault"
)

// tenant is the world of one sequence, and what an outsider may know of it.
type tenant struct {
	*testkit.World
	t       testing.TB
	rand    *rand.Rand
	boxes   []*box
	letters int
	history []string // the deeds so far, for whoever reads a failure
	hands   bool     // somebody else has changed something
}

// box is one mailbox with its operator, who answers truthfully.
type box struct {
	address  string
	home     string          // of the computer at which its operator sits
	light    map[string]bool // the homes whose vault is cheap to open
	draft    testkit.Draft   // the asset page that is open in Webex Connect
	pages    map[string]bool // every Forwarding Address that was ever this mailbox's
	callback string          // the answer; another than the draft's once the operator has moved
	saved    string          // the Forwarding Address of the asset as saved, with a token
	pasted   string          // the key id of the secret that the asset has
	vaults   map[string]bool // the key ids that a vault of this mailbox held at some time
	computer int             // how many computers have set it up
	barred   bool            // somebody's rule has our policy, so it may not be brought to forward
	began    fate            // of its mail before wxmail first came
	theirs   testkit.Object  // the application that somebody made by hand for it, nil for none
}

// elsewhere is a call-back URL of another region, where no asset is saved.
const elsewhere = "https://contoso.eu.webexconnect.io/callback"

func begin(t testing.TB, w *testkit.World, seed uint64) *tenant {
	at := &tenant{World: w.In(t), t: t, rand: rand.New(rand.NewPCG(seed, 0))}
	at.Call("POST", "/reset", nil, nil)
	home := at.Home()
	for _, address := range []string{"support@contoso.example", "sales@contoso.example"} {
		b := &box{address: address, light: map[string]bool{}, pages: map[string]bool{}, vaults: map[string]bool{}}
		at.opensPage(b)
		at.sitsAt(b, home)
		b.callback = b.draft.CallbackURL
		if at.rand.IntN(2) == 0 {
			at.madeByHand(b)
		}
		at.boxes = append(at.boxes, b)
	}
	return at
}

// opensPage: the operator opens a new asset page for the mailbox.
func (at *tenant) opensPage(b *box) {
	b.draft = at.Draft()
	b.pages[b.draft.ForwardingAddress] = true
}

// sitsAt: from now on the operator works at the computer with that home.
func (at *tenant) sitsAt(b *box, home string) {
	b.home = home
	b.computer++
	if b.light[home] {
		return
	}
	b.light[home] = true
	v, err := vault.Open(filepath.Join(home, "profiles", b.profile()), vault.Options{WorkFactor: 1,
		Passphrase: func(bool) (secret.Value, error) { return secret.New(testkit.Passphrase), nil }})
	if err == nil {
		err = v.Keep()
	}
	if err != nil {
		at.t.Fatal(err)
	}
}

func (b *box) profile() string { return b.address[:len(b.address)-len("@contoso.example")] }

// run runs wxmail for a mailbox, unattended.
func (at *tenant) run(b *box, args ...string) testkit.Ran {
	ran := at.Run(b.home, append(args, "--profile", b.profile(), "--no-input", "-y")...)
	at.remember(b)
	return ran
}

// remember notes the secret that the vault holds now.
func (at *tenant) remember(b *box) {
	if id := at.held(b); id != "" {
		b.vaults[id] = true
	}
}

// held is the key id of the secret in the mailbox's vault, "" without one.
func (at *tenant) held(b *box) string {
	var summary struct {
		Azure struct {
			Secret struct {
				KeyID  *string
				Stored *bool
			}
		}
	}
	at.Run(b.home, "summary", "--json", "--profile", b.profile()).Must(at.t, 0).Document(at.t, &summary)
	if s := summary.Azure.Secret; s.KeyID != nil && s.Stored != nil && *s.Stored {
		return *s.KeyID
	}
	return ""
}

// note keeps what was done for whoever reads a failure.
func (at *tenant) note(format string, args ...any) {
	at.history = append(at.history, fmt.Sprintf(format, args...))
}
