package submit

import (
	"net"

	"wxmail/internal/cloud"
)

// maxSaid is how many bytes a server may say in one conversation, certificates
// and all: the replies to ours take a tenth of it. The library bounds a line,
// not how many lines there are.
const maxSaid = 256 << 10

// brief is a connection that ends where the other side has said too much.
type brief struct {
	net.Conn
	left int
}

// Read gives cloud.ErrTooLong beyond the limit.
func (b *brief) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, cloud.ErrTooLong
	}
	n, err := b.Conn.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}
