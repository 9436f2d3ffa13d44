package luavm

import (
	"errors"
	"fmt"

	lua "github.com/Shopify/go-lua"
)

// luaError is the Go panic that carries a Lua error whose value is on top of
// the stack.
type luaError struct {
	message  string // the value, if it is a string
	fatal    bool
	cause    error  // Go error or panic behind it, nil for a plain Lua error
	goStack  []byte // where the Go panic happened
	trace    string // where a fatal error happened
	overflow bool   // the stack has no room left
}

// Error serves hosts that call State.ProtectedCall themselves.
func (e *luaError) Error() string {
	switch {
	case e.message != "":
		return e.message
	case e.cause != nil:
		return e.cause.Error()
	}
	return "Lua error whose value is no string"
}

func (e *luaError) Unwrap() error { return e.cause }

// plain is the error of what carries nothing but its value.
var plain = &luaError{}

// raise panics with the value on top of the stack as a Lua error.
func (t *Thread) raise() {
	t.handle()
	message, _ := t.view.at(-1).(string)
	panic(&luaError{message: message})
}

// Raise raises the value on top of the stack, of any type, as a Lua error.
// It does not return.
func Raise(l *lua.State) {
	Of(l).raise()
}

// Throw raises a string as a Lua error, with the position "file:line: " of
// the function at level before it: 1 is the caller of the running Go
// function, 0 adds no position. It does not return.
func Throw(l *lua.State, level int, format string, a ...any) {
	t := Of(l)
	message := fmt.Sprintf(format, a...)
	if level > 0 {
		message = t.Position(level) + message
	}
	l.PushString(message)
	t.raise()
}

// RaiseFatal raises an error that no script can keep: pcall, xpcall and
// coroutine.resume raise it again until the outermost PCall of the host. It
// is for limits, ended contexts and os.exit. err is the Cause of the Error
// that PCall gives. It does not return.
func RaiseFatal(l *lua.State, err error) {
	t := Of(l)
	t.raiseFatal(err)
}

func (t *Thread) raiseFatal(err error) {
	t.faulty = true
	position := t.Position(0)
	if position == "" {
		position = t.Position(1)
	}
	t.L.PushString(position + err.Error())
	panic(&luaError{message: position + err.Error(), fatal: true, cause: err, trace: t.Traceback("", 0)})
}

// RaiseError raises what PCall gave again, on the same or another thread of
// the universe: the same value, fatal if it was. It does not return.
func RaiseError(l *lua.State, e *Error) {
	t := Of(l)
	t.L.PushLightUserData(e.raw)
	if !e.Fatal && e.Cause == nil {
		t.raise()
	}
	if e.Fatal {
		t.faulty = true
	}
	panic(&luaError{message: e.Message, fatal: e.Fatal, cause: e.Cause, goStack: e.GoStack, trace: e.Traceback})
}

// isLuaError tells whether a recovered value is an error of Lua, rather than
// a fault of Go code.
func isLuaError(r any) bool {
	switch r := r.(type) {
	case *luaError, lua.RuntimeError:
		return true
	case error:
		return r == lua.ErrorError || r == lua.SyntaxError || r == lua.MemoryError || errors.Is(r, lua.FileError)
	}
	return false
}
