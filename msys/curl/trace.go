package curl

import (
	"context"
	"crypto/tls"
	"net/http/httptrace"
	"sync"
	"time"
)

// trace notes when the steps of a request were done. net/http calls it from
// goroutines of its own.
type trace struct {
	mu                           sync.Mutex
	lookup, connect, sent, first time.Time
	connects                     int // that were made
}

// begin forgets the steps of the request before.
func (t *trace) begin() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.lookup, t.connect, t.sent, t.first = time.Time{}, time.Time{}, time.Time{}, time.Time{}
}

// context gives a context whose request is traced.
func (t *trace) context(ctx context.Context) context.Context {
	note := func(at *time.Time) {
		t.mu.Lock()
		defer t.mu.Unlock()
		*at = time.Now()
	}
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		DNSDone: func(httptrace.DNSDoneInfo) { note(&t.lookup) },
		GotConn: func(c httptrace.GotConnInfo) {
			t.mu.Lock()
			defer t.mu.Unlock()
			if !c.Reused {
				t.connects++
			}
		},
		ConnectDone:          func(string, string, error) { note(&t.connect) },
		TLSHandshakeDone:     func(tls.ConnectionState, error) { note(&t.connect) },
		WroteHeaders:         func() { note(&t.sent) },
		GotFirstResponseByte: func() { note(&t.first) },
	})
}

// fill adds the steps to what is known of a transfer. A step that was not
// needed, such as connecting, took no time.
func (t *trace) fill(i *info, began time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	since := func(at time.Time) time.Duration {
		if at.IsZero() {
			return 0
		}
		return at.Sub(began)
	}
	i.connects = t.connects
	i.nameLookup = since(t.lookup)
	i.connect = max(since(t.connect), i.nameLookup)
	i.preTransfer = max(since(t.sent), i.connect)
	i.startTransfer = max(since(t.first), i.preTransfer)
}
