package luavm

import (
	"fmt"
	"runtime/debug"

	lua "github.com/Shopify/go-lua"
)

// Guard wraps a Go function so that a Go panic in it becomes a Lua error
// "gomsys: Go panic in 'name': …". The panic and its Go stack are kept for the
// Error of PCall. Lua errors pass unchanged.
func Guard(f lua.Function) lua.Function {
	return func(l *lua.State) int {
		defer catchFault(l)
		return f(l)
	}
}

// catchFault is deferred by guarded functions.
func catchFault(l *lua.State) {
	r := recover()
	if r == nil { // no panic, or the goroutine is ending
		return
	}
	if isLuaError(r) {
		panic(r)
	}
	stack := debug.Stack()
	t := Of(l)
	name := t.callee()
	cause := panicCause(r)
	message := l.PushString(fmt.Sprintf("%sgomsys: Go panic in '%s': %v", t.Position(1), name, cause))
	t.handle()
	panic(&luaError{message: message, cause: cause, goStack: stack})
}

// panicCause gives a recovered value as an error.
func panicCause(r any) error {
	if err, ok := r.(error); ok {
		return err
	}
	return fmt.Errorf("%v", r)
}

// callee gives the best name for the running Go function.
func (t *Thread) callee() string {
	if name, _ := t.FunctionName(0); name != "" && name != "?" {
		return name
	}
	if f, ok := t.Frame(0); ok {
		if name := t.U.GlobalName(f.Function()); name != "" {
			return name
		}
	}
	return "?"
}
