package httpclient_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	httpclient "github.com/gomsys/gomsys/msys/http"
	"github.com/gomsys/gomsys/msys/policykit"
)

// pipes is a listener whose connections stay within the process: a thousand
// of them need no files.
type pipes struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { p.once.Do(func() { close(p.done) }); return nil }
func (p *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1} }

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	select {
	case p.conns <- theirs:
		return ours, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// pipeClient makes a client of a server that answers by h within the process.
func pipeClient(t testing.TB, n int, h http.HandlerFunc) *http.Client {
	t.Helper()
	p := &pipes{conns: make(chan net.Conn), done: make(chan struct{})}
	srv := &httptest.Server{Listener: p, Config: &http.Server{Handler: h}}
	srv.Start()
	t.Cleanup(srv.Close)
	transport := &http.Transport{DialContext: p.dial, MaxIdleConnsPerHost: n}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

const pipeURL = "http://pipe.test/"

// sessions makes n sessions of one loop whose policy asks through a client.
func sessions(t testing.TB, n int, client *http.Client) []*policykit.Session {
	t.Helper()
	kit := newKit(t, newService(t, &httpclient.Options{HTTP: client}), pipeURL)
	all := make([]*policykit.Session, n)
	for i := range all {
		all[i] = kit.Session("192.0.2.7:4321")
		all[i].MailFrom("ann@example.org")
	}
	return all
}

// ask has all sessions ask at once.
func ask(t testing.TB, all []*policykit.Session) {
	t.Helper()
	var wg sync.WaitGroup
	for i, s := range all {
		wg.Go(func() {
			if v, err := s.Session.RcptTo(context.Background(), fmt.Sprintf("u%d@example.com", i)); err != nil || v.Code != 250 {
				t.Error(v, err)
			}
		})
	}
	wg.Wait()
}

// TestManySessions has 1,000 sessions of one loop ask a server that answers
// nobody before all have asked.
func TestManySessions(t *testing.T) {
	const n = 1000
	var all sync.WaitGroup
	all.Add(n)
	ask(t, sessions(t, n, pipeClient(t, n, func(_ http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		all.Done()
		all.Wait()
	})))
}

// BenchmarkManySessions has 1,000 sessions of one loop ask a server whose
// answers take up to a second, and reports how much longer than the slowest
// answer all of them take; and the same for 1,000 goroutines without Lua.
func BenchmarkManySessions(b *testing.B) {
	const n, slowest = 1000, time.Second
	var mu sync.Mutex
	count := 0
	client := pipeClient(b, n, func(_ http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		mu.Lock()
		count++
		wait := slowest * time.Duration(count%n) / (n - 1)
		mu.Unlock()
		time.Sleep(wait)
	})
	measure := func(b *testing.B, round func()) {
		round() // opens the connections
		b.ReportAllocs()
		for b.Loop() {
			round()
		}
		each := b.Elapsed().Seconds() / float64(b.N)
		b.ReportMetric(100*(each/slowest.Seconds()-1), "%over-slowest")
	}
	b.Run("goroutines", func(b *testing.B) {
		measure(b, func() {
			var wg sync.WaitGroup
			for i := range n {
				wg.Go(func() {
					resp, err := client.Post(pipeURL, "application/x-www-form-urlencoded", strings.NewReader(fmt.Sprintf("rcpt=u%d@example.com", i)))
					if err != nil {
						b.Error(err)
						return
					}
					io.Copy(io.Discard, resp.Body)
					resp.Body.Close()
				})
			}
			wg.Wait()
		})
	})
	b.Run("sessions", func(b *testing.B) {
		all := sessions(b, n, client)
		measure(b, func() { ask(b, all) })
	})
}
