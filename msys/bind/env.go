package bind

import (
	"context"
	"fmt"
	"log/slog"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/internal/luavm"
)

// Env is the environment of a running call: where a binding learns whose work
// it does. The runtime makes one for each callout; on a bare state there is a
// background environment with the zero values described below.
//
// An Env is used by the goroutine that runs the call; [Env.Derive] makes a
// copy for work that goes on beside it.
type Env struct {
	// Context ends when the call must end; nil means context.Background.
	Context context.Context
	// Logger takes records; nil means slog.Default.
	Logger *slog.Logger
	// Print takes one line of print's output; nil writes to standard output.
	Print func(line string)
	// Phase is the phase of the running callout, 0 outside of any.
	Phase Phases
	// Callout and Module name what runs, for records.
	Callout, Module string
	// Conn, Validation and Message are the session's accept construct,
	// validation context and message as the engines' own types, nil outside
	// a session. Packages vctx and message have typed accessors.
	Conn, Validation, Message any
	// Session is the runtime's own session, nil outside of one.
	Session any
	// NoWait says why the call must not wait ("init"), or is empty.
	NoWait string
	// Wait runs f so that other sessions go on meanwhile; nil calls f.
	Wait func(ctx context.Context, f func(context.Context) error) error
	// Runner starts calls beside this one; nil where there is no runtime.
	Runner Runner
	// Strict raises an error for a call in a phase that does not allow it,
	// instead of a warning.
	Strict bool
	// Secondary is true on every event loop but the first: process-wide
	// registrations made there are accepted and ignored.
	Secondary bool
	// Calls counts the calls of functions and methods that modules declare.
	Calls int
	// Owner identifies the invocation for locks; closures started by it have
	// owners of their own.
	Owner any
}

// Runner starts Lua work on an event loop from Go: timers, completions,
// endpoints, console commands.
type Runner interface {
	// Run calls f with a thread state of the loop, its lock held. what names
	// the work in records. The error is f's own or says that the loop has
	// ended. Concurrent calls are allowed.
	Run(ctx context.Context, what string, phase Phases, f func(l *lua.State) error) error
}

// Derive gives a copy of e for work that goes on after the call has ended.
func (e *Env) Derive() *Env {
	c := *e
	c.Owner = nil
	return &c
}

// Ctx gives the context, never nil.
func (e *Env) Ctx() context.Context {
	if e.Context == nil {
		return context.Background()
	}
	return e.Context
}

// Log gives the logger, never nil.
func (e *Env) Log() *slog.Logger {
	if e.Logger == nil {
		return slog.Default()
	}
	return e.Logger
}

// background is what a bare state sees; it is never written to.
var background = &Env{}

// EnvOf gives the environment of the call that runs on l.
func EnvOf(l *lua.State) *Env { return envOf(luavm.Of(l)) }

func envOf(t *luavm.Thread) *Env {
	if e, ok := t.Env.(*Env); ok && e != nil {
		return e
	}
	return background
}

// SetEnv makes e the environment of the calls that run on l, and returns the
// one before.
func SetEnv(l *lua.State, e *Env) *Env {
	t := luavm.Of(l)
	old, _ := t.Env.(*Env)
	if e == nil {
		t.Env = nil
	} else {
		t.Env = e
	}
	return old
}

// Block is the one way to wait from a binding: for DNS, SQL, HTTP, files,
// locks, pools or time. Inside the runtime other sessions run while f does;
// on a bare state Block calls f. The time does not count towards the call's
// limits. f must not touch l.
//
// Where waiting is forbidden (init, hooks that must not wait) Block raises a
// Lua error. When the call's context has ended meanwhile, Block ends the call
// with an error that pcall does not keep, unless f succeeded all the same.
// Any other error of f is returned.
func Block(l *lua.State, f func(ctx context.Context) error) error {
	t := luavm.Of(l)
	e := envOf(t)
	if e.NoWait != "" {
		luavm.Throw(l, 1, "a call that waits is not possible in %s", e.NoWait)
	}
	ctx := e.Ctx()
	if b := t.Budget(); b != nil {
		b.Pause()
		defer b.Resume()
	}
	var err error
	if e.Wait != nil {
		err = e.Wait(ctx, f)
	} else {
		err = f(ctx)
	}
	if err != nil && ctx.Err() != nil {
		luavm.RaiseFatal(l, fmt.Errorf("call ended while it waited: %w", context.Cause(ctx)))
	}
	return err
}
