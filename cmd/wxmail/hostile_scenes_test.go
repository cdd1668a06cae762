package main

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"wxmail/internal/testkit"
)

// scene is a command that meets what services answer. From what is set up, or
// from nothing.
type scene struct {
	args   []string
	fresh  bool // in a tenant in which nothing was done
	writes bool // it leaves another tenant behind
	hasty  bool // nobody signs in
}

// quickly is how long a robot may take to sign in.
const quickly = "2s"

// hurried bounds waits: nobody signs in as whom a stranger names, and what a
// service shows otherwise for good never settles.
func hurried(signIn string) map[string]any {
	return map[string]any{"timeouts": map[string]any{"request": "5s", "signIn": signIn, "settle": "3s"}}
}

// scenes are those that together meet every answer there is.
func (h *hostility) scenes() []scene {
	return []scene{
		{args: []string{"plan"}}, {args: []string{"doctor", "-v"}}, {args: []string{"token", "-y"}, writes: true},
		{args: []string{"verify", "-y", "--to", "customer@fabrikam.example"}, writes: true},
		{args: []string{"azure", "rotate-secret", "-y"}, writes: true},
		{args: []string{"azure", "rotate-secret", "-y", "--finish", "--old-secret-replaced"}, writes: true},
		{args: []string{"undo", "-y", "--confirm", "default"}, writes: true},
		{args: []string{"setup", "-y", "-v"}, writes: true, fresh: true},
		{args: []string{"plan", "--device-code"}, hasty: true},
	}
}

// occasion is where a property was met first: which scene, with what hostile.
type occasion struct {
	scene  scene
	plants []string
}

// play runs a scene with hostile texts in some properties, and says how it
// ended, and which of them wxmail was shown.
func (h *hostility) play(s scene, plants []string) (exit int, shown []string) {
	h.t.Helper()
	h.prepare(s)
	h.planter.Forget()
	h.planter.Plant(func(property string) bool { return slices.Contains(plants, property) })
	if s.hasty {
		h.w.Endpoints(hurried("200ms"))
		defer h.w.Endpoints(hurried(quickly))
	}
	args := s.args
	if args[0] == "plan" || args[0] == "setup" {
		args = append(slices.Clip(args), "--answers", h.answers)
	}
	exit = h.run(args...).Exit
	shown = h.planter.Planted()
	h.planter.Plant(nobody)
	h.dirty = s.writes
	for _, property := range h.planter.Seen() {
		if _, known := h.met[property]; !known {
			h.met[property] = occasion{s, plants}
		}
	}
	for _, property := range shown {
		h.hostile[property] = true
	}
	return exit, shown
}

func nobody(string) bool { return false }

// prepare makes the state that a scene begins in.
func (h *hostility) prepare(s scene) {
	h.t.Helper()
	if !s.fresh && !h.dirty {
		h.restore()
		return
	}
	h.w.Call("POST", "/reset", nil, nil)
	h.home = h.w.Home()
	answers := with(h.w.Draft().Answers(support), "azure.app-name", "Webex")
	answers["mailbox.replace-forwarding"] = "true"
	h.answers = h.w.AnswersFile(answers)
	if s.fresh {
		return
	}
	h.w.Run(h.home, "setup", "-y", "--no-input", "--answers", h.answers).Must(h.t, 0)
	h.strangers()
	h.kept = map[string][]byte{}
	for _, path := range testkit.Files(h.t, h.home) {
		raw, err := os.ReadFile(path)
		if err != nil {
			h.t.Fatal(err)
		}
		h.kept[path] = raw
	}
}

// restore gives the home back what it held once all was set up: tokens that
// came hostile are kept too.
func (h *hostility) restore() {
	h.t.Helper()
	h.files()
	for _, path := range testkit.Files(h.t, h.home) {
		if _, kept := h.kept[path]; !kept && filepath.Base(path) != "lock.json" {
			if err := os.Remove(path); err != nil {
				h.t.Fatal(err)
			}
		}
	}
	for path, raw := range h.kept {
		if err := os.WriteFile(path, raw, 0o600); err != nil {
			h.t.Fatal(err)
		}
	}
}

// everyProperty is hostile once at least: with others, as long as wxmail comes
// to see it, else with fewer. In full each is hostile in every scene that meets
// it, with none beside it but those with which the scene ends as ever.
func (h *hostility) everyProperty() {
	h.t.Helper()
	ends := map[int]int{}
	meets := map[int][]string{}
	for i, s := range h.scenes() {
		ends[i], _ = h.play(s, nil)
		meets[i] = h.planter.Seen()
	}
	if shard == 1 {
		h.inFull(ends, meets)
	} else {
		for i, s := range h.scenes() {
			h.divide(s, ends[i], slices.DeleteFunc(meets[i], func(property string) bool { return h.hostile[property] }))
		}
	}
	for range 3 { // what is only met where something else is hostile
		for _, property := range h.unplanted() {
			at := h.met[property]
			h.play(at.scene, append(slices.Clip(at.plants), property))
			// Of reads side by side the first that is refused is seen: another each time.
			h.play(at.scene, slices.Concat(at.plants, h.unplanted()))
		}
	}
}

// together is how many properties one world has to show hostile in a scene: a
// run with a sign-in that cannot succeed waits, so that worlds side by side
// take less long.
const together = 60

// inFull plays all scenes with what they meet, in worlds of their own.
func (h *hostility) inFull(ends map[int]int, meets map[int][]string) {
	h.t.Helper()
	var joining sync.Mutex
	h.t.Run("in full", func(t *testing.T) {
		for i, s := range h.scenes() {
			for properties := range slices.Chunk(meets[i], together) {
				t.Run(strings.Join(s.args, " "), func(t *testing.T) {
					t.Parallel()
					one := newHostility(t)
					one.divide(s, ends[i], properties)
					joining.Lock()
					defer joining.Unlock()
					h.join(one)
				})
			}
		}
	})
}

// join takes over what another search has met and found.
func (h *hostility) join(o *hostility) {
	h.runs, h.texts, h.raw = h.runs+o.runs, h.texts+o.texts, h.raw+o.raw
	maps.Copy(h.commands, o.commands)
	maps.Copy(h.hostile, o.hostile)
	for property, at := range o.met {
		if _, known := h.met[property]; !known {
			h.met[property] = at
		}
	}
}

func (h *hostility) unplanted() []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(h.met)), func(property string) bool { return h.hostile[property] })
}

// divide plays a scene with all of these hostile, and again with fewer where
// that kept it from its end, or from seeing them all.
func (h *hostility) divide(s scene, end int, properties []string) {
	h.t.Helper()
	if len(properties) == 0 {
		return
	}
	exit, shown := h.play(s, properties)
	left := slices.DeleteFunc(slices.Clone(properties), func(property string) bool { return slices.Contains(shown, property) })
	half := len(properties) / 2
	switch {
	case len(properties) == 1 || exit == end && len(left) == 0:
	case len(shown) > 0 && (shard != 1 || exit == end):
		h.divide(s, end, left)
	default:
		h.divide(s, end, properties[:half])
		h.divide(s, end, properties[half:])
	}
}
