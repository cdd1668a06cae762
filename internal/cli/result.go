package cli

import (
	"errors"
	"slices"

	"wxmail/internal/advice"
	"wxmail/internal/msg"
	"wxmail/internal/ui"
)

// ended is a command that has said everything and only sets the exit code.
type ended struct{ exit advice.Exit }

func (e *ended) Error() string { return "ended" }

// finish reports problems and gives the command's end: nil for success. The
// result event carries the problem that decides the exit code.
func (p *program) finish(problems []error, result ui.Result) error {
	all := advice.ExplainAll(problems)
	if len(all) > 0 {
		decisive := advice.Worst(all)
		info := infoOf(decisive)
		result.Exit, result.Error = int(decisive.Exit), &info
	}
	p.tellUnasked(all)
	if p.flags.json {
		p.ui.Event(result)
	} else {
		p.say(all)
	}
	if result.Exit == 0 {
		return nil
	}
	return &ended{advice.Exit(result.Exit)}
}

// infoOf is an explanation as the terminal shows it.
func infoOf(e advice.Explanation) ui.ErrorInfo {
	return ui.ErrorInfo{Code: e.Code, Operation: msg.Nullable(e.Operation), Object: msg.Nullable(e.Object), Message: e.What, Fix: e.Fix,
		RequestID: msg.Nullable(e.RequestID), Waits: e.Waits}
}

func (p *program) say(all []advice.Explanation) {
	for _, e := range all {
		p.ui.Failure(infoOf(e))
	}
}

// tellUnasked says why nobody was asked for what is missing, where nobody chose
// that.
func (p *program) tellUnasked(all []advice.Explanation) {
	asks := func(e advice.Explanation) bool { return e.Exit == advice.Unanswered && e.Code != "WX-NO-PROFILE" }
	if slices.ContainsFunc(all, asks) && !p.flags.noInput && !p.inputIsTerminal() {
		p.ui.Warn(msg.M("warning.input-no-terminal"))
	}
}

// fail ends a command that could not begin, or a query that found nothing.
func (p *program) fail(err error) advice.Exit {
	var done *ended
	if errors.As(err, &done) {
		return done.exit
	}
	all := advice.ExplainAll([]error{err})
	decisive := advice.Worst(all)
	info := infoOf(decisive)
	p.tellUnasked(all)
	switch {
	case p.flags.json && p.query:
		_ = p.ui.Document(errorDocument{info})
	case p.flags.json:
		p.ui.Event(ui.Result{Exit: int(decisive.Exit), Error: &info})
	default:
		p.say(all)
	}
	return decisive.Exit
}

// problemList is an error as a list of problems.
func problemList(err error) []error {
	if err == nil {
		return nil
	}
	return []error{err}
}
