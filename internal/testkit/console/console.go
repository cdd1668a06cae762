//go:build unix

// Package console is a terminal for tests: a pseudo terminal with an emulator
// behind it, so that a test reads the screen as a person would and types.
package console

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/gdamore/tcell/v3/vt"
	"golang.org/x/sys/unix"

	"wxmail/internal/pattern"
)

// limit is how long the program may take to show what a test expects.
const limit = 15 * time.Second

// Keys that Send takes beside text.
const (
	Enter = "\r"
	Down  = "\x1b[B"
	Up    = "\x1b[A"
	CtrlC = "\x03"
	CtrlD = "\x04"
	AltX  = "\x1bx"
)

// Config describes the terminal.
type Config struct {
	Width, Height int
	Mute          bool // never says where its cursor is, as some CI consoles
}

// Console is a running terminal. It ends with its test.
type Console struct {
	t    testing.TB
	pty  *os.File
	term vt.MockTerm
	cmd  *exec.Cmd // nil where the program runs in the test

	typing sync.Mutex // one key or reply at a time

	mu      sync.Mutex
	raw     bytes.Buffer
	changed chan struct{} // closed and replaced whenever the screen changed
	ended   chan struct{} // closed when nobody writes any more
}

// Start runs cmd with the terminal as its controlling one; streams that cmd
// sets already stay. Its environment gets TERM and LANG unless they are set.
func Start(t testing.TB, c Config, cmd *exec.Cmd) *Console {
	t.Helper()
	if cmd.Env == nil {
		cmd.Env = os.Environ()
	}
	cmd.Env = append([]string{"LANG=C.UTF-8", "TERM=xterm-256color"}, cmd.Env...)
	master, tty := open(t, c)
	defer tty.Close()
	attach(cmd, tty)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return run(t, c, pollable(t, master), cmd)
}

// attach makes tty the controlling terminal of cmd, and its streams where it
// has none.
func attach(cmd *exec.Cmd, tty *os.File) {
	if cmd.Stdin == nil {
		cmd.Stdin = tty
	}
	if cmd.Stdout == nil {
		cmd.Stdout = tty
	}
	if cmd.Stderr == nil {
		cmd.Stderr = tty
	}
	cmd.ExtraFiles = append(cmd.ExtraFiles, tty)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true, Ctty: 2 + len(cmd.ExtraFiles)}
}

func open(t testing.TB, c Config) (master, tty *os.File) {
	t.Helper()
	master, tty, err := pty.Open()
	if err == nil {
		err = pty.Setsize(master, &pty.Winsize{Cols: uint16(c.Width), Rows: uint16(c.Height)})
	}
	if err != nil {
		t.Fatal(err)
	}
	return master, tty
}

// Open gives a terminal to a program that runs in the test itself, and the
// file that it should talk to.
func Open(t testing.TB, c Config) (*Console, *os.File) {
	t.Helper()
	master, tty := open(t, c)
	// A file of its own, which a pending read does not keep from closing.
	own, err := os.OpenFile(tty.Name(), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	console := run(t, c, pollable(t, master), nil)
	t.Cleanup(func() { _, _ = tty.Close(), own.Close() })
	return console, own
}

// pollable gives a file whose Close ends a pending Read; the library's own
// blocks.
func pollable(t testing.TB, f *os.File) *os.File {
	t.Helper()
	defer f.Close()
	fd, err := unix.FcntlInt(f.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	if err == nil {
		err = unix.SetNonblock(fd, true)
	}
	if err != nil {
		t.Fatal(err)
	}
	return os.NewFile(uintptr(fd), f.Name())
}

func run(t testing.TB, c Config, master *os.File, cmd *exec.Cmd) *Console {
	t.Helper()
	con := &Console{
		t: t, pty: master, cmd: cmd,
		term:    vt.NewMockTerm(vt.MockOptSize{X: vt.Col(c.Width), Y: vt.Row(c.Height)}),
		changed: make(chan struct{}), ended: make(chan struct{}),
	}
	if err := con.term.Start(); err != nil {
		t.Fatal(err)
	}
	if !c.Mute {
		go con.reply()
	}
	go con.show()
	t.Cleanup(con.close)
	return con
}

// show puts what the program writes on the screen.
func (c *Console) show() {
	defer close(c.ended)
	buf := make([]byte, 4096)
	for {
		n, err := c.pty.Read(buf)
		c.mu.Lock()
		c.raw.Write(buf[:n])
		_, _ = c.term.Write(buf[:n])
		_ = c.term.Drain()
		close(c.changed)
		c.changed = make(chan struct{})
		c.mu.Unlock()
		if err != nil {
			return
		}
	}
}

func (c *Console) close() {
	if c.cmd != nil && c.cmd.ProcessState == nil {
		_ = c.cmd.Process.Kill()
		_ = c.cmd.Wait()
	}
	_ = c.pty.Close()
	<-c.ended
	_ = c.term.Stop()
}

// Send types keys.
func (c *Console) Send(keys string) {
	c.t.Helper()
	if err := c.input(keys); err != nil {
		c.t.Fatalf("typing: %v", err)
	}
}

func (c *Console) input(text string) error {
	c.typing.Lock()
	defer c.typing.Unlock()
	_, err := io.WriteString(c.pty, text)
	return err
}

// reply sends what the terminal answers to queries, each answer whole: the
// emulator gives it byte by byte, and a key must not come in between.
func (c *Console) reply() {
	answer, buf := "", make([]byte, 1)
	for {
		n, err := c.term.Read(buf)
		if err != nil {
			return
		}
		answer += string(buf[:n])
		if begun().MatchString(answer) {
			continue
		}
		if c.input(answer) != nil {
			return
		}
		answer = ""
	}
}

// begun matches an escape sequence without its end.
// https://invisible-island.net/xterm/ctlseqs/ctlseqs.html
var begun = pattern.Of(`^\x1b(\[[0-?]*[ -/]*)?$`)

// Screen is what a person sees now, lines and the screen trimmed at the end.
func (c *Console) Screen() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.screen()
}

func (c *Console) screen() string {
	size, _ := c.term.WindowSize()
	var lines []string
	for y := range size.Height {
		var line strings.Builder
		for x := 0; x < size.Width; {
			cell := c.term.GetCell(vt.Coord{X: vt.Col(x), Y: vt.Row(y)})
			if cell.C == "" {
				cell.C = " "
			}
			line.WriteString(cell.C)
			x += max(1, cell.W)
		}
		lines = append(lines, strings.TrimRight(line.String(), " "))
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n")
}

// Raw is everything that was ever written, escape sequences too: the place to
// search for what must never be shown.
func (c *Console) Raw() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.raw.String()
}

// Cursor is where the cursor stands, counted from 0.
func (c *Console) Cursor() (column, row int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	at := c.term.Pos()
	return int(at.X), int(at.Y)
}

// Expect waits until the screen shows text, and fails with the screen where
// it never does. Expect a question before answering it.
func (c *Console) Expect(text string) {
	c.t.Helper()
	c.Until("the screen shows "+text, func(screen string) bool { return strings.Contains(screen, text) })
}

// Until waits until the screen is as wanted.
func (c *Console) Until(what string, wanted func(screen string) bool) {
	c.t.Helper()
	deadline := time.NewTimer(limit)
	defer deadline.Stop()
	for {
		c.mu.Lock()
		screen, changed := c.screen(), c.changed
		c.mu.Unlock()
		if wanted(screen) {
			return
		}
		select {
		case <-changed:
		case <-c.ended:
			if !wanted(c.Screen()) {
				c.t.Fatalf("the program ended before %s:\n%s", what, c.Screen())
			}
			return
		case <-deadline.C:
			c.t.Fatalf("not within %s: %s:\n%s", limit, what, screen)
		}
	}
}

// Ended says whether the program that Start began has ended.
func (c *Console) Ended() bool {
	select {
	case <-c.ended:
		return true
	default:
		return false
	}
}

// Wait waits for the program that Start began and gives its exit code.
func (c *Console) Wait() int {
	c.t.Helper()
	select {
	case <-c.ended:
	case <-time.After(limit):
		c.t.Fatalf("the program did not end:\n%s", c.Screen())
	}
	err := c.cmd.Wait()
	if failed := (*exec.ExitError)(nil); err != nil && !errors.As(err, &failed) {
		c.t.Fatal(err)
	}
	return c.cmd.ProcessState.ExitCode()
}
