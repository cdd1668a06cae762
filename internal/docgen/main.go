// Command docgen writes the generated part of the manual below docs/: run it
// from the repository's root (make docs) after a command, a flag, a question
// or an error has changed.
package main

import (
	"log"
	"os"

	"wxmail/internal/docgen/pages"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) > 1 {
		log.Fatal("docgen takes no arguments")
	}
	if err := pages.Write("docs"); err != nil {
		log.Fatal(err)
	}
}
