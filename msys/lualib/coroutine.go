package lualib

import (
	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/internal/luavm"
)

// openCoroutine leaves the table coroutine on the stack.
func openCoroutine(l *lua.State, _ *Options) int {
	l.NewTable()
	register(l, map[string]lua.Function{
		"create":      coroutineCreate,
		"isyieldable": coroutineIsYieldable,
		"resume":      coroutineResume,
		"running":     coroutineRunning,
		"status":      coroutineStatus,
		"wrap":        coroutineWrap,
		"yield":       luavm.LuaYield,
	})
	return 1
}

func coroutineCreate(l *lua.State) int {
	args{l, "coroutine.create"}.luaFunction(1)
	l.SetTop(1)
	luavm.Of(l).NewCoroutine()
	return 1
}

func (a args) luaFunction(i int) {
	if !a.l.IsFunction(i) {
		a.fail(i, "Lua function expected")
	}
}

func (a args) thread(t *luavm.Thread, i int) any {
	if !a.l.IsThread(i) {
		a.fail(i, "coroutine expected")
	}
	return t.Value(i)
}

func coroutineResume(l *lua.State) int {
	t := luavm.Of(l)
	n, ok := t.Resume(args{l, "coroutine.resume"}.thread(t, 1), l.Top()-1)
	l.PushBoolean(ok)
	l.Insert(-n - 1)
	return n + 1
}

func coroutineWrap(l *lua.State) int {
	args{l, "coroutine.wrap"}.luaFunction(1)
	l.SetTop(1)
	t := luavm.Of(l)
	t.NewCoroutine()
	co := t.Pop()
	l.PushGoFunction(func(l *lua.State) int {
		return luavm.Of(l).ResumeWrapped(co, l.Top())
	})
	return 1
}

func coroutineRunning(l *lua.State) int {
	l.PushBoolean(luavm.Of(l).PushRunning())
	return 2
}

func coroutineIsYieldable(l *lua.State) int {
	l.PushBoolean(luavm.Of(l).Running() != nil)
	return 1
}

func coroutineStatus(l *lua.State) int {
	t := luavm.Of(l)
	co := t.U.Coroutine(args{l, "coroutine.status"}.thread(t, 1))
	switch {
	case co != nil:
		l.PushString(co.Status().String())
	case t.Running() == nil:
		l.PushString("running")
	default:
		l.PushString("normal")
	}
	return 1
}
