package wanted

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"

	"wxmail/internal/msg"
	"wxmail/internal/pattern"
	"wxmail/internal/visible"
	"wxmail/internal/webex"
)

// Limits of texts: an application's display name is Entra's 256 less room,
// https://learn.microsoft.com/graph/api/resources/application; the others
// have no published limit and are kept sane.
const (
	maxName   = 120
	maxAnswer = 2048
)

// Check cleans an answer and says what is wrong with it. Warnings are for
// what can be used and deserves a second look.
func Check(q Question, raw string) (clean string, warnings []msg.Message, err error) {
	if len(raw) > maxAnswer {
		return "", nil, &InvalidAnswer{q.ID, shown(raw), "too-long", strconv.Itoa(maxAnswer)}
	}
	if q.Open && strings.TrimSpace(raw) == "" {
		return "", nil, nil
	}
	unseen := &InvalidAnswer{q.ID, shown(raw), "control-character", ""}
	if !utf8.ValidString(raw) || strings.ContainsFunc(strings.TrimSpace(raw), q.forbids) {
		return "", nil, unseen
	}
	clean, problems := checkers(q)(raw)
	for _, p := range problems {
		if p.Severity == webex.SeverityError {
			return "", nil, &InvalidAnswer{q.ID, shown(raw), string(p.Code), p.Detail}
		}
		warnings = append(warnings, msg.M("warning."+string(p.Code), "Value", clean, "Detail", p.Detail))
	}
	if strings.ContainsFunc(clean, visible.Hidden) { // what a chat puts around an address is gone by now
		return "", nil, unseen
	}
	return clean, warnings, nil
}

// forbids says whether a character has no place in an answer. A tab stands
// between the columns of a table from which an address was copied.
func (q Question) forbids(r rune) bool {
	return unicode.IsControl(r) && (r != '\t' || q.Kind != Email && q.Kind != URL)
}

// shown is an answer as its refusal quotes it.
func shown(raw string) string { return visible.Line(visible.Short(raw, maxShown)) }

const maxShown = 60

type checker func(string) (string, []webex.Problem)

func checkers(q Question) checker {
	switch q.ID {
	case "webex.asset-name":
		return checkAssetName
	case "webex.callback-url":
		return webex.ParseCallback
	case "webex.forwarding-address":
		return func(s string) (string, []webex.Problem) { return webex.ParseForwarding(s, "") }
	}
	return ofKind(q)
}

// ofKind checks what any answer of a kind must look like.
func ofKind(q Question) checker {
	switch q.Kind {
	case Email:
		return webex.ParseEmail
	case Bool:
		return checkBool
	case Choice:
		return func(s string) (string, []webex.Problem) { return checkChoice(s, q.Choices) }
	case Domain:
		return checkTenant
	case Client:
		return func(s string) (string, []webex.Problem) { return checkClient(s, q.Choices) }
	case Lifetime:
		return checkLifetime
	}
	return checkText
}

func refuse(code webex.Code, detail string) []webex.Problem {
	return []webex.Problem{{Code: code, Severity: webex.SeverityError, Detail: detail}}
}

func checkText(s string) (string, []webex.Problem) {
	s = strings.TrimSpace(s)
	switch {
	case s == "":
		return "", refuse(webex.Empty, "")
	case len([]rune(s)) > maxName:
		return "", refuse(webex.TooLong, strconv.Itoa(maxName))
	}
	return s, nil
}

func checkAssetName(s string) (string, []webex.Problem) {
	name, problems := webex.ParseAssetName(s)
	if problems == nil {
		return checkText(name)
	}
	return name, problems
}

func checkBool(s string) (string, []webex.Problem) {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "true", "yes", "y", "on":
		return "true", nil
	case "false", "no", "n", "off":
		return "false", nil
	case "":
		return "", refuse(webex.Empty, "")
	}
	return "", refuse("not-a-boolean", "true, false")
}

// IsBool says whether a text is an answer to a question of that kind.
func IsBool(s string) bool {
	clean, _ := checkBool(s)
	return clean != ""
}

func checkChoice(s string, choices []string) (string, []webex.Problem) {
	s = strings.ToLower(strings.TrimSpace(s))
	if s == "" {
		return "", refuse(webex.Empty, "")
	}
	if !slices.Contains(choices, s) {
		return "", refuse("not-a-choice", strings.Join(choices, ", "))
	}
	return s, nil
}

var domainName = pattern.Of(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$`)

// checkTenant takes a tenant's id or one of its domains. The names for "any
// tenant" are refused: the tenant is always named.
func checkTenant(s string) (string, []webex.Problem) {
	s = strings.ToLower(webex.Clean(s))
	switch {
	case s == "":
		return "", refuse(webex.Empty, "")
	case len(s) > 253:
		return "", refuse(webex.TooLong, "253")
	case IsGUID(s) || domainName().MatchString(s):
		return s, nil
	}
	return "", refuse("not-a-tenant", "")
}

// IsGUID says whether a text is a GUID in its usual form.
func IsGUID(s string) bool {
	_, err := uuid.Parse(s)
	return err == nil && len(s) == 36
}

// checkClient takes the name of a known client, or a client id.
func checkClient(s string, known []string) (string, []webex.Problem) {
	s = strings.ToLower(webex.Clean(s))
	switch {
	case s == "":
		return "", refuse(webex.Empty, "")
	case !slices.Contains(known, s) && !IsGUID(s):
		return "", refuse("not-a-client", strings.Join(known, ", "))
	}
	return s, nil
}

var lifetime = pattern.Of(`^([0-9]{1,4})(mo|d)$`)

// checkLifetime takes <n>mo or <n>d, from a day to ten years.
func checkLifetime(s string) (string, []webex.Problem) {
	s = strings.ToLower(strings.TrimSpace(s))
	if s == "" {
		return "", refuse(webex.Empty, "")
	}
	l, ok := parseLifetime(s)
	if !ok || l.Months+l.Days < 1 || l.Months > 120 || l.Days > 3650 {
		return "", refuse("not-a-lifetime", "24mo, 180d")
	}
	return s, nil
}

func parseLifetime(s string) (SecretLifetime, bool) {
	m := lifetime().FindStringSubmatch(s)
	if m == nil {
		return SecretLifetime{}, false
	}
	n, _ := strconv.Atoi(m[1]) // at most four digits
	if m[2] == "mo" {
		return SecretLifetime{Months: n}, true
	}
	return SecretLifetime{Days: n}, true
}
