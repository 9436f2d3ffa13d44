package lualib

import (
	"context"
	"io"
	"io/fs"
	"os"
	"time"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/internal/luavm"
	"github.com/gomsys/gomsys/msys/dialect"
)

// Options says what the library may reach and where it stops. nil and the
// zero value are the defaults.
type Options struct {
	// Roots are the directories that require, dofile and loadfile read
	// scripts from, in order. Nothing outside is read. If nil, require looks
	// in the current directory, and dofile and loadfile read any file.
	Roots []fs.FS

	// Print takes a line that print or debug.output writes, without its end,
	// on the state that runs. If nil, lines go to standard output.
	Print func(l *lua.State, line string)

	// Hostname is what gethostname gives. If empty, os.Hostname.
	Hostname string

	// AllowExec lets scripts start programs: os.execute and io.popen.
	AllowExec bool

	// AllowExit lets os.exit end the process.
	AllowExit bool

	// MaxString limits the length in bytes of a string that a script makes.
	// If zero, 64 MiB.
	MaxString int

	// PatternSteps limits the steps of one search for a pattern. If zero,
	// [pattern.DefaultSteps].
	PatternSteps int

	// MaxCoroutines limits the coroutines that are suspended at once. If
	// zero, 10,000; negative means no limit.
	MaxCoroutines int

	// Clock tells the time. If nil, time.Now.
	Clock func() time.Time

	// Location is the local time of os.date and os.time. If nil, time.Local.
	Location *time.Location

	// Stdin, Stdout and Stderr are the standard files of the io library. If
	// nil, those of the process.
	Stdin          io.Reader
	Stdout, Stderr io.Writer

	// Open opens a file for the io library. mode is "r", "r+", "w", "w+",
	// "a" or "a+", as for fopen. If nil, files are those of the system, and
	// Remove, Rename and TempFile are not used.
	Open func(name, mode string) (File, error)

	// Remove is os.remove. If nil, it is not permitted.
	Remove func(name string) error

	// Rename is os.rename. If nil, it is not permitted.
	Rename func(from, to string) error

	// TempFile makes a new file for os.tmpname and io.tmpfile and tells its
	// name. If nil, they are not permitted.
	TempFile func() (name string, f File, err error)

	// Block runs wait, which blocks until something happens, so that other
	// work of the Lua universe can go on meanwhile. If nil, wait is called
	// with a background context.
	Block func(l *lua.State, wait func(ctx context.Context) error) error
}

// withDefaults gives o with every function and name set.
func (o *Options) withDefaults() *Options {
	var full Options
	if o != nil {
		full = *o
	}
	if full.Print == nil {
		out := full.stdout()
		full.Print = func(_ *lua.State, line string) { io.WriteString(out, line+"\n") }
	}
	if full.Hostname == "" {
		full.Hostname, _ = os.Hostname()
	}
	full.MaxString = full.maxString()
	return &full
}

// block waits as Block says.
func (o *Options) block(l *lua.State, wait func(ctx context.Context) error) error {
	if o.Block == nil {
		return wait(context.Background())
	}
	return o.Block(l, wait)
}

// Open opens the whole library on a state: globals, string, table, math, os,
// io, debug, coroutine, package, bit32, thread and buffer. Only the first of
// options counts; without any, or with nil, the defaults apply. It is called
// once for a Lua universe; panics of go-lua for a broken state pass through.
func Open(l *lua.State, options ...*Options) {
	var given *Options
	if len(options) > 0 {
		given = options[0]
	}
	o := given.withDefaults()
	t := luavm.Of(l)
	t.U.MaxCoroutines = o.MaxCoroutines
	dialect.HiddenIndex(l)
	t.U.SetHiddenIndex(t.Pop())
	dialect.SetMaxString(l, o.MaxString)
	for _, lib := range []struct {
		name string
		open func(*lua.State, *Options) int
	}{
		{"_G", openBase},
		{"package", openPackage},
		{"coroutine", openCoroutine},
		{"string", openString},
		{"table", openTable},
		{"math", openMath},
		{"os", openOS},
		{"io", openIO},
		{"buffer", openBuffer},
		{"bit32", func(l *lua.State, _ *Options) int { return lua.Bit32Open(l) }},
		{"debug", openDebug},
		{"thread", openThread},
	} {
		top := l.Top()
		lib.open(l, o)
		l.SetTop(top + 1)
		guardTable(l)
		lua.SubTable(l, lua.RegistryIndex, "_LOADED")
		l.PushValue(-2)
		l.SetField(-2, lib.name)
		l.Pop(1)
		l.SetGlobal(lib.name)
	}
	l.Global("table")
	l.Field(-1, "unpack")
	l.SetGlobal("unpack")
	l.Pop(1)
}

// Close ends the coroutines of the state's Lua universe that are suspended;
// no coroutine can be started afterwards. It is called when the state is not
// needed any more, by the goroutine that the state belongs to.
func Close(l *lua.State) { luavm.Of(l).U.Close() }

// Error is a Lua error as [Call] gives it: the value, the message, the
// traceback, and the Go error behind it, if there is one.
type Error = luavm.Error

// Call calls the function below the nargs arguments on top of the stack, as
// State.ProtectedCall does. It leaves nresults results (lua.MultipleReturns
// for all), or nothing if there is an error, which then is an [*Error] that
// tells where in the script it happened. A Go panic in a called function does
// not pass through.
func Call(l *lua.State, nargs, nresults int) error {
	if err := luavm.Of(l).PCall(nargs, nresults); err != nil {
		return err
	}
	return nil
}

// guardTable wraps the Go functions in the table on top of the stack, so that
// a Go panic in one of them becomes a Lua error.
func guardTable(l *lua.State) {
	t := luavm.Of(l)
	var names []string
	for l.PushNil(); t.Next(-2); l.Pop(1) {
		if name, ok := t.Value(-2).(string); ok && l.IsGoFunction(-1) && !unguarded[name] {
			names = append(names, name)
		}
	}
	for _, name := range names {
		l.PushString(name)
		l.RawGet(-2)
		f := l.ToGoFunction(-1)
		l.Pop(1)
		l.PushString(name)
		l.PushGoFunction(luavm.Guard(f))
		l.RawSet(-3)
	}
}

// unguarded are functions that must not be wrapped: package luavm recognises
// them, and they do no work of their own that could fail.
var unguarded = map[string]bool{"pcall": true, "xpcall": true, "yield": true, "next": true}

// register sets functions as fields of the table on top of the stack.
func register(l *lua.State, functions map[string]lua.Function) {
	for name, f := range functions {
		l.PushGoFunction(f)
		l.SetField(-2, name)
	}
}
