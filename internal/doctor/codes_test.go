package doctor

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"wxmail/internal/guide"
	"wxmail/internal/mailflow"
	"wxmail/internal/step"
	"wxmail/internal/world"
)

func texts(t *testing.T) map[string]any {
	t.Helper()
	raw, err := os.ReadFile("../msg/en/error.json")
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]any
	if err := json.Unmarshal(raw, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// A finding without words would be a code to look up nowhere.
func TestEveryCodeHasTexts(t *testing.T) {
	all := texts(t)
	known := VerifyCodes()
	for _, k := range Codes() {
		known = append(known, k.Known)
	}
	for _, k := range known {
		for _, part := range []string{".what", ".fix"} {
			if all["error."+k.Code+part] == nil {
				t.Errorf("no text error.%s%s", k.Code, part)
			}
		}
	}
}

func TestEveryReasonIsACode(t *testing.T) {
	for _, thing := range guide.Things() {
		for _, reason := range thing.Reasons {
			var found []Known
			for _, k := range Codes() {
				if k.Code == reason.Code {
					found = append(found, k)
				}
			}
			if len(found) != 1 || found[0].Known != reason {
				t.Errorf("%s of %s: %v", reason.Code, thing.Key, found)
			}
		}
	}
}

func TestCodesAreSound(t *testing.T) {
	seen := map[string]bool{}
	for _, k := range Codes() {
		if seen[k.Code] || !strings.HasPrefix(k.Code, "WX-") || !slices.Contains(Areas(), k.Area) {
			t.Errorf("%+v", k)
		}
		seen[k.Code] = true
	}
	for _, a := range Areas() {
		for _, c := range a.checks() {
			if c.exit == 0 || c.step == "" {
				t.Errorf("%s has no exit, or no step", c.code)
			}
		}
	}
}

func TestAreaOf(t *testing.T) {
	for code, want := range map[string]Area{"WX-NET-DNS": Network, "WX-SECRET-EXPIRED": SecretExpiry, "WX-SECRET-GONE": Directory,
		"WX-REDIRECT-URI-LEFT": Directory, "WX-FORWARDING-CHANGED": Exchange, "WX-TOKEN-MISSING": Token, "WX-PENDING": Directory} {
		if got, known := AreaOf(code); !known || got != want {
			t.Errorf("%s: %s", code, got)
		}
	}
	if _, known := AreaOf("WX-NO-SUCH"); known {
		t.Error("it knows what there is not")
	}
}

// Each area signs in only whom it needs; together they plan every step that
// looks at anything.
func TestScope(t *testing.T) {
	for area, want := range map[Area]world.Scope{
		Network:      {Network: true},
		SecretExpiry: {Sources: world.Held, Steps: []string{"azure.register"}, Secret: true},
		Directory:    {Sources: world.Held | world.Directory, Steps: []string{"azure.register", "azure.consent"}},
		Exchange:     {Sources: world.Held | world.Exchange, Steps: []string{"mailbox.smtp", "mailbox.forward"}},
		Token:        {Sources: world.Held, Steps: []string{"token"}, SMTP: true},
		Contact: {Sources: world.Held | world.Directory | world.Exchange, Steps: []string{"azure.consent", "mailbox.smtp"},
			Contact: true},
	} {
		got := ScopeOf(area)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v", area, got)
		}
	}
	all := ScopeOf()
	for _, s := range guide.Steps() {
		if reads := s.Reads(guide.Facts{}); reads != 0 && !slices.Contains(all.Steps, s.ID) {
			t.Errorf("nobody looks at %s", s.ID)
		}
	}
	if all.Sources != world.Held|world.Directory|world.Exchange || !all.Network || !all.Secret || !all.SMTP {
		t.Errorf("all: %+v", all)
	}
}

// --fix makes what mends a finding, what that needs, and what follows from it.
func TestMending(t *testing.T) {
	for name, test := range map[string]struct {
		harm  func(*patient)
		code  string
		mends []string
	}{
		"one thing": {func(p *patient) { p.exchange.SMTPAuthDisabled = nil }, "WX-SMTP-AUTH-TENANT", []string{"mailbox.smtp-auth"}},
		"with what follows": {func(p *patient) {
			p.directory.ServicePrincipal, p.directory.Grants, p.directory.Assignments = nil, nil, nil
		}, "WX-SERVICE-PRINCIPAL-MISSING", []string{"azure.app-role.Mail.Send", "azure.grant.Microsoft-Graph",
			"azure.grant.Office-365-Exchange-Online", "azure.service-principal"}},
		"with what it needs": {func(p *patient) {
			p.removePolicy()
			p.exchange.Mailbox.Forwarding = mailflow.Forwarding{}
		}, "WX-FORWARDING-CLEARED", []string{"mailbox.forwarding", "mailbox.outbound-policy", "mailbox.outbound-rule"}},
		"a sign-in with its redirect URI": {(*patient).noToken,
			"WX-TOKEN-MISSING", []string{"token.redirect-uri", "token.sign-in", "token.smtp-sign-in"}},
		"a refusal": {func(p *patient) { p.refused(entra("AADSTS50173")) },
			"WX-TOKEN-REVOKED", []string{"token.redirect-uri", "token.sign-in", "token.smtp-sign-in"}},
		"what nobody can mend here": {(*patient).domainOff, "WX-REMOTE-DOMAIN", nil},
		"what is withheld": {func(p *patient) {
			p.domainOff()
			p.exchange.Mailbox.Forwarding.KeepCopy = false
		}, "WX-KEEP-COPY", nil},
	} {
		t.Run(name, func(t *testing.T) {
			p := healthy()
			test.harm(p)
			findings, _ := p.judge(t)
			i := slices.IndexFunc(findings, func(f Finding) bool { return f.Code == test.code })
			if i < 0 {
				t.Fatalf("not found: %+v", findings)
			}
			got := slices.Compact(slices.Sorted(slices.Values(findings[i].Changes)))
			if !slices.Equal(got, test.mends) {
				t.Errorf("mended by %v", got)
			}
		})
	}
}

// An error is explained by its code, whoever found it.
func TestFindingIsAnError(t *testing.T) {
	f := &Finding{Code: "WX-SECRET-GONE", Object: "label", Detail: "app", Link: "https://entra", Err: errUnknown}
	code, object, detail := f.Fact()
	if f.Error() != "WX-SECRET-GONE label" || code != f.Code || object != f.Object || detail != f.Detail {
		t.Errorf("%v: %s, %s, %s", f, code, object, detail)
	}
	if f.Where() != f.Link || !errors.Is(f, errUnknown) {
		t.Errorf("%v", f)
	}
	if errs := Errors([]Finding{*f, *f}); len(errs) != 2 || errs[0].Error() != f.Error() {
		t.Errorf("%v", errs)
	}
}

// A reason that no thing lists, and an obstacle whose detail says all.
func TestUnlisted(t *testing.T) {
	if got := severityOf("WX-NO-SUCH"); got != step.Error {
		t.Errorf("%s", got)
	}
	if got := evidenceOf(&step.Obstacle{Detail: "d"}); got != "d" {
		t.Errorf("%s", got)
	}
	if f := (Options{Code: explained}).failed(renamed{}, "token"); f.Code != "WX-WRONG-ACCOUNT" || f.Object != "new@contoso.example" {
		t.Errorf("%+v", f)
	}
}

// No code is known that no test makes. The reasons of things are made by
// plans: guide.TestEveryReasonIsFound.
func TestEveryCodeIsMade(t *testing.T) {
	made := meanings(t)
	for _, thing := range guide.Things() {
		for _, reason := range thing.Reasons {
			made[reason.Code] = true
		}
	}
	for code := range worthKnowing() {
		made[code] = true
	}
	made["WX-SHAPE-NEW"] = true // TestWhatIsNewIsWorthKnowing
	for _, rows := range ailments() {
		for _, a := range rows {
			for _, code := range a.finds {
				made[code] = true
			}
		}
	}
	made["WX-NO-REFRESH-TOKEN"] = true // an obstacle as WX-TOKEN-SCOPE is
	for _, k := range Codes() {
		if !made[k.Code] {
			t.Errorf("no test makes %s", k.Code)
		}
	}
}

// What only a plan that is applied, asked or undone can meet is no finding.
func unfound() []string {
	return []string{"WX-STEP-FIRST", "WX-JOURNAL-LOST", "WX-INTERNAL", "WX-ROLE-DIRECTORY", "WX-UNDO-CONFIRM", "WX-OLD-SECRET",
		"WX-OLD-SECRET-KEPT",
		"WX-SECRET-NOT-LISTED", "WX-SECRET-HELD", "WX-SECRET-LAST", "WX-LOCALHOST-REFUSED",
		"WX-CHANGED-MEANWHILE",
		// These say less than the reason of the change that they withhold.
		"WX-FORWARDING-DOMAIN", "WX-FORWARDING-DOMAIN-REFUSED",
		"WX-FORWARDING-FOREIGN", "WX-FORWARDING-KEPT", "WX-FORWARDING-WAITS", "WX-ASSET-UNSAVED", "WX-COPY-KEPT"}
}

func TestEveryCodeOfTheGuideIsKnown(t *testing.T) {
	files, err := filepath.Glob("../guide/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, code := range regexp.MustCompile(`"(WX-[A-Z-]+)"`).FindAllStringSubmatch(string(raw), -1) {
			if _, known := AreaOf(code[1]); !known && !slices.Contains(unfound(), code[1]) && !strings.HasSuffix(file, "_test.go") {
				t.Errorf("%s: the manual does not know %s", file, code[1])
			}
		}
	}
}
