package cli

import (
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"wxmail/internal/doctor"
	"wxmail/internal/msg"
	"wxmail/internal/setup"
)

// Documentation is what the manual is made from, in English: the same tree
// and tables that the program itself works by.
type Documentation struct {
	Commands    *cobra.Command
	Errors      []DocumentedError
	Findings    []doctor.Known // each has its row in Errors
	Exits       []DocumentedExit
	Variables   []DocumentedVariable
	Questions   []setup.Question
	QuestionDoc func(id string) (prompt, help string)
}

// DocumentedError is one row of the table that explains errors. "…" stands
// where the object or the service's own words are filled in.
type DocumentedError struct {
	Code      string
	Exit      Exit
	What, Fix string
}

// DocumentedExit is one exit code.
type DocumentedExit struct {
	Code Exit
	When string
}

// DocumentedVariable is one environment variable.
type DocumentedVariable struct{ Name, Meaning string }

// Document describes the program as it is where no environment variable is
// set. It reads and changes nothing.
func Document() Documentation {
	p := &program{env: func(string) string { return "" }}
	root := p.root()
	root.InitDefaultCompletionCmd()
	text := msg.New("en").Text
	doc := Documentation{Commands: root, Errors: documentErrors(), Findings: doctor.Codes(), Questions: setup.Questions,
		QuestionDoc: func(id string) (string, string) {
			return text("question." + id + ".prompt"), text("question." + id + ".help")
		}}
	for _, exit := range exitCodes {
		doc.Exits = append(doc.Exits, DocumentedExit{exit, text("exit." + strconv.Itoa(int(exit)))})
	}
	for _, name := range environment {
		doc.Variables = append(doc.Variables, DocumentedVariable{name, text("environment." + name)})
	}
	return doc
}

// documentErrors is the table, where a code that several causes share stands
// once.
func documentErrors() []DocumentedError {
	c := msg.New("en")
	filled := []any{"Object", "…", "Detail", "…", "Error", "…", "Link", "…"}
	var rows []DocumentedError
	for _, row := range table() {
		if slices.ContainsFunc(rows, func(r DocumentedError) bool { return r.Code == row.code }) {
			continue
		}
		rows = append(rows, DocumentedError{row.code, row.exit, c.Text("error."+row.code+".what", filled...), c.Text("error."+row.code+".fix", filled...)})
	}
	return rows
}
