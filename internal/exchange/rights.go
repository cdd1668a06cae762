package exchange

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"

	"wxmail/internal/cloud"
)

// moduleVersion is the release of Exchange's PowerShell module whose cmdlet
// list is asked for.
const moduleVersion = "3.7.1"

// Rights are the cmdlets that the administrator may run.
type Rights struct {
	cmdlets map[string]bool // lower case
	unknown bool
}

// Known is false when Exchange would not tell: then only trying tells.
func (r *Rights) Known() bool { return !r.unknown }

// May says whether a cmdlet is allowed, as far as is known: what is unknown
// is not denied.
func (r *Rights) May(cmdlet string) bool {
	return r.unknown || r.cmdlets[strings.ToLower(cmdlet)]
}

// Rights asks which cmdlets the administrator may run, before any of them is.
// The route is the PowerShell module's own and undocumented: only 401 and 403
// are errors, any other failure gives Rights that are not Known.
func (a *Admin) Rights(ctx context.Context) (*Rights, error) {
	about := fact{operation: "GET EXOModuleFile"}
	ctx = cloud.WithOperation(ctx, about.operation, about.object)
	req, err := a.newRequest(ctx, http.MethodGet, a.route("v1.0", "EXOModuleFile")+"?Version="+moduleVersion, "")
	if err != nil {
		return nil, err
	}
	req.Raw().Header.Set("CommandName", "*")
	resp, err := a.do(req, about)
	if err != nil {
		return ignorance(err)
	}
	return readRights(resp)
}

// ignorance turns a failure into unknown rights where it says nothing about them.
func ignorance(err error) (*Rights, error) {
	var failure *cloud.Error
	if errors.As(err, &failure) && failure.Status != http.StatusUnauthorized && failure.Status != http.StatusForbidden {
		return &Rights{unknown: true}, nil
	}
	return nil, err
}

func readRights(resp *http.Response) (*Rights, error) {
	body, err := runtime.Payload(resp)
	if err != nil {
		return nil, err
	}
	var wire struct {
		Value []struct {
			ExportedCmdlets string `json:"exportedCmdlets"` // comma separated
		} `json:"value"`
	}
	rights := &Rights{cmdlets: map[string]bool{}}
	if json.Unmarshal(body, &wire) != nil || len(wire.Value) == 0 {
		rights.unknown = true
		return rights, nil
	}
	for _, file := range wire.Value {
		for _, cmdlet := range strings.Split(file.ExportedCmdlets, ",") {
			if cmdlet = strings.TrimSpace(cmdlet); cmdlet != "" {
				rights.cmdlets[strings.ToLower(cmdlet)] = true
			}
		}
	}
	return rights, nil
}
