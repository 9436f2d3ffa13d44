package audit

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"net/netip"
	"sync"
	"time"

	"github.com/gomsys/gomsys/audit/failover"
)

const (
	sessionHeartbeat = 5 * time.Second
	sessionLease     = 15 * time.Second
	sessionRenewal   = 10 * time.Minute // of all numbers, whether changed or not
)

// sessionSync publishes this host's open SMTP sessions and reads those of all.
type sessionSync struct {
	a      *Audit
	store  SessionStore
	guard  *failover.Guard
	levels levels
	node   string
	flush  *alarm
	beat   *alarm

	putting sync.Mutex // held by a publication

	mu        sync.Mutex
	dirty     map[string]netip.Prefix // items to publish
	published map[string]published
	renewed   time.Time
	alive     time.Time // last publication
}

// published is what the store has of this host.
type published struct {
	n      int64
	prefix netip.Prefix
}

func newSessionSync(a *Audit, l levels) *sessionSync {
	var boot [8]byte
	_, _ = rand.Read(boot[:]) // never fails
	s := &sessionSync{
		a: a, store: a.o.SessionStore, levels: l,
		node:  a.o.NodeID + "#" + hex.EncodeToString(boot[:]),
		guard: newGuard(a),
		dirty: map[string]netip.Prefix{}, published: map[string]published{},
		renewed: a.clock.Now(), alive: a.clock.Now(),
	}
	s.flush = a.newAlarm(func() { s.put(context.Background()) })
	s.beat = a.newAlarm(func() {
		s.put(context.Background())
		s.beat.set(sessionHeartbeat)
	})
	s.beat.set(0)
	return s
}

// changed notes that the sessions of a host have changed.
func (s *sessionSync) changed(host netip.Prefix) {
	s.mu.Lock()
	idle := len(s.dirty) == 0
	if len(s.dirty) < s.a.o.MaxRetained {
		for _, bits := range s.levels.of(host) {
			p := netip.PrefixFrom(host.Addr(), bits).Masked()
			s.dirty[blockItem(host.Addr(), bits)] = p
		}
	}
	s.mu.Unlock()
	if idle {
		s.flush.set(s.a.o.MaxDelay)
	}
}

// put publishes what has changed, which also tells that this host is alive.
func (s *sessionSync) put(ctx context.Context) {
	s.putting.Lock()
	defer s.putting.Unlock()
	now := s.a.clock.Now()
	s.mu.Lock()
	items := s.dirty
	s.dirty = map[string]netip.Prefix{}
	// After the lease has ended, others may have deleted this host's numbers.
	renew := now.Sub(s.renewed) >= sessionRenewal || now.Sub(s.alive) >= sessionLease
	if renew {
		for item, p := range s.published {
			items[item] = p.prefix
		}
	}
	s.mu.Unlock()
	counts := make(map[string]int64, len(items))
	for item, p := range items {
		counts[item] = s.a.localSessions(SMTP, Key{prefix: p})
	}
	err := s.guard.Do(ctx, "put sessions", func(ctx context.Context) error {
		return s.store.PutSessions(ctx, s.node, sessionLease, counts)
	})
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil { // absolute numbers may be sent again
		for item, p := range items {
			s.dirty[item] = p
		}
		return
	}
	s.alive = now
	if renew {
		s.renewed = now
	}
	for item, n := range counts {
		if n == 0 {
			delete(s.published, item)
		} else {
			s.published[item] = published{n, items[item]}
		}
	}
}

// others gives the open sessions of the other hosts. ok is false if there is
// no answer, also for a nil s.
func (s *sessionSync) others(ctx context.Context, k Key) (total int64, ok bool) {
	if s == nil {
		return 0, false
	}
	items, _, ok := s.levels.asked(k)
	if !ok {
		s.guard.Report("sum sessions", errors.New("no sessions of the cluster for "+k.String()))
		return 0, false
	}
	s.putting.Lock() // so that the store and published agree
	defer s.putting.Unlock()
	err := s.guard.Do(ctx, "sum sessions", func(ctx context.Context) (err error) {
		total, err = s.store.SumSessions(ctx, items)
		return err
	})
	if err != nil {
		return 0, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, item := range items {
		total -= s.published[item].n
	}
	return max(total, 0), true
}

// leave tells that this host's sessions are over.
func (s *sessionSync) leave(ctx context.Context) {
	_ = s.guard.Do(ctx, "put sessions", func(ctx context.Context) error { // the guard reports
		return s.store.PutSessions(ctx, s.node, 0, nil)
	})
}
