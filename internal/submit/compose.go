package submit

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/emersion/go-message/mail"
)

var errLineBreak = errors.New("a line break in an address")

// compose writes the message as it goes over the wire.
func (m Message) compose(now time.Time) (id string, content []byte, err error) {
	if strings.ContainsAny(m.From+m.To, "\r\n") {
		return "", nil, errLineBreak
	}
	var header mail.Header
	header.SetDate(now)
	header.SetAddressList("From", []*mail.Address{{Address: m.From}})
	header.SetAddressList("To", []*mail.Address{{Address: m.To}})
	header.SetSubject(m.Subject)
	header.SetContentType("text/plain", map[string]string{"charset": "utf-8"})
	header.Set("Content-Transfer-Encoding", "quoted-printable")
	host := m.From[strings.LastIndexByte(m.From, '@')+1:]
	if err := header.GenerateMessageIDWithHostname(host); err != nil {
		return "", nil, fmt.Errorf("message id: %w", err)
	}
	var out bytes.Buffer
	body, err := mail.CreateSingleInlineWriter(&out, header)
	if err != nil {
		return "", nil, fmt.Errorf("header: %w", err)
	}
	if _, err := io.WriteString(body, m.Text); err != nil {
		return "", nil, fmt.Errorf("text: %w", err)
	}
	if err := body.Close(); err != nil {
		return "", nil, fmt.Errorf("text: %w", err)
	}
	return header.Get("Message-Id"), out.Bytes(), nil
}
