// Package pages makes the generated part of the manual from the program
// itself: the commands, the questions, the errors, the refusals of Microsoft's services, and manual pages for man.
// The same program always gives the same bytes.
package pages

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"wxmail/internal/cli"
)

// made is the first line of every Markdown page.
const made = "<!-- Made by make docs. Change the program, not this file. -->\n\n"

// Generated are all pages by their path below docs/, with slashes.
func Generated() (map[string]string, error) {
	doc := cli.Document()
	commands, err := commands(doc)
	if err != nil {
		return nil, err
	}
	pages, err := schemas(doc)
	if err != nil {
		return nil, err
	}
	pages["commands.md"], pages["errors.md"], pages["questions.md"] = commands, errorsPage(doc), questionsPage(doc)
	pages["refusals.md"] = refusalsPage(doc)
	if pages["glossary.md"], err = glossaryPage(); err != nil {
		return nil, err
	}
	return pages, nil
}

// Write writes all pages below dir. It may be repeated.
func Write(dir string) error {
	pages, err := Generated()
	if err != nil {
		return err
	}
	return write(dir, pages)
}

// WriteManual writes a page for man of each command into dir. It may be
// repeated.
func WriteManual(dir string) error {
	pages, err := manual(cli.Document())
	if err != nil {
		return err
	}
	return write(dir, pages)
}

func write(dir string, pages map[string]string) error {
	for path, text := range pages {
		path = filepath.Join(dir, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// table is a Markdown table; nothing in it can end a cell.
func table(head []string, rows [][]string) string {
	var b strings.Builder
	line := func(cells []string) { fmt.Fprintf(&b, "| %s |\n", strings.Join(cells, " | ")) }
	line(head)
	line(strings.Split(strings.TrimSuffix(strings.Repeat("---,", len(head)), ","), ","))
	for _, row := range rows {
		cells := make([]string, len(row))
		for i, cell := range row {
			cells[i] = strings.NewReplacer("|", `\|`, "\n", " ", "<", "&lt;").Replace(cell)
		}
		line(cells)
	}
	return b.String()
}

// code is a cell in the type of code, or an empty one.
func code(text string) string {
	if text == "" {
		return ""
	}
	return "`" + text + "`"
}
