package guide

import (
	"wxmail/internal/msg"
	"wxmail/internal/step"
	"wxmail/internal/world"
)

// offerAssetToken asks a person who was told before whether the asset has a new
// token since.
func offerAssetToken(f Facts, p *step.Plan) {
	if here := f.Seen.Local(); here.AssetToken.Due() && here.RefreshErr == nil && f.Wanted.TokenGenerated == nil {
		told := TellsAssetToken(Account(f), here.AssetToken)
		p.Offer(step.Ask{Question: "webex.token-generated", Suggestion: "false", About: []msg.Message{told}})
	}
}

// TellsAssetToken says that the asset needs a new token, made as that account,
// and why. It is due.
func TellsAssetToken(account string, a *world.AssetToken) msg.Message {
	return msg.M("warning.asset-token", "Account", account, "Why", whyEnded(a.Why), "Since", msg.DayOf(a.Since))
}

func whyEnded(code string) any {
	if code == "" {
		return msg.M("detail.signed-in-again")
	}
	return code
}
