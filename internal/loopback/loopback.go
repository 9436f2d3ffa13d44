// Package loopback gives tests and benchmarks addresses of 127.0.0.1 that stay theirs.
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
	addr, err := Free()
	if err != nil {
		t.Fatal(err)
	}
	return addr
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
	udp, tcp, err := listen()
	if err != nil {
		t.Fatal(err)
	}
	return udp, tcp
}

// Free is Addr for programs.
func Free() (string, error) {
	udp, tcp, err := listen()
	if err != nil {
		return "", err
	}
	defer udp.Close()
	defer tcp.Close()
	return tcp.Addr().String(), nil
}

func listen() (udp net.PacketConn, tcp net.Listener, err error) {
	for range attempts {
		addr := fmt.Sprintf("127.0.0.1:%d", first+rand.IntN(end-first))
		if tcp, err = net.Listen("tcp", addr); err != nil {
			continue
		}
		if udp, err = net.ListenPacket("udp", addr); err == nil {
			return udp, tcp, nil
		}
		tcp.Close()
	}
	return nil, nil, fmt.Errorf("loopback: no free port after %d attempts: %w", attempts, err)
}
