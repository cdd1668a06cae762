package doctor

import (
	"slices"

	"wxmail/internal/guide"
	"wxmail/internal/step"
)

// reasons adds why the plan's changes are planned or withheld; then what the
// guide knows without the source that its plan would need.
func (j *judgement) reasons() {
	for _, c := range j.plan.Changes {
		j.why(c.Step, c.Why, j.mending(c))
	}
	for _, c := range j.plan.Withheld {
		j.why(c.Step, c.Why, nil)
	}
	if j.Seen.Here.Value == nil {
		return
	}
	if j.asks(SecretExpiry) {
		j.why("azure.register", j.WhySecret(), nil)
	}
	if j.asks(Directory) {
		j.why("token", j.WhyRedirect(), nil)
		j.why("azure.register", guide.WhyOldCallback(j.Facts), nil)
	}
	if j.asks(Token) {
		j.why("token", j.WhySignIn(), nil)
	}
}

func (j *judgement) why(stepID string, reasons []step.Reason, changes []string) {
	for _, r := range reasons {
		j.add(Finding{Code: r.Code, Severity: severityOf(r.Code), Step: stepID, Object: r.Object, Detail: r.Detail, Dated: r.Dated,
			Evidence: r.Evidence, Page: r.Page, Asks: r.Asks, Changes: changes})
	}
}

// severityOf is how bad a reason of one of the guide's things is.
func severityOf(code string) step.Severity {
	for _, t := range guide.Things() {
		if i := slices.IndexFunc(t.Reasons, func(k step.Known) bool { return k.Code == code }); i >= 0 {
			return t.Reasons[i].Severity
		}
	}
	return step.Error
}

// mending are the keys of the changes that are made where these are: what
// follows from them and has no reason of its own, and what all that needs.
func (j *judgement) mending(changes ...step.Change) (keys []string) {
	for _, c := range changes {
		keys = append(keys, c.Key)
	}
	keys = j.grown(keys, func(c step.Change, keys []string) bool { return len(c.Why) == 0 && meets(c.Needs, keys) })
	return j.grown(keys, func(c step.Change, keys []string) bool {
		return slices.ContainsFunc(j.plan.Changes, func(o step.Change) bool {
			return slices.Contains(keys, o.Key) && slices.Contains(o.Needs, c.Key)
		})
	})
}

// grown adds the keys of the changes that belong to those that there are,
// until there are no more.
func (j *judgement) grown(keys []string, belongs func(c step.Change, keys []string) bool) []string {
	for before := -1; before < len(keys); {
		before = len(keys)
		for _, c := range j.plan.Changes {
			if !slices.Contains(keys, c.Key) && belongs(c, keys) {
				keys = append(keys, c.Key)
			}
		}
	}
	return keys
}

func meets(a, b []string) bool {
	return slices.ContainsFunc(a, func(key string) bool { return slices.Contains(b, key) })
}

// pending adds what setup would still change and nothing explains: findings
// agree with the plan, whatever the guide has to say for it.
func (j *judgement) pending() {
	for _, c := range j.plan.Changes {
		told := slices.ContainsFunc(j.findings, func(f Finding) bool { return f.Mends(c) })
		if told || c.Step == "token" && j.tells(deadTokens()...) {
			continue
		}
		j.add(Finding{Code: "WX-PENDING", Severity: step.Warning, Step: c.Step, Object: c.Target, Detail: c.Key,
			Evidence: "plan: " + c.Sentence(), Changes: j.mending(c)})
	}
}
