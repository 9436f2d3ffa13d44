package dns_test

import (
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	wire "github.com/miekg/dns"
	"go.uber.org/goleak"

	"github.com/gomsys/gomsys/internal/loopback"
	"github.com/gomsys/gomsys/msys/dns"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// server is a DNS server on loopback.
type server struct {
	addr     string
	udp, tcp atomic.Int64 // questions
}

// serve starts a server that answers by UDP and TCP as handle does. It is told
// the number of the question, from 1, and the network.
func serve(t testing.TB, handle func(w wire.ResponseWriter, q *wire.Msg, n int64, network string)) *server {
	t.Helper()
	s := &server{}
	pc, ln := loopback.Listen(t)
	s.addr = ln.Addr().String()
	run := func(srv *wire.Server, network string, count *atomic.Int64) {
		srv.Handler = wire.HandlerFunc(func(w wire.ResponseWriter, q *wire.Msg) { handle(w, q, count.Add(1), network) })
		started := make(chan struct{})
		srv.NotifyStartedFunc = func() { close(started) }
		go srv.ActivateAndServe()
		<-started
		t.Cleanup(func() { srv.Shutdown() })
	}
	run(&wire.Server{PacketConn: pc, UDPSize: 4096}, "udp", &s.udp)
	run(&wire.Server{Listener: ln}, "tcp", &s.tcp)
	return s
}

// reply answers q with the records of a zone file's lines.
func reply(t testing.TB, q *wire.Msg, lines ...string) *wire.Msg {
	m := new(wire.Msg)
	m.SetReply(q)
	for _, line := range lines {
		rr, err := wire.NewRR(line)
		if err != nil {
			t.Error(err)
		}
		if rr.Header().Rrtype == wire.TypeSOA {
			m.Ns = append(m.Ns, rr)
		} else {
			m.Answer = append(m.Answer, rr)
		}
	}
	return m
}

// rcode answers q with a code.
func rcode(q *wire.Msg, code int) *wire.Msg {
	m := new(wire.Msg)
	m.SetRcode(q, code)
	return m
}

// resolver makes a resolver that asks the servers, quickly.
func resolver(t testing.TB, o dns.Options, servers ...*server) *dns.Resolver {
	t.Helper()
	for _, s := range servers {
		o.Servers = append(o.Servers, s.addr)
	}
	if o.Timeout == 0 {
		o.Timeout = 5 * time.Second
	}
	if o.Attempts == 0 {
		o.Attempts = 2
	}
	r, err := dns.New(&o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// zoned makes a resolver that has its answers from a zone file.
func zoned(t testing.TB, o dns.Options, text string) *dns.Resolver {
	t.Helper()
	z, err := dns.NewZone(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	o.Exchange = z.Exchange
	r, err := dns.New(&o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func readFile(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
