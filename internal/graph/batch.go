package graph

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"

	abstractions "github.com/microsoft/kiota-abstractions-go"
	core "github.com/microsoftgraph/msgraph-sdk-go-core"

	"wxmail/internal/cloud"
	"wxmail/internal/microsoft"
)

// build makes the request, by one of the SDK's request builders.
type build func(context.Context) (*abstractions.RequestInformation, error)

// take keeps an answer; next is the URL of the following page, if any.
type take func(body []byte) (next string, err error)

// part is one GET of a batch.
type part struct {
	call
	name  string // its id in the batch
	build build
	take  take
	err   *microsoft.Error // how it ended
	tries int
	pages int
	taken int // bytes of its pages

	filtered bool // its address holds a filter
}

// No list that wxmail reads goes on beyond so many pages of 100 entries, or
// behind so many bytes of them.
const (
	maxPages = 200
	maxList  = 2 << 20
)

// batch makes GETs in one $batch, and again for those that were throttled or
// have more pages. Each part then has its own err; the error returned is of
// the batch as a whole.
// https://learn.microsoft.com/graph/json-batching
func (d *Directory) batch(ctx context.Context, parts ...*part) error {
	for pending := parts; len(pending) > 0; {
		answers, err := d.postBatch(ctx, pending)
		if err != nil {
			return err
		}
		sent := pending
		pending = slices.DeleteFunc(slices.Clone(sent), func(p *part) bool {
			return !p.answered(d.base, answers[p.name])
		})
		oneByOne(ctx, d, sent)
		if pending, err = d.patience(ctx, pending); err != nil {
			return err
		}
	}
	return nil
}

// oneByOne asks directly for what a batch refused, where it refused every
// filter with a 400: it may not have read the addresses inside a batch as it
// reads one of its own, which no source tells. A part that is refused directly
// too keeps its refusal.
func oneByOne(ctx context.Context, d *Directory, sent []*part) {
	bad := func(p *part) bool { return p.err != nil && p.err.Status == http.StatusBadRequest }
	filters := slices.DeleteFunc(slices.Clone(sent), func(p *part) bool { return !p.filtered })
	if len(filters) < 2 || slices.ContainsFunc(filters, func(p *part) bool { return !bad(p) }) {
		return
	}
	for _, p := range sent {
		if bad(p) {
			d.direct(ctx, p)
		}
	}
}

// direct asks for one part, page by page.
func (d *Directory) direct(ctx context.Context, p *part) {
	for next := "more"; next != ""; {
		info, err := p.build(ctx)
		body, err := d.send(ctx, call{p.operation, p.object, true}, info, err)
		if err == nil {
			if next, err = p.take(body); err == nil && next != "" {
				err = p.turn(d.base, next, len(body))
			}
			if err != nil {
				err = p.wrong(err)
			}
		}
		if p.err = microsoft.Of(err); err != nil {
			return
		}
	}
}

// patience pauses before open parts are sent again. One that there is no use
// in waiting for is left with its error, and holds up no other.
func (d *Directory) patience(ctx context.Context, open []*part) ([]*part, error) {
	var slowest *part
	for _, p := range open {
		if p.err != nil && (slowest == nil || p.err.RetryAfter > slowest.err.RetryAfter) {
			slowest = p
		}
	}
	if slowest == nil {
		return open, nil
	}
	err := d.endpoints.Again(ctx, slowest.tries, slowest.err)
	if errors.Is(err, slowest.err) {
		return d.patience(ctx, slices.DeleteFunc(open, func(p *part) bool { return p == slowest }))
	}
	return open, err
}

// item is one answer of a batch as it stands on the wire. The SDK's own
// decoding of batches panics on a missing answer, and loses numbers and the
// status of failures.
type item struct {
	ID      string          `json:"id"`
	Status  int             `json:"status"`
	Headers map[string]any  `json:"headers"`
	Body    json.RawMessage `json:"body"`
}

// postBatch sends the parts and gives the answers by name.
func (d *Directory) postBatch(ctx context.Context, parts []*part) (map[string]*item, error) {
	whole := call{operation: "POST /$batch", object: microsoft.TheDirectory, repeatable: true}
	request := core.NewBatchRequest(d.adapter)
	for _, p := range parts {
		if err := p.join(ctx, request); err != nil {
			return nil, p.fail(ctx, err)
		}
	}
	info := abstractions.NewRequestInformationWithMethodAndUrlTemplateAndPathParameters(
		abstractions.POST, "{+baseurl}/$batch", d.path())
	err := info.SetContentFromParsable(ctx, d.adapter, "application/json", request)
	body, err := d.send(ctx, whole, info, err)
	if err != nil {
		return nil, err
	}
	var answer struct{ Responses []*item }
	if json.Unmarshal(body, &answer) != nil {
		return nil, whole.wrong(noBatch)
	}
	answers := map[string]*item{}
	for _, i := range answer.Responses {
		if i != nil {
			answers[i.ID] = i
		}
	}
	return answers, nil
}

func (p *part) join(ctx context.Context, request core.BatchRequest) error {
	info, err := p.build(ctx)
	if err != nil {
		return err
	}
	if address, err := info.GetUri(); err == nil {
		p.filtered = strings.Contains(address.RawQuery, "filter=")
	}
	step, err := request.AddBatchRequestStep(*info)
	if err != nil {
		return err
	}
	step.SetId(&p.name)
	return nil
}

// answered keeps what came for the part and says whether it is to be sent
// again: for its next page, or because it failed in a way that passes.
func (p *part) answered(base string, i *item) (open bool) {
	p.err = nil
	switch {
	case i == nil:
		p.err = p.wrong(malformed("nothing in the batch"))
	case i.Status >= http.StatusBadRequest:
		p.tries++
		p.err = p.named(cloud.ParseGraph(i.Status, i.header(), i.Body))
		return cloud.Transient(p.err)
	case i.Status != http.StatusOK:
		p.err = p.wrong(malformed("a status of neither success nor failure"))
	default:
		next, err := p.take(i.Body)
		if err == nil && next != "" {
			err = p.turn(base, next, len(i.Body))
		}
		if err != nil {
			p.err = p.wrong(err)
		}
		return err == nil && next != ""
	}
	return false
}

// turn makes the part one for its next page, after one of so many bytes.
func (p *part) turn(base, next string, size int) error {
	p.pages++
	p.taken += size
	if !strings.HasPrefix(next, base+"/") || p.pages > maxPages || p.taken > maxList {
		return malformed("a next page that leads astray")
	}
	p.build = func(context.Context) (*abstractions.RequestInformation, error) {
		info := abstractions.NewRequestInformationWithMethodAndUrlTemplateAndPathParameters(
			abstractions.GET, "{+baseurl}", map[string]string{"request-raw-url": next})
		info.Headers.Add("Accept", "application/json")
		return info, nil
	}
	return nil
}

// header is the item's headers; what is not a text counts for nothing.
func (i *item) header() http.Header {
	header := http.Header{}
	for name, value := range i.Headers {
		if text, ok := value.(string); ok {
			header.Set(name, text)
		}
	}
	return header
}

// malformed is what an answer with a good status lacks. It is
// cloud.ErrNotJSON to errors.Is: an answer that makes no sense, never
// "absent".
type malformed string

func (m malformed) Error() string { return "unusable answer: " + string(m) }

// Fact gives the code of the advice and what the answer lacks: what is not even
// Graph's may come from whoever stands between.
func (m malformed) Fact() (code, object, detail string) {
	if m == noJSON || m == noBatch {
		return "WX-ANSWER-UNUSABLE", "", m.Error()
	}
	return "WX-ANSWER-SHAPE", "", string(m)
}

const (
	noJSON  malformed = "no JSON"
	noBatch malformed = "not an answer to a batch"
)

func (m malformed) Is(target error) bool { return target == cloud.ErrNotJSON }

// wrong is an answer with a good status that cannot be used.
func (c call) wrong(err error) *microsoft.Error {
	return c.named(&microsoft.Error{Service: microsoft.Graph, Status: http.StatusOK, Err: err})
}

// absent says whether the part ended in the one failure that means so.
func (p *part) absent() bool { return p.err != nil && p.err.NotFound() }

// firstFailure is the first error of parts, whose absence is none.
func firstFailure(parts ...*part) error {
	for _, p := range parts {
		if p.err != nil && !p.absent() {
			return p.err
		}
	}
	return nil
}
