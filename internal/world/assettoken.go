package world

import "time"

// AssetToken is what is known of the token that Webex Connect holds for
// itself, and that nobody else sees. A new password or an ended session ends it
// along with wxmail's own, and wxmail can renew its own alone.
type AssetToken struct {
	Since     time.Time `json:"since"`     // when wxmail met that its own had ended
	Why       string    `json:"why"`       // Microsoft's code for it, "" where there was none
	Of        time.Time `json:"of"`        // the end of the access token beside it: it tells one such event from the next
	Generated bool      `json:"generated"` // the operator says that the asset has a new one
}

// Due says whether the asset may need a new token.
func (a *AssetToken) Due() bool { return a != nil && !a.Generated }

// Met is what is known once wxmail's own token turned out to have ended. Of an
// event that was met before nothing new is known.
func (a *AssetToken) Met(own *Token, why string, now time.Time) *AssetToken {
	if a != nil && a.Of.Equal(own.Expires) {
		return a
	}
	return &AssetToken{Since: now.UTC().Truncate(time.Second), Why: why, Of: own.Expires}
}

// Made is what is known once the operator has said that the asset has a new
// one: of an event that was told before, recorded, and of no later one.
func (a *AssetToken) Made(recorded *AssetToken) *AssetToken {
	if a == nil || recorded == nil || !a.Of.Equal(recorded.Of) {
		return a
	}
	made := *a
	made.Generated = true
	return &made
}
