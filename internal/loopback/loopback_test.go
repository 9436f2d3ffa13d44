package loopback_test

import (
	"net"
	"testing"

	"github.com/gomsys/gomsys/internal/loopback"
)

func TestListen(t *testing.T) {
	for range 200 {
		udp, tcp := loopback.Listen(t)
		if udp.LocalAddr().String() != tcp.Addr().String() {
			t.Errorf("%s by UDP, %s by TCP", udp.LocalAddr(), tcp.Addr())
		}
		if port := tcp.Addr().(*net.TCPAddr).Port; port < 10_000 || port >= 32_768 {
			t.Error("port", port)
		}
		defer udp.Close()
		defer tcp.Close()
	}
}

func TestAddr(t *testing.T) {
	addr := loopback.Addr(t)
	tcp, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer tcp.Close()
	udp, err := net.ListenPacket("udp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer udp.Close()
	if _, err := net.Listen("tcp", "127.0.0.1:"+loopback.Port(t)); err != nil {
		t.Error(err)
	}
}
