//go:build live

package live

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"

	"wxmail/internal/cloud"
	"wxmail/internal/microsoft"
	"wxmail/internal/secret"
	"wxmail/internal/signin"
)

// answer is what came of one request.
type answer struct {
	Status int
	Body   []byte
	err    *microsoft.Error // as wxmail understands a refusal
}

func (a answer) ok() bool { return a.Status >= 200 && a.Status < 300 }

// code is how wxmail knows a refusal, "" for a success.
func (a answer) code() string {
	if a.err == nil {
		return ""
	}
	return a.err.Code
}

// object is the answer as JSON, an empty object where it is none.
func (a answer) object() map[string]any {
	object := map[string]any{}
	_ = json.Unmarshal(a.Body, &object) // what is no object has no members
	return object
}

// records are those of a list.
func (a answer) records() (all []map[string]any) {
	list, _ := a.object()["value"].([]any)
	for _, item := range list {
		if record, is := item.(map[string]any); is {
			all = append(all, record)
		}
	}
	return all
}

func (x *tenant) send(ctx context.Context, method, address string, token secret.Value, body any, headers map[string]string) answer {
	x.t.Helper()
	var raw []byte
	if body != nil {
		var err error
		raw, err = json.Marshal(body)
		x.must(err)
	}
	req, err := http.NewRequestWithContext(cloud.RawErrors(ctx), method, address, bytes.NewReader(raw))
	x.must(err)
	req.Header.Set("Authorization", "Bearer "+token.Reveal())
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	for name, value := range headers {
		req.Header.Set(name, value)
	}
	resp, err := x.cloud.Client().Do(req)
	x.must(err)
	defer func() { _ = resp.Body.Close() }()
	got := answer{Status: resp.StatusCode}
	got.Body, err = io.ReadAll(resp.Body)
	x.must(err)
	if !got.ok() {
		got.err = cloud.ParseGraph(resp.StatusCode, resp.Header, got.Body)
		if strings.HasPrefix(address, x.cloud.Exchange) {
			got.err = cloud.ParseExchange(resp.StatusCode, resp.Header, got.Body)
		}
	}
	return got
}

// graph asks Graph as the directory's administrator; path follows v1.0.
func (x *tenant) graph(method, path string, body any, headers ...string) answer {
	x.t.Helper()
	return x.graphAs(x.directory(), method, path, body, headers...)
}

func (x *tenant) graphAs(who *signin.Token, method, path string, body any, headers ...string) answer {
	x.t.Helper()
	named := map[string]string{}
	for i := 0; i+1 < len(headers); i += 2 {
		named[headers[i]] = headers[i+1]
	}
	ctx := x.t.Context()
	if method == "DELETE" {
		ctx = context.WithoutCancel(ctx) // what was made goes, however the test ended
	}
	return x.send(ctx, method, x.cloud.Graph+"/v1.0"+path, who.Access, body, named)
}

// params are a cmdlet's parameters.
type params map[string]any

// cmdlet runs one as the Exchange administrator; selects are the properties
// that are asked for, none: all.
func (x *tenant) cmdlet(name string, p params, selects ...string) answer {
	x.t.Helper()
	return x.cmdletAs(x.exchange(), name, p, selects...)
}

// systemMailbox is the one that every organization has: a routing hint.
const systemMailbox = "APP:SystemMailbox{bb558c35-97f1-4cb9-8ff7-d53741dc928c}@"

func (x *tenant) cmdletAs(who *signin.Token, name string, p params, selects ...string) answer {
	x.t.Helper()
	address := x.cloud.Exchange + "/adminapi/beta/" + x.metadata.TenantID + "/InvokeCommand"
	if len(selects) > 0 {
		address += "?$select=" + url.QueryEscape(strings.Join(selects, ","))
	}
	if p == nil {
		p = params{}
	}
	body := map[string]any{"CmdletInput": map[string]any{"CmdletName": name, "Parameters": p}}
	return x.send(context.WithoutCancel(x.t.Context()), "POST", address, who.Access, body, map[string]string{
		"X-CmdletName": name, "X-AnchorMailbox": systemMailbox + x.metadata.TenantID, "X-ClientApplication": "wxmail",
		"X-ResponseFormat": "json", "Accept": "application/json", "Accept-Language": "en-US", "Prefer": "odata.maxpagesize=1000"})
}

// cmdletList is Exchange's list of what somebody may run.
func (x *tenant) cmdletList(who *signin.Token) answer {
	x.t.Helper()
	address := x.cloud.Exchange + "/adminapi/v1.0/" + x.metadata.TenantID + "/EXOModuleFile?Version=3.7.1"
	return x.send(x.t.Context(), "GET", address, who.Access, nil, map[string]string{"CommandName": "*",
		"X-AnchorMailbox": systemMailbox + x.metadata.TenantID, "Accept": "application/json"})
}
