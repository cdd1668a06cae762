package exchange

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"

	"wxmail/internal/cloud"
	"wxmail/internal/mailflow"
	"wxmail/internal/microsoft"
)

// moduleVersion is the release of Exchange's PowerShell module whose cmdlet
// list is asked for.
const moduleVersion = "3.7.1"

// Rights asks which cmdlets the administrator may run, before any of them is.
// The route is the PowerShell module's own and undocumented: only 401 and 403
// are errors, any other failure gives Rights that are not Known.
func (a *Admin) Rights(ctx context.Context) (mailflow.Rights, error) {
	about := fact{operation: "GET EXOModuleFile"}
	ctx = cloud.WithOperation(ctx, about.operation, about.object)
	req, err := a.newRequest(ctx, http.MethodGet, a.route("v1.0", "EXOModuleFile")+"?Version="+moduleVersion, "")
	if err != nil {
		return mailflow.Rights{}, err
	}
	req.Raw().Header.Set("CommandName", "*")
	resp, err := a.do(req, about)
	if err != nil {
		return ignorance(err)
	}
	return readRights(resp)
}

// ignorance turns a failure into unknown rights where it says nothing about them.
func ignorance(err error) (mailflow.Rights, error) {
	var failure *microsoft.Error
	if errors.As(err, &failure) && failure.Status != http.StatusUnauthorized && failure.Status != http.StatusForbidden {
		return mailflow.Rights{}, nil
	}
	return mailflow.Rights{}, err
}

func readRights(resp *http.Response) (mailflow.Rights, error) {
	body, err := runtime.Payload(resp)
	if err != nil {
		return mailflow.Rights{}, err
	}
	var wire struct {
		Value []struct {
			ExportedCmdlets string `json:"exportedCmdlets"` // comma separated
		} `json:"value"`
	}
	if json.Unmarshal(body, &wire) != nil || len(wire.Value) == 0 {
		return mailflow.Rights{}, nil
	}
	var cmdlets []string
	for _, file := range wire.Value {
		for _, cmdlet := range strings.Split(file.ExportedCmdlets, ",") {
			if cmdlet = strings.TrimSpace(cmdlet); cmdlet != "" {
				cmdlets = append(cmdlets, cmdlet)
			}
		}
	}
	return mailflow.NewRights(cmdlets...), nil
}
