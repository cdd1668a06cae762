package cli

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"

	"wxmail/internal/cloud"
	"wxmail/internal/directory"
	"wxmail/internal/doctor"
	"wxmail/internal/mailflow"
	"wxmail/internal/microsoft"
	"wxmail/internal/msg"
	"wxmail/internal/setup"
	"wxmail/internal/signin"
	"wxmail/internal/step"
	"wxmail/internal/store"
	"wxmail/internal/ui"
	"wxmail/internal/vault"
)

// advice is one row of the table that explains errors: a stable code, the
// exit status, and how the error is recognised, nil for one that brings its
// code along. What is said of it is error.<code>.what and error.<code>.fix in
// package msg.
type advice struct {
	code  string
	exit  Exit
	match func(error) bool
}

// is says whether the row explains an error.
func (a advice) is(err error) bool {
	if code := named(err); code != "" {
		return a.code == code
	}
	return a.match != nil && a.match(err)
}

// named is the code that an obstacle or a finding brings along, or "".
func named(err error) string {
	var o *step.Obstacle
	var f *doctor.Finding
	switch {
	case errors.As(err, &f):
		return f.Code
	case errors.As(err, &o):
		return o.Code
	}
	return ""
}

// explanation is an error explained.
type explanation struct {
	advice
	info ui.ErrorInfo
}

// explain finds the row of an error: the first that matches.
func explain(err error) explanation {
	rows := table()
	i := slices.IndexFunc(rows, func(a advice) bool { return a.is(err) })
	row := rows[i] // the last row matches everything, and every code has its row
	return explanation{row, describe(row, err)}
}

// worst is the explanation whose exit code has precedence.
func worst(all []explanation) explanation {
	return slices.MinFunc(all, func(a, b explanation) int {
		return slices.Index(precedence[:], a.exit) - slices.Index(precedence[:], b.exit)
	})
}

// table is every known failure, the telling ones first. It is the one place
// where errors become advice and exit codes; docs/errors.md is made from it.
func table() []advice {
	return slices.Concat(localRows(), obstacleRows(), findingRows(), signInRows(), smtpRows(), serviceRows(),
		[]advice{{"WX-FAILED", Failure, func(error) bool { return true }}})
}

func localRows() []advice {
	return []advice{
		{"WX-INTERRUPTED", Interrupted, isAny(context.Canceled, ui.ErrInterrupted)},
		{"WX-LOCKED", Locked, as[*store.Locked]},
		{"WX-USAGE", Usage, as[*usageError]},
		{"WX-ANSWER-INVALID", Usage, as[*setup.InvalidAnswer]},
		{"WX-CLOUD-FILE", Usage, as[*cloud.ConfigError]},
		{"WX-PROFILE-CLOUD", Usage, as[*otherCloud]},
		{"WX-PROFILE-TENANT", Usage, as[*setup.OtherTenant]},
		{"WX-PROFILE-NAME", Usage, as[*store.NameError]},
		{"WX-ANSWERS-FILE", Usage, as[*answersError]},
		{"WX-PROFILE-UNKNOWN", Failure, as[*unknownProfile]},
		{"WX-ANSWER-NEEDED", Unanswered, anyOf(as[*setup.MissingAnswers], as[*ui.Unanswered])},
		{"WX-VAULT-LOCKED", Unanswered, as[*vault.NoKey]},
		{"WX-PASSPHRASE-FILE", Unanswered, as[*vault.PassphraseFile]},
		{"WX-PASSPHRASE", Unanswered, as[*vault.WrongPassphrase]},
		{"WX-VAULT-DAMAGED", Failure, as[*vault.Damaged]},
		{"WX-PROFILE-DAMAGED", Failure, as[*store.Damaged]},
		{"WX-PROFILE-NEWER", Failure, as[*store.NewerVersion]},
		{"WX-PROFILE-OPEN", Failure, as[*store.PermissionError]},
		{"WX-DECLINED", Failure, isAny(setup.ErrDeclined)},
		{"WX-DISK", Failure, as[*os.PathError]},
	}
}

func obstacleRows() []advice {
	return []advice{
		{"WX-FORWARDING-FOREIGN", Unanswered, nil},
		{"WX-DEHYDRATED", Unanswered, nil},
		{"WX-SHARED-MAILBOX", Unanswered, nil},
		{"WX-UNDO-CONFIRM", Unanswered, nil},
		{"WX-OLD-SECRET", Unanswered, nil},
		{"WX-SHARED-SIGN-IN", Usage, nil},
		{"WX-DOMAIN-FOREIGN", Usage, nil},
		{"WX-ROLE-CONSENT", Permission, nil},
		{"WX-ROLE-DIRECTORY", Permission, nil},
		{"WX-ROLE-EXCHANGE", Permission, nil},
		{"WX-SECRETS-BLOCKED", Permission, nil},
		{"WX-REMOTE-DOMAIN", Permission, nil},
		{"WX-TRANSPORT-RULE", Permission, nil},
		{"WX-POLICY-OFF", Permission, nil},
		{"WX-CUSTOMIZATION-DECLINED", Permission, nil},
		{"WX-TOKEN-SCOPE", Permission, nil},
		{"WX-READ-BACK", ReadBack, nil},
		{"WX-HYDRATING", Waiting, nil},
		{"WX-MAILBOX-UNKNOWN", Failure, nil},
		{"WX-MAILBOX-HYBRID", Failure, nil},
		{"WX-NOT-A-MAILBOX", Failure, nil},
		{"WX-MAILBOX-DISABLED", Failure, nil},
		{"WX-MAILBOX-UNLICENSED", Failure, nil},
		{"WX-APPLICATION-UNKNOWN", Failure, nil},
		{"WX-APPLICATION-UNSEEN", Failure, nil},
		{"WX-SECRET-ID", Usage, nil},
		{"WX-SECRET-OTHER", Failure, nil},
		{"WX-NO-EXCHANGE", Failure, nil},
		{"WX-PERMISSION-UNKNOWN", Failure, nil},
		{"WX-NO-REFRESH-TOKEN", Failure, nil},
		{"WX-FORWARDING-KEPT", Failure, nil},
		{"WX-OLD-SECRET-KEPT", Failure, nil},
		{"WX-STEP-FIRST", Failure, nil},
		{"WX-INTERNAL", Failure, nil},
	}
}

func signInRows() []advice {
	return []advice{
		{"WX-WRONG-ACCOUNT", SignIn, as[*signin.WrongAccount]},
		{"WX-MAILBOX-SILENT", Waiting, func(err error) bool {
			var silent *signin.TimeoutError
			return errors.As(err, &silent) && silent.Role == signin.Mailbox
		}},
		{"WX-SIGN-IN-TIMEOUT", SignIn, as[*signin.TimeoutError]},
		{"WX-CONSENT-MISSING", Permission, entra("AADSTS65001", "AADSTS90094", "AADSTS90095", "AADSTS650056", "AADSTS650057")},
		{"WX-CLIENT-BLOCKED", Permission, entra("AADSTS65002", "AADSTS700016", "AADSTS7000112", "AADSTS650052", "AADSTS500011")},
		{"WX-SECRET-EXPIRED", Permission, entra("AADSTS7000222")},
		{"WX-SECRET-INVALID", Failure, entra("AADSTS7000215")},
		{"WX-CONDITIONAL-ACCESS", SignIn, entra("AADSTS53003", "AADSTS53000", "AADSTS53001", "AADSTS530032", "AADSTS530035", "AADSTS70043")},
		{"WX-SIGN-IN-DECLINED", SignIn, entra("AADSTS65004", "access_denied", "AADSTS70018", "authorization_declined")},
		{"WX-ACCOUNT-DISABLED", SignIn, entra("AADSTS50057", "AADSTS50055", "AADSTS50053")},
		{"WX-CLAIMS", SignIn, isAny(signin.ErrClaims)},
		{"WX-AZURE-CLI", SignIn, isAny(signin.ErrNoAzureCLI, signin.ErrAzureCLISignIn, signin.ErrAzureCLIRefused)},
		{"WX-SIGN-IN-REFUSED", SignIn, func(err error) bool {
			e := cloudError(err)
			return e != nil && e.Service == microsoft.Entra && (strings.HasPrefix(e.Code, "AADSTS") || e.Status >= 400 && e.Status < 429)
		}},
	}
}

func serviceRows() []advice {
	status := func(service microsoft.Service, codes ...int) func(error) bool {
		return func(err error) bool {
			e := cloudError(err)
			return e != nil && e.Service == service && slices.Contains(codes, e.Status)
		}
	}
	return []advice{
		{"WX-SECRETS-BLOCKED", Permission, graphCode("CredentialTypeNotAllowedAsPerAppPolicy")},
		{"WX-SECRET-LIFETIME", Permission, graphCode("CredentialInvalidLifetimeAsPerAppPolicy")},
		{"WX-APPLICATION-DELETED", Failure, directory.IsUniqueNameTaken},
		{"WX-REPLICATION", Waiting, directory.NotYet},       // one of its forms is a 403
		{"WX-CLAIMS", SignIn, status(microsoft.Graph, 401)}, // at Exchange it may be a missing role
		{"WX-GRAPH-FORBIDDEN", Permission, status(microsoft.Graph, 403)},
		{"WX-EXCHANGE-SCOPE", Permission, mailflow.IsWriteScope},
		{"WX-EXCHANGE-FORBIDDEN", Permission, anyOf(mailflow.IsForbidden, status(microsoft.Exchange, 401, 403))},
		{"WX-SMTP-AUTH-WAIT", Waiting, func(err error) bool {
			var late *microsoft.NotSettled
			return errors.As(err, &late) && late.What == microsoft.SMTPAuth
		}},
		{"WX-REPLICATION", Waiting, as[*microsoft.NotSettled]},
		{"WX-THROTTLED", Unavailable, func(err error) bool { e := cloudError(err); return e != nil && e.Status == 429 }},
		{"WX-UNAVAILABLE", Unavailable, func(err error) bool {
			e := cloudError(err)
			return e != nil && (e.Status == 408 || e.Status >= 500 || e.Service == microsoft.SMTP)
		}},
		{"WX-UNAVAILABLE", Unavailable, mailflow.IsTransient},
		{"WX-ANSWER-UNUSABLE", Unavailable, anyOf(isAny(cloud.ErrNotJSON, signin.ErrTokenAnswer), as[*signin.MetadataError], mailflow.IsUnreadable)},
		{"WX-UNREACHABLE", Unavailable, func(err error) bool { e := cloudError(err); return e != nil && e.Status == 0 }},
		{"WX-REFUSED", Failure, func(err error) bool { return cloudError(err) != nil }},
	}
}

// describe fills in what the texts name.
func describe(row advice, err error) ui.ErrorInfo {
	info := ui.ErrorInfo{Code: row.code, Waits: row.exit == Waiting || waits(err)}
	object, detail := subject(err)
	if e := cloudError(err); e != nil {
		info.Operation, info.RequestID = ui.Nullable(string(e.Service)+": "+e.Operation), ui.Nullable(e.RequestID)
		if object == "" {
			object = e.Object
		}
		if detail == "" {
			detail = strings.TrimSpace(e.Code + " " + e.Message)
		}
	}
	info.Object = ui.Nullable(object)
	pairs := []any{"Object", object, "Detail", detail, "Error", err.Error(), "Link", linkOf(err)}
	info.Message = msg.M("error."+row.code+".what", pairs...)
	info.Fix = msg.M("error."+row.code+".fix", pairs...)
	return info
}

// waits says whether a step waits for another person or for Microsoft.
func waits(err error) bool {
	var o *step.Obstacle
	return errors.As(err, &o) && o.Waiting
}

func cloudError(err error) *microsoft.Error {
	var e *microsoft.Error
	if errors.As(err, &e) {
		return e
	}
	return nil
}

func as[E error](err error) bool {
	var e E
	return errors.As(err, &e)
}

func isAny(targets ...error) func(error) bool {
	return func(err error) bool {
		return slices.ContainsFunc(targets, func(t error) bool { return errors.Is(err, t) })
	}
}

func anyOf(matches ...func(error) bool) func(error) bool {
	return func(err error) bool {
		return slices.ContainsFunc(matches, func(m func(error) bool) bool { return m(err) })
	}
}

func entra(codes ...string) func(error) bool     { return code(microsoft.Entra, codes...) }
func graphCode(codes ...string) func(error) bool { return code(microsoft.Graph, codes...) }

func code(service microsoft.Service, codes ...string) func(error) bool {
	return func(err error) bool {
		e := cloudError(err)
		return e != nil && e.Service == service && slices.Contains(codes, e.Code)
	}
}
