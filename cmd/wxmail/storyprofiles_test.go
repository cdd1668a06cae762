//go:build unix

package main

import (
	"encoding/json"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"wxmail/internal/testkit"
)

// person answers questions: a line a turn, what is asked and what is typed with
// "=>" between them.
func (s *story) person(ts *testscript.TestScript, args []string) {
	exit, err := strconv.Atoi(args[0])
	ts.Check(err)
	sitting := sit(s.t, s.World, usual, s.home, nil, args[2:]...)
	known := func(name string) string {
		if name == "SECRET" {
			return s.secretByHand()
		}
		return ts.Getenv(name)
	}
	for line := range strings.Lines(ts.ReadFile(args[1])) {
		question, keys, _ := strings.Cut(strings.TrimSpace(line), "=>")
		sitting.answer(strings.TrimSpace(question), os.Expand(strings.TrimSpace(keys), known))
	}
	sitting.ends(exit)
	screen := strings.Join(strings.Fields(sitting.transcript()), " ")
	ts.Check(os.WriteFile(ts.MkAbs("screen"), []byte(screen+"\n"), 0o600))
}

func (s *story) redirectURIs(ts *testscript.TestScript, want []string) {
	var got []string
	for _, app := range objects(s.World, "applications") {
		if name, _ := app["uniqueName"].(string); strings.HasPrefix(name, "wxmail-") {
			for _, uri := range redirectURIs(app) {
				got = append(got, uri.(string))
			}
		}
	}
	if !slices.Equal(slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want))) {
		ts.Fatalf("redirect URIs: %v", got)
	}
}

// merge makes the default profile what an older wxmail left behind that was
// first run for its mailbox and then, in the same profile, for the mailbox of
// another: one journal, and the answers and the vault of the later.
func (s *story) merge(ts *testscript.TestScript, args []string) {
	profiles := filepath.Join(s.home, "profiles")
	into, from := filepath.Join(profiles, "default"), filepath.Join(profiles, args[0])
	lines := slices.Concat(records(ts, into, 0), records(ts, from, 1000))
	ts.Check(os.WriteFile(filepath.Join(into, "journal.jsonl"), []byte(strings.Join(lines, "")), 0o600))
	for _, path := range testkit.Files(s.t, from) {
		name := filepath.Base(path)
		raw, err := os.ReadFile(path)
		ts.Check(err)
		if name == "profile.json" {
			raw = older(ts, raw)
		}
		if name != "journal.jsonl" {
			ts.Check(os.WriteFile(filepath.Join(into, name), raw, 0o600))
		}
	}
	ts.Check(os.RemoveAll(from))
}

// records are the lines of a journal, numbered from another number on, without
// what older versions did not write.
func records(ts *testscript.TestScript, dir string, above float64) (lines []string) {
	raw, err := os.ReadFile(filepath.Join(dir, "journal.jsonl"))
	ts.Check(err)
	for line := range strings.Lines(string(raw)) {
		var l struct{ Record map[string]any }
		ts.Check(json.Unmarshal([]byte(line), &l))
		delete(l.Record, "mailbox")
		l.Record["seq"] = l.Record["seq"].(float64) + above
		record, err := json.Marshal(l.Record)
		ts.Check(err)
		sum := crc32.Checksum(record, crc32.MakeTable(crc32.Castagnoli))
		lines = append(lines, fmt.Sprintf("{\"sum\":\"%08x\",\"record\":%s}\n", sum, record))
	}
	return lines
}

// older is a profile as versions wrote it that did not bind it to a mailbox.
func older(ts *testscript.TestScript, raw []byte) []byte {
	var profile map[string]any
	ts.Check(json.Unmarshal(raw, &profile))
	delete(profile, "mailbox")
	raw, err := json.Marshal(profile)
	ts.Check(err)
	return raw
}
