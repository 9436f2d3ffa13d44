package counter

import (
	"runtime"
	"sync/atomic"
	"time"
	"unsafe"
)

// Semantics says how a counter keeps its value. The numbers are those that
// scripts see and stay as they are.
type Semantics int

const (
	// Strict keeps the value in one word.
	Strict Semantics = 0
	// Relaxed spreads updates over several words that a read sums up.
	Relaxed Semantics = 1
)

// String gives "strict" or "relaxed".
func (s Semantics) String() string {
	if s == Relaxed {
		return "relaxed"
	}
	return "strict"
}

// Counter is one counter, made by [Registry.Open]. It stays usable for ever,
// also after its path was unlinked. All methods may be called concurrently.
type Counter struct {
	v     atomic.Int64
	cells *cells // nil for a strict counter
	path  string
	clock Clock
	reset atomic.Int64 // Unix time in nanoseconds
}

// Path gives the path that the counter was opened under.
func (c *Counter) Path() string { return c.path }

// Semantics gives how the counter keeps its value.
func (c *Counter) Semantics() Semantics {
	if c.cells != nil {
		return Relaxed
	}
	return Strict
}

// Add adds n, which may be negative. A sum beyond the range of an int64 wraps
// around.
func (c *Counter) Add(n int64) {
	if c.cells != nil {
		c.cells.add(n)
		return
	}
	c.v.Add(n)
}

// Load gives the value.
func (c *Counter) Load() int64 {
	if c.cells != nil {
		return c.cells.sum()
	}
	return c.v.Load()
}

// Reset sets the value to zero and the reset time to now. An Add that runs at
// the same time counts before or after it.
func (c *Counter) Reset() {
	if c.cells != nil {
		c.cells.clear()
	} else {
		c.v.Store(0)
	}
	c.reset.Store(c.clock.Now().UnixNano())
}

// ResetTime gives when the counter was made or last reset.
func (c *Counter) ResetTime() time.Time { return time.Unix(0, c.reset.Load()) }

// Info gives the counter's current state.
func (c *Counter) Info() Info {
	return Info{Path: c.path, Value: c.Load(), ResetTime: c.ResetTime(), Semantics: c.Semantics()}
}

// Info describes a counter at one moment.
type Info struct {
	// Path is the counter's name.
	Path string
	// Value is its count.
	Value int64
	// ResetTime is when it was made or last reset.
	ResetTime time.Time
	// Semantics is how it keeps its value.
	Semantics Semantics
}

// cell is padded to two cache lines, because processors fetch lines in pairs.
type cell struct {
	v atomic.Int64
	_ [120]byte
}

// cells is the value of a relaxed counter.
type cells struct {
	seed  atomic.Uint64
	shift uint
	cell  []cell
	_     [88]byte
	// misses counts lost races; it is written only after one.
	misses atomic.Uint64
}

func newCells() *cells {
	n, shift := 8, uint(61)
	for n < 4*runtime.GOMAXPROCS(0) && n < 1024 {
		n, shift = n*2, shift-1
	}
	return &cells{cell: make([]cell, n), shift: shift}
}

// place picks the calling goroutine's cell. Goroutines have stacks of their
// own, so the address of a local variable tells them apart without any
// state; it is used as a number only.
func (s *cells) place(seed uint64) *cell {
	var local byte
	h := uint64(uintptr(unsafe.Pointer(&local))>>11) + seed
	return &s.cell[h*0x9E3779B97F4A7C15>>s.shift]
}

func (s *cells) add(n int64) {
	seed := s.seed.Load()
	c := &s.place(seed).v
	if old := c.Load(); c.CompareAndSwap(old, old+n) {
		return
	}
	// Two goroutines share a cell. Placing all of them anew mostly ends
	// that; where it cannot, it must not become a contended word itself.
	if m := s.misses.Add(1); m < 256 || m%1024 == 0 {
		s.seed.CompareAndSwap(seed, seed+m)
	}
	s.place(s.seed.Load()).v.Add(n)
}

func (s *cells) sum() (total int64) {
	for i := range s.cell {
		total += s.cell[i].v.Load()
	}
	return total
}

func (s *cells) clear() {
	for i := range s.cell {
		s.cell[i].v.Swap(0)
	}
}
