package setup_test

import (
	"testing"

	"wxmail/internal/guide"
	"wxmail/internal/setup"
	"wxmail/internal/wanted"
)

// unanswered is an office in which nothing was answered beforehand, and
// somebody who says what the office would.
func (o *office) unanswered() *person {
	o.t.Helper()
	given := o.answers
	o.answers = map[string]string{}
	given["webex.asset-name"], given["webex.asset-saved"], given["azure.admin"] = "Support", "yes", admin
	return o.somebody(given)
}

func collect() guide.Course { return only("webex.collect") }

// What a person goes back to is asked again, with what they said there.
func TestAPersonGoesBack(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	p := o.unanswered()
	p.backs = map[string]int{"webex.callback-url": 2, "webex.asset-name": 1}
	well(t, o.goes(p, collect()))
	is(t, "asked", p.asked, []string{"webex.email-id", "webex.asset-name", "webex.email-id", "webex.asset-name",
		"webex.forwarding-address", "webex.callback-url", "webex.forwarding-address", "webex.callback-url",
		"webex.forwarding-address", "webex.callback-url"})
	is(t, "kept", o.data().Answers["webex.callback-url"], o.draft.CallbackURL)
}

// A run that is left at a question has kept what was answered before it.
func TestAnswersAreKeptAsTheyAreGiven(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	p := o.unanswered()
	delete(p.answers, "webex.forwarding-address") // nothing is suggested, and nothing is no answer
	result := o.goes(p, whole())
	is(t, "problems", codes(result.Problems), []string{"WX-ANSWER-INVALID"})
	is(t, "kept", o.data().Answers, map[string]string{"webex.email-id": mailbox, "webex.asset-name": "Support"})

	again := o.somebody(map[string]string{"webex.forwarding-address": o.draft.ForwardingAddress, "webex.callback-url": o.draft.CallbackURL})
	well(t, o.goes(again, collect()))
	is(t, "asked again", again.asked, []string{"webex.forwarding-address", "webex.callback-url"})
}

// Every rerun begins with the answers; one that is changed there counts.
func TestAnAnswerIsChangedInTheReview(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	well(t, o.goes(o.unanswered(), collect()))
	p := o.somebody(map[string]string{"webex.asset-name": "Customer Care"})
	p.reviews = []string{"webex.asset-name"}
	well(t, o.goes(p, collect()))
	is(t, "asked", p.asked, []string{"webex.asset-name"})
	is(t, "reviews", len(p.reviewed), 2)
	is(t, "the second", p.reviewed[1][1], setup.Answered{Question: "webex.asset-name", Answer: "Customer Care"})
	is(t, "kept", o.data().Answers["webex.asset-name"], "Customer Care")
}

// What belongs to a mailbox is asked again where the asset is another one's.
func TestAnotherMailboxInTheReviewOpensWhatBelongsToTheFirst(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	p := o.unanswered()
	p.reviews = []string{"webex.email-id"}
	was := p.answers["webex.email-id"]
	p.answers["webex.email-id"] = colleague
	o.answers = map[string]string{"webex.email-id": was}
	well(t, o.goes(p, collect()))
	is(t, "asked", p.asked, []string{"webex.asset-name", "webex.forwarding-address", "webex.callback-url", "webex.email-id",
		"webex.asset-name", "webex.forwarding-address"})
	is(t, "kept", o.data().Answers["webex.email-id"], colleague)
}

// Whoever agreed beforehand, or is not there, reviews nothing.
func TestNobodyReviewsWhatWasAgreedTo(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	o.tune = func(c *setup.Connection) { c.Yes = true }
	p := o.somebody(map[string]string{})
	well(t, o.goes(p, collect()))
	is(t, "reviews", len(p.reviewed), 0)
}

// A person who has seen the plan changes an answer: another plan is shown, and
// nobody signs in anew.
func TestAnAnswerIsChangedAtThePlan(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	p := o.somebody(map[string]string{"webex.asset-saved": "yes", "mailbox.keep-copy": "false"})
	o.answers["mailbox.keep-copy"] = "true"
	p.revises = []string{"mailbox.keep-copy"}
	well(t, o.goes(p, whole()))
	is(t, "plans", len(p.plans), 2)
	is(t, "sign-ins", len(p.prompts), 3)
	is(t, "a copy is kept", o.keepsCopy(), false)
}

// An account that cannot sign in for the mailbox is asked again, before
// anything is written.
func TestAnAccountOfNoUseIsAskedAgain(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	o.answers = with(o.draft.Answers(shared), "mailbox.sign-in-as", "nobody@contoso.example")
	p := o.somebody(map[string]string{"mailbox.sign-in-as": colleague, "webex.asset-saved": "yes"})
	o.tune = func(c *setup.Connection) { c.Answers.Flags, c.Answers.File = map[string]string{}, c.Answers.Flags }
	result := o.goes(p, whole())
	well(t, result)
	is(t, "signs in as", string(result.Summary.Mailbox.SignInAs), colleague)
	is(t, "told", p.about[0], "tells.no-sign-in")
}

func TestARecipientOfThisSetupIsRefused(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	p := o.somebody(map[string]string{"verify.recipient": mailbox})
	_, err := o.connection(p).Answer(t.Context(), "verify.recipient")
	invalid, is := err.(*wanted.InvalidAnswer)
	if !is || invalid.Why != "own-address" {
		t.Errorf("got %v", err)
	}
}

// with is a map with more in it.
func with(answers map[string]string, pairs ...string) map[string]string {
	for i := 0; i < len(pairs); i += 2 {
		answers[pairs[i]] = pairs[i+1]
	}
	return answers
}
