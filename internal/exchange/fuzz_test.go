package exchange

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"wxmail/internal/mailflow"
)

// Whatever a 200 holds: no panic, and a record is never made up.
func FuzzAnswer(f *testing.F) {
	for _, body := range []string{
		`{"value":[` + support + `]}`, `{"value":[null]}`, `{"value":null}`, `{}`, `[]`, ``, "\x00\x00", `{"value":[{}],"@odata.nextLink":"x"}`,
		`{"@adminapi.errors":["|a.b|c"]}`, `{"@adminapi.errors":{"message":1}}`, `{"@adminapi.errors":[]}`,
		`{"@adminapi.confirmationmessage":"?"}`,
	} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		resp := &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}
		got, err := readAnswer(resp, fact{"Get-Mailbox", "x"})
		if err != nil {
			return
		}
		for _, raw := range got.records {
			m, problem := mailflow.Decode[mailflow.Mailbox](raw)
			if problem == "" && !strings.Contains(strings.ToLower(string(raw)), "primarysmtpaddress") {
				t.Errorf("%s passes for a mailbox: %+v", raw, m)
			}
		}
	})
}
