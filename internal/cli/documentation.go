package cli

import (
	"strconv"

	"github.com/spf13/cobra"

	"wxmail/internal/advice"
	"wxmail/internal/doctor"
	"wxmail/internal/msg"
	"wxmail/internal/wanted"
)

// Documentation is what the manual is made from, in English: the same tree
// and tables that the program itself works by.
type Documentation struct {
	Commands    *cobra.Command
	Errors      []DocumentedError
	Exits       []DocumentedExit
	Variables   []DocumentedVariable
	Files       []DocumentedFile
	Questions   []wanted.Question
	QuestionDoc func(id string) (prompt, help string)
	Printed     Printed
}

// Printed are examples of what is printed as JSON; what stands in an interface
// is an example of what it holds.
type Printed struct {
	Documents map[string]any      // by the command, or topic of help
	Events    map[string]any      // by their names
	Few       map[string][]string // the texts of some keys, by Go's name of their type and the key: "ui.Applied.state"
}

// DocumentedError is one row of the table that explains errors. "…" stands
// where the object or the service's own words are filled in.
type DocumentedError struct {
	Code      string
	Exit      advice.Exit
	Finding   string // how bad it is for doctor, and in which area; "" where doctor does not find it
	What, Fix string
}

// DocumentedExit is one exit code.
type DocumentedExit struct {
	Code advice.Exit
	When string
}

// DocumentedVariable is one environment variable.
type DocumentedVariable struct{ Name, Meaning string }

// DocumentedFile is a file that wxmail keeps, by its path below the home, or the
// home itself.
type DocumentedFile struct{ Name, Meaning string }

// files are those that wxmail keeps, and what says what they are.
func files() [][2]string {
	const home, profile = "$XDG_CONFIG_HOME/wxmail, ~/Library/Application Support/wxmail, %LocalAppData%\\wxmail", "profiles/NAME/"
	return [][2]string{{home, "file.home"}, {profile + "profile.json", "file.profile"}, {profile + "journal.jsonl", "file.journal"},
		{profile + "vault.age", "file.vault"}, {profile + "vault.key.age", "file.key"}, {profile + "trace.log", "file.trace"}}
}

// Document describes the program as it is where no environment variable is
// set. It reads and changes nothing.
func Document() Documentation {
	p := &program{env: func(string) string { return "" }}
	root := commandTree(p)
	describeAll(root, msg.New("en"))
	text := msg.New("en").Text
	doc := Documentation{Commands: root, Errors: documentErrors(), Questions: wanted.Questions(),
		Printed: Printed{documents(), events(), fewTexts()},
		QuestionDoc: func(id string) (string, string) {
			return text("question." + id + ".prompt"), text("question." + id + ".help")
		}}
	for _, exit := range advice.Exits() {
		doc.Exits = append(doc.Exits, DocumentedExit{exit, text("exit." + strconv.Itoa(int(exit)))})
	}
	for _, name := range environment {
		doc.Variables = append(doc.Variables, DocumentedVariable{name, text("environment." + name)})
	}
	for _, file := range files() {
		doc.Files = append(doc.Files, DocumentedFile{file[0], text(file[1])})
	}
	return doc
}

func documentErrors() (rows []DocumentedError) {
	found := map[string]string{}
	for _, known := range doctor.Codes() {
		found[known.Code] = string(known.Severity) + ", " + string(known.Area)
	}
	c := msg.New("en")
	for _, row := range advice.Rows() {
		what, fix := row.Texts()
		rows = append(rows, DocumentedError{row.Code, row.Exit, found[row.Code], c.Say(what), c.Say(fix)})
	}
	return rows
}
