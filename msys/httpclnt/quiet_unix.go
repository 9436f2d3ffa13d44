//go:build unix

package httpclnt

import (
	"net"
	"syscall"
)

// quiet reports whether the other end has sent nothing since the last
// response and has not closed the connection. It does not wait.
func quiet(conn net.Conn) bool {
	if c, ok := conn.(interface{ NetConn() net.Conn }); ok { // TLS
		conn = c.NetConn()
	}
	sc, ok := conn.(syscall.Conn)
	if !ok {
		return true
	}
	raw, err := sc.SyscallConn()
	if err != nil {
		return false
	}
	var readErr error
	n := 0
	err = raw.Read(func(fd uintptr) bool {
		var b [1]byte
		n, readErr = syscall.Read(int(fd), b[:])
		return true // do not wait
	})
	return err == nil && n < 0 && (readErr == syscall.EAGAIN || readErr == syscall.EWOULDBLOCK)
}
