package setup_test

import (
	"testing"

	"wxmail/internal/guide"
)

func TestWhatIsUnknownIsAskedInTheGuidesOrder(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	given := o.answers
	o.answers = nil
	p := o.somebody(given)
	well(t, o.goes(p, only("webex.collect", "mailbox.forward")))
	is(t, "asked", p.asked, []string{
		"webex.email-id", "webex.asset-name", "webex.forwarding-address", "webex.callback-url", "mailbox.keep-copy"})
	is(t, "forwarding", o.forwardsTo(mailbox), "smtp:"+o.draft.ForwardingAddress)
}

func TestAnAnswerThatDeservesASecondLookIsWarnedOf(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	o.answers["webex.forwarding-address"] = "somebody@fabrikam.example"
	p := o.nobody()
	well(t, o.goes(p, only("webex.collect")))
	is(t, "warned", p.warned, []string{"warning.unusual-domain", "warning.unusual-local"})
}

func TestAnAnswerThatCannotBeUsedEndsTheRun(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	o.answers["webex.callback-url"] = "http://contoso.example"
	is(t, "problems", codes(o.goes(o.nobody(), whole()).Problems), []string{"WX-ANSWER-INVALID"})
	is(t, "requests", len(o.Requests()), 0)
}

func TestMissingAnswersAreNamedBeforeAnythingElse(t *testing.T) {
	t.Parallel()
	o := open(t, "")
	o.answers = nil
	asks := guide.Guide(nil, nil).Asks
	is(t, "nobody is there", codeOf(o.connection(o.nobody()).CheckAnswers(asks)), "WX-ANSWER-NEEDED")
	must(t, o.connection(o.somebody(map[string]string{})).CheckAnswers(asks))
	is(t, "problems", codes(o.goes(o.nobody(), whole()).Problems), []string{"WX-ANSWER-NEEDED"})
	is(t, "requests", len(o.Requests()), 0)
}

// A question that no step asks is asked by who needs it.
func TestAnAnswerForACommand(t *testing.T) {
	t.Parallel()
	const question = "verify.recipient"
	o := open(t, "")
	for name, test := range map[string]struct {
		given  map[string]string
		says   map[string]string // nil: nobody is there
		answer string
		code   string
	}{
		"it was given":               {given: map[string]string{question: " Me@Fabrikam.Example "}, answer: "me@fabrikam.example"},
		"it is asked":                {says: map[string]string{question: "me@fabrikam.example"}, answer: "me@fabrikam.example"},
		"nobody is there":            {code: "WX-ANSWER-NEEDED"},
		"it cannot be used":          {given: map[string]string{question: "me"}, code: "WX-ANSWER-INVALID"},
		"the person gives none":      {says: map[string]string{question: "me"}, code: "WX-ANSWER-INVALID"},
		"another one cannot be used": {given: map[string]string{"azure.tenant": "common"}, code: "WX-ANSWER-INVALID"},
	} {
		t.Run(name, func(t *testing.T) {
			p := o.nobody()
			o.answers, p.answers = test.given, test.says
			answer, err := o.connection(p).Answer(t.Context(), question)
			is(t, "answer", answer, test.answer)
			is(t, "it is refused", err != nil, test.code != "")
			if err != nil {
				is(t, "refusal", codeOf(err), test.code)
			}
		})
	}
}
