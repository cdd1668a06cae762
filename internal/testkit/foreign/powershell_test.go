//go:build foreign

package foreign

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"wxmail/internal/sandbox"
	"wxmail/internal/testkit"
)

// cmdlets are those that a script may run, with the parameters that it may give
// them, as they are documented at
// https://learn.microsoft.com/powershell/module/exchange/<cmdlet in lower case>
// and, of PowerShell itself, /powershell/module/microsoft.powershell.core and
// .utility. Abbreviations, which PowerShell takes, are not listed.
var cmdlets = map[string][]string{
	"Connect-ExchangeOnline":    {"ShowBanner", "ExchangeEnvironmentName"},
	"Disconnect-ExchangeOnline": {"Confirm"},

	"Get-Mailbox":                         {"Identity"},
	"Get-CASMailbox":                      {"Identity"},
	"Get-RecipientPermission":             {"Identity", "Trustee", "AccessRights"},
	"Get-OrganizationConfig":              {},
	"Get-TransportConfig":                 {},
	"Get-RemoteDomain":                    {},
	"Get-TransportRule":                   {"ResultSize"},
	"Get-HostedOutboundSpamFilterPolicy":  {},
	"Get-HostedOutboundSpamFilterRule":    {},
	"Set-Mailbox":                         {"Identity", "ForwardingSmtpAddress", "ForwardingAddress", "DeliverToMailboxAndForward"},
	"Set-CASMailbox":                      {"Identity", "SmtpClientAuthenticationDisabled"},
	"Add-RecipientPermission":             {"Identity", "Trustee", "AccessRights", "Confirm"},
	"Enable-OrganizationCustomization":    {},
	"New-HostedOutboundSpamFilterPolicy":  {"Name", "AdminDisplayName", "AutoForwardingMode"},
	"Set-HostedOutboundSpamFilterPolicy":  {"Identity", "AutoForwardingMode"},
	"New-HostedOutboundSpamFilterRule":    {"Name", "HostedOutboundSpamFilterPolicy", "From", "Enabled", "Comments", "Priority"},
	"Set-HostedOutboundSpamFilterRule":    {"Identity", "HostedOutboundSpamFilterPolicy", "From", "Priority"},
	"Enable-HostedOutboundSpamFilterRule": {"Identity"},

	"Set-StrictMode": {"Version"},
	"Start-Sleep":    {"Seconds"},
	"Write-Output":   {},
	"Write-Warning":  {},
	"Out-Null":       {},
	"Sort-Object":    {},
	"ConvertTo-Json": {"Depth"},
	"Set-Content":    {"LiteralPath", "Encoding"},
}

// parameters are those of the functions that a script defines.
var parameters = []string{"Not", "InOrder"}

// A script that wxmail writes is PowerShell, and runs only cmdlets that
// Microsoft documents, with documented parameters.
func TestPowerShell(t *testing.T) {
	w := testkit.Start(t, sandbox.Options{})
	draft := w.Draft()
	for name, test := range map[string]struct {
		answers map[string]string
		runs    string // what this script runs and the others need not
	}{
		"user mailbox":     {draft.Answers(mailbox), "New-HostedOutboundSpamFilterPolicy"},
		"shared mailbox":   {with(draft.Answers("help@contoso.example"), "mailbox.sign-in-as", mailbox), "Add-RecipientPermission"},
		"existing policy":  {with(draft.Answers(mailbox), "mailbox.outbound-policy", "existing"), "Set-Mailbox"},
		"no copy":          {with(draft.Answers(mailbox), "mailbox.keep-copy", "false"), "Set-Mailbox"},
		"an apostrophe":    {with(draft.Answers("o'brien@contoso.example"), "azure.tenant", "contoso.example"), "Set-Mailbox"},
		"the longest name": {draft.Answers(strings.Repeat("a", 60) + "@contoso.example"), "New-HostedOutboundSpamFilterRule"},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "exchange.ps1")
			w.Run(w.Home(), "handoff", "exchange", "--answers", w.AnswersFile(test.answers), "-o", file).Must(t, 0)
			script, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			found := parse(t, string(script))
			found.straight(t)
			if !slices.ContainsFunc(found.Commands, func(c command) bool { return c.Name == test.runs }) {
				t.Errorf("the script does not run %s:\n%s", test.runs, script)
			}
		})
	}
}

// The scripts that the package handoff keeps of more tenants are PowerShell
// too, even where the names in them are commands.
func TestPowerShellOfOtherTenants(t *testing.T) {
	files, err := filepath.Glob("../../handoff/testdata/*.ps1")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, file := range files {
		script, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(filepath.Base(file), func(t *testing.T) { parse(t, string(script)).straight(t) })
	}
}

// The parser sees what is wrong.
func TestPowerShellThatIsNone(t *testing.T) {
	for _, script := range []string{"if ($true) { 'a'", "Set-Mailbox -Identity 'o'brien'", "foreach ($a on $b) { }"} {
		if found := parse(t, script); len(found.Errors) == 0 {
			t.Errorf("%s parses", script)
		}
	}
}

// The parser sees what judges, and where.
func TestPowerShellThatJudges(t *testing.T) {
	const script = "function Test-It { if ($a -eq 1) { 'b' } }\n$a | Where-Object { $_ -like 'x' }\nif (-not $b) { 'c' }"
	var lines []int
	for _, j := range parse(t, script).Judgements {
		lines = append(lines, j.Line)
	}
	if !slices.Equal(lines, []int{2, 3, 3}) {
		t.Errorf("lines %v", lines)
	}
}

func with(answers map[string]string, id, value string) map[string]string {
	answers[id] = value
	return answers
}

// parsed is what parse.mjs tells.
type parsed struct {
	Errors     []place
	Commands   []command
	Functions  []string
	Judgements []place // what compares or branches outside of functions
}

type place struct {
	Line int
	Text string
}

type command struct {
	Line       int
	Name       string
	Parameters []string
}

func parse(t *testing.T, script string) parsed {
	t.Helper()
	cmd := exec.Command("node", "--liftoff-only", "parse.mjs") // optimizing a parser takes longer than its work here
	cmd.Dir = filepath.Join("testdata", "powershell")
	cmd.Stdin, cmd.Stderr = strings.NewReader(script), os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("parse.mjs: %v", err)
	}
	var found parsed
	if err := json.Unmarshal(out, &found); err != nil {
		t.Fatalf("parse.mjs: %v", err)
	}
	return found
}

// straight fails the test for what does not parse, for each cmdlet and
// parameter that is in no table, and for what judges outside of functions.
func (p parsed) straight(t *testing.T) {
	t.Helper()
	for _, e := range p.Errors {
		t.Errorf("line %d does not parse: %s", e.Line, e.Text)
	}
	for _, j := range p.Judgements {
		t.Errorf("line %d judges: %s", j.Line, j.Text)
	}
	for _, c := range p.Commands {
		known, is := cmdlets[c.Name]
		if slices.Contains(p.Functions, c.Name) || strings.HasPrefix(c.Name, "$") { // the script's own, or a block that it was given
			known, is = parameters, true
		}
		if !is {
			t.Errorf("line %d: %s is no documented cmdlet", c.Line, c.Name)
		}
		for _, parameter := range c.Parameters {
			if !slices.Contains(known, parameter) {
				t.Errorf("line %d: %s has no documented parameter -%s", c.Line, c.Name, parameter)
			}
		}
	}
}
