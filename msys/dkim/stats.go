package dkim

import (
	"maps"
	"sync"
	"time"
)

// Stats counts the messages that a Signer was given.
type Stats struct {
	Processed, Signed, Failed uint64
	// Time is how long signing took, all together.
	Time time.Duration
}

// Others is the name under which a Signer counts domains and bindings beyond
// the first [MaxStats].
const Others = "*"

// MaxStats is how many domains, and how many bindings, are counted each on
// their own: domains come from mail.
const MaxStats = 10000

// signStats are the counts of a Signer.
type signStats struct {
	mu       sync.Mutex
	all      Stats
	domains  map[string]Stats
	bindings map[string]Stats
}

func (s *signStats) add(domain, binding string, signed bool, took time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.domains == nil {
		s.domains, s.bindings = map[string]Stats{}, map[string]Stats{}
	}
	s.all = s.all.plus(signed, took)
	addTo(s.domains, domain, signed, took)
	addTo(s.bindings, binding, signed, took)
}

func addTo(counts map[string]Stats, name string, signed bool, took time.Duration) {
	if _, known := counts[name]; !known && len(counts) >= MaxStats {
		name = Others
	}
	counts[name] = counts[name].plus(signed, took)
}

func (s Stats) plus(signed bool, took time.Duration) Stats {
	s.Processed++
	if signed {
		s.Signed++
	} else {
		s.Failed++
	}
	s.Time += took
	return s
}

// Stats gives the counts of all messages.
func (s *Signer) Stats() Stats {
	s.stats.mu.Lock()
	defer s.stats.mu.Unlock()
	return s.stats.all
}

// DomainStats gives the counts by signing domain, in lower case; those of
// messages without one are under "".
func (s *Signer) DomainStats() map[string]Stats {
	s.stats.mu.Lock()
	defer s.stats.mu.Unlock()
	return maps.Clone(s.stats.domains)
}

// BindingStats gives the counts by binding; those of messages without one are
// under "".
func (s *Signer) BindingStats() map[string]Stats {
	s.stats.mu.Lock()
	defer s.stats.mu.Unlock()
	return maps.Clone(s.stats.bindings)
}
