package signin

// Open opens an address in the platform's browser, as sign-ins do, and waits
// for nothing. Everybody on this computer sees it.
func Open(address string) { openBrowser(address, make(chan error, 1)) }

// Tunnel is the command that brings a page of this computer to the one where
// the browser is, "" where this is no SSH session.
func Tunnel(port int) string { return sshHint(port, "") }
