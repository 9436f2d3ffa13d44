package cloudmark

import (
	"context"
	"maps"
	"sync"
)

const (
	maxRecords   = 10_000
	maxAddresses = 10_000
)

// MemoryStore is a [Store] in memory that keeps the last 10,000 records. The
// zero value is empty and ready to use.
type MemoryStore struct {
	mu      sync.Mutex
	records map[string]Record
	order   []string // of the keys, the oldest first
}

// Put implements [Store].
func (s *MemoryStore) Put(_ context.Context, r Record) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.records == nil {
		s.records = map[string]Record{}
	}
	if _, ok := s.records[r.RefID]; !ok {
		s.order = append(s.order, r.RefID)
	}
	s.records[r.RefID] = r
	if len(s.order) > maxRecords {
		delete(s.records, s.order[0])
		s.order = s.order[1:]
	}
	return nil
}

// Get implements [Store].
func (s *MemoryStore) Get(_ context.Context, refID string) (Record, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, ok := s.records[refID]
	return r, ok, nil
}

// addressData keeps what is known of addresses.
type addressData struct {
	values map[string]map[string]string
	order  []string // of the addresses, the oldest first
}

func (d *addressData) add(addr string, data map[string]string) {
	if d.values == nil {
		d.values = map[string]map[string]string{}
	}
	if d.values[addr] == nil {
		d.values[addr] = map[string]string{}
		d.order = append(d.order, addr)
	}
	maps.Copy(d.values[addr], data)
	if len(d.order) > maxAddresses {
		delete(d.values, d.order[0])
		d.order = d.order[1:]
	}
}
