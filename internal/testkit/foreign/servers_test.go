//go:build foreign

package foreign

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"wxmail/internal/sandbox"
	"wxmail/internal/testkit"
)

const entraHost = "login.microsoftonline.com"

// street is a tenant in the sandbox, and the servers of others that stand in
// the place of some of Microsoft's.
type street struct {
	*world
	home    string
	ca      *authority // of the others' certificates
	ask     io.Writer  // to the process that opens servers, once there is one
	answers *bufio.Reader
}

// open starts a sandbox.
func open(t *testing.T) *street {
	t.Helper()
	w := &world{World: testkit.Start(t, sandbox.Options{}), t: t, values: map[string]string{}}
	return &street{world: w, home: w.Home(), ca: newAuthority(t)}
}

// start starts the process.
func (s *street) start() {
	s.t.Helper()
	cmd := exec.Command("node", "servers.mjs")
	cmd.Dir = filepath.Join("testdata", "servers")
	cmd.Env = append(os.Environ(), "NODE_NO_WARNINGS=1")
	var said strings.Builder
	cmd.Stderr = &said
	in, err := cmd.StdinPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.ask, s.answers = in, bufio.NewReader(out)
	s.t.Cleanup(func() {
		_ = in.Close() // ends its loop
		if err := cmd.Wait(); err != nil || s.t.Failed() {
			s.t.Logf("servers.mjs: %v\n%s", err, &said)
		}
	})
}

// do sends a request to the process and reads its answer.
func (s *street) do(operation string, request params, answer any) {
	s.t.Helper()
	if s.ask == nil {
		s.start()
	}
	message := params{"operation": operation}
	maps.Copy(message, request)
	raw, err := json.Marshal(message)
	if err != nil {
		s.t.Fatal(err)
	}
	if _, err := fmt.Fprintf(s.ask, "%s\n", raw); err != nil {
		s.t.Fatal(err)
	}
	line, err := s.answers.ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, answer)
	}
	if err != nil {
		s.t.Fatalf("servers.mjs: %v: %s", err, line)
	}
}

// serve opens a server and gives its address.
func (s *street) serve(kind string, request ...params) string {
	s.t.Helper()
	all := params{}
	for _, r := range request {
		maps.Copy(all, r)
	}
	var opened struct{ Port int }
	s.do(kind, all, &opened)
	return fmt.Sprintf("127.0.0.1:%d", opened.Port)
}

// seen is what the process's servers were asked so far.
type seen struct {
	HTTPS int // connections
	SMTP  []struct{ User, Token string }
}

func (s *street) seen() (all seen) {
	s.t.Helper()
	s.do("seen", nil, &all)
	return all
}

// cloud writes an endpoints file in which some hosts are elsewhere and all
// others in the sandbox, and gives the variable that names it. A host that is
// nowhere ("") is reached as any other of the internet. Both the sandbox's CA
// and the others' are trusted; with "caFile": nil whoever the computer trusts.
func (s *street) cloud(dial map[string]string, keys params) string {
	s.t.Helper()
	var known map[string]any
	if err := json.Unmarshal(s.read(s.CloudFile()), &known); err != nil {
		s.t.Fatal(err)
	}
	dialled := known["dial"].(map[string]any)
	for host, to := range dial {
		dialled[host] = to
	}
	maps.DeleteFunc(dialled, func(_ string, to any) bool { return to == "" })
	known["caFile"] = s.bundle()
	maps.Copy(known, keys)
	maps.DeleteFunc(known, func(_ string, value any) bool { return value == nil })
	raw, err := json.Marshal(known)
	if err != nil {
		s.t.Fatal(err)
	}
	return "WXMAIL_CLOUD=" + file(s.t, string(raw))
}

// bundle is a file of both CAs.
func (s *street) bundle() string {
	s.t.Helper()
	return file(s.t, string(s.read(s.world.ca()))+s.ca.pem)
}

// settle sets the tenant up against the sandbox alone.
func (s *street) settle() {
	s.t.Helper()
	s.Run(s.home, "setup", "--no-input", "-y", "--answers", s.AnswersFile(s.Draft().Answers(mailbox))).Must(s.t, 0)
	s.fill(s.home)
}

// outcome is how a wxmail must end, and what it must and must not say.
type outcome struct {
	exit       int
	code       string // "WX-…", "" where all is well
	says, nots []string
}

// judge holds a run against it. Every error has a cause, a fix and a code, and
// no sentence ends in an empty place.
func (o outcome) judge(t *testing.T, ran testkit.Ran) {
	t.Helper()
	said := strings.Join(strings.Fields(ran.Stdout+ran.Stderr), " ")
	if ran.Exit != o.exit {
		t.Errorf("exit %d, want %d", ran.Exit, o.exit)
	}
	wants := o.says
	if o.code != "" {
		wants = append([]string{"fix: ", o.code}, wants...)
	}
	for _, want := range wants {
		if !strings.Contains(said, want) {
			t.Errorf("it does not say %q", want)
		}
	}
	for _, not := range append([]string{": fix:", "EOF fix:", "<nil>"}, o.nots...) {
		if strings.Contains(said, not) {
			t.Errorf("it says %q", not)
		}
	}
	if t.Failed() {
		t.Logf("wxmail %s: exit %d\n%s%s", strings.Join(ran.Args, " "), ran.Exit, ran.Stdout, ran.Stderr)
	}
}
