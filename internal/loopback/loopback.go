// Package loopback gives tests addresses of 127.0.0.1 that stay theirs.
//
// A port that the kernel chose and that a test closed again, to hand it to a
// daemon, may meanwhile be the local port of anybody's connection. The ports
// here lie below the range from which kernels choose.
package loopback

import (
	"fmt"
	"math/rand/v2"
	"net"
	"testing"
)

// The ports to choose from end where Linux, the BSDs and Windows begin to
// choose ports for connections.
const first, end = 10_000, 32_768

// attempts bounds the search; a port that is taken is rare.
const attempts = 1000

// Addr gives a host and port where nobody listens, by TCP or UDP.
func Addr(t testing.TB) string {
	t.Helper()
	udp, tcp := Listen(t)
	defer udp.Close()
	defer tcp.Close()
	return tcp.Addr().String()
}

// Port gives the port of an Addr.
func Port(t testing.TB) string {
	t.Helper()
	_, port, err := net.SplitHostPort(Addr(t))
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// Listen listens on one port by UDP and TCP, as a DNS server does. The caller
// closes both.
func Listen(t testing.TB) (net.PacketConn, net.Listener) {
	t.Helper()
	var err error
	for range attempts {
		addr := fmt.Sprintf("127.0.0.1:%d", first+rand.IntN(end-first))
		var tcp net.Listener
		if tcp, err = net.Listen("tcp", addr); err != nil {
			continue
		}
		var udp net.PacketConn
		if udp, err = net.ListenPacket("udp", addr); err == nil {
			return udp, tcp
		}
		tcp.Close()
	}
	t.Fatalf("loopback: no free port after %d attempts: %v", attempts, err)
	return nil, nil
}
