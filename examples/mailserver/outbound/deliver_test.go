package outbound

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/delivery"
)

type refusing struct{}

func (refusing) Deliver(context.Context, *delivery.Conn) (delivery.Reply, error) {
	return delivery.Reply{Code: 550, Text: "5.1.1 no"}, nil
}

func testWorker(t *testing.T, o Options) *Worker {
	t.Helper()
	q, err := OpenQueue(filepath.Join(t.TempDir(), "queue.db"), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { q.Close() })
	o.Driver, o.Logger = refusing{}, slog.New(slog.DiscardHandler)
	w, err := NewWorker(q, o)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *Worker) queue(t *testing.T) *entry {
	t.Helper()
	m, err := message.ParseBytes([]byte("Subject: x\r\n\r\nx\r\n"), message.Envelope{From: "a@b.example", To: "c@d.example"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.q.Put(context.Background(), m, ""); err != nil {
		t.Fatal(err)
	}
	all, err := w.q.all(func(_ uint64, err error) { t.Error(err) })
	if err != nil || len(all) != 1 {
		t.Fatal(all, err)
	}
	return &all[0]
}

// TestGone has a message that was delivered before the worker is told of it.
func TestGone(t *testing.T) {
	w := testWorker(t, Options{})
	e := w.queue(t)
	if err := w.q.finish(context.Background(), e.id, nil); err != nil {
		t.Fatal(err)
	}
	if stays, _ := w.deliver(context.Background(), &lane{index: -1}, e); stays {
		t.Error("a message that is gone stays")
	}
}

// TestTrouble has messages stay for later when something is wrong here.
func TestTrouble(t *testing.T) {
	later := func(t *testing.T, w *Worker, e *entry) {
		t.Helper()
		before := time.Now()
		if stays, _ := w.deliver(context.Background(), &lane{index: -1}, e); !stays || e.record.Next.Before(before.Add(troubleDelay)) {
			t.Errorf("stays %v, next %v", stays, e.record.Next)
		}
	}
	t.Run("no content", func(t *testing.T) {
		w := testWorker(t, Options{})
		e := w.queue(t)
		if err := w.q.db.Update(func(tx *bolt.Tx) error { return tx.Bucket(contents).Delete(idKey(e.id)) }); err != nil {
			t.Fatal(err)
		}
		later(t, w, e)
	})
	t.Run("no notification", func(t *testing.T) {
		w := testWorker(t, Options{Bounce: func(context.Context, *message.Message, delivery.Outcome) (*message.Message, error) {
			return nil, errors.New("runtime is closed")
		}})
		later(t, w, w.queue(t))
	})
	t.Run("unreadable record", func(t *testing.T) {
		w := testWorker(t, Options{})
		e := w.queue(t)
		if err := w.q.db.Update(func(tx *bolt.Tx) error { return tx.Bucket(records).Put(idKey(e.id), []byte("x")) }); err != nil {
			t.Fatal(err)
		}
		broken := 0
		all, err := w.q.all(func(uint64, error) { broken++ })
		if err != nil || len(all) != 0 || broken != 1 {
			t.Errorf("%v, %v, %d broken", all, err, broken)
		}
	})
	t.Run("closed queue", func(t *testing.T) {
		w := testWorker(t, Options{})
		e := w.queue(t)
		if err := w.q.Close(); err != nil {
			t.Fatal(err)
		}
		later(t, w, e)
		if err := w.Run(context.Background()); err == nil {
			t.Error("a worker on a closed queue")
		}
	})
}
