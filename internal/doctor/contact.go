package doctor

import (
	"strings"

	"wxmail/internal/guide"
	"wxmail/internal/step"
)

// contact adds the answers that are not shaped as is known: what wxmail may
// read otherwise than it is meant is worth a warning, what it does not read is
// only worth knowing. What was not shown at all is told too.
func (j *judgement) contact() {
	for _, d := range j.probed.Contact {
		if len(d.Other) > 0 {
			j.add(Finding{Code: "WX-SHAPE-OTHER", Severity: step.Warning, Object: d.Answer, Detail: strings.Join(d.Other, "; "),
				Evidence: d.Answer + ": " + strings.Join(d.Other, "; ")})
		}
		if len(d.New) > 0 {
			j.add(Finding{Code: "WX-SHAPE-NEW", Severity: step.Info, Object: d.Answer, Detail: strings.Join(d.New, ", "),
				Evidence: d.Answer + ": " + strings.Join(d.New, ", ")})
		}
	}
	for _, o := range guide.Gaps(j.Facts) {
		j.warn(o, "mailbox.forward")
	}
}
