package cli

import (
	"cmp"
	"context"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/spf13/cobra"

	"wxmail/internal/guide"
	"wxmail/internal/msg"
	"wxmail/internal/ui"
	"wxmail/internal/visible"
	"wxmail/internal/wanted"
)

// writeAnswers writes an answers file of what a setup would go by: flags, the
// file of --answers, what a person answers now, and the profile. Nobody signs
// in, and nothing else is written.
func writeAnswers(p *program, cmd *cobra.Command, c choice) error {
	if p.flags.json && p.out.is(c.write) {
		return misused("--write-answers "+c.write, msg.M("usage.json-output"))
	}
	s, err := p.start(cmd, need{})
	if err != nil {
		return err
	}
	defer s.close()
	asks := guide.Guide(c.only, c.skip).Asks
	if err := askOpen(cmd.Context(), s, asks); err != nil {
		return err
	}
	if err := p.writeFile(c.write, []byte(answersFile(p.ui.Catalogue(), s.Answers))); err != nil {
		return err
	}
	if missing := s.Answers.Missing(asks); len(missing) > 0 {
		p.ui.Warn(msg.M("answers.missing", "Questions", strings.Join(missing, ", ")))
	}
	if !p.out.is(c.write) {
		p.ui.Say(msg.M("answers.written", "File", visible.Word(c.write)))
	}
	return p.finish(nil, ui.Result{})
}

// askOpen asks a person what no answer is known to, as a setup would. Answers
// that cannot be used are refused.
func askOpen(ctx context.Context, s *session, asks []string) error {
	if s.Operator.CanAsk() {
		for _, q := range s.Answers.Unasked(asks) {
			if _, err := s.Answer(ctx, q.ID); err != nil {
				return err
			}
		}
	}
	_, _, err := wanted.Parse(s.Answers)
	return err
}

// answersFile has every question with what it is. What was answered stands
// there; what was not stays behind a number sign, so that the profile, the
// tenant and the defaults go on to decide it.
func answersFile(c *msg.Catalogue, answers *wanted.Answers) string {
	var file strings.Builder
	comment := func(text string) { file.WriteString(ui.Comment("# ", text) + "\n") }
	comment(c.Text("answers.head"))
	for _, q := range wanted.Questions() {
		file.WriteString("\n")
		comment(c.Text("question." + q.ID + ".prompt"))
		comment(c.Text("question." + q.ID + ".help"))
		comment("--" + q.Flag + " " + placeholder(q))
		raw, given := answers.Get(q.ID)
		if clean, _, err := wanted.Check(q, raw); given && err == nil {
			file.WriteString(answerLine(q, clean))
			continue
		}
		file.WriteString("#" + answerLine(q, example(q)))
	}
	return file.String()
}

// answerLine is a question's line in an answers file.
func answerLine(q wanted.Question, answer string) string {
	if q.Kind == wanted.Bool {
		return q.ID + ": " + answer + "\n"
	}
	line, _ := yaml.Marshal(map[string]string{q.ID: answer}) // it is a text
	return string(line)
}

// example is an answer to a question: its default, if that is a value.
func example(q wanted.Question) string {
	if q.Default != "" && !q.Derived {
		return q.Default
	}
	return cmp.Or(q.Example, "true") // what has none is decided by yes or no
}
