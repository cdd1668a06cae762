// Command docgen writes what of the manual is made from the program itself:
// the generated pages below docs/ (make docs), or with a folder as its argument
// the pages for man into that folder (make man). Run it from the repository's
// root after a command, a flag, a question or an error has changed.
package main

import (
	"log"
	"os"

	"wxmail/internal/docgen/pages"
)

func main() {
	log.SetFlags(0)
	var err error
	switch len(os.Args) {
	case 1:
		err = pages.Write("docs")
	case 2:
		err = pages.WriteManual(os.Args[1])
	default:
		log.Fatal("docgen [FOLDER]")
	}
	if err != nil {
		log.Fatal(err)
	}
}
