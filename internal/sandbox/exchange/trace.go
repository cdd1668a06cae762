package exchange

import (
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"wxmail/internal/sandbox/tenant"
)

// traced is one row of Get-MessageTraceV2.
// https://learn.microsoft.com/powershell/module/exchange/get-messagetracev2
type traced struct {
	MessageTraceID   string `json:"MessageTraceId"`
	MessageID        string `json:"MessageId"`
	Received         string
	SenderAddress    string
	RecipientAddress string
	FromIP           string
	ToIP             *string
	Subject          string
	Status           string
	Size             int
}

const (
	traceTime = "2006-01-02T15:04:05.0000000Z"
	fromIP    = "192.0.2.25" // a documentation address
)

// getMessageTrace lists the legs of messages, newest first, of the last 48
// hours unless told otherwise. Where there are more rows than asked for a
// warning says so; there is no nextLink.
func getMessageTrace(c *call) ([]any, error) {
	start, end, err := c.traceWindow()
	if err != nil {
		return nil, err
	}
	size, given := c.arguments["ResultSize"].(int)
	if !given {
		size = 1000
	}
	var rows []any
	for _, m := range slices.Backward(c.Messages) {
		row := trace(m)
		if m.At.Before(start) || m.At.After(end) || !c.wanted(row) {
			continue
		}
		rows = append(rows, row)
	}
	if len(rows) > size {
		rows = rows[:size]
		c.warn("There are more results, use the following command to get more.")
	}
	return rows, nil
}

// traceWindow is at most 10 days, none of them more than 90 days ago.
func (c *call) traceWindow() (start, end time.Time, err error) {
	now := c.Clock.Now()
	end, given := c.arguments["EndDate"].(time.Time)
	if !given {
		end = now
	}
	if start, given = c.arguments["StartDate"].(time.Time); !given {
		start = end.Add(-48 * time.Hour)
	}
	switch day := 24 * time.Hour; {
	case end.Before(start):
		return start, end, invalid("EndDate must not be before StartDate.")
	case end.Sub(start) > 10*day:
		return start, end, invalid("The range between StartDate and EndDate must not exceed 10 days.")
	case now.Sub(start) > 90*day:
		return start, end, invalid("StartDate must be within the last 90 days.")
	}
	return start, end, nil
}

func trace(m tenant.Message) traced {
	return traced{
		MessageTraceID: uuid.NewSHA1(uuid.NameSpaceURL, []byte(m.MessageID)).String(),
		MessageID:      m.MessageID, Received: m.At.Format(traceTime),
		SenderAddress: m.From, RecipientAddress: m.To, FromIP: fromIP,
		Subject: m.Subject, Status: traceStatus(m.Status), Size: len(m.Text),
	}
}

// traceStatus says how a leg ended in the words of the trace. What an inbox
// rule deletes was delivered before, to the folder Deleted Items. A suppressed
// automatic forward counts as Failed; what Microsoft shows is not documented.
func traceStatus(status string) string {
	outcome, reason, _ := strings.Cut(status, ":")
	switch {
	case outcome == "held":
		return "Pending"
	case strings.Contains(reason, "quarantined"):
		return "Quarantined"
	case strings.Contains(reason, "no copy kept"):
		return "Resolved"
	case outcome == "delivered", outcome == "forwarded", strings.HasPrefix(status, "dropped: deleted by the inbox rule "):
		return "Delivered"
	}
	return "Failed"
}

// wanted applies the filters.
func (c *call) wanted(row traced) bool {
	for name, value := range map[string]string{
		"SenderAddress": row.SenderAddress, "RecipientAddress": row.RecipientAddress,
		"MessageId": row.MessageID, "Status": row.Status,
	} {
		if l, given := c.arguments[name].(list); given && !containsFold(l.Replace, value) {
			return false
		}
	}
	for name, value := range map[string]string{"MessageTraceId": row.MessageTraceID, "FromIP": row.FromIP, "ToIP": ""} {
		if c.has(name) && c.text(name) != value {
			return false
		}
	}
	return c.subjectMatches(row.Subject) && c.fromStart(row)
}

func (c *call) subjectMatches(subject string) bool {
	subject, asked := strings.ToLower(subject), strings.ToLower(c.text("Subject"))
	switch c.text("SubjectFilterType") {
	case "StartsWith":
		return strings.HasPrefix(subject, asked)
	case "EndsWith":
		return strings.HasSuffix(subject, asked)
	}
	return strings.Contains(subject, asked)
}

// fromStart continues a listing: of the rows at EndDate only the recipients
// from the starting one on.
func (c *call) fromStart(row traced) bool {
	end, given := c.arguments["EndDate"].(time.Time)
	start := strings.ToLower(c.text("StartingRecipientAddress"))
	return !given || row.Received != end.UTC().Format(traceTime) || strings.ToLower(row.RecipientAddress) >= start
}
