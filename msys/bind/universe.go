package bind

import (
	"reflect"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/internal/luavm"
)

// universe is what bind keeps for all states of one Lua universe. It is
// touched only by the goroutine that runs one of them.
type universe struct {
	modules []*Module
	openers map[string][]opener
	opened  map[string]bool
	classes map[*Class]*classData
	byName  map[string]*classData
	byType  map[reflect.Type]*classData
	calls   []*Call // finished calls, to be used again
	warned  map[string]bool
}

func universeOf(t *luavm.Thread) *universe {
	if u, ok := t.U.Ext.(*universe); ok {
		return u
	}
	u := &universe{
		openers: map[string][]opener{},
		opened:  map[string]bool{},
		classes: map[*Class]*classData{},
		byName:  map[string]*classData{},
		byType:  map[reflect.Type]*classData{},
		warned:  map[string]bool{},
	}
	t.U.Ext = u
	return u
}

func (u *universe) call() *Call {
	if n := len(u.calls); n > 0 {
		c := u.calls[n-1]
		u.calls = u.calls[:n-1]
		return c
	}
	return new(Call)
}

func (u *universe) done(c *Call) {
	*c = Call{}
	u.calls = append(u.calls, c)
}

// maxWarnings bounds the memory of warnOnce; further places are silent.
const maxWarnings = 1000

func warnOnce(t *luavm.Thread, where, text string) {
	u := universeOf(t)
	key := where + "\x00" + text
	if u.warned[key] || len(u.warned) >= maxWarnings {
		return
	}
	u.warned[key] = true
	e := envOf(t)
	if where != "" {
		text += " at " + where
	}
	e.Log().WarnContext(e.Ctx(), text, "module", e.Module, "callout", e.Callout)
}

// WarnOnce writes a warning once per text in the Lua universe of l.
func WarnOnce(l *lua.State, text string) { warnOnce(luavm.Of(l), "", text) }
