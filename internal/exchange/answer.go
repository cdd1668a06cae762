package exchange

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

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
	listed  bool   // the answer had a list, which may be empty
	next    string // where there is more; "" on the last page
	cut     error  // why the rest could not be had
	fact    fact
	resp    *http.Response
}

// odd is an answer of Exchange's in another form than is known.
func (a *answer) odd(problem string) *microsoft.Error {
	return a.fact.fail(a.resp, mailflow.CodeShape, problem)
}

func readAnswer(resp *http.Response, f fact) (*answer, error) {
	body, err := runtime.Payload(resp)
	if err != nil {
		return nil, err
	}
	read := &answer{fact: f, resp: resp}
	if len(body) == 0 {
		return read, nil
	}
	properties, whole := propertiesOf(body)
	if !whole || !isCmdletAnswer(properties) {
		return nil, f.fail(resp, mailflow.CodeUnreadable, "not the answer of a cmdlet")
	}
	if failure := reported(properties["@adminapi.errors"], resp, f); failure != nil {
		return nil, failure
	}
	if asked := text(properties["@adminapi.confirmationmessage"]); asked != "" {
		return nil, f.fail(resp, mailflow.CodeConfirmation, "the cmdlet asks for confirmation")
	}
	if list, there := properties["value"]; there && string(list) != "null" {
		if json.Unmarshal(list, &read.records) != nil {
			return nil, read.odd("value is no list")
		}
		read.listed = true
	}
	read.next = text(properties["@odata.nextLink"])
	return read, nil
}

// maxProperties is more than the answer of any cmdlet has around its records.
const maxProperties = 64

// propertiesOf are those of an answer, and false where it is no object, or has
// more than any answer has.
func propertiesOf(body []byte) (map[string]json.RawMessage, bool) {
	decoder, all := json.NewDecoder(bytes.NewReader(body)), map[string]json.RawMessage{}
	if begin, err := decoder.Token(); err != nil || begin != json.Delim('{') {
		return nil, false
	}
	for decoder.More() {
		var value json.RawMessage
		name, err := decoder.Token()
		text, is := name.(string)
		if err != nil || !is || decoder.Decode(&value) != nil || len(all) == maxProperties {
			return nil, false
		}
		all[text] = value
	}
	_, err := decoder.Token()
	return all, err == nil
}

// isCmdletAnswer tells an answer of Exchange from that of whoever stands
// between.
func isCmdletAnswer(properties map[string]json.RawMessage) bool {
	for name := range properties {
		if name == "value" || strings.HasPrefix(name, "@odata.") || strings.HasPrefix(name, "@adminapi.") {
			return true
		}
	}
	return len(properties) == 0
}

// text is a property that is a text, else "".
func text(raw json.RawMessage) (s string) {
	_ = json.Unmarshal(raw, &s) // what is none says nothing
	return s
}

// reported types the first of the errors inside a success: a text as in the
// details of a refusal, or an object of a refusal's shape.
func reported(raw json.RawMessage, resp *http.Response, f fact) *microsoft.Error {
	if len(raw) == 0 || string(raw) == "null" {
		return nil
	}
	shaped, is := first(raw)
	if !is {
		return nil
	}
	var text string
	if json.Unmarshal(shaped, &text) == nil {
		shaped, _ = json.Marshal(map[string]any{"details": []any{map[string]string{"message": text}}})
	}
	body, _ := json.Marshal(map[string]json.RawMessage{"error": shaped})
	failure := cloud.ParseExchange(resp.StatusCode, resp.Header, body)
	failure.Operation, failure.Object = f.operation, f.object
	return failure
}

// first is the first of a list, or what is no list; false for an empty one.
func first(raw json.RawMessage) (one json.RawMessage, is bool) {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	if begin, err := decoder.Token(); err != nil || begin != json.Delim('[') {
		return raw, true
	}
	if !decoder.More() {
		return nil, false
	}
	return one, decoder.Decode(&one) == nil
}

// list runs a cmdlet that reads, and decodes its records. What of them cannot
// be judged is told apart; where that is so, it is asked once more for all
// properties, since a null may be left out of a selection.
func list[T mailflow.Record](ctx context.Context, a *Admin, c command) ([]T, []mailflow.Gap, error) {
	var none T
	c.selects = none.Shape().All()
	records, gaps, err := listOnce[T](ctx, a, c)
	if err != nil || !strange(gaps) {
		return records, gaps, err
	}
	c.selects = nil
	return listOnce[T](ctx, a, c)
}

// strange says whether a record is among the gaps, and not only the rest of a list.
func strange(gaps []mailflow.Gap) bool {
	for _, g := range gaps {
		if mailflow.IsStrange(g.Err) {
			return true
		}
	}
	return false
}

func listOnce[T mailflow.Record](ctx context.Context, a *Admin, c command) ([]T, []mailflow.Gap, error) {
	got, err := a.pages(ctx, c)
	if err != nil {
		return nil, nil, err
	}
	if !got.listed {
		return nil, []mailflow.Gap{{Cmdlet: c.cmdlet, Err: got.odd("no list of records")}}, nil
	}
	records, gaps := make([]T, 0, len(got.records)), []mailflow.Gap(nil)
	for _, raw := range got.records {
		record, problem := mailflow.Decode[T](raw)
		if problem != "" {
			gaps = append(gaps, mailflow.Gap{Cmdlet: c.cmdlet, Name: mailflow.NameOf(raw), Err: got.odd(problem)})
			continue
		}
		records = append(records, record)
	}
	if got.cut != nil {
		gaps = append(gaps, mailflow.Gap{Cmdlet: c.cmdlet, Err: got.cut})
	}
	return records, gaps, nil
}

// No list that is read goes on beyond so many pages of 1,000 records, or behind
// so many bytes of them.
const (
	maxPages = 50
	maxList  = 2 << 20
)

// pages runs a cmdlet and asks for the pages behind the first. One program saw
// them refused ("Expired or Invalid pagination request"), others live by them:
// where they are refused, the answer says that it is a part.
func (a *Admin) pages(ctx context.Context, c command) (*answer, error) {
	all, err := a.invoke(ctx, c)
	if err != nil {
		return nil, err
	}
	held := sizeOf(all.records)
	for n := 1; all.next != "" && all.cut == nil; n++ {
		round := c.page == all.next
		c.page = all.next
		if held > maxList {
			return nil, all.fact.fail(all.resp, mailflow.CodeTruncated, "the list has no end")
		}
		if n >= maxPages || round || !strings.HasPrefix(c.page, a.route("beta", "InvokeCommand")) {
			all.cut = all.fact.fail(all.resp, mailflow.CodeTruncated, "the list goes on at an address that leads astray")
			break
		}
		more, err := a.invoke(ctx, c)
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case err != nil:
			all.cut = all.fact.fail(all.resp, mailflow.CodeTruncated, "the list goes on, and the rest was refused: "+problemOf(err))
		default:
			all.records, all.next = append(all.records, more.records...), more.next
			held += sizeOf(more.records)
		}
	}
	return all, nil
}

// sizeOf is how many bytes records take, an empty one too.
func sizeOf(records []json.RawMessage) (size int) {
	for _, r := range records {
		size += len(r) + 1
	}
	return size
}

func problemOf(err error) string {
	var failure *microsoft.Error
	if errors.As(err, &failure) && failure.Message != "" {
		return failure.Message
	}
	return err.Error()
}

// one is list for a cmdlet that must find exactly one record: that of what was
// asked for. Get-* cmdlets are said to give all objects where there is none of
// that name, so what comes is compared.
// https://learn.microsoft.com/powershell/module/exchange/get-mailbox
func one[T mailflow.Record](ctx context.Context, a *Admin, c command, is func(*T) bool) (*T, error) {
	records, gaps, err := list[T](ctx, a, c)
	if err != nil {
		return nil, err
	}
	var found []*T
	for i := range records {
		if is == nil || is(&records[i]) {
			found = append(found, &records[i])
		}
	}
	failure := &microsoft.Error{Service: microsoft.Exchange, Operation: c.cmdlet, Object: c.about(), Status: http.StatusOK,
		Code: mailflow.CodeShape, Message: fmt.Sprintf("one record expected, %d received", len(records))}
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(records) == 0 && len(gaps) > 0:
		return nil, gaps[0].Err
	case len(found) == 0 && len(records) > 0:
		failure.Code, failure.Message = mailflow.CodeOther, "the answer is about something else"
	}
	return nil, failure
}
