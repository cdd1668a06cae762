// Command wxmail connects an Office 365 mailbox to Webex Connect.
package main

import (
	"os"

	"wxmail/internal/cli"
)

func main() { os.Exit(cli.Main()) }
