package msys

import (
	"sync"
	"time"

	"github.com/gomsys/gomsys/msys/bind"
)

// sharedValues are what msys.shareSet keeps: values that all scripts of the
// process see, on every loop, also after a reload.
type sharedValues struct {
	mu     sync.RWMutex
	values map[string]any
	last   map[string]time.Time // when what is throttled was done
}

// maxShared bounds the number of shared values.
const maxShared = 1 << 20

func (s *sharedValues) set(key string, v any) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.values == nil {
		s.values = map[string]any{}
	}
	if _, ok := s.values[key]; !ok && len(s.values) >= maxShared {
		return false
	}
	s.values[key] = v
	return true
}

// due reports whether the last time for key is at least d ago, and if so notes
// now as the last.
func (s *sharedValues) due(now time.Time, key string, d time.Duration) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if last, ok := s.last[key]; ok && now.Sub(last) < d {
		return false
	}
	if s.last == nil || len(s.last) >= maxShared {
		s.last = map[string]time.Time{}
	}
	s.last[key] = now
	return true
}

func (rt *Runtime) shareFuncs() []bind.Func {
	return []bind.Func{
		{
			Name: "shareSet", Params: "key:string, value:string|number|boolean", Returns: "boolean", Phases: bind.Any,
			Doc: "Keeps a value that all scripts of the process can read with shareGet, and tells whether it was stored.",
			Fn: func(c *bind.Call) int {
				key := c.String(1)
				switch v := bind.Go(c.L, c.Index(2)).(type) {
				case string, float64, bool:
					return c.PushBool(rt.shared.set(key, v))
				}
				c.ArgError(2, "string, number or boolean expected")
				return 0
			},
		},
		{
			Name: "shareGet", Params: "key:string", Returns: "string|number|boolean|nil", Phases: bind.Any,
			Doc: "Gives the value that shareSet kept, nil if there is none.",
			Fn: func(c *bind.Call) int {
				rt.shared.mu.RLock()
				v := rt.shared.values[c.String(1)]
				rt.shared.mu.RUnlock()
				return c.Push(v)
			},
		},
		{
			Name: "shareUnset", Params: "key:string", Phases: bind.Any,
			Doc: "Forgets the value of shareSet.",
			Fn: func(c *bind.Call) int {
				key := c.String(1)
				rt.shared.mu.Lock()
				delete(rt.shared.values, key)
				rt.shared.mu.Unlock()
				return 0
			},
		},
	}
}
