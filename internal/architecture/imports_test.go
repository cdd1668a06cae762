package architecture

import (
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"
)

// room is a package and what it may import of ours.
type room struct {
	name string
	may  []string
	why  string
}

// rooms is the plan of the house: what is not listed may not be imported.
// "sandbox/*" stands for every room of the sandbox.
var rooms = []room{
	{"cmd/wxmail", []string{"cli"}, "main is one line"},
	{"cli", []string{"advice", "bundle", "calendar", "clipboard", "cloud", "demo", "doctor", "guide", "handoff", "mailflow",
		"msg", "near", "release", "sandbox", "sandbox/scenario", "secret", "setup", "sheet", "signin", "step", "store", "ui",
		"vault", "visible", "wanted", "webex", "world"},
		"commands only: flags to options, a run, its end"},
	{"demo", []string{"sandbox", "webex"}, "plays Webex Connect"},
	{"advice", []string{"directory", "doctor", "mailflow", "microsoft", "msg", "step", "visible", "wanted"},
		"pure: what an error means to a person"},
	{"doctor", []string{"directory", "guide", "mailflow", "microsoft", "step", "wanted", "world"}, "pure: judges what was seen"},
	{"handoff", []string{"guide", "mailflow", "msg", "step", "wanted", "world"}, "pure: writes the plan down for another person"},
	{"bundle", []string{"pattern", "store", "visible"}, "gathers what the other rooms keep"},
	{"calendar", nil, "a format"},
	{"setup", []string{"cloud", "contact", "directory", "exchange", "graph", "guide", "mailflow", "microsoft", "msg", "secret", "signin",
		"step", "store", "submit", "vault", "visible", "wanted", "webex", "world"}, "the run: the only holder of live things"},
	{"guide", []string{"directory", "mailflow", "microsoft", "msg", "secret", "step", "wanted", "world"}, "pure: the product, a file a thing"},
	{"world", []string{"contact", "directory", "mailflow", "secret", "step", "wanted"}, "pure: what was seen"},
	{"wanted", []string{"directory", "msg", "near", "pattern", "visible", "webex"}, "pure: what the operator wants"},
	{"step", []string{"msg"}, "pure: the engine knows nothing of mail"},
	{"directory", []string{"microsoft", "secret"}, "pure: the words of Entra ID"},
	{"mailflow", []string{"microsoft", "pattern"}, "pure: the words of Exchange Online, and the one judge of them"},
	{"microsoft", []string{"pattern"}, "pure: the services' failures as facts"},
	{"contact", []string{"pattern"}, "pure: the shapes of answers, and what differs"},
	{"secret", nil, "pure: a value that cannot be printed"},
	{"clipboard", []string{"secret"}, "what the next paste takes"},
	{"sheet", []string{"msg", "webex"}, "the form as a page on loopback: it knows no profile and no vault"},
	{"ui", []string{"msg", "pattern", "secret", "visible"}, "shows what is data elsewhere; a passphrase is a secret.Value from the start"},
	{"signin", []string{"cloud", "microsoft", "pattern", "secret"}, "a service"},
	{"graph", []string{"cloud", "directory", "microsoft", "pattern", "secret"}, "a service: the SDK's adapter to directory"},
	{"exchange", []string{"cloud", "mailflow", "microsoft"}, "a service: cmdlets for mailflow"},
	{"submit", []string{"cloud", "microsoft", "pattern", "secret"}, "a service"},
	{"webex", []string{"pattern", "secret"}, "pure: what is collected and what is pasted"},
	{"vault", []string{"secret", "store", "visible"}, "its files are written as durably as the others"},
	{"store", []string{"pattern", "visible"}, "the lowest: files"},
	{"cloud", []string{"microsoft", "near", "pattern"}, "the lowest: where Microsoft is"},
	{"cloud/cloudtest", []string{"cloud"}, "for tests of services"},
	{"msg", []string{"pattern", "visible"}, "the lowest: texts, with values that others wrote"},
	{"msg/glossary", nil, "the lowest: what things are called, for translators"},
	{"near", nil, "the lowest: the word that was meant"},
	{"pattern", nil, "the lowest: compiled when it is first used"},
	{"release", nil, "how the program was built, and where newer ones are"},
	{"visible", nil, "the lowest: how a text that somebody else wrote is shown"},

	{"sandbox", []string{"sandbox/*"}, "shares no code with the product, or both would be wrong together"},
	{"sandbox/pattern", nil, "the same for the sandbox"},
	{"sandbox/tenant", []string{"sandbox/pattern"}, "the model"},
	{"sandbox/scenario", []string{"sandbox/pattern", "sandbox/tenant"}, "fills the model"},
	{"sandbox/entra", []string{"sandbox/pattern", "sandbox/tenant"}, "one service on the model"},
	{"sandbox/msgraph", []string{"sandbox/pattern", "sandbox/tenant"}, "one service on the model"},
	{"sandbox/exchange", []string{"sandbox/pattern", "sandbox/tenant"}, "one service on the model"},
	{"sandbox/azure", []string{"sandbox/tenant"}, "one service on the model"},
	{"sandbox/mail", []string{"sandbox/pattern", "sandbox/tenant"}, "one service on the model"},
	{"sandbox/webex", []string{"sandbox/mail", "sandbox/pattern", "sandbox/tenant"}, "is handed the mail that is routed to it"},
	{"sandbox/robot", nil, "knows nothing of the services but their pages"},
	{"sandbox/front", []string{"sandbox/mail", "sandbox/pattern", "sandbox/tenant"}, "stands before every service"},
	{"sandbox/control", []string{"sandbox/front", "sandbox/mail", "sandbox/scenario", "sandbox/tenant", "sandbox/webex"},
		"somebody else's hand"},

	{"testkit", []string{"pattern", "sandbox", "sandbox/*", "testkit/console"}, "a sandbox and wxmail as a process"},
	{"testkit/console", []string{"pattern"}, "a terminal"},
	{"testkit/bench", []string{"testkit"}, "measures the process"},
	{"testkit/days", []string{"pattern", "secret", "testkit", "vault"}, "random days of a tenant; homes with a key that is cheap to derive"},
	{"testkit/crash", []string{"pattern", "secret", "store", "testkit", "vault"},
		"kills the process; homes with a key that is cheap to derive, a disk to die at"},
	{"testkit/faults", []string{"pattern", "secret", "testkit", "vault"}, "damages requests; homes with a key that is cheap to derive"},
	{"testkit/foreign", nil, "programs that nobody here wrote"},
	{"testkit/pages", nil, "pages of wxmail in a browser that nobody here wrote"},
	{"live", nil, "questions to a real tenant"},
	{"docgen", []string{"docgen/pages"}, "main"},
	{"docgen/refusals", []string{"advice", "directory", "mailflow", "microsoft"}, "pure: what Microsoft's services say, as a table"},
	{"docgen/pages", []string{"cli", "docgen/refusals", "pattern", "msg/glossary", "wanted"}, "documents what the program says of itself"},
	{"architecture", nil, "reads files"},
}

func mayImport(from, to string) bool {
	i := slices.IndexFunc(rooms, func(r room) bool { return r.name == from })
	return i >= 0 && slices.ContainsFunc(rooms[i].may, func(pattern string) bool {
		ok, _ := path.Match(pattern, to) // the patterns are the constants above
		return ok
	})
}

func TestRoomsImportOnlyWhatThePlanAllows(t *testing.T) {
	for _, s := range product(t) {
		if !slices.ContainsFunc(rooms, func(r room) bool { return r.name == s.room }) {
			t.Errorf("%s: the room %s is not on the plan", s.path, s.room)
		}
		own, _ := s.imported()
		for _, to := range own {
			if !mayImport(s.room, to) {
				t.Errorf("%s may not import %s", s.path, to)
			}
		}
	}
}

// The sandbox would repeat the product's mistakes if the two shared code.
func TestProductAndSandboxShareNoCode(t *testing.T) {
	inSandbox := func(room string) bool { return strings.HasPrefix(room+"/", "sandbox/") }
	starts := []string{"cli", "demo", "testkit"} // those that start a sandbox
	for _, s := range sources(t) {
		own, _ := s.imported()
		for _, to := range own {
			switch {
			case inSandbox(s.room) && !inSandbox(to):
				t.Errorf("%s: the sandbox imports %s", s.path, to)
			case !s.test && !inSandbox(s.room) && inSandbox(to) && !slices.Contains(starts, s.room):
				t.Errorf("%s: imports %s", s.path, to)
			}
		}
	}
}

// library is what only some rooms may import, the reason being that changing
// it, or its traps, must stay one room's business.
type library struct {
	prefix string
	rooms  []string
	why    string
}

var libraries = []library{
	{"github.com/AlecAivazis/survey", []string{"ui"}, "archived upstream: to be replaced in one room"},
	{"charm.land/lipgloss", []string{"ui"}, "colour and width"},
	{"github.com/charmbracelet/x/ansi", []string{"ui"}, "columns of a screen, and the sequence for its clipboard"},
	{"github.com/rivo/uniseg", []string{"ui"}, "where a line may end"},
	{"github.com/atotto/clipboard", []string{"clipboard"}, "the system's clipboard, without cgo; it waits for other programs"},
	{"golang.org/x/term", []string{"ui", "cli"}, "the terminal; cli only asks whether there is one"},
	{"github.com/spf13/cobra", []string{"cli", "docgen/pages"}, "the command line, and its manual"},
	{"github.com/spf13/pflag", []string{"cli", "docgen/pages"}, "its flags"},
	{"github.com/goccy/go-yaml", []string{"cli"}, "answers files"},
	{"github.com/arran4/golang-ical", []string{"calendar"}, "calendar files"},
	{"github.com/microsoftgraph/", []string{"graph"}, "two minutes to compile, and full of traps"},
	{"github.com/microsoft/kiota", []string{"graph"}, "of the same"},
	{"github.com/Azure/azure-sdk-for-go/sdk/azidentity", []string{"signin"}, "signs people in"},
	{"github.com/Azure/azure-sdk-for-go/sdk/azcore", []string{"exchange", "graph", "setup", "signin"}, "the type of credentials"},
	{"golang.org/x/oauth2", []string{"signin", "sandbox/webex"}, "the code flow; Webex Connect has its own"},
	{"golang.org/x/net/html", []string{"sandbox/robot"}, "only a browser reads pages"},
	{"golang.org/x/net/http/httpproxy", []string{"cloud"}, "every connection starts there"},
	{"github.com/emersion/", []string{"submit", "sandbox/mail", "sandbox/webex"}, "SMTP and messages"},
	{"github.com/golang-jwt/", []string{"sandbox/entra", "sandbox/webex"}, "the product reads claims and trusts TLS; only an issuer signs"},
	{"filippo.io/age", []string{"vault"}, "encryption"},
	{"github.com/zalando/go-keyring", []string{"vault"}, "keeps the vault's key"},
	{"github.com/gofrs/flock", []string{"store", "testkit/crash"}, "the profile's lock, and whether it is free"},
	{"github.com/natefinch/atomic", []string{"store"}, "durable writes"},
	{"github.com/adrg/xdg", []string{"store"}, "the platform's folders"},
	{"github.com/nicksnyder/go-i18n", []string{"msg"}, "plurals"},
	{"github.com/go-playground/locales", []string{"msg"}, "numbers and dates"},
	{"golang.org/x/text", []string{"msg", "webex"}, "languages and widths of letters"},
	{"github.com/creack/pty", []string{"testkit/console"}, "a terminal for tests"},
	{"github.com/google/jsonschema-go", []string{"testkit"}, "holds what is printed against docs/schemas"},
	{"github.com/gdamore/tcell", []string{"testkit/console"}, "a screen for tests"},
	{"github.com/google/go-cmp", []string{"testkit/crash", "testkit/days", "testkit/faults"}, "compares tenants; tests may use it anywhere"},
	{"github.com/google/uuid", nil, "anywhere: a format"},
	{"golang.org/x/mod/semver", []string{"release"}, "which release is newer"},
	{"golang.org/x/sys", []string{"cli", "signin", "store", "ui", "vault", "testkit/console"}, "what differs between systems"},
}

func TestLibrariesLiveInTheirRooms(t *testing.T) {
	for _, s := range product(t) {
		_, others := s.imported()
		for _, path := range others {
			i := slices.IndexFunc(libraries, func(l library) bool { return strings.HasPrefix(path, l.prefix) })
			switch {
			case i < 0:
				t.Errorf("%s: %s has no room yet", s.path, path)
			case libraries[i].rooms != nil && !slices.Contains(libraries[i].rooms, s.room):
				t.Errorf("%s may not import %s: %s", s.path, path, libraries[i].why)
			}
		}
	}
}

// A test binary that links the Graph SDK takes long and much memory to build,
// so there are few.
func TestFewTestBinariesLinkTheGraphSDK(t *testing.T) {
	few := []string{"cmd/wxmail", "cli", "graph", "setup"}
	links := map[string][]string{}
	for _, s := range product(t) {
		own, _ := s.imported()
		links[s.room] = append(links[s.room], own...)
	}
	for _, s := range sources(t) {
		if !s.test || slices.Contains(few, s.room) {
			continue
		}
		own, _ := s.imported()
		if reaches(append(own, links[s.room]...), "graph", links, map[string]bool{}) {
			t.Errorf("%s makes another test binary with the Graph SDK", s.path)
		}
	}
}

// The heart is compiled and tested in seconds: it links neither SDK nor
// network.
func TestTheHeartLinksNoNetwork(t *testing.T) {
	heart := []string{"advice", "bundle", "directory", "doctor", "guide", "handoff", "mailflow", "microsoft", "msg", "near", "secret", "step",
		"wanted", "webex", "world"}
	for _, name := range heart {
		out, err := exec.Command("go", "list", "-deps", "wxmail/internal/"+name).CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		for linked := range strings.FieldsSeq(string(out)) {
			sdk := strings.HasPrefix(linked, "github.com/Azure/") || strings.HasPrefix(linked, "github.com/microsoft")
			if sdk || linked == "net/http" || linked == "crypto/tls" {
				t.Errorf("%s links %s", name, linked)
			}
		}
	}
}

func reaches(from []string, to string, links map[string][]string, seen map[string]bool) bool {
	for _, next := range from {
		if next == to {
			return true
		}
		if !seen[next] {
			seen[next] = true
			if reaches(links[next], to, links, seen) {
				return true
			}
		}
	}
	return false
}
