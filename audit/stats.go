package audit

import "sort"

// Stats describes the state of an engine.
type Stats struct {
	// Series and Monitors describe what counts, sorted by name.
	Series, Monitors []KeyStats
	// StoreFailed and StoreSkipped count the calls of the stores that failed,
	// and those not made because of recent failures.
	StoreFailed, StoreSkipped uint64
	// Pending is the number of additions that wait to be sent, Dropped that of
	// additions that did not fit among them and count on this host only.
	Pending int
	Dropped uint64
}

// KeyStats describes a series or a monitor.
type KeyStats struct {
	// Name is the name of the series, or the monitor with its metric.
	Name string
	// Keys is the number of keys, Evicted how many had to make room for
	// others.
	Keys    int
	Evicted uint64
}

// Stats gives the current numbers.
func (a *Audit) Stats() Stats {
	var st Stats
	for name, s := range a.series.Load().byName {
		k := KeyStats{Name: name}
		k.Keys, k.Evicted = s.counts.size()
		st.Series = append(st.Series, k)
	}
	for name, m := range *a.monitors.Load() {
		for i := range m.counts {
			k := KeyStats{Name: name + " " + Metric(i).String()}
			k.Keys, k.Evicted = m.counts[i].size()
			st.Monitors = append(st.Monitors, k)
		}
	}
	for _, list := range [][]KeyStats{st.Series, st.Monitors} {
		sort.Slice(list, func(i, j int) bool { return list[i].Name < list[j].Name })
	}
	if r := a.replica; r != nil {
		st.Pending, st.Dropped = r.pending()
		st.StoreFailed, st.StoreSkipped = r.guard.Counts()
	}
	if s := a.sessions; s != nil {
		failed, skipped := s.guard.Counts()
		st.StoreFailed += failed
		st.StoreSkipped += skipped
	}
	return st
}
