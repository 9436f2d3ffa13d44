package dns_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	wire "github.com/miekg/dns"

	"github.com/gomsys/gomsys/msys/dns"
)

// texts gives the TXT records of a name, or the mnemonic of the error.
func texts(t testing.TB, r *dns.Resolver, name string) string {
	t.Helper()
	list, err := r.LookupTXT(t.Context(), name)
	var code *dns.RCodeError
	if errors.As(err, &code) {
		return code.Mnemonic()
	}
	return strings.Join(list, "|")
}

func TestTruncation(t *testing.T) {
	long := strings.Repeat("x", 255)
	s := serve(t, func(w wire.ResponseWriter, q *wire.Msg, _ int64, network string) {
		m := reply(t, q)
		for i := range 20 {
			m.Answer = append(m.Answer, reply(t, q, fmt.Sprintf(`%s 60 TXT "%d%s"`, q.Question[0].Name, i, long[:200])).Answer...)
		}
		if network == "udp" {
			m.Truncate(int(q.IsEdns0().UDPSize()))
		}
		w.WriteMsg(m)
	})
	if got := texts(t, resolver(t, dns.Options{}, s), "long.test"); strings.Count(got, "|") != 19 {
		t.Errorf("%d texts", strings.Count(got, "|")+1)
	}
	if s.udp.Load() != 1 || s.tcp.Load() != 1 {
		t.Errorf("%d by UDP, %d by TCP", s.udp.Load(), s.tcp.Load())
	}
	got := texts(t, resolver(t, dns.Options{NoTCPFallback: true}, s), "long.test")
	if n := strings.Count(got, "|") + 1; n == 0 || n == 20 || s.tcp.Load() != 1 {
		t.Errorf("without TCP: %d texts, %d by TCP", n, s.tcp.Load())
	}
}

func TestCutPacket(t *testing.T) {
	s := serve(t, func(w wire.ResponseWriter, q *wire.Msg, _ int64, network string) {
		m := reply(t, q, q.Question[0].Name+` 60 TXT "whole"`)
		if network == "tcp" {
			w.WriteMsg(m)
			return
		}
		m.Truncated = true
		p, _ := m.Pack()
		w.Write(p[:len(p)-3])
	})
	if got := texts(t, resolver(t, dns.Options{}, s), "cut.test"); got != "whole" {
		t.Error(got)
	}
}

func TestForgedAnswers(t *testing.T) {
	s := serve(t, func(w wire.ResponseWriter, q *wire.Msg, _ int64, network string) {
		forged := func(change func(m *wire.Msg)) {
			m := reply(t, q, q.Question[0].Name+` 60 TXT "forged"`)
			change(m)
			w.WriteMsg(m)
		}
		forged(func(m *wire.Msg) { m.Id++ })
		forged(func(m *wire.Msg) { m.Question[0].Name = "other.test." })
		forged(func(m *wire.Msg) { m.Question[0].Qtype = wire.TypeA })
		forged(func(m *wire.Msg) { m.Question = nil })
		forged(func(m *wire.Msg) { m.Response = false })
		w.Write([]byte("short"))
		m := reply(t, q, q.Question[0].Name+` 60 TXT "true"`)
		m.Question[0].Name = strings.ToUpper(m.Question[0].Name)
		w.WriteMsg(m)
	})
	if got := texts(t, resolver(t, dns.Options{}, s), "forged.test"); got != "true" || s.udp.Load() != 1 {
		t.Errorf("%q after %d questions", got, s.udp.Load())
	}
}

func TestIDsAreRandom(t *testing.T) {
	var mu sync.Mutex
	ids := map[uint16]bool{}
	s := serve(t, func(w wire.ResponseWriter, q *wire.Msg, _ int64, _ string) {
		mu.Lock()
		ids[q.Id] = true
		mu.Unlock()
		w.WriteMsg(reply(t, q))
	})
	r := resolver(t, dns.Options{}, s)
	for i := range 20 {
		texts(t, r, fmt.Sprintf("n%d.test", i))
	}
	mu.Lock()
	defer mu.Unlock()
	if len(ids) < 18 {
		t.Errorf("%d different ids of 20", len(ids))
	}
}

func TestServers(t *testing.T) {
	good := serve(t, func(w wire.ResponseWriter, q *wire.Msg, _ int64, _ string) {
		w.WriteMsg(reply(t, q, q.Question[0].Name+` 60 TXT "good"`))
	})
	gives := func(code int) *server {
		return serve(t, func(w wire.ResponseWriter, q *wire.Msg, _ int64, _ string) { w.WriteMsg(rcode(q, code)) })
	}
	malformed := serve(t, func(w wire.ResponseWriter, q *wire.Msg, _ int64, _ string) {
		p, _ := reply(t, q, q.Question[0].Name+` 60 TXT "text"`).Pack()
		w.Write(p[:len(p)-3])
	})
	silent := serve(t, func(wire.ResponseWriter, *wire.Msg, int64, string) {})
	closed := &server{addr: "127.0.0.1:1"}
	for _, tt := range []struct {
		name    string
		servers []*server
		want    string
	}{
		{"refused, then good", []*server{gives(wire.RcodeRefused), good}, "good"},
		{"failing, then good", []*server{gives(wire.RcodeServerFailure), good}, "good"},
		{"unreachable, then good", []*server{closed, good}, "good"},
		{"malformed, then good", []*server{malformed, good}, "good"},
		{"silent, then good", []*server{silent, good}, "good"},
		{"NXDOMAIN counts", []*server{gives(wire.RcodeNameError), good}, "NXDOMAIN"},
		{"refused", []*server{gives(wire.RcodeRefused)}, "REFUSED"},
		{"not implemented", []*server{gives(wire.RcodeNotImplemented)}, "NOTIMP"},
		{"not authoritative", []*server{gives(wire.RcodeNotAuth)}, "NOTAUTH"},
		{"not in the zone", []*server{gives(wire.RcodeNotZone)}, "NOTZONE"},
		{"YXDOMAIN", []*server{gives(wire.RcodeYXDomain)}, "YXDOMAIN"},
		{"YXRRSET", []*server{gives(wire.RcodeYXRrset)}, "YXRRSET"},
		{"NXRRSET", []*server{gives(wire.RcodeNXRrset)}, "NXRRSET"},
		{"form error", []*server{gives(wire.RcodeFormatError)}, "FORMERR"},
		{"unassigned", []*server{gives(13)}, "SERVFAIL"},
		{"refused, then silent", []*server{gives(wire.RcodeRefused), silent}, "REFUSED"},
		{"unreachable", []*server{closed}, "SERVFAIL"},
		{"malformed", []*server{malformed}, "SERVFAIL"},
		{"silent", []*server{silent}, "SERVFAIL"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := resolver(t, dns.Options{Timeout: 200 * time.Millisecond}, tt.servers...)
			if got := texts(t, r, "name.test"); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

func TestServerWithoutEDNS(t *testing.T) {
	s := serve(t, func(w wire.ResponseWriter, q *wire.Msg, _ int64, _ string) {
		if q.IsEdns0() != nil {
			m := rcode(q, wire.RcodeFormatError)
			m.Question = nil
			w.WriteMsg(m)
			return
		}
		w.WriteMsg(reply(t, q, q.Question[0].Name+` 60 TXT "old"`))
	})
	if got := texts(t, resolver(t, dns.Options{}, s), "old.test"); got != "old" || s.udp.Load() != 2 {
		t.Errorf("%q after %d questions", got, s.udp.Load())
	}
}

// TestAliases follows an alias whose target the server does not add.
func TestAliases(t *testing.T) {
	s := serve(t, func(w wire.ResponseWriter, q *wire.Msg, n int64, _ string) {
		switch name := q.Question[0].Name; name {
		case "start.test.":
			w.WriteMsg(reply(t, q, "start.test. 60 CNAME end.test.", "other.test. 60 TXT no", `start.test. 60 A 192.0.2.1`))
		case "end.test.":
			w.WriteMsg(reply(t, q, "END.test. 60 TXT end"))
		default: // no end to it
			w.WriteMsg(reply(t, q, fmt.Sprintf("%s 60 CNAME n%d.test.", name, n)))
		}
	})
	r := resolver(t, dns.Options{}, s)
	if got := texts(t, r, "start.test"); got != "end" {
		t.Error(got)
	}
	before := s.udp.Load()
	if got := texts(t, r, "endless.test"); got != "SERVFAIL" {
		t.Error(got)
	}
	if n := s.udp.Load() - before; n > 20 {
		t.Errorf("%d questions", n)
	}
}

func TestServerOption(t *testing.T) {
	s := serve(t, func(w wire.ResponseWriter, q *wire.Msg, _ int64, _ string) {
		w.WriteMsg(reply(t, q, q.Question[0].Name+` 60 TXT "the other"`))
	})
	_, port, _ := net.SplitHostPort(s.addr)
	own := serve(t, func(w wire.ResponseWriter, q *wire.Msg, _ int64, _ string) {
		if q.Question[0].Name == "ns.test." && q.Question[0].Qtype == wire.TypeA {
			w.WriteMsg(reply(t, q, "ns.test. 60 A 127.0.0.1"))
			return
		}
		w.WriteMsg(reply(t, q))
	})
	r := resolver(t, dns.Options{}, own)
	for _, server := range []string{s.addr, "ns.test:" + port} {
		records, err := r.Lookup(t.Context(), "name.test", dns.TXT, &dns.LookupOptions{Server: server})
		if err != nil || len(records) != 1 || records[0].Value != "the other" {
			t.Errorf("%s: %v, %v", server, records, err)
		}
	}
	if got := texts(t, r, "name.test"); got != "" {
		t.Error("the answer of another server counts:", got)
	}
	for _, server := range []string{"nowhere.test:53", "a b", "127.0.0.1:x"} {
		_, err := r.Lookup(t.Context(), "name.test", dns.TXT, &dns.LookupOptions{Server: server})
		var code *dns.RCodeError
		if !errors.As(err, &code) || code.Code != dns.SERVFAIL || !code.Temporary() {
			t.Errorf("%s: %v", server, err)
		}
	}
}

func TestSilentServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		r, err := dns.New(&dns.Options{
			Servers: []string{"192.0.2.1"},
			Timeout: 3 * time.Second, Attempts: 2,
			Exchange: func(ctx context.Context, _ *wire.Msg, _, server string) (*wire.Msg, error) {
				asked++
				if server != "192.0.2.1:53" {
					t.Error(server)
				}
				<-ctx.Done()
				return nil, ctx.Err()
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		_, err = r.LookupTXT(t.Context(), "slow.test")
		var d *net.DNSError
		if !errors.As(err, &d) || !d.IsTimeout || !d.IsTemporary || d.IsNotFound {
			t.Errorf("%#v", err)
		}
		if took := time.Since(began); took != 6*time.Second || asked != 2 {
			t.Errorf("%d questions took %v", asked, took)
		}
		if !strings.Contains(err.Error(), "slow.test") || !strings.Contains(err.Error(), "SERVFAIL") {
			t.Error(err)
		}
	})
}

func TestCancel(t *testing.T) {
	arrived := make(chan struct{}, 3) // the others may get their turn before they are cancelled
	silent := serve(t, func(wire.ResponseWriter, *wire.Msg, int64, string) { arrived <- struct{}{} })
	r := resolver(t, dns.Options{Timeout: time.Minute, MaxInFlight: 1}, silent)
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for i := range 3 { // one on its way, two that wait for their turn
		wg.Go(func() {
			_, err := r.LookupTXT(ctx, fmt.Sprintf("n%d.test", i))
			if !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
		})
	}
	<-arrived
	cancel()
	wg.Wait()
	if s := r.Stats(); s.Entries != 0 {
		t.Errorf("%d entries of what was cancelled", s.Entries)
	}
}

func TestOneQuestionForAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked atomic.Int64
		r, err := dns.New(&dns.Options{Exchange: func(_ context.Context, q *wire.Msg, _, _ string) (*wire.Msg, error) {
			asked.Add(1)
			time.Sleep(time.Second)
			return reply(t, q, q.Question[0].Name+` 60 TXT "x"`), nil
		}})
		if err != nil {
			t.Fatal(err)
		}
		for i := range 100 {
			go func() {
				name := []string{"same.test", "SAME.test."}[i%2]
				if got := texts(t, r, name); got != "x" {
					t.Error(got)
				}
			}()
		}
		time.Sleep(2 * time.Second)
		if n := asked.Load(); n != 1 {
			t.Errorf("asked %d times", n)
		}
	})
}

func TestTimesToLive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const soa = "test. 3600 SOA ns. h. 1 1 1 1 100"
		asked := 0
		exchange := func(_ context.Context, q *wire.Msg, _, _ string) (*wire.Msg, error) {
			asked++
			switch q.Question[0].Name {
			case "short.test.":
				return reply(t, q, `short.test. 50 TXT "x"`, `short.test. 5 TXT "y"`), nil
			case "alias.test.":
				return reply(t, q, "alias.test. 7 CNAME long.test.", `long.test. 100000 TXT "x"`), nil
			case "long.test.":
				return reply(t, q, `long.test. 100000 TXT "x"`), nil
			case "large.test.":
				m := reply(t, q)
				for range 100 {
					m.Answer = append(m.Answer, reply(t, q, `large.test. 60 TXT "`+strings.Repeat("x", 200)+`"`).Answer...)
				}
				return m, nil
			case "negative.test.":
				return reply(t, q, `negative.test. 4294967295 TXT "x"`), nil
			case "nodata.test.":
				return reply(t, q, soa), nil
			case "nx.test.":
				m := reply(t, q, soa)
				m.Rcode = wire.RcodeNameError
				return m, nil
			case "nosoa.test.":
				return rcode(q, wire.RcodeNameError), nil
			}
			return rcode(q, wire.RcodeServerFailure), nil
		}
		for _, tt := range []struct {
			name string
			o    dns.Options
			want time.Duration
		}{
			{"short.test", dns.Options{}, 5 * time.Second},
			{"short.test", dns.Options{MinTTL: 30 * time.Second}, 30 * time.Second},
			{"alias.test", dns.Options{}, 7 * time.Second},
			{"long.test", dns.Options{}, 100000 * time.Second},
			{"long.test", dns.Options{MaxTTL: time.Hour}, time.Hour},
			{"long.test", dns.Options{CacheSize: -1}, 0},
			{"large.test", dns.Options{}, 0},
			{"negative.test", dns.Options{}, 0},
			{"nodata.test", dns.Options{}, 100 * time.Second},
			{"nx.test", dns.Options{}, 100 * time.Second},
			{"nx.test", dns.Options{NegTTL: 10 * time.Second}, 10 * time.Second},
			{"nx.test", dns.Options{NegTTL: -1}, 0},
			{"nosoa.test", dns.Options{}, 0},
			{"nosoa.test", dns.Options{MinTTL: 20 * time.Second}, 20 * time.Second},
			{"fail.test", dns.Options{}, 5 * time.Second},
		} {
			tt.o.Exchange = exchange
			r, err := dns.New(&tt.o)
			if err != nil {
				t.Fatal(err)
			}
			asked = 0
			texts(t, r, tt.name)
			first := asked
			if tt.want > 0 {
				time.Sleep(tt.want - time.Millisecond)
				if texts(t, r, tt.name); asked != first {
					t.Errorf("%s %+v: asked again before its time", tt.name, tt.o)
				}
			}
			time.Sleep(time.Millisecond)
			if texts(t, r, tt.name); asked == first {
				t.Errorf("%s: still remembered", tt.name)
			}
		}
	})
}

func TestFlush(t *testing.T) {
	r := zoned(t, dns.Options{}, zone)
	texts(t, r, "d.test")
	texts(t, r, "d.test")
	if n := r.Flush(); n != 1 {
		t.Errorf("flushed %d", n)
	}
	if s := r.Stats(); s.Entries != 0 || s.Hits != 1 || s.Misses != 1 || s.Flushed != 1 {
		t.Errorf("%+v", s)
	}
}

func TestResolvConf(t *testing.T) {
	s := serve(t, func(w wire.ResponseWriter, q *wire.Msg, _ int64, _ string) {
		w.WriteMsg(reply(t, q, q.Question[0].Name+` 60 TXT "x"`))
	})
	file := filepath.Join(t.TempDir(), "resolv.conf")
	text := "# comment\nsearch example.com\nnameserver " + s.addr + " ; mine\nnameserver nonsense!!\noptions rotate timeout:1 attempts:9 retry:x\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := dns.New(&dns.Options{ResolvConf: file})
	if err != nil {
		t.Fatal(err)
	}
	if got := texts(t, r, "name.test"); got != "x" {
		t.Error(got)
	}
}

func TestSocketBuffers(t *testing.T) {
	s := serve(t, func(w wire.ResponseWriter, q *wire.Msg, _ int64, _ string) {
		w.WriteMsg(reply(t, q, q.Question[0].Name+" 60 TXT x"))
	})
	r := resolver(t, dns.Options{UDPReadBuffer: 8192, UDPWriteBuffer: 8192}, s)
	if got := texts(t, r, "name.test"); got != "x" {
		t.Error(got)
	}
}
