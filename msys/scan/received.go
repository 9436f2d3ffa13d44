package scan

import (
	"context"
	"runtime"
	"sync"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/vctx"
)

// received keeps the mails of running transactions as they came in, by their
// batch.
type received struct {
	mu    sync.Mutex
	mails map[string]*message.Message
}

// KeepReceived keeps the bytes of m as they are for scans that want them as
// received, whatever scripts change. A host that has such engines calls it, or
// has the runtime call it, before the first script sees the content:
//
//	msys.Builtin{Name: "scan", Callout: "validate_data", Run: set.KeepReceived}
//
// The bytes are shared with m and kept as long as m is in use. The copies for
// single recipients that m is split into share them, too.
func (s *Set) KeepReceived(_ context.Context, _ *vctx.Context, m *message.Message) error {
	if s == nil || m == nil {
		return nil
	}
	return s.received.keep(m)
}

func (k *received) keep(m *message.Message) error {
	id := m.BatchID()
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.mails[id] != nil {
		return nil
	}
	snapshot, err := m.Snapshot()
	if err != nil {
		return err
	}
	if k.mails == nil {
		k.mails = map[string]*message.Message{}
	}
	k.mails[id] = snapshot
	runtime.AddCleanup(m, k.forget, id)
	return nil
}

func (k *received) forget(id string) {
	k.mu.Lock()
	m := k.mails[id]
	delete(k.mails, id)
	k.mu.Unlock()
	if m != nil {
		_ = m.Close() // a snapshot's temporary file
	}
}

// request gives the request for the bytes as received, if they are kept.
func (k *received) request(r *Request) (*Request, error) {
	if r.origin == nil {
		return r, nil
	}
	k.mu.Lock()
	m := k.mails[r.origin.BatchID()]
	k.mu.Unlock()
	if m == nil || m.Err() != nil {
		return r, nil
	}
	q := *r
	q.msg, q.cut = m, nil
	q.read(m.Content())
	if r.cut != nil {
		return q.CutBody(*r.cut)
	}
	return &q, nil
}
