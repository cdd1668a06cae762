//go:build live

package live

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os/exec"
	"slices"
	"strings"
	"time"

	"wxmail/internal/microsoft"
	"wxmail/internal/secret"
	"wxmail/internal/submit"
)

// guide goes the whole guide with the program itself.
func (x *tenant) guide() {
	x.before = x.export()
	exit, _, said := x.wxmail("setup", "--no-input", "-y", "--answers", x.answersPath())
	x.note("setup ends with %d", exit)
	x.is(exit == 0, "setup ends with %d\n%s", exit, said)
	exit, _, said = x.wxmail("setup", "--no-input", "-y")
	x.note("setup again ends with %d", exit)
	x.is(exit == 0, "setup again ends with %d\n%s", exit, said)
	exit, out, _ := x.wxmail("doctor", "--no-input")
	x.note("doctor ends with %d", exit)
	x.is(exit == 0 || exit == 3, "doctor ends with %d\n%s", exit, out)
}

// export is the tenant as it is read, by what was asked; what changes by itself
// is left out.
func (x *tenant) export() map[string]string {
	all := map[string]string{}
	for cmdlet, p := range x.reads() {
		records := x.cmdlet(cmdlet, p).records()
		for _, r := range records {
			maps.DeleteFunc(r, func(name string, _ any) bool { return strings.HasPrefix(name, "When") })
		}
		raw, err := json.Marshal(records)
		x.must(err)
		all[cmdlet] = string(raw)
	}
	for _, path := range []string{"/applications?$select=appId,displayName,uniqueName",
		"/servicePrincipals?$select=appId,displayName&$top=999", "/oauth2PermissionGrants"} {
		all[path] = string(x.graph("GET", path, nil).Body)
	}
	return all
}

func (x *tenant) undo() {
	exit, _, said := x.wxmail("undo", "-y", "--no-input", "--confirm", "default")
	x.is(exit == 0, "undo ends with %d\n%s", exit, said)
	after := x.export()
	for _, asked := range slices.Sorted(maps.Keys(x.before)) {
		x.is(after[asked] == x.before[asked], "%s is not as it was", asked)
	}
	x.note("undo %d; %d kinds of settings compared", exit, len(x.before))
}

func (x *tenant) readBack() {
	exit, out, said := x.wxmail("plan", "--no-input", "--json")
	x.is(exit == 0, "plan ends with %d: what was written is shown otherwise\n%s%s", exit, out, said)
	for _, cmdlet := range []string{"Get-HostedOutboundSpamFilterRule", "Get-HostedOutboundSpamFilterPolicy", "Get-Mailbox",
		"Get-CASMailbox"} {
		got := x.keep(cmdlet+" after", x.cmdlet(cmdlet, x.reads()[cmdlet]))
		for _, r := range got.records() {
			if cmdlet == "Get-HostedOutboundSpamFilterRule" && strings.HasPrefix(fmt.Sprint(r["Name"]), "wxmail ") {
				x.note("From of the rule is shown as %s", words(fmt.Sprint(r["From"])))
			}
		}
	}
}

// token is what the mailbox user was given, and for whom.
func (x *tenant) token() (user string, access secret.Value) {
	x.t.Helper()
	_, out, _ := x.wxmail("values", "--json", "--reveal", "--tokens")
	var form struct {
		Fields []struct{ Label, Value string }
	}
	x.must(json.Unmarshal([]byte(out), &form))
	for _, f := range form.Fields {
		switch f.Label {
		case "Username":
			user = f.Value
		case "Access Token":
			access = secret.New(f.Value)
		}
	}
	x.secrets = append(x.secrets, access.Reveal())
	x.is(access.IsSet(), "there is no token: setup did not come to its end")
	return user, access
}

// submission turns the mailbox's switch off and on again.
func (x *tenant) submission() {
	user, access := x.token()
	said := func(err error) string {
		if e := microsoft.Of(err); e != nil {
			return words(fmt.Sprintf("%d %s %s", e.Status, e.Code, e.Message))
		}
		return fmt.Sprint(err)
	}
	x.is(submit.Probe(x.t.Context(), x.cloud, user, access) == nil, "a good token is refused")
	if other, named := x.account("NO_ROLE"); named {
		err := submit.Probe(x.t.Context(), x.cloud, other, access)
		x.note("another user's name: %s", said(err))
		x.is(err != nil, "another user's name is taken")
	}
	for _, off := range []bool{true, false} {
		set := x.cmdlet("Set-CASMailbox", params{"Identity": x.mailbox(), "SmtpClientAuthenticationDisabled": off})
		x.is(set.ok(), "the switch cannot be set")
		begun, last := x.cloud.Now(), error(nil)
		err := x.cloud.Await(x.t.Context(), "the switch", func(ctx context.Context) (bool, error) {
			last = submit.Probe(ctx, x.cloud, user, access)
			return (last != nil) == off, nil
		})
		x.note("the switch is off: %t; after %s: %s", off, x.cloud.Now().Sub(begun).Round(time.Second), said(last))
		x.is(err == nil, "the switch does not work in time: %v", err)
	}
}

// forwarded sends the mailbox a message of its own, and follows it.
func (x *tenant) forwarded() {
	user, access := x.token()
	id, err := submit.Send(x.t.Context(), x.cloud, submit.Message{From: x.mailbox(), To: x.mailbox(), Subject: ours + "forwarded",
		Text: "To be forwarded.", User: user, Token: access})
	x.must(err)
	var found answer
	err = x.cloud.Await(x.t.Context(), "the trace", func(context.Context) (bool, error) {
		found = x.cmdlet("Get-MessageTraceV2", params{"MessageId": id, "ResultSize": 1000})
		return len(found.records()) > 0, nil
	})
	x.keep("the trace", found)
	x.is(err == nil, "no trace of a message that was sent: %v", err)
	for _, r := range found.records() {
		to := "somebody"
		if r["RecipientAddress"] == x.answers["webex.forwarding-address"] {
			to = "the Forwarding Address"
		}
		x.note("to %s: %v", to, r["Status"])
	}
}

// azureCLI tries it where there is one, signed in by whoever named the tenant.
func (x *tenant) azureCLI() {
	if x.box != nil {
		x.note("left open: a sandbox has no Azure CLI; make foreign runs the real one against it")
		return
	}
	if _, err := exec.LookPath("az"); err != nil {
		x.note("left open: there is no az")
		return
	}
	var said bytes.Buffer
	cmd := exec.CommandContext(x.t.Context(), "wxmail", "doctor", "--contact", "--azure-cli", "--no-input", "--json", "--profile", "cli",
		"--email-id", x.mailbox())
	cmd.Stdout = &said
	err := cmd.Run()
	x.note("doctor --contact --azure-cli: %v %s", err, words(said.String()))
}
