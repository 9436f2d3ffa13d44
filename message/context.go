package message

import (
	"maps"
	"slices"
	"sync"
)

// ContextType selects one of the two dictionaries of context variables.
type ContextType int

const (
	ContextConn ContextType = 0 // of the connection
	ContextMess ContextType = 1 // of the message
)

// Valid reports whether t is one of the two.
func (t ContextType) Valid() bool { return t == ContextConn || t == ContextMess }

// ContextStore holds the two dictionaries of context variables. It must be
// safe for concurrent use.
type ContextStore interface {
	Get(t ContextType, key string) (string, bool)
	// Set stores value and reports whether it was not there before.
	Set(t ContextType, key, value string) bool
	// Delete takes the key away and reports whether it was there.
	Delete(t ContextType, key string) bool
	// Keys gives the keys in any order.
	Keys(t ContextType) []string
}

var _ snapshotter = (*MemoryContext)(nil)

// snapshotter is a store that gives a dictionary at once, as a map that
// belongs to the caller. Stores need not have it.
type snapshotter interface {
	Vars(t ContextType) map[string]string
}

// MemoryContext is a [ContextStore] in memory. The zero value is empty and
// ready to use; it must not be copied after that.
type MemoryContext struct {
	mu    sync.RWMutex
	dicts [2]map[string]string
}

// Get implements [ContextStore].
func (c *MemoryContext) Get(t ContextType, key string) (string, bool) {
	if !t.Valid() {
		return "", false
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	v, ok := c.dicts[t][key]
	return v, ok
}

// Set implements [ContextStore].
func (c *MemoryContext) Set(t ContextType, key, value string) bool {
	if !t.Valid() {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if old, ok := c.dicts[t][key]; ok && old == value {
		return false
	}
	if c.dicts[t] == nil {
		c.dicts[t] = map[string]string{}
	}
	c.dicts[t][key] = value
	return true
}

// Delete implements [ContextStore].
func (c *MemoryContext) Delete(t ContextType, key string) bool {
	if !t.Valid() {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	_, ok := c.dicts[t][key]
	delete(c.dicts[t], key)
	return ok
}

// Keys implements [ContextStore].
func (c *MemoryContext) Keys(t ContextType) []string {
	if !t.Valid() {
		return nil
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	keys := make([]string, 0, len(c.dicts[t]))
	for k := range c.dicts[t] {
		keys = append(keys, k)
	}
	return keys
}

// Vars gives a copy of a dictionary.
func (c *MemoryContext) Vars(t ContextType) map[string]string {
	if !t.Valid() {
		return nil
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	return maps.Clone(c.dicts[t])
}

// Context gives the store of the message's context variables.
func (m *Message) Context() ContextStore {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.contextStore()
}

func (m *Message) contextStore() ContextStore {
	if m.context == nil {
		m.context = &MemoryContext{}
	}
	return m.context
}

// SetContext makes the message use another store, such as that of its session.
func (m *Message) SetContext(s ContextStore) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.context = s
}

// ContextGet gives the value of a context variable and whether there is one.
func (m *Message) ContextGet(t ContextType, key string) (string, bool) {
	return m.Context().Get(t, key)
}

// ContextSet sets a context variable and reports whether that changed it.
func (m *Message) ContextSet(t ContextType, key, value string) bool {
	return m.Context().Set(t, key, value)
}

// ContextDelete deletes a context variable and reports whether there was one.
func (m *Message) ContextDelete(t ContextType, key string) bool {
	return m.Context().Delete(t, key)
}

// ContextKeys gives the names of the context variables, sorted.
func (m *Message) ContextKeys(t ContextType) []string {
	keys := m.Context().Keys(t)
	slices.Sort(keys)
	return keys
}

// ContextFirst gives the first name of a context variable in sorted order and
// whether there is one.
func (m *Message) ContextFirst(t ContextType) (string, bool) {
	return m.contextAfter(t, func(string) bool { return true })
}

// ContextNext gives the name after key in sorted order and whether there is
// one. The variable itself need not exist any more.
func (m *Message) ContextNext(t ContextType, key string) (string, bool) {
	return m.contextAfter(t, func(k string) bool { return k > key })
}

func (m *Message) contextAfter(t ContextType, ok func(string) bool) (least string, found bool) {
	for _, k := range m.Context().Keys(t) {
		if ok(k) && (!found || k < least) {
			least, found = k, true
		}
	}
	return least, found
}

// copyContext gives an independent store with the same variables.
func copyContext(from ContextStore) ContextStore {
	to := &MemoryContext{}
	if s, ok := from.(snapshotter); ok {
		to.dicts = [2]map[string]string{s.Vars(ContextConn), s.Vars(ContextMess)}
		return to
	}
	for _, t := range []ContextType{ContextConn, ContextMess} {
		for _, k := range from.Keys(t) {
			if v, ok := from.Get(t, k); ok {
				to.Set(t, k, v)
			}
		}
	}
	return to
}
