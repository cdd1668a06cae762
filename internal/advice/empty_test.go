package advice

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"wxmail/internal/doctor"
	"wxmail/internal/microsoft"
	"wxmail/internal/msg"
	"wxmail/internal/step"
)

// gap is a place where something should have been filled in, or a sentence
// that ends twice.
var gap = regexp.MustCompile(`[:(] *$|: *[.)]|""|\( *\)|  |\b(of|for|to|as|on|by|in|from) [.:,]|^ |<no value>|\{\{|[^.]\.\.([^.]|$)`)

// whole: no sentence ends in an empty place.
func whole(t *testing.T, c *msg.Catalogue, shape string, e Explanation) {
	t.Helper()
	for part, text := range map[string]string{"what": c.Say(e.What), "fix": c.Say(e.Fix)} {
		if gap.MatchString(text) || text == "" {
			t.Errorf("%s: %s.%s: %q", shape, e.Code, part, text)
		}
	}
}

// Every row, of errors that say as little as they can.
func TestNoRowEndsInAnEmptyPlace(t *testing.T) {
	english := msg.New("en")
	for _, row := range Rows() {
		for name, err := range map[string]error{
			"an obstacle":            &step.Obstacle{Code: row.Code},
			"an obstacle's sentence": &step.Obstacle{Code: row.Code, Object: "x", Detail: "It says why."},
			"a cause's sentence":     &step.Obstacle{Code: row.Code, Object: "x", Err: errors.New("it says why.")},
			"a refusal's sentence": &fromBelow{code: row.Code, err: &microsoft.Error{Service: microsoft.Entra, Operation: "refresh",
				Object: "a@contoso.example", Status: 400, Code: "AADSTS1", Message: "AADSTS1: It says why."}},
			"a finding":                 &doctor.Finding{Code: row.Code},
			"a cause":                   microsoft.NewCause(row.Code, "why"),
			"a cause below":             &microsoft.Error{Service: microsoft.Graph, Operation: "GET /users", Err: microsoft.NewCause(row.Code, "")},
			"an error of another room":  &fromBelow{code: row.Code},
			"above a refusal":           &fromBelow{code: row.Code, err: &microsoft.Error{Service: microsoft.Exchange, Status: 400}},
			"above an error with words": &fromBelow{code: row.Code, err: errors.New("words")},
		} {
			whole(t, english, name, Explain(err))
		}
	}
}

// Every service's connection that came to nothing, whatever it says of itself.
func TestNoFailureOfAConnectionEndsInAnEmptyPlace(t *testing.T) {
	english := msg.New("en")
	for _, code := range []string{"WX-UNREACHABLE", "WX-CERTIFICATE-DATE", "WX-CERTIFICATE-HOST", "WX-TLS-REFUSED", "WX-ANSWER-UNUSABLE"} {
		for _, service := range []microsoft.Service{microsoft.Entra, microsoft.Graph, microsoft.Exchange, microsoft.SMTP} {
			for _, cause := range []error{microsoft.NewCause(code, ""), &fromBelow{code: code}, &fromBelow{code: code, object: "host"}} {
				for _, operation := range []string{"connect", "GET /users"} {
					got := Explain(&microsoft.Error{Service: service, Operation: operation, Err: cause})
					whole(t, english, string(service), got)
					if got.Code != code || got.Exit != Unavailable {
						t.Errorf("%s of %s: %s, exit %d", code, service, got.Code, got.Exit)
					}
				}
			}
		}
	}
}

// What a finding or an obstacle has for a cause is said, and never its code in
// the cause's place.
func TestACodeIsNoCause(t *testing.T) {
	english, cause := msg.New("en"), errors.New("the cable is out")
	for _, row := range Rows() {
		for shape, err := range map[string]error{
			"a finding":               &doctor.Finding{Code: row.Code, Object: "x"},
			"a finding's cause":       &doctor.Finding{Code: row.Code, Object: "x", Err: cause},
			"an obstacle":             &step.Obstacle{Code: row.Code, Object: "x"},
			"an obstacle's cause":     fmt.Errorf("met: %w", &step.Obstacle{Code: row.Code, Object: "x", Err: cause}),
			"of an obstacle a detail": &step.Obstacle{Code: row.Code, Object: "x", Detail: "the cable is out"},
		} {
			e := Explain(err)
			whole(t, english, shape, e)
			what := english.Say(e.What)
			if strings.Contains(what, row.Code) {
				t.Errorf("%s: %s: %s", shape, row.Code, what)
			}
			if row.Code == "WX-UNREACHABLE" && strings.Contains(shape, "cause") && !strings.Contains(what, cause.Error()) {
				t.Errorf("%s: %s", shape, what)
			}
		}
	}
}

// Every service, every answer, with and without words.
func TestNoRefusalEndsInAnEmptyPlace(t *testing.T) {
	english := msg.New("en")
	verbs := map[microsoft.Service][]string{
		microsoft.Entra: {"redeem"}, microsoft.Graph: {"PATCH /applications/{id}"}, microsoft.Exchange: {"Set-Mailbox"},
		microsoft.SMTP: {"connect", "EHLO", "STARTTLS", "AUTH XOAUTH2", "MAIL", "RCPT", "DATA"}}
	asked := []microsoft.Asked{"", microsoft.DirectorySignIn, microsoft.ExchangeSignIn, microsoft.AdminRefresh, microsoft.MailboxSignIn,
		microsoft.Redemption, microsoft.Refresh, microsoft.SecretProof, microsoft.Metadata}
	codes := []string{"", "AADSTS50057", "AADSTS999999", "5.1.8"}
	for service, operations := range verbs {
		for _, operation := range operations {
			for _, status := range []int{0, 200, 400, 401, 403, 404, 429, 451, 503, 554} {
				for i, code := range codes {
					e := &microsoft.Error{Service: service, Operation: operation, Status: status, Code: code, Asked: asked[(i+status)%len(asked)]}
					shape := fmt.Sprintf("%s %s %d %s %s", service, operation, status, code, e.Asked)
					whole(t, english, shape, Explain(e))
					e.Err = errors.New("")
					whole(t, english, shape+", no words", Explain(e))
				}
			}
		}
	}
}
