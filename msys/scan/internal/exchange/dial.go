package exchange

import (
	"context"
	"net"
	"strings"
)

// Dialer makes connections; (*net.Dialer).DialContext is one.
type Dialer func(ctx context.Context, network, addr string) (net.Conn, error)

// Address takes an address of a scanner apart: "host:port", "host", a path of
// a UNIX socket or "unix:" and the path.
func Address(addr, host, port string) (network, target string) {
	path, isUnix := strings.CutPrefix(addr, "unix:")
	switch {
	case isUnix, strings.HasPrefix(addr, "/"):
		return "unix", path
	case addr == "":
		return "tcp", net.JoinHostPort(host, port)
	}
	if _, _, err := net.SplitHostPort(addr); err == nil {
		return "tcp", addr
	}
	return "tcp", net.JoinHostPort(strings.Trim(addr, "[]"), port)
}

// Dial connects; a nil Dialer is a plain one.
func Dial(ctx context.Context, d Dialer, network, addr string) (*Conn, error) {
	if d == nil {
		d = (&net.Dialer{}).DialContext
	}
	c, err := d(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	return New(c), nil
}
