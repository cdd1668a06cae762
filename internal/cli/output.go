package cli

import (
	"errors"
	"os"
	"sync"
	"syscall"

	"golang.org/x/term"

	"wxmail/internal/advice"
)

// output is standard output. After the first failure nothing more is written,
// so that what arrived is a beginning of the result; the end of the program
// says what failed, and the work goes on until then.
type output struct {
	file *os.File

	mu   sync.Mutex
	used bool
	err  error
}

// Write implements io.Writer.
func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.used = true
	if o.err != nil {
		return 0, o.err
	}
	n, err := o.file.Write(p)
	o.err = err
	return n, err
}

// SyscallConn implements syscall.Conn: it tells whether this is a terminal.
func (o *output) SyscallConn() (syscall.RawConn, error) { return o.file.SyscallConn() }

// isTerminal says whether a person reads it.
func (o *output) isTerminal() bool { return term.IsTerminal(int(o.file.Fd())) }

// lost says whether a result is known not to arrive.
func (o *output) lost() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.err != nil
}

// caused says whether an error is nothing but the loss of what was written.
func (o *output) caused(err error) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.err != nil && errors.Is(err, o.err)
}

// is says whether a path that the operator names means standard output: "-",
// or the very file, such as /dev/stdout.
func (o *output) is(path string) bool {
	named, err := os.Stat(path)
	own, ownErr := o.file.Stat()
	return path == "-" || err == nil && ownErr == nil && os.SameFile(named, own)
}

// close ends the output and gives what was lost of it, or nil. Some file
// systems tell only now that a disk is full.
func (o *output) close() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.used {
		return nil
	}
	if err := o.file.Close(); o.err == nil {
		o.err = err
	}
	if o.err == nil {
		return nil
	}
	return &unwritten{o.err}
}

// unwritten is a result that did not reach standard output.
type unwritten struct{ err error }

func (e *unwritten) Error() string { return "standard output: " + e.err.Error() }

// Fact is the code, and why it did not.
func (e *unwritten) Fact() (code, object, detail string) { return "WX-OUTPUT", "", plainError(e.err) }

// delivered is the end of a command that ended so: a result that nobody has
// received is no success.
func (p *program) delivered(exit advice.Exit) advice.Exit {
	err := p.out.close()
	if err == nil {
		return exit
	}
	if p.ui == nil { // help and version come before flags are looked at
		_ = p.begin(nil)
	}
	lost := advice.Explain(err)
	p.ui.Failure(infoOf(lost))
	if exit == advice.OK {
		return lost.Exit
	}
	return advice.Worst([]advice.Explanation{{Exit: exit}, lost}).Exit
}
