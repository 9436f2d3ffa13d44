package outbound_test

import (
	"context"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gomsys/gomsys/examples/mailserver/outbound"
	"github.com/gomsys/gomsys/msys/delivery"
)

// tellHooks call a function for each event.
type tellHooks struct {
	delivery.NopHooks
	tell func(delivery.LogEvent)
}

func (h tellHooks) Log(_ context.Context, ev delivery.LogEvent) error { h.tell(ev); return nil }

// TestDeliveredOnce takes the state on disk of the moment in which a message
// has been delivered and policy is being told. After a crash then, policy is
// told again, and the message is not sent again.
func TestDeliveredOnce(t *testing.T) {
	dir := t.TempDir()
	path, crashed := filepath.Join(dir, "queue.db"), filepath.Join(dir, "crashed.db")
	q := openQueue(t, path, nil)
	put(t, q, newMail(t, "a@b.example", "c@d.example", "x\r\n"))
	sent := atomic.Int32{}
	driver := driverFunc(func(context.Context, *delivery.Conn) (delivery.Reply, error) {
		sent.Add(1)
		return delivery.Reply{Code: 250, Text: "2.0.0 queued as 7"}, nil
	})
	hooks := tellHooks{tell: func(ev delivery.LogEvent) {
		if ev.Kind != delivery.EventDelivery {
			return
		}
		b, err := os.ReadFile(path)
		if err == nil {
			err = os.WriteFile(crashed, b, 0o600)
		}
		if err != nil {
			t.Error(err)
		}
	}}
	run(t, q, outbound.Options{Driver: driver, Policy: &delivery.Policy{Hooks: hooks}})
	eventually(t, "delivery", empty(t, q))

	q = openQueue(t, crashed, nil)
	if n := length(t, q); n != 1 {
		t.Fatalf("%d messages in the queue of the crash", n)
	}
	told := atomic.Int32{}
	hooks.tell = func(ev delivery.LogEvent) {
		if code, _ := ev.Attempt.Message.Code(); ev.Kind == delivery.EventDelivery && code == "250 2.0.0 queued as 7" {
			told.Add(1)
		}
	}
	run(t, q, outbound.Options{Driver: driver, Policy: &delivery.Policy{Hooks: hooks}})
	eventually(t, "the end", empty(t, q))
	if sent.Load() != 1 || told.Load() != 1 {
		t.Errorf("sent %d times, told %d times after the crash", sent.Load(), told.Load())
	}
}

// TestShutdown ends a worker amid an attempt: it has a time of grace, and then
// its message stays.
func TestShutdown(t *testing.T) {
	q := openQueue(t, "", nil)
	began := make(chan struct{}, 2)
	run := func(grace time.Duration, finish <-chan struct{}) {
		stop := run(t, q, outbound.Options{Grace: grace, Driver: driverFunc(func(ctx context.Context, _ *delivery.Conn) (delivery.Reply, error) {
			began <- struct{}{}
			select {
			case <-finish:
				return delivery.Reply{Code: 250}, nil
			case <-ctx.Done():
				return delivery.Reply{}, ctx.Err()
			}
		})})
		<-began
		stop()
	}
	put(t, q, newMail(t, "a@b.example", "c@d.example", "x\r\n"))
	run(time.Millisecond, nil)
	if n := length(t, q); n != 1 {
		t.Fatalf("%d messages", n)
	}
	finish := make(chan struct{})
	close(finish)
	run(time.Minute, finish)
	if n := length(t, q); n != 0 {
		t.Fatalf("%d messages", n)
	}
}
