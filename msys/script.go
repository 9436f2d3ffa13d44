package msys

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/internal/luavm"
	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/dialect"
	"github.com/gomsys/gomsys/msys/lualib"
)

// script is one Load or LoadString, kept for Reload.
type script struct {
	name   string
	source string
	inline bool
}

// newLoop makes a loop with the language, the core modules and the modules of
// the configuration.
func (rt *Runtime) newLoop(gen *generation, index int) (lp *loop, err error) {
	l := lua.NewState()
	lp = &loop{rt: rt, gen: gen, index: index, main: luavm.Of(l), warned: map[string]bool{}}
	lp.waiter = lp.wait
	lp.stdout.lp = lp
	lp.main.U.Lock = &lp.mu // abandoned coroutines end under the loop's lock
	env := lp.environment(rt.ctx, bind.Init)
	env.Callout, env.NoWait = "start", "start"
	lp.mu.Lock()
	defer lp.mu.Unlock()
	lp.main.Env = env
	defer func() { lp.main.Env = nil }()
	l.PushGoFunction(func(l *lua.State) int {
		lualib.Open(l, lp.languageOptions())
		bind.Preload(l, rt.coreModules()...)
		bind.Preload(l, rt.cfg.Modules...)
		bind.OpenPreloaded(l)
		lp.installTLS(l)
		lp.installStrict(l)
		installDefaultPolicy(l)
		return 0
	})
	if perr := lp.main.PCall(0, 0); perr != nil {
		return nil, fmt.Errorf("msys: opening the Lua modules: %w", perr)
	}
	return lp, nil
}

// languageOptions are the options of the Lua standard library on the loop.
func (lp *loop) languageOptions() *lualib.Options {
	rt := lp.rt
	o := &lualib.Options{
		Roots:        rt.roots(),
		MaxString:    rt.cfg.Limits.StringSize,
		PatternSteps: rt.cfg.Limits.PatternSteps,
		Hostname:     rt.cfg.Hostname,
		AllowExec:    rt.cfg.AllowExec,
		Clock:        rt.cfg.Clock.Now,
		Stdin:        strings.NewReader(""),
		Stdout:       &lp.stdout,
		Stderr:       &lp.stdout,
		Open:         rt.cfg.OpenFile,
		Print:        func(l *lua.State, line string) { bind.EnvOf(l).Print(line) },
		Block:        bind.Block,
	}
	if o.Open == nil {
		o.Open = func(string, string) (lualib.File, error) { return nil, errNoFiles }
	}
	return o
}

// errNoFiles is why io.open fails without Config.OpenFile.
var errNoFiles = errors.New("files are not available to scripts of this server")

// lineWriter is io.stdout of a loop: what scripts write there is printed line
// by line.
type lineWriter struct {
	lp      *loop
	partial []byte // of a line
}

// maxPartial bounds a line that has no end yet.
const maxPartial = 64 << 10

// Write implements io.Writer. It runs in a call of the loop.
func (w *lineWriter) Write(p []byte) (int, error) {
	w.partial = append(w.partial, p...)
	for {
		i := bytes.IndexByte(w.partial, '\n')
		if i < 0 && len(w.partial) < maxPartial {
			return len(p), nil
		}
		end := i + 1
		if i < 0 {
			i, end = len(w.partial), len(w.partial)
		}
		line := string(w.partial[:i])
		w.partial = append(w.partial[:0], w.partial[end:]...)
		if env := w.lp.running; env != nil && env.Print != nil {
			env.Print(line)
		}
	}
}

// flush prints what has no line end when a call is over.
func (w *lineWriter) flush(env *bind.Env) {
	if len(w.partial) > 0 && env.Print != nil {
		env.Print(string(w.partial))
	}
	w.partial = w.partial[:0]
}

// roots are the script directories, never nil: without any nothing is found.
func (rt *Runtime) roots() []fs.FS {
	if rt.cfg.Path == nil {
		return []fs.FS{}
	}
	return rt.cfg.Path
}

// load runs the chunks of scripts and then the init of what they registered.
// If anything fails, what they registered is taken back.
func (lp *loop) load(scripts []script) error {
	lp.mu.Lock()
	before := len(lp.modules)
	lp.mu.Unlock()
	undo := func() {
		lp.mu.Lock()
		defer lp.mu.Unlock()
		lp.modules = lp.modules[:before]
	}
	for _, s := range scripts {
		if err := lp.runChunk(s); err != nil {
			undo()
			return err
		}
	}
	if err := lp.initModules(); err != nil {
		undo()
		return err
	}
	return nil
}

// runChunk compiles and runs one script.
func (lp *loop) runChunk(s script) error {
	env := lp.environment(lp.rt.ctx, bind.Init)
	env.Callout, env.Module, env.NoWait = "load", s.name, "a script's chunk"
	return lp.with(env, func(t *luavm.Thread) error {
		l := t.L
		if s.inline {
			if err := dialect.Load(l, []byte(s.source), "@"+s.name); err != nil {
				return fmt.Errorf("msys: script %s: %w", s.name, err)
			}
			if err := t.PCall(0, 0); err != nil {
				lp.rt.logFailure(env, nil, err)
				return fmt.Errorf("msys: script %s: %w", s.name, err)
			}
			return nil
		}
		l.Global("require")
		l.PushString(s.name)
		if err := t.PCall(1, 0); err != nil {
			lp.rt.logFailure(env, nil, err)
			return fmt.Errorf("msys: script %s: %w", s.name, err)
		}
		return nil
	})
}
