package luavm

import (
	"fmt"

	lua "github.com/Shopify/go-lua"
)

// Error is a Lua error that ended a call of the host.
type Error struct {
	// Value is the error value as State.ToValue gives it.
	Value any
	// Message is the error as tostring prints it; for a string, the string.
	Message string
	// Traceback tells where the error happened, as debug.traceback prints it.
	Traceback string
	// Fatal is set for errors of RaiseFatal and of limits.
	Fatal bool
	// Cause is the Go error or panic behind the error, if any.
	Cause error
	// GoStack is the Go stack of a panic behind the error, if any.
	GoStack []byte

	raw any
}

// Error gives the message.
func (e *Error) Error() string { return e.Message }

// Unwrap gives the cause, so that errors.Is and errors.As see it.
func (e *Error) Unwrap() error { return e.Cause }

// PCall calls the function below the nargs arguments on top of the stack, as
// State.Call does, and never panics: Lua errors of any value, limits, Go
// panics of any type and faults of the virtual machine come back as the
// Error. It leaves nresults results (lua.MultipleReturns for all), or nothing
// if there is an error.
func (t *Thread) PCall(nargs, nresults int) *Error {
	t.updateMetaTables()
	t.L.PushLightUserData(t.U.entry)
	t.L.Insert(-nargs - 2)
	handlerBefore, traceBefore := t.handler, t.trace
	t.handler, t.trace = handler{kind: handlerHost}, ""
	t.depth++
	failure := t.protect(nargs+1, nresults)
	t.handler = handlerBefore
	var e *Error
	if failure != nil {
		e = t.newError(failure)
	}
	t.depth--
	t.trace = traceBefore
	if t.depth == 0 && t.co == nil {
		t.U.reap()
		t.U.next.forget()
		t.prune()
		t.wipe()
	}
	return e
}

// newError takes the error value from the stack.
func (t *Thread) newError(failure *luaError) *Error {
	e := &Error{
		Value: t.L.ToValue(-1), raw: t.view.at(-1), Traceback: t.trace,
		Fatal: failure.fatal, Cause: failure.cause, GoStack: failure.goStack,
	}
	if failure.trace != "" {
		e.Traceback = failure.trace
	}
	e.Message = t.display()
	return e
}

// display pops a value and gives it as tostring does; an error meanwhile
// gives a text that says so.
func (t *Thread) display() string {
	switch v := t.view.at(-1).(type) {
	case string:
		t.L.Pop(1)
		return v
	case float64, bool, nil:
		return t.popString()
	}
	t.handler = handler{}
	t.L.PushGoFunction(func(l *lua.State) int { ToStringMeta(l, 1); return 1 })
	t.L.Insert(-2)
	if t.protect(1, 1) != nil {
		t.L.Pop(1)
		return "(error object that cannot be converted to a string)"
	}
	return t.popString()
}

func (t *Thread) popString() string {
	text := FormatValue(t.view.at(-1))
	t.L.Pop(1)
	return text
}

// go-lua takes the index of an error function for a place in the whole stack,
// not in the frame, so callInfo.function is added to it.

// protect calls the function below the nargs arguments on top in protected
// mode. It leaves the results or, if it gives an error, the error value.
func (t *Thread) protect(nargs, nresults int) *luaError {
	l := t.L
	at := l.Top() - nargs
	l.PushLightUserData(t.U.onError)
	l.Insert(at)
	t.changed = false
	err := l.ProtectedCall(nargs, nresults, t.view.callInfo.function+at)
	l.Remove(at)
	if err == nil {
		return nil
	}
	return t.caught(err)
}

// overflow is the error of a stack that has no room left for handlers.
var overflow = &luaError{overflow: true}

// caught looks at an error that ProtectedCall gave and puts the value on top
// of the stack right.
func (t *Thread) caught(err error) *luaError {
	t.shrink()
	if t.changed {
		t.changed = false
		if _, isString := err.(lua.RuntimeError); isString {
			t.view.pop()
			t.L.PushLightUserData(t.result)
		}
		t.result = nil
	}
	switch e := err.(type) {
	case *luaError:
		return e
	case lua.RuntimeError:
		return plain
	}
	switch err {
	case lua.ErrorError:
		if t.inHandler == 0 {
			t.view.pop()
			t.L.PushString("stack overflow")
		}
		return overflow
	case lua.SyntaxError, lua.MemoryError, lua.FileError:
		return plain
	}
	t.view.pop()
	t.L.PushString(fmt.Sprintf("gomsys: Go panic: %v", err))
	return &luaError{cause: err}
}

// LuaPCall is the pcall of the standard library.
func LuaPCall(l *lua.State) int {
	t := Of(l)
	if l.Top() == 0 {
		Throw(l, 1, "bad argument #1 to 'pcall' (value expected)")
	}
	l.PushLightUserData(t.U.onError)
	l.Insert(1)
	return t.finishPCall(handler{})
}

// LuaXPCall is the xpcall of the standard library.
func LuaXPCall(l *lua.State) int {
	t := Of(l)
	if l.Top() < 2 {
		Throw(l, 1, "bad argument #2 to 'xpcall' (value expected)")
	}
	h := handler{kind: handlerLua, fn: t.view.at(2)}
	l.Copy(1, 2)
	l.PushLightUserData(t.U.onError)
	l.Replace(1)
	return t.finishPCall(h)
}

// finishPCall calls the function at index 2 with what is above it and the
// error function at index 1, and puts true or false in front of the outcome.
func (t *Thread) finishPCall(h handler) int {
	l, before := t.L, t.handler
	t.handler, t.changed = h, false
	err := l.ProtectedCall(l.Top()-2, lua.MultipleReturns, t.view.callInfo.function+1)
	t.handler = before
	if err != nil {
		if e := t.caught(err); e.fatal {
			panic(e)
		}
	}
	l.PushBoolean(err == nil)
	l.Replace(1)
	return l.Top()
}

// Try calls the function below the nargs arguments on top as pcall does, for
// functions that go on after an error. It leaves the results and is true, or
// the error value and is false. Fatal errors go through it.
func (t *Thread) Try(nargs, nresults int) bool {
	before := t.handler
	t.handler = handler{}
	failure := t.protect(nargs, nresults)
	t.handler = before
	if failure != nil && failure.fatal {
		panic(failure)
	}
	return failure == nil
}
