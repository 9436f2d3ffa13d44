package tally

import (
	"hash/maphash"
	"math/rand/v2"
	"strings"
	"sync"
)

// Strings counts per string. Its methods may be called concurrently; keys are
// spread over parts with a lock each.
type Strings struct {
	seed  maphash.Seed
	parts []part
}

// part holds some of the keys.
type part struct {
	mu      sync.Mutex
	max     int
	base    int64
	last    uint32
	index   map[string]uint32
	keys    []string // by record number
	rings   rings
	evicted uint64
	cursor  uint32
	_       [64]byte
}

// NewStrings makes counters of strings with so many windows, for window
// numbers around now, that hold about max keys; 0 is no bound.
func NewStrings(windows int, now int64, max int) *Strings {
	n := 16
	if max > 0 && max < 1<<14 {
		n = 1 // so that small bounds are exact
	}
	s := &Strings{seed: maphash.MakeSeed(), parts: make([]part, n)}
	for i := range s.parts {
		p := &s.parts[i]
		p.max = (max + n - 1) / n
		p.base = now - 4*int64(windows) - 16
		p.index = map[string]uint32{}
		p.rings = newRings(windows)
	}
	return s
}

func (s *Strings) part(key string) *part {
	if len(s.parts) == 1 {
		return &s.parts[0]
	}
	return &s.parts[maphash.String(s.seed, key)%uint64(len(s.parts))]
}

func (p *part) window(w int64) uint32 {
	p.last = uint32(min(max(w-p.base, int64(p.last), 1), 1<<32-1))
	return p.last
}

// place gives the record of a key, made if need be.
func (p *part) place(key string) uint32 {
	if rec, ok := p.index[key]; ok {
		return rec
	}
	if p.max > 0 && len(p.index) >= p.max {
		p.evict()
	}
	rec := p.rings.take()
	for int(rec) >= len(p.keys) {
		p.keys = append(p.keys, "")
	}
	key = strings.Clone(key)
	p.keys[rec] = key
	p.index[key] = rec
	p.rings.at(rec)[ringOwner] = 1
	return rec
}

func (p *part) drop(rec uint32) {
	delete(p.index, p.keys[rec])
	p.keys[rec] = ""
	p.rings.give(rec)
}

// evict removes the key touched the longest ago among a few random ones.
func (p *part) evict() {
	oldest := uint32(0)
	for found, tries := 0, 0; found < 8 && tries < 64 || oldest == 0; tries++ {
		rec := 1 + rand.Uint32N(p.rings.next-1)
		r := p.rings.at(rec)
		if r[ringOwner] == 0 {
			continue
		}
		found++
		if oldest == 0 || uint32(r[ringTouched]) < uint32(p.rings.at(oldest)[ringTouched]) {
			oldest = rec
		}
	}
	p.evicted++
	p.drop(oldest)
}

// Add adds n to the key in window w.
func (s *Strings) Add(key string, n, w int64) {
	p := s.part(key)
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.window(w)
	p.rings.addTo(p.place(key), now, p.rings.slot(now), clampDelta(n))
}

// Restore adds n to the key in window w, which may be in the past. now is the
// current window.
func (s *Strings) Restore(key string, n, w, now int64) {
	p := s.part(key)
	p.mu.Lock()
	defer p.mu.Unlock()
	cur := p.window(now)
	rel := w - p.base
	if rel < 1 || rel > int64(cur) || cur-uint32(rel) >= p.rings.n {
		return
	}
	p.rings.addOld(p.place(key), uint32(rel), clampDelta(n))
}

// Count sums the windows back..back2 before window w (0 is w itself).
func (s *Strings) Count(key string, back, back2 int, w int64) int64 {
	p := s.part(key)
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.window(w)
	rec, ok := p.index[key]
	if !ok {
		return 0
	}
	from, to, ok := p.rings.span(back, back2, now)
	if !ok {
		return 0
	}
	return p.rings.sum(p.rings.at(rec), from, to)
}

// Remove removes the key with all its windows, and reports whether it was
// there.
func (s *Strings) Remove(key string) bool {
	p := s.part(key)
	p.mu.Lock()
	defer p.mu.Unlock()
	rec, ok := p.index[key]
	if ok {
		p.drop(rec)
	}
	return ok
}

// Windows calls f for each live window of the key, oldest first. f must not
// call s.
func (s *Strings) Windows(key string, w int64, f func(w, n int64)) {
	p := s.part(key)
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.window(w)
	if rec, ok := p.index[key]; ok {
		p.rings.each(p.rings.at(rec), now, func(w uint32, n int64) { f(p.base+int64(w), n) })
	}
}

// Each calls f for each live window of each key: in no order of keys, oldest
// window first. Keys that come or go meanwhile may be missed. f may call s.
func (s *Strings) Each(w int64, f func(key string, w, n int64) bool) {
	type entry struct {
		key  string
		w, n int64
	}
	var batch []entry
	for i := range s.parts {
		p := &s.parts[i]
		for next := uint32(1); next != 0; {
			batch = batch[:0]
			p.mu.Lock()
			now := p.window(w)
			end := min(p.rings.next, next+batchSize)
			for rec := next; rec < end; rec++ {
				r := p.rings.at(rec)
				if r[ringOwner] == 0 {
					continue
				}
				p.rings.each(r, now, func(w uint32, n int64) {
					batch = append(batch, entry{p.keys[rec], p.base + int64(w), n})
				})
			}
			next = end
			if end >= p.rings.next {
				next = 0
			}
			p.mu.Unlock()
			for _, e := range batch {
				if !f(e.key, e.w, e.n) {
					return
				}
			}
		}
	}
}

// Sweep removes keys that no window counts any more. It holds a lock for a
// batch at a time.
func (s *Strings) Sweep(w int64) {
	for i := range s.parts {
		for s.parts[i].sweepBatch(w) {
		}
	}
}

func (p *part) sweepBatch(w int64) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.window(w)
	rec := max(p.cursor, 1)
	for n := 0; n < batchSize; n++ {
		if rec >= p.rings.next {
			p.cursor = 0
			return false
		}
		if r := p.rings.at(rec); r[ringOwner] != 0 && !p.rings.live(r, now) {
			p.drop(rec)
		}
		rec++
	}
	p.cursor = rec
	return true
}

// Len gives the number of keys.
func (s *Strings) Len() (n int) {
	for i := range s.parts {
		p := &s.parts[i]
		p.mu.Lock()
		n += len(p.index)
		p.mu.Unlock()
	}
	return n
}

// Evicted gives how many keys had to make room for others.
func (s *Strings) Evicted() (n uint64) {
	for i := range s.parts {
		p := &s.parts[i]
		p.mu.Lock()
		n += p.evicted
		p.mu.Unlock()
	}
	return n
}
