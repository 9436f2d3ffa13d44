package adaptive

import (
	"math"
	"sync"
	"time"
)

// ages knows since when bindings are in use.
type ages struct {
	mu      sync.Mutex
	born    map[string]time.Time
	changed map[string]bool // since they were last saved
}

// maxAge is the age of bindings with ForceMaxBindingAge.
const maxAge = math.MaxInt32 * time.Second

func newAges() *ages { return &ages{born: map[string]time.Time{}, changed: map[string]bool{}} }

func (a *ages) set(binding string, born time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.born[binding] = born
	a.changed[binding] = true
}

// of gives when a binding was born: now, if it was not known.
func (a *ages) of(binding string, now time.Time) time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	born, ok := a.born[binding]
	if !ok {
		born = now
		a.born[binding] = born
		a.changed[binding] = true
	}
	return born
}

// Warmup sets the age of a binding, from which functions of rules work out its
// limits. A binding that is not set is as old as its first use.
func (e *Engine) Warmup(binding string, age time.Duration) {
	e.ages.set(binding, e.now().Add(-max(age, 0)))
}

// Age gives the age of a binding.
func (e *Engine) Age(binding string) time.Duration {
	age, _ := e.age(binding, e.now())
	return age
}

func (e *Engine) age(binding string, now time.Time) (age time.Duration, born time.Time) {
	born = e.ages.of(binding, now)
	if e.o.ForceMaxBindingAge {
		return maxAge, born
	}
	return max(now.Sub(born), 0), born
}
