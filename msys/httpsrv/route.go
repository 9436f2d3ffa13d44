package httpsrv

import (
	"slices"
	"strings"
	"sync"

	"github.com/gomsys/gomsys/msys/bind"
)

// route is a registered function.
type route struct {
	method   string // "" is every method
	endpoint string // without the slash at its end
	function bind.Ref
	module   string // the script that registered it
	runner   bind.Runner
}

// matches reports whether a request is for the route.
func (r *route) matches(method, path string) bool {
	if r.method != "" && r.method != method {
		return false
	}
	rest, ok := strings.CutPrefix(path, r.endpoint)
	return ok && (rest == "" || rest[0] == '/')
}

// group are the routes of one event loop, in the order of their registration.
type group struct {
	runner bind.Runner
	routes []*route
}

// routes has the groups of all event loops. That of the oldest loop answers:
// younger ones belong to scripts that are being loaded, until the old loop
// is retired.
type routes struct {
	mu     sync.RWMutex
	groups map[bind.Runner]*group
	order  []*group
}

// retiring is what an event loop may offer: f is called once when other loops
// have taken its place, before it ends.
type retiring interface{ OnRetire(f func()) }

// add registers a route. One of the same method and endpoint is replaced.
func (t *routes) add(r *route) {
	t.mu.Lock()
	g := t.groups[r.runner]
	made := g == nil
	if made {
		g = &group{runner: r.runner}
		t.groups[r.runner] = g
		t.order = append(t.order, g)
	}
	same := func(o *route) bool { return o.method == r.method && o.endpoint == r.endpoint }
	if i := slices.IndexFunc(g.routes, same); i >= 0 {
		g.routes[i] = r
	} else {
		g.routes = append(g.routes, r)
	}
	t.mu.Unlock()
	if loop, ok := r.runner.(retiring); made && ok {
		loop.OnRetire(func() { t.end(r.runner) })
	}
}

// end forgets the routes of an event loop.
func (t *routes) end(runner bind.Runner) {
	t.mu.Lock()
	defer t.mu.Unlock()
	g := t.groups[runner]
	delete(t.groups, runner)
	t.order = slices.DeleteFunc(t.order, func(o *group) bool { return o == g })
}

// find gives the first route for a request, nil if there is none.
func (t *routes) find(method, path string) *route {
	t.mu.RLock()
	defer t.mu.RUnlock()
	if len(t.order) == 0 {
		return nil
	}
	for _, r := range t.order[0].routes {
		if r.matches(method, path) {
			return r
		}
	}
	return nil
}
