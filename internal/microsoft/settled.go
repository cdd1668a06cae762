package microsoft

import (
	"fmt"
	"time"
)

// SMTPAuth is the name, in NotSettled.What, of the switch that Exchange shows
// as on long before its submission host heeds it.
const SMTPAuth = "Authenticated SMTP"

// NotSettled says that a change was accepted but could not be seen in time.
type NotSettled struct {
	What   string
	Waited time.Duration
}

// Error names what was waited for, and how long.
func (n *NotSettled) Error() string {
	return fmt.Sprintf("%s: not visible after %s", n.What, n.Waited.Round(time.Second))
}

// Fact gives the code of the advice, what was waited for, and how long.
func (n *NotSettled) Fact() (code, object, detail string) {
	code = "WX-REPLICATION"
	if n.What == SMTPAuth {
		code = "WX-SMTP-AUTH-WAIT"
	}
	return code, n.What, n.Waited.Round(time.Second).String()
}
