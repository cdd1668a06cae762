package exchange

import (
	"context"
	"net/http"
	"time"

	"wxmail/internal/mailflow"
	"wxmail/internal/microsoft"
)

// TraceQuery selects messages; what is empty does not narrow.
type TraceQuery struct {
	Start, End time.Time // at most ten days, both or neither; neither is the last 48 hours
	Sender     string
	Recipient  string
	MessageID  string // with its angle brackets
}

// Traced is one message to one recipient, as the message trace has it.
type Traced struct {
	MessageTraceID   string    `json:"MessageTraceId"`
	MessageID        string    `json:"MessageId"`
	Received         time.Time // UTC
	SenderAddress    string
	RecipientAddress string
	Status           string // Delivered, Failed, Pending, Resolved, Expanded, …
}

// Shape implements mailflow.Record.
func (Traced) Shape() mailflow.Shape {
	return mailflow.Shape{Set: []string{"MessageTraceId", "MessageId", "Received", "SenderAddress", "RecipientAddress", "Status"}}
}

const (
	traceLimit = 1000 // the cmdlet's default ResultSize
	traceTime  = "2006-01-02T15:04:05.0000000Z"
)

// Trace searches the message trace, which knows of a message only after some
// minutes. It may be repeated, up to 100 times in five minutes. A full answer
// counts as truncated.
// https://learn.microsoft.com/powershell/module/exchange/get-messagetracev2
func (a *Admin) Trace(ctx context.Context, q TraceQuery) ([]Traced, error) {
	c := command{cmdlet: "Get-MessageTraceV2", object: q.MessageID, params: q.params()}
	found, gaps, err := list[Traced](ctx, a, c)
	if err == nil && len(gaps) > 0 {
		return nil, gaps[0].Err
	}
	if err == nil && len(found) >= traceLimit {
		return nil, &microsoft.Error{
			Service: microsoft.Exchange, Operation: c.cmdlet, Object: q.MessageID, Status: http.StatusOK,
			Code: mailflow.CodeTruncated, Message: "more records than one answer holds",
		}
	}
	return found, err
}

func (q TraceQuery) params() params {
	given := params{"ResultSize": traceLimit}
	if !q.Start.IsZero() {
		given["StartDate"] = q.Start.UTC().Format(traceTime)
		given["EndDate"] = q.End.UTC().Format(traceTime)
	}
	for name, value := range map[string]string{
		"SenderAddress": q.Sender, "RecipientAddress": q.Recipient, "MessageId": q.MessageID,
	} {
		if value != "" {
			given[name] = []string{value}
		}
	}
	return given
}
