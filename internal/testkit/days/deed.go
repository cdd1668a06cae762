package days

import (
	"slices"
	"strconv"
	"strings"

	"wxmail/internal/testkit"
)

// deed is one thing that may happen to a mailbox on a day.
type deed struct {
	name string
	ours bool // wxmail does it, and answers for what becomes of the mail
	do   func(*tenant, *box) *testkit.Ran
	ends []int // how wxmail may end
}

func deeds() []deed {
	return []deed{
		{"sets up", true, setUp, []int{0, 5, 9, 10}},
		{"sets up, and pastes the values", true, setUpAndPaste, []int{0, 5, 9, 10}},
		{"moves to another call-back URL", true, moveCallback, []int{0, 5, 9, 10}},
		{"moves to another draft", true, moveDraft, []int{0, 5, 9, 10}},
		{"rotates the secret", true, rotate, []int{0, 9, 10}},
		{"ends the rotation", true, finish, []int{0, 9}},
		{"takes over what was made by hand", true, takeOver, []int{0, 5, 9, 10}},
		{"goes back to its own application", true, ownAgain, []int{0, 5, 9, 10}},
		{"is undone", true, undo, []int{0, 9}},
		{"comes from another computer", false, newHome, nil},
		{"is edited by somebody", false, edit, nil},
	}
}

// setUp answers as a person would who looked: an existing forwarding may be
// replaced on one day and may not on another.
func setUp(at *tenant, b *box) *testkit.Ran { return setUpWith(at, b, "") }

// setUpWith is setUp with an application, "" for the one that is used anyway.
func setUpWith(at *tenant, b *box, application string) *testkit.Ran {
	answers := b.draft.Answers(b.address)
	if application != "" {
		answers["azure.application"] = application
	}
	answers["webex.callback-url"] = b.callback
	answers["mailbox.replace-forwarding"] = strconv.FormatBool(at.rand.IntN(4) > 0)
	answers["webex.asset-saved"] = strconv.FormatBool(b.saved == b.draft.ForwardingAddress)
	ran := at.run(b, "setup", "--answers", at.AnswersFile(answers))
	return &ran
}

func setUpAndPaste(at *tenant, b *box) *testkit.Ran {
	ran := setUp(at, b)
	if ran.Exit == 0 && b.callback == b.draft.CallbackURL {
		at.paste(b)
	}
	return ran
}

// paste fills the form of the open page, saves it and presses Generate Token.
func (at *tenant) paste(b *box) {
	asset := at.Save(b.home, b.draft, "--profile", b.profile())
	asset.GenerateToken()
	b.saved, b.pasted = b.draft.ForwardingAddress, at.held(b)
}

// moveCallback: the answer is another; the asset has not moved yet.
func moveCallback(at *tenant, b *box) *testkit.Ran {
	if b.callback == elsewhere {
		b.callback = b.draft.CallbackURL
	} else {
		b.callback = elsewhere
	}
	return setUp(at, b)
}

func moveDraft(at *tenant, b *box) *testkit.Ran {
	at.opensPage(b)
	return setUp(at, b)
}

func rotate(at *tenant, b *box) *testkit.Ran {
	ran := at.run(b, "azure", "rotate-secret")
	if ran.Exit == 0 && b.saved == b.draft.ForwardingAddress && b.callback == b.draft.CallbackURL && at.rand.IntN(2) == 0 {
		at.paste(b)
	}
	return &ran
}

// finish tells the truth about which secret Webex Connect has.
func finish(at *tenant, b *box) *testkit.Ran {
	args := []string{"azure", "rotate-secret", "--finish"}
	if held := at.held(b); held != "" && held == b.pasted {
		args = append(args, "--old-secret-replaced")
	}
	ran := at.run(b, args...)
	return &ran
}

func undo(at *tenant, b *box) *testkit.Ran {
	ran := at.run(b, "undo", "--confirm", b.profile())
	b.saved, b.pasted = "", ""
	return &ran
}

func newHome(at *tenant, b *box) *testkit.Ran {
	at.sitsAt(b, at.Home())
	return nil
}

// step does one random deed and judges the world after it.
func (at *tenant) step() {
	d, b := pick(at, deeds()), pick(at, at.boxes)
	before, others := at.fates(), at.others(b)
	at.note("%s %s", b.profile(), d.name)
	ran := d.do(at, b)
	if ran != nil {
		at.note("  exit %d", ran.Exit)
		// The operator's own answer, nothing to rotate, or nothing to undo.
		declined := ran.Exit == 1 && slices.ContainsFunc([]string{"WX-FORWARDING-KEPT", "WX-STEP-FIRST", "WX-PROFILE-UNKNOWN"},
			func(code string) bool { return strings.Contains(ran.Stderr, code) })
		if !slices.Contains(d.ends, ran.Exit) && !declined {
			at.wrong("exit %d\n%s%s", ran.Exit, ran.Stdout, ran.Stderr)
		}
		at.judgeWords(b, *ran)
	}
	if d.ours {
		at.judgeOthers(b, others)
		at.judgeFates(b, before)
	}
	at.judgeTenant()
}

func pick[T any](at *tenant, from []T) T { return from[at.rand.IntN(len(from))] }
