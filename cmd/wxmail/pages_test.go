package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"wxmail/internal/sandbox"
	"wxmail/internal/testkit"
)

var (
	fencedBlock = regexp.MustCompile("(?s)```\n(.*?)```")
	inlineCode  = regexp.MustCompile("`(wxmail [a-z][^`\n<…]*)`")
	usage       = regexp.MustCompile(`Usage:\n  wxmail (\S+)`)
	beforeThat  = regexp.MustCompile(`\s+(#|\|\||&&|\||>|<).*$`)
)

// typed are the commands that a page tells its reader to type.
func typed(page string) (commands []string) {
	for _, block := range fencedBlock.FindAllStringSubmatch(page, -1) {
		for line := range strings.Lines(block[1]) {
			if line = strings.TrimSpace(line); strings.HasPrefix(line, "wxmail ") {
				commands = append(commands, beforeThat.ReplaceAllString(line, ""))
			}
		}
	}
	for _, code := range inlineCode.FindAllStringSubmatch(fencedBlock.ReplaceAllString(page, ""), -1) {
		commands = append(commands, code[1])
	}
	return commands
}

// Every command on every page exists, with all of its flags.
func TestCommandsOfThePagesExist(t *testing.T) {
	t.Parallel()
	w := testkit.Start(t, sandbox.Options{})
	tried := map[string]bool{}
	root := filepath.Join("..", "..")
	for _, place := range []string{"README.md", "docs", ".github"} {
		err := filepath.WalkDir(filepath.Join(root, place), func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || filepath.Ext(path) != ".md" {
				return err
			}
			page, err := os.ReadFile(path)
			for _, command := range typed(string(page)) {
				if tried[command] {
					continue
				}
				tried[command] = true
				args := append(strings.Fields(command)[1:], "--help")
				ran := w.Run(w.Home(), args...)
				if used := usage.FindStringSubmatch(ran.Stdout); ran.Exit != 0 || used == nil || !slices.Contains(args, used[1]) {
					t.Errorf("%s: %s: exit %d\n%s", path, command, ran.Exit, ran.Stderr)
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(tried) < 30 {
		t.Errorf("the pages tell to type %d commands", len(tried))
	}
}
