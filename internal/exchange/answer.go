package exchange

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"

	"wxmail/internal/cloud"
	"wxmail/internal/mailflow"
	"wxmail/internal/microsoft"
)

// fact is what a failure was about.
type fact struct{ operation, object string }

// fail makes an answer that arrived well, but says nothing usable, an error.
func (f fact) fail(resp *http.Response, code, message string) *microsoft.Error {
	return &microsoft.Error{
		Service: microsoft.Exchange, Operation: f.operation, Object: f.object,
		Status: resp.StatusCode, Code: code, Message: message, RequestID: resp.Header.Get("request-id"),
	}
}

// answer is a success of InvokeCommand.
type answer struct {
	records []json.RawMessage
	listed  bool // the answer had a list, which may be empty
	fact    fact
	resp    *http.Response
}

func readAnswer(resp *http.Response, f fact) (*answer, error) {
	body, err := runtime.Payload(resp)
	if err != nil {
		return nil, err
	}
	if len(body) == 0 {
		return &answer{fact: f, resp: resp}, nil
	}
	var wire struct {
		Value        *[]json.RawMessage `json:"value"`
		NextLink     string             `json:"@odata.nextLink"`
		Errors       json.RawMessage    `json:"@adminapi.errors"`
		Confirmation string             `json:"@adminapi.confirmationmessage"`
	}
	if err := json.Unmarshal(body, &wire); err != nil {
		return nil, f.fail(resp, mailflow.CodeUnreadable, "not the answer of a cmdlet")
	}
	if failure := reported(wire.Errors, resp, f); failure != nil {
		return nil, failure
	}
	switch {
	case wire.Confirmation != "":
		return nil, f.fail(resp, mailflow.CodeConfirmation, "the cmdlet asks for confirmation")
	case wire.NextLink != "":
		return nil, f.fail(resp, mailflow.CodeTruncated, "more records than one answer holds")
	case wire.Value == nil:
		return &answer{fact: f, resp: resp}, nil
	}
	return &answer{records: *wire.Value, listed: true, fact: f, resp: resp}, nil
}

// reported types the first of the errors inside a success: a text as in the
// details of a refusal, or an object of a refusal's shape.
func reported(raw json.RawMessage, resp *http.Response, f fact) *microsoft.Error {
	if len(raw) == 0 || string(raw) == "null" {
		return nil
	}
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) != nil {
		list = []json.RawMessage{raw}
	}
	if len(list) == 0 {
		return nil
	}
	shaped := list[0]
	var text string
	if json.Unmarshal(shaped, &text) == nil {
		shaped, _ = json.Marshal(map[string]any{"details": []any{map[string]string{"message": text}}})
	}
	body, _ := json.Marshal(map[string]json.RawMessage{"error": shaped})
	failure := cloud.ParseExchange(resp.StatusCode, resp.Header, body)
	failure.Operation, failure.Object = f.operation, f.object
	return failure
}

// list runs a cmdlet that reads and decodes its records.
func list[T mailflow.Record](ctx context.Context, a *Admin, c command) ([]T, error) {
	var none T
	c.selects = none.Shape().All()
	got, err := a.invoke(ctx, c)
	if err != nil {
		return nil, err
	}
	if !got.listed {
		return nil, got.fact.fail(got.resp, mailflow.CodeUnreadable, "no list of records")
	}
	records := make([]T, len(got.records))
	for i, raw := range got.records {
		var problem string
		if records[i], problem = mailflow.Decode[T](raw); problem != "" {
			return nil, got.fact.fail(got.resp, mailflow.CodeUnreadable, problem)
		}
	}
	return records, nil
}

// one is list for a cmdlet that must find exactly one record.
func one[T mailflow.Record](ctx context.Context, a *Admin, c command) (*T, error) {
	records, err := list[T](ctx, a, c)
	if err != nil {
		return nil, err
	}
	if len(records) != 1 {
		return nil, &microsoft.Error{
			Service: microsoft.Exchange, Operation: c.cmdlet, Object: c.mailbox, Status: http.StatusOK,
			Code: mailflow.CodeUnreadable, Message: fmt.Sprintf("one record expected, %d received", len(records)),
		}
	}
	return &records[0], nil
}
