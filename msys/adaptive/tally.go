package adaptive

import "time"

// tally counts mail over the last period, and up to a part in tallySlots of it
// more.
type tally struct{ slots []tallySlot }

const tallySlots = 12

type tallySlot struct {
	index    int64 // of the part of the period, since 1970
	good     int64 // deliveries
	failures int64
	classes  []classCount
}

// class is a bounce class or a category of feedback.
type class struct {
	bounce   int
	feedback string
}

type classCount struct {
	class class
	n     int64
}

func slotAt(now time.Time, period time.Duration) int64 {
	return now.UnixNano() / int64(max(period/tallySlots, 1))
}

// slot gives the current slot; those that are past are dropped.
func (t *tally) slot(now time.Time, period time.Duration) *tallySlot {
	at := slotAt(now, period)
	if n := len(t.slots); n > 0 && t.slots[n-1].index >= at {
		return &t.slots[n-1]
	}
	past := 0
	for past < len(t.slots) && t.slots[past].index < at-tallySlots {
		past++
	}
	t.slots = append(t.slots[:0], t.slots[past:]...)
	t.slots = append(t.slots, tallySlot{index: at})
	return &t.slots[len(t.slots)-1]
}

func (s *tallySlot) add(c class, n int64) {
	for i := range s.classes {
		if s.classes[i].class == c {
			s.classes[i].n += n
			return
		}
	}
	s.classes = append(s.classes, classCount{c, n})
}

// sum adds up the period: all mail, and that of some classes.
func (t *tally) sum(now time.Time, period time.Duration, classes []class) (good, failures, matching int64) {
	from := slotAt(now, period) - tallySlots
	for i := range t.slots {
		s := &t.slots[i]
		if s.index < from {
			continue
		}
		good += s.good
		failures += s.failures
		for _, c := range s.classes {
			for _, want := range classes {
				if c.class == want {
					matching += c.n
				}
			}
		}
	}
	return good, failures, matching
}
