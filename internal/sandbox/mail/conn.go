package mail

import (
	"crypto/tls"
	"net"
	"sync"
)

// watched is a listener whose connections have an observer.
type watched struct {
	net.Listener
	observer Observer
}

// Accept implements net.Listener.
func (w watched) Accept() (net.Conn, error) {
	conn, err := w.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &connection{Conn: conn, observer: w.observer}, nil
}

// connection tells its observer of its begin and its end.
type connection struct {
	net.Conn
	observer Observer

	begin sync.Once
	end   sync.Once
	talk  Conversation
}

// conversation begins at the first use, which is the banner, in the
// connection's own goroutine: Begin may block.
func (c *connection) conversation() Conversation {
	c.begin.Do(func() { c.talk = c.observer.Begin(c.RemoteAddr()) })
	return c.talk
}

// Write implements net.Conn.
func (c *connection) Write(data []byte) (int, error) {
	c.conversation()
	return c.Conn.Write(data)
}

// Close implements net.Conn.
func (c *connection) Close() error {
	err := c.Conn.Close()
	c.end.Do(func() { c.conversation().End() })
	return err
}

// reset closes without saying goodbye, as a broken network would.
func (c *connection) reset() {
	if tcp, ok := c.Conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // without it the close is merely politer
	}
	_ = c.Close()
}

// underneath is the watched connection below TLS.
func underneath(conn net.Conn) *connection {
	if secured, ok := conn.(*tls.Conn); ok {
		conn = secured.NetConn()
	}
	watched, _ := conn.(*connection)
	return watched
}
