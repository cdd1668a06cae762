package signin

import (
	"io"
	"log"
	"os"
	"os/exec"
	"os/user"
	"runtime"
	"strconv"
	"strings"
)

// openBrowser starts the platform's opener and waits for nothing: an opener
// may stay as long as the browser does. One that is missing or fails is no
// error, since the URL is shown too.
func openBrowser(url string) {
	name, args := openerFor(runtime.GOOS)
	path, err := exec.LookPath(name)
	if err != nil {
		return
	}
	// Unset streams are the null device: nothing of the opener's may get into
	// our output, and no interrupt of ours may reach the browser.
	cmd := exec.Command(path, append(args, url)...)
	cmd.Env = withoutPassphrase(os.Environ())
	cmd.SysProcAttr = ownSession()
	if cmd.Start() == nil {
		go func() { _ = cmd.Wait() }()
	}
}

func openerFor(goos string) (name string, args []string) {
	switch goos {
	case "darwin":
		return "open", nil
	case "windows":
		return "rundll32", []string{"url.dll,FileProtocolHandler"}
	default:
		return "xdg-open", nil
	}
}

func withoutPassphrase(env []string) []string {
	var kept []string
	for _, variable := range env {
		if !strings.HasPrefix(variable, "WXMAIL_PASSPHRASE") {
			kept = append(kept, variable)
		}
	}
	return kept
}

// sshHint is the command that brings the loopback page to the machine where
// the browser is, or "" when this is no SSH session.
func sshHint(port int) string {
	// client address, client port, server address, server port
	connection := strings.Fields(os.Getenv("SSH_CONNECTION"))
	if len(connection) != 4 {
		return ""
	}
	local := strconv.Itoa(port)
	command := "ssh -N -L " + local + ":127.0.0.1:" + local
	if connection[3] != "22" {
		command += " -p " + connection[3]
	}
	if me, err := user.Current(); err == nil {
		return command + " " + me.Username + "@" + connection[2]
	}
	return command + " " + connection[2]
}

// discard keeps net/http's complaints about strangers off the terminal.
func discard() *log.Logger { return log.New(io.Discard, "", 0) }
