package outbound

import (
	"container/heap"
	"time"

	"github.com/gomsys/gomsys/msys/delivery"
)

// lane is the mail for one binding and domain.
type lane struct {
	key      delivery.Key
	waiting  entries
	running  int           // attempts that go on
	limit    int           // of them
	gap      time.Duration // from the start of one attempt to the next
	next     time.Time     // earliest start of the next
	counters delivery.Counters
	index    int // in the lanes, -1 if nothing can start
}

// due gives when the lane's next attempt can start; ok is false if none can.
func (l *lane) due() (at time.Time, ok bool) {
	if len(l.waiting) == 0 || l.running >= l.limit {
		return time.Time{}, false
	}
	at = l.waiting[0].record.Next
	if l.next.After(at) {
		at = l.next
	}
	return at, true
}

// take begins an attempt with the first message.
func (l *lane) take(now time.Time) *entry {
	l.running++
	if now.After(l.next) {
		l.next = now
	}
	l.next = l.next.Add(l.gap)
	return heap.Pop(&l.waiting).(*entry)
}

// learn sets the limits that a plan has.
func (l *lane) learn(p delivery.Plan, o *Options) {
	l.limit, l.gap = o.Connections, 0
	if n := p.Options["max_outbound_connections"]; n > 0 {
		l.limit = int(min(n, int64(o.MaxConcurrent)))
	}
	if n := p.Options["outbound_throttle_messages"]; n > 0 {
		l.gap = time.Hour / time.Duration(n)
	}
}

// entries are messages by the time of their next attempt.
type entries []*entry

func (e entries) Len() int { return len(e) }

func (e entries) Less(i, j int) bool {
	a, b := &e[i].record, &e[j].record
	if a.Next.Equal(b.Next) {
		return e[i].id < e[j].id
	}
	return a.Next.Before(b.Next)
}

func (e entries) Swap(i, j int) { e[i], e[j] = e[j], e[i] }
func (e *entries) Push(x any)   { *e = append(*e, x.(*entry)) }

func (e *entries) Pop() any {
	last := len(*e) - 1
	x := (*e)[last]
	(*e)[last] = nil
	*e = (*e)[:last]
	return x
}

// lanes are those in which something can start, by when.
type lanes struct{ list []*lane }

func (s *lanes) Len() int { return len(s.list) }

func (s *lanes) Less(i, j int) bool {
	a, _ := s.list[i].due()
	b, _ := s.list[j].due()
	return a.Before(b)
}

func (s *lanes) Swap(i, j int) {
	s.list[i], s.list[j] = s.list[j], s.list[i]
	s.list[i].index, s.list[j].index = i, j
}

func (s *lanes) Push(x any) {
	l := x.(*lane)
	l.index = len(s.list)
	s.list = append(s.list, l)
}

func (s *lanes) Pop() any {
	last := len(s.list) - 1
	l := s.list[last]
	s.list[last] = nil
	s.list = s.list[:last]
	l.index = -1
	return l
}

// changed puts a lane where it belongs after a change.
func (s *lanes) changed(l *lane) {
	_, ready := l.due()
	switch {
	case ready && l.index < 0:
		heap.Push(s, l)
	case ready:
		heap.Fix(s, l.index)
	case l.index >= 0:
		heap.Remove(s, l.index)
	}
}
