package advice

import (
	"strings"
	"testing"

	"wxmail/internal/doctor"
	"wxmail/internal/msg"
)

// A day is said as the language has it, and what somebody named like one stays
// as it is.
func TestADayIsSaidAsTheLanguageHasIt(t *testing.T) {
	const day = "2027-03-01"
	for said, f := range map[string]*doctor.Finding{
		"1 mars 2027": {Code: "WX-SECRET-EXPIRING", Object: "it", Detail: day, Dated: true},
		day:           {Code: "WX-SECRET-EXPIRING", Object: "it", Detail: day},
	} {
		if got := msg.New("fr").Say(Explain(f).What); !strings.Contains(got, said) {
			t.Errorf("%+v: %s", f, got)
		}
	}
}
