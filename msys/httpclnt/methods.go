package httpclnt

import (
	"errors"
	"fmt"
	"strings"
	"sync"
)

// ErrMethodExists is for a delivery method that is registered already.
var ErrMethodExists = errors.New("httpclnt: delivery method is registered already")

// Methods has the delivery methods over HTTP by name: those that a host
// registers, and those that scripts do with msys.http_lua. It is safe for
// concurrent use.
type Methods struct {
	options func(method string) Options

	mu      sync.Mutex
	methods map[string]*method
}

// method is one delivery method. Scripts that are loaded anew register theirs
// again before the old ones end: the last counts.
type method struct {
	driver  *Driver
	entries []methodEntry
}

type methodEntry struct {
	owner   any // the event loop; nil for the host
	handler Handler
	lua     *luaMethod // whose handler it is; nil for the host's
}

// NewMethods makes an empty registry. options gives the options of a method's
// driver, whose Handler is not used; nil gives the defaults for all.
func NewMethods(options func(method string) Options) *Methods {
	if options == nil {
		options = func(string) Options { return Options{} }
	}
	return &Methods{options: options, methods: map[string]*method{}}
}

// Register defines a delivery method in Go. The name's case does not count.
// A second one of the same name gives [ErrMethodExists].
func (ms *Methods) Register(name string, h Handler) error {
	return ms.register(name, methodEntry{handler: h})
}

func (ms *Methods) register(name string, entry methodEntry) error {
	name = strings.ToLower(name)
	ms.mu.Lock()
	defer ms.mu.Unlock()
	m := ms.methods[name]
	if m == nil {
		m = &method{}
		ms.methods[name] = m
	}
	for _, e := range m.entries {
		if e.owner == entry.owner || e.owner == nil {
			return fmt.Errorf("%w: %s", ErrMethodExists, name)
		}
	}
	m.entries = append(m.entries, entry)
	return nil
}

// luaMethod gives the table that a script registered last under a name, nil if
// there is none.
func (ms *Methods) luaMethod(name string) *luaMethod {
	ms.mu.Lock()
	defer ms.mu.Unlock()
	if m := ms.methods[strings.ToLower(name)]; m != nil && len(m.entries) > 0 {
		return m.entries[len(m.entries)-1].lua
	}
	return nil
}

// end drops the methods of an event loop.
func (ms *Methods) end(owner any) {
	ms.mu.Lock()
	defer ms.mu.Unlock()
	for _, m := range ms.methods {
		kept := m.entries[:0:0]
		for _, e := range m.entries {
			if e.owner != owner {
				kept = append(kept, e)
			}
		}
		m.entries = kept
	}
}

// Driver gives the driver of a method, and whether there is one. It stays the
// same while scripts are loaded anew.
func (ms *Methods) Driver(name string) (*Driver, bool) {
	name = strings.ToLower(name)
	ms.mu.Lock()
	defer ms.mu.Unlock()
	m := ms.methods[name]
	if m == nil || len(m.entries) == 0 {
		return nil, false
	}
	if m.driver == nil {
		o := ms.options(name)
		o.Handler = m.forward(ms)
		o.Handler.Unreachable = m.entries[len(m.entries)-1].handler.Unreachable
		m.driver = NewDriver(o)
	}
	return m.driver, true
}

// Names gives the names of the methods, in no order.
func (ms *Methods) Names() []string {
	ms.mu.Lock()
	defer ms.mu.Unlock()
	var names []string
	for name, m := range ms.methods {
		if len(m.entries) > 0 {
			names = append(names, name)
		}
	}
	return names
}

// Close ends the connections of all drivers that wait for a request.
func (ms *Methods) Close() error {
	ms.mu.Lock()
	defer ms.mu.Unlock()
	for _, m := range ms.methods {
		if m.driver != nil {
			m.driver.Close()
		}
	}
	return nil
}
