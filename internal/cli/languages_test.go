package cli

import (
	"regexp"
	"strings"
	"testing"

	"wxmail/internal/advice"
	"wxmail/internal/doctor"
	"wxmail/internal/msg"
	"wxmail/internal/step"
	"wxmail/internal/ui"
)

// speaker is a program that says everything into two streams, in a language.
func speaker(lang string) (p *program, out, conversation *strings.Builder) {
	out, conversation = &strings.Builder{}, &strings.Builder{}
	p = &program{env: func(string) string { return "" }, leavings: &leavings{}}
	p.ui = ui.New(ui.Options{Out: out, Err: conversation, NoInput: true, Catalogue: msg.New(lang), Env: p.env})
	return p, out, conversation
}

// raw is what nobody should read: an id for a text, a placeholder.
var raw = regexp.MustCompile(`<no value>|\{\{|\}\}|\b(error|exit|finding|detail|thing|usage|value|state|more)\.[a-zA-Z]`)

// Every error ends with its exit code and is told in every language: what
// failed, and what mends it.
func TestEveryErrorInEveryLanguage(t *testing.T) {
	english := map[string]string{}
	for _, lang := range append(msg.Languages(), msg.Pseudo) {
		for _, row := range advice.Rows() {
			p, _, said := speaker(lang)
			exit := p.fail(&step.Obstacle{Code: row.Code, Object: "object-1", Detail: "detail-1"})
			text := said.String()
			if exit != row.Exit || !strings.Contains(text, "more: "+row.Code) || !strings.Contains(text, "fix: ") || raw.MatchString(text) {
				t.Errorf("%s: %s ends with %d:\n%s", lang, row.Code, exit, text)
			}
			if lang == "en" {
				english[row.Code] = text
			} else if text == english[row.Code] {
				t.Errorf("%s: %s is told in English", lang, row.Code)
			}
		}
	}
}

// So is every finding of doctor.
func TestEveryFindingInEveryLanguage(t *testing.T) {
	for _, lang := range append(msg.Languages(), msg.Pseudo) {
		for _, known := range doctor.Codes() {
			p, out, _ := speaker(lang)
			showFindings(p, []doctor.Finding{{Code: known.Code, Severity: known.Severity, Object: "object-1", Detail: "detail-1",
				Evidence: "evidence-1"}}, nil)
			if text := out.String(); !strings.Contains(text, known.Code) || !strings.Contains(text, "read: evidence-1") || raw.MatchString(text) {
				t.Errorf("%s: %s:\n%s", lang, known.Code, text)
			}
		}
	}
}

// So is every help, and what is said of a wrong command line.
func TestEveryHelpInEveryLanguage(t *testing.T) {
	for _, lang := range append(msg.Languages(), msg.Pseudo) {
		home := t.TempDir()
		for _, args := range append(everyCommandsHelp(), mistakes()...) {
			if text := spoken(t, lang, home, args...); raw.MatchString(text) || !strings.Contains(text, "wxmail") && len(text) < 4 {
				t.Errorf("%s: wxmail %s:\n%s", lang, strings.Join(args, " "), text)
			}
		}
	}
}
