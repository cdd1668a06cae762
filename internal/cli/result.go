package cli

import (
	"errors"

	"wxmail/internal/ui"
)

// ended is a command that has said everything and only sets the exit code.
type ended struct{ exit Exit }

func (e *ended) Error() string { return "ended" }

// finish reports problems and gives the command's end: nil for success. The
// result event carries the problem that decides the exit code.
func (p *program) finish(problems []error, result ui.Result) error {
	all := explainAll(problems)
	if len(all) > 0 {
		decisive := worst(all)
		result.Exit, result.Error = int(decisive.exit), &decisive.info
	}
	if p.flags.json {
		p.ui.Event(result)
	} else {
		p.say(all)
	}
	if result.Exit == 0 {
		return nil
	}
	return &ended{Exit(result.Exit)}
}

// explainAll explains joined errors one by one, each once.
func explainAll(problems []error) []explanation {
	var all []explanation
	seen := map[string]bool{}
	for _, err := range problems {
		for _, one := range flatten(err) {
			e := explain(one)
			key := e.code + string(e.info.Object)
			if !seen[key] {
				seen[key] = true
				all = append(all, e)
			}
		}
	}
	return all
}

func flatten(err error) []error {
	var joined interface{ Unwrap() []error }
	if errors.As(err, &joined) {
		var out []error
		for _, e := range joined.Unwrap() {
			out = append(out, flatten(e)...)
		}
		return out
	}
	return []error{err}
}

func (p *program) say(all []explanation) {
	for _, e := range all {
		p.ui.Failure(e.info)
	}
}

// fail ends a command that could not begin, or a query that found nothing.
func (p *program) fail(err error) Exit {
	var done *ended
	if errors.As(err, &done) {
		return done.exit
	}
	all := explainAll([]error{err})
	decisive := worst(all)
	switch {
	case p.flags.json && p.query:
		_ = p.ui.Document(struct {
			Error ui.ErrorInfo `json:"error"`
		}{decisive.info})
	case p.flags.json:
		p.ui.Event(ui.Result{Exit: int(decisive.exit), Error: &decisive.info})
	default:
		p.say(all)
	}
	return decisive.exit
}
