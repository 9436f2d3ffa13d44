package msys

import (
	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/internal/luavm"
	"github.com/gomsys/gomsys/msys/bind"
)

// installTLS makes the globals _TLS and _OSTLS. _OSTLS is a table of the loop.
// _TLS stands for the table of the running session, so it is a proxy; outside
// of a session it lasts for one invocation.
func (lp *loop) installTLS(l *lua.State) {
	l.NewTable()
	lp.ostls = bind.RefAt(l, -1)
	l.SetGlobal("_OSTLS")

	l.NewTable()
	l.CreateTable(0, 4)
	set := func(name string, f lua.Function) {
		l.PushString(name)
		l.PushGoFunction(luavm.Guard(f))
		l.RawSet(-3)
	}
	set("__index", func(l *lua.State) int {
		lp.pushTLS(l)
		l.PushValue(2)
		l.RawGet(-2)
		return 1
	})
	set("__newindex", func(l *lua.State) int {
		l.SetTop(3)
		lp.pushTLS(l)
		l.Replace(1)
		l.RawSet(1)
		return 0
	})
	set("__pairs", func(l *lua.State) int {
		l.Global("next")
		lp.pushTLS(l)
		l.PushNil()
		return 3
	})
	set("__len", func(l *lua.State) int {
		lp.pushTLS(l)
		l.PushInteger(l.RawLength(-1))
		return 1
	})
	l.SetMetaTable(-2)
	l.SetGlobal("_TLS")
}

// pushTLS pushes the table that _TLS stands for.
func (lp *loop) pushTLS(l *lua.State) {
	env := bind.EnvOf(l)
	if s, ok := env.Session.(*Session); ok {
		if s.tls.IsNil() {
			l.NewTable()
			s.tls = bind.RefAt(l, -1)
			return
		}
		s.tls.Push(l)
		return
	}
	owner, ok := env.Owner.(*lockOwner)
	if !ok {
		l.NewTable()
		return
	}
	if owner.tls.IsNil() {
		l.NewTable()
		owner.tls = bind.RefAt(l, -1)
		return
	}
	owner.tls.Push(l)
}
