package db

import (
	"container/list"
	"context"
	"database/sql"
	"sync"
)

// maxPrepared is how many prepared statements one pool keeps.
const maxPrepared = 100

// preparedSet keeps the statements that were used last. database/sql prepares
// each anew on every connection that runs it.
type preparedSet struct {
	pool *sql.DB

	mu     sync.Mutex
	byText map[string]*list.Element // of *prepared
	recent *list.List
	closed bool
}

// prepared is a statement with the number of its users. It is closed when it
// has left the set and nobody uses it.
type prepared struct {
	*sql.Stmt
	query string
	users int
	gone  bool
}

func newPreparedSet(pool *sql.DB) *preparedSet {
	return &preparedSet{pool: pool, byText: map[string]*list.Element{}, recent: list.New()}
}

// get gives a statement; put gives it back. The error is a *PrepareError.
func (s *preparedSet) get(ctx context.Context, query string) (*prepared, error) {
	s.mu.Lock()
	if at := s.byText[query]; at != nil {
		s.recent.MoveToFront(at)
		p := at.Value.(*prepared)
		p.users++
		s.mu.Unlock()
		return p, nil
	}
	s.mu.Unlock()
	st, err := s.pool.PrepareContext(ctx, query)
	if err != nil {
		return nil, &PrepareError{err}
	}
	p := &prepared{Stmt: st, query: query, users: 1}
	s.mu.Lock()
	var old *prepared
	if s.byText[query] != nil || s.closed {
		p.gone = true // another call was quicker: this one is for us alone
	} else {
		s.byText[query] = s.recent.PushFront(p)
		if s.recent.Len() > maxPrepared {
			old = s.drop(s.recent.Back())
		}
	}
	s.mu.Unlock()
	if old != nil {
		old.Close()
	}
	return p, nil
}

// drop takes a statement out of the set and gives it if nobody uses it; the
// lock is held.
func (s *preparedSet) drop(at *list.Element) *prepared {
	p := at.Value.(*prepared)
	s.recent.Remove(at)
	delete(s.byText, p.query)
	p.gone = true
	if p.users > 0 {
		return nil
	}
	return p
}

func (s *preparedSet) put(p *prepared) {
	s.mu.Lock()
	p.users--
	end := p.gone && p.users == 0
	s.mu.Unlock()
	if end {
		p.Close()
	}
}

// close ends all statements, those in use when they are given back.
func (s *preparedSet) close() {
	s.mu.Lock()
	s.closed = true
	var idle []*prepared
	for s.recent.Len() > 0 {
		if p := s.drop(s.recent.Front()); p != nil {
			idle = append(idle, p)
		}
	}
	s.mu.Unlock()
	for _, p := range idle {
		p.Close()
	}
}
