package cli

import (
	"strings"

	"github.com/spf13/cobra"
)

// examples are command lines that somebody would type, by the command; help,
// the manual and man show them.
func examples() map[string][]string {
	return map[string][]string{
		"wxmail": {"wxmail demo", "wxmail setup", "wxmail help exit-codes"},
		"wxmail setup": {"wxmail setup", "wxmail setup --email-id support@contoso.com --skip mailbox.forward",
			"wxmail setup --write-answers answers.yaml", "wxmail setup --answers answers.yaml --no-input --yes --json"},
		"wxmail webex collect":        {"wxmail webex collect"},
		"wxmail azure register":       {"wxmail azure register", "wxmail azure register --permissions least --secret-lifetime 6mo"},
		"wxmail azure consent":        {"wxmail azure consent --admin admin@contoso.com"},
		"wxmail azure receive-secret": {"wxmail azure receive-secret", "wxmail azure receive-secret --application CLIENT-ID <secret.txt"},
		"wxmail azure rotate-secret": {"wxmail azure rotate-secret --reveal", "wxmail azure rotate-secret --finish",
			"wxmail azure rotate-secret --finish --secret KEYID"},
		"wxmail mailbox smtp":    {"wxmail mailbox smtp"},
		"wxmail mailbox forward": {"wxmail mailbox forward --keep-copy true"},
		"wxmail token":           {"wxmail token", "wxmail token --forget"},
		"wxmail values": {"wxmail values", "wxmail values --copy", "wxmail values --web", "wxmail values client-id",
			"wxmail values --json"},
		"wxmail summary": {"wxmail summary", "wxmail summary --profile sales --json"},
		"wxmail plan":    {"wxmail plan", "wxmail plan --answers answers.yaml --json"},
		"wxmail doctor": {"wxmail doctor", "wxmail doctor --only secret-expiry --days 60 --no-input",
			"wxmail doctor --only WX-TOKEN-USER --fix", "wxmail doctor --contact --email-id support@contoso.com"},
		"wxmail verify":           {"wxmail verify --to me@fabrikam.com"},
		"wxmail undo":             {"wxmail undo mailbox.forward", "wxmail undo --confirm default"},
		"wxmail handoff entra":    {"wxmail handoff entra -o answers.yaml"},
		"wxmail handoff exchange": {"wxmail handoff exchange -o wxmail.ps1", "wxmail handoff exchange --seen wxmail-seen.json -o wxmail.ps1"},
		"wxmail support-bundle":   {"wxmail support-bundle", "wxmail support-bundle -o case.zip --asset-id 4711 --attach screenshot.png"},
		"wxmail profile list":     {"wxmail profile list"},
		"wxmail profile remove":   {"wxmail profile remove sales"},
		"wxmail version":          {"wxmail version", "wxmail version --check", "wxmail version --json"},
		"wxmail help": {"wxmail help setup", "wxmail help questions", "wxmail help azure.permissions",
			"wxmail help WX-ROLE-DIRECTORY"},
		"wxmail demo":           {"wxmail demo", "wxmail demo -y", "wxmail demo --scenario hardened"},
		"wxmail sandbox serve":  {"wxmail sandbox serve --dir sandbox", "wxmail setup --cloud sandbox/cloud.json"},
		"wxmail sandbox browse": {"wxmail sandbox browse --dir sandbox --as admin@contoso.example URL"},
	}
}

// exemplify gives commands their examples; a group has the first of each of its
// commands.
func exemplify(cmd *cobra.Command, all map[string][]string) {
	lines := all[cmd.CommandPath()]
	for _, sub := range cmd.Commands() {
		exemplify(sub, all)
		if first := all[sub.CommandPath()]; cmd.HasParent() && len(first) > 0 {
			lines = append(lines, first[0])
		}
	}
	if len(lines) > 0 {
		cmd.Example = "  " + strings.Join(lines, "\n  ")
	}
}
