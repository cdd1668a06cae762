package signin

import (
	"errors"
	"io"
	"log"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"runtime"
	"strconv"
	"strings"
)

// openBrowser starts the platform's opener and waits for nothing: an opener
// may stay as long as the browser does. One that is missing or fails ends
// nothing, since the address is shown too; failed is told, if it has room.
func openBrowser(url string, failed chan<- error) {
	name, args := openerFor(runtime.GOOS)
	path, err := exec.LookPath(name)
	if err != nil {
		report(failed, err)
		return
	}
	// Unset streams are the null device: nothing of the opener's may get into
	// our output, and no interrupt of ours may reach the browser.
	cmd := exec.Command(path, append(args, url)...)
	cmd.Env = withoutPassphrase(os.Environ())
	cmd.SysProcAttr = ownSession()
	if err := cmd.Start(); err != nil {
		report(failed, err)
		return
	}
	go func() { report(failed, cmd.Wait()) }()
}

func report(failed chan<- error, err error) {
	if err != nil {
		select {
		case failed <- err:
		default:
		}
	}
}

// noticeOf says what is wrong with an opener.
func noticeOf(err error) Happening {
	if errors.Is(err, exec.ErrNotFound) {
		return NoOpener
	}
	return OpenerFailed
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
// the browser is, and the sign-in's own page where that is on this computer,
// too; "" when this is no SSH session.
func sshHint(port int, signIn string) string {
	// client address, client port, server address, server port
	connection := strings.Fields(os.Getenv("SSH_CONNECTION"))
	if len(connection) != 4 {
		return ""
	}
	command := "ssh -N" + tunnel(strconv.Itoa(port))
	if u, err := url.Parse(signIn); err == nil && onLoopback(signIn) {
		command += tunnel(u.Port())
	}
	if connection[3] != "22" {
		command += " -p " + connection[3]
	}
	if me, err := user.Current(); err == nil {
		return command + " " + me.Username + "@" + connection[2]
	}
	return command + " " + connection[2]
}

func tunnel(port string) string { return " -L " + port + ":127.0.0.1:" + port }

// onLoopback says whether an address is one of this computer.
func onLoopback(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}

// discard keeps net/http's complaints about strangers off the terminal.
func discard() *log.Logger { return log.New(io.Discard, "", 0) }
