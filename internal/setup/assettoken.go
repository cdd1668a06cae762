package setup

import (
	"encoding/json"
	"slices"

	"wxmail/internal/directory"
	"wxmail/internal/guide"
	"wxmail/internal/microsoft"
	"wxmail/internal/msg"
	"wxmail/internal/step"
	"wxmail/internal/store"
	"wxmail/internal/world"
)

// assetEnds is Microsoft's code of a refusal that may have met the asset's
// token as it met wxmail's, or "".
func assetEnds(err error) string {
	if !slices.Contains([]string{"WX-TOKEN-REVOKED", "WX-TOKEN-UNUSED"}, refreshMeaning(err)) {
		return ""
	}
	return microsoft.Of(err).Code
}

// recordedAssetToken is what a profile knows of the asset's token.
func recordedAssetToken(data store.Data) (a *world.AssetToken) {
	_ = json.Unmarshal(data.AssetToken, &a) // what does not parse tells of none
	return a
}

// recordAssetToken puts into a profile what these facts know of the asset's
// token.
func recordAssetToken(data *store.Data, f guide.Facts) {
	if a := f.Seen.Local().AssetToken; a != nil {
		data.AssetToken, _ = json.Marshal(a) // it is made of texts and times
	}
}

// takeAssetToken keeps what is known of the asset's token once the run has
// ended, and reminds whoever is there where it is due.
func (w *walk) takeAssetToken() {
	a := w.assetToken()
	w.lookHere(func(here *world.Here) { here.AssetToken = a })
	f := w.facts()
	recordAssetToken(&w.Data, f)
	if w.write && a.Due() {
		w.Operator.Warn(guide.TellsAssetToken(guide.Account(f), a))
	}
}

// assetToken is what the operator said of it, and that the mailbox had to sign
// in again. What was undone needs none, and is forgotten.
func (w *walk) assetToken() *world.AssetToken {
	f := w.facts()
	a := f.Seen.Local().AssetToken
	if w.met != nil {
		a = w.met
	}
	if said := f.Wanted.TokenGenerated; said != nil && *said {
		a = a.Made(recordedAssetToken(w.Data))
	}
	for _, c := range done(w.outcomes) {
		switch {
		case c.Key == guide.SignInKey && w.held != nil:
			a = a.Met(w.held, "", w.Cloud.Now())
		case c.Key == step.Undoing(guide.SignInKey):
			a, w.Data.AssetToken = nil, nil
		}
	}
	return a
}

// holdTokens remembers what is known of both tokens before anything is made. A
// secret that is refused ends neither.
func (w *walk) holdTokens() {
	f := w.facts()
	here := f.Seen.Local()
	w.met = here.AssetToken
	if !slices.Contains([]string{"WX-SECRET-EXPIRED", "WX-SECRET-INVALID"}, refreshMeaning(here.RefreshErr)) {
		w.held = here.Token
	}
}

// refreshMeaning is the code under which a refusal to refresh is explained, or
// "".
func refreshMeaning(err error) string {
	e := microsoft.Of(err)
	if e == nil {
		return ""
	}
	code, _ := directory.Meaning(microsoft.Refresh, e.Code)
	return code
}

// KeepAssetToken keeps what these facts tell of the asset's token in a profile
// that exists. The caller holds the profile's lock. It may be repeated.
func KeepAssetToken(p *store.Profile, f guide.Facts) error {
	data, err := p.Read()
	if err != nil || !p.Exists() {
		return err
	}
	recordAssetToken(&data, f)
	return p.Write(data)
}

// AssetTokenDue is the warning that the asset needs a new token as far as a
// profile knows, and false where it does not.
func AssetTokenDue(profile string, data store.Data) (msg.Message, bool) {
	a := recordedAssetToken(data)
	if !a.Due() {
		return msg.Message{}, false
	}
	return guide.TellsAssetToken(string(LastSeen(profile, data).Mailbox.SignInAs), a), true
}
