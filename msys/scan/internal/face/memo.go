package face

import (
	"runtime"
	"sync"
	"weak"

	"github.com/gomsys/gomsys/message"
)

// Memo keeps a value for each message as long as that is in use. The zero
// value is ready to use, by any number of goroutines.
type Memo[T any] struct {
	mu     sync.Mutex
	values map[weak.Pointer[message.Message]]T
}

// Get gives the value of m and whether there is one.
func (o *Memo[T]) Get(m *message.Message) (T, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	v, ok := o.values[weak.Make(m)]
	return v, ok
}

// Set keeps a value for m.
func (o *Memo[T]) Set(m *message.Message, v T) {
	key := weak.Make(m)
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.values == nil {
		o.values = map[weak.Pointer[message.Message]]T{}
	}
	if _, known := o.values[key]; !known {
		runtime.AddCleanup(m, o.forget, key)
	}
	o.values[key] = v
}

func (o *Memo[T]) forget(key weak.Pointer[message.Message]) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.values, key)
}
