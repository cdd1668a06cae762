package cloud

import (
	"crypto/tls"
	"errors"
	"math/rand/v2"
	"net"
	"net/http"
	"time"

	"wxmail/internal/microsoft"
)

const maxTries = 4

// repeatable: a throttled request did nothing. Any other failure may hide
// that it acted, so only what changes nothing by a second arrival goes again.
func (c *call) repeatable(failure *microsoft.Error) bool {
	if failure.Status == http.StatusTooManyRequests {
		return true
	}
	read := c.req.Method == http.MethodGet || c.req.Method == http.MethodHead
	return (read || marked(c.req.Context(), idempotentKey)) && transient(failure)
}

func transient(failure *microsoft.Error) bool {
	switch failure.Status {
	case http.StatusRequestTimeout, http.StatusInternalServerError, http.StatusBadGateway,
		http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	case 0:
		return !permanent(failure.Err)
	default:
		return errors.Is(failure.Err, ErrNotJSON)
	}
}

// permanent failures of a connection come back the same however often.
func permanent(err error) bool {
	lookup, proxy := (*net.DNSError)(nil), (*ProxyRefused)(nil)
	handshake := is[*tls.CertificateVerificationError](err) || is[*NoTLS](err)
	return handshake || errors.Is(err, ErrTooLong) || errors.As(err, &proxy) && proxy.Status < 500 ||
		errors.As(err, &lookup) && lookup.IsNotFound
}

// pause before the next try: what the service asked for, else doubling from
// Retry.Base with jitter, so that parallel requests do not come back as one.
func (e *Endpoints) pause(try int, failure *microsoft.Error) time.Duration {
	if failure.RetryAfter > 0 {
		return failure.RetryAfter
	}
	longest := min(e.Retry.Base<<(try-1), e.Retry.Max)
	return longest/2 + rand.N(longest/2+1)
}

func reason(failure *microsoft.Error) string {
	why := "unavailable"
	if failure.Status == http.StatusTooManyRequests {
		why = "throttled"
	}
	return string(failure.Service) + ": " + why
}
