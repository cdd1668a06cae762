package secret

import (
	"encoding/base64"
	"encoding/hex"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// However a server quotes a token, twelve of its characters in a row do not
// come through, and what it says besides does.
func TestMaskHidesParts(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	random := rand.New(rand.NewPCG(seed, 1))
	t.Logf("seed %d", seed)
	const before, after = "5.7.3 Authentication unsuccessful ", " [AM0PR01CA0012.eurprd01.prod.exchangelabs.com]"
	for range 60 {
		token := make([]byte, 100+random.IntN(2000))
		for i := range token {
			token[i] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."[random.IntN(65)]
		}
		mask := NewMask(New(string(token)))
		from := random.IntN(len(token) / 2)
		part := token[from : from+40+random.IntN(len(token)-from-40)]
		for _, form := range []string{
			string(part), hex.EncodeToString(part), strings.ToUpper(hex.EncodeToString(part)),
			base64.StdEncoding.EncodeToString(part), base64.RawURLEncoding.EncodeToString(part),
			base64.StdEncoding.EncodeToString(append([]byte("user=a\x01auth=Bearer "), part...)),
		} {
			every := 1 + random.IntN(70)
			var broken strings.Builder
			for i := 0; i < len(form); i += every {
				broken.WriteString(form[i:min(len(form), i+every)] + []string{"\n", " ", "\r\n", " ; ", ""}[i%5])
			}
			got := mask.Clean(before + broken.String() + after)
			if !strings.HasPrefix(got, before[:20]) || !strings.HasSuffix(got, after[len(after)-25:]) || !strings.Contains(got, "(token)") {
				t.Fatalf("%q", got)
			}
			left, _ := lettersOf(got)
			for i := 0; i+piece <= len(left); i++ {
				if mask.pieces[string(left[i:i+piece])] {
					t.Fatalf("%q is left in %q", left[i:i+piece], got)
				}
			}
		}
	}
	if got := (Mask{}).Clean("as it is"); got != "as it is" {
		t.Error(got)
	}
}
