package msys

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/vctx"
	"github.com/gomsys/gomsys/vctx/macro"
)

// Runtime runs policy scripts for a mail server. Its methods may be called
// from any number of goroutines.
type Runtime struct {
	cfg        Config
	log        *slog.Logger
	hooks      *hookTable
	builtins   builtinTable
	locks      *lockTable
	pools      *poolTable
	panics     panicRing
	msgOptions *message.Options
	accounting atomic.Pointer[Accounting]
	macros     *macro.Expander
	once       onceSet
	shared     sharedValues

	ctx    context.Context // ends with Close; for work beside sessions
	cancel context.CancelFunc
	jobs   sync.WaitGroup

	mu      sync.Mutex // guards what follows, and serialises Load and Reload
	scripts []script
	current atomic.Pointer[generation]
	next    atomic.Uint64 // spreads sessions over loops
	closed  bool
}

// generation is the set of loops that one load or reload made.
type generation struct{ loops []*loop }

// ErrClosed is returned by the calls of a Runtime after Close.
var ErrClosed = errors.New("msys: runtime is closed")

// New makes a runtime with its event loops. Load adds the scripts.
func New(cfg Config) (*Runtime, error) {
	cfg = cfg.withDefaults()
	rt := &Runtime{
		cfg:   cfg,
		log:   cfg.Logger,
		hooks: newHookTable(cfg.Hooks),
		locks: newLockTable(),
	}
	if cfg.Accounting != nil {
		rt.accounting.Store(&cfg.Accounting)
	}
	var err error
	if rt.builtins, err = newBuiltinTable(rt.hooks, cfg.Builtins); err != nil {
		return nil, err
	}
	if rt.macros, err = rt.newExpander(); err != nil {
		return nil, err
	}
	rt.msgOptions = rt.newMessageOptions()
	rt.ctx, rt.cancel = context.WithCancel(context.Background())
	rt.pools = newPoolTable(cfg.Pools)
	gen, err := rt.build(nil)
	if err != nil {
		rt.cancel()
		return nil, err
	}
	rt.current.Store(gen)
	if own := Accounting(openCounts{newSessionCounts()}); rt.accounting.Load() == nil {
		rt.accounting.Store(&own)
	}
	return rt, nil
}

// build makes a generation that has loaded scripts, with their init run.
func (rt *Runtime) build(scripts []script) (*generation, error) {
	gen := &generation{}
	for i := range rt.cfg.Loops {
		lp, err := rt.newLoop(gen, i)
		if err == nil {
			err = lp.load(scripts)
		}
		if lp != nil {
			gen.loops = append(gen.loops, lp)
		}
		if err != nil {
			for _, lp := range gen.loops {
				lp.retire()
			}
			return nil, err
		}
	}
	return gen, nil
}

// Load loads the script that require(name) would find under Config.Path, on
// every loop, and runs the init of the modules that it registers. The error
// of a script that cannot be found, compiled, run or initialised names the
// file and line, or the module; nothing of it stays registered then.
func (rt *Runtime) Load(name string) error { return rt.load(script{name: name}) }

// LoadString is Load for a script that is not in a file; name is the file
// name that messages show.
func (rt *Runtime) LoadString(name, source string) error {
	return rt.load(script{name: name, source: source, inline: true})
}

func (rt *Runtime) load(s script) error {
	rt.mu.Lock()
	defer rt.mu.Unlock()
	if rt.closed {
		return ErrClosed
	}
	for _, lp := range rt.current.Load().loops {
		if err := lp.load([]script{s}); err != nil {
			return err
		}
	}
	rt.scripts = append(rt.scripts, s)
	return nil
}

// Reload builds new loops from the scripts as they are now and swaps them in.
// Sessions finish on the loops they began on; then the old loops' deinit
// runs. If anything fails the running loops stay and the error is returned.
func (rt *Runtime) Reload() error {
	rt.mu.Lock()
	defer rt.mu.Unlock()
	if rt.closed {
		return ErrClosed
	}
	gen, err := rt.build(rt.scripts)
	if err != nil {
		return fmt.Errorf("msys: reload: %w", err)
	}
	old := rt.current.Swap(gen)
	for _, lp := range old.loops {
		lp.retire()
	}
	return nil
}

// Close ends the runtime: core_control_shutdown and deinit run, jobs beside
// sessions end with their context. Sessions that are still open finish first
// as far as their loops are concerned. Close waits for jobs. Further calls
// return nil.
func (rt *Runtime) Close() error {
	rt.mu.Lock()
	if rt.closed {
		rt.mu.Unlock()
		return nil
	}
	rt.closed = true
	rt.mu.Unlock()
	rt.notify(context.Background(), "core_control_shutdown")
	if _, err := rt.call(context.Background(), "core_control_shutdown_ex", func(l *lua.State) int {
		l.PushInteger(0)
		l.PushInteger(0)
		l.PushString("")
		l.PushInteger(0)
		return 4
	}); err != nil {
		rt.log.Warn("callout did not run", "callout", "core_control_shutdown_ex", "error", err)
	}
	rt.cancel()
	rt.jobs.Wait()
	for _, lp := range rt.current.Load().loops {
		lp.retire()
	}
	return nil
}

// Has reports whether a module defines the hook, so that a host can save the
// work of preparing a call.
func (rt *Runtime) Has(hook string) bool {
	d := rt.hooks.find(hook)
	if d == nil || d.internal {
		return false
	}
	lp := rt.current.Load().loops[0]
	lp.mu.Lock()
	defer lp.mu.Unlock()
	return lp.defines(d)
}

// ModuleInfo describes a registered module.
type ModuleInfo struct {
	Name   string   // as given to msys.registerModule
	Script string   // the file that registered it
	Hooks  []string // hooks that it defines
}

// Modules lists the registered modules in the order of their registration.
func (rt *Runtime) Modules() []ModuleInfo {
	lp := rt.current.Load().loops[0]
	lp.mu.Lock()
	defer lp.mu.Unlock()
	return lp.moduleInfo()
}

// API lists the declarations of all Lua modules of the runtime.
func (rt *Runtime) API() []*bind.Module {
	lp := rt.current.Load().loops[0]
	lp.mu.Lock()
	defer lp.mu.Unlock()
	return bind.Modules(lp.main.L)
}

// Globals lists the names of the global variables that scripts see, sorted.
func (rt *Runtime) Globals() []string {
	lp := rt.current.Load().loops[0]
	lp.mu.Lock()
	defer lp.mu.Unlock()
	l := lp.main.L
	l.PushGlobalTable()
	defer l.Pop(1)
	var names []string
	bind.RangeTable(l, -1, func() {
		if l.TypeOf(-2) == lua.TypeString {
			name, _ := l.ToString(-2)
			names = append(names, name)
		}
	})
	slices.Sort(names)
	return names
}

// pick chooses the loop of a new session.
func (rt *Runtime) pick() *loop {
	loops := rt.current.Load().loops
	return loops[rt.next.Add(1)%uint64(len(loops))]
}

// first is the loop for process-wide work: timers, commands, endpoints.
func (rt *Runtime) first() *loop { return rt.current.Load().loops[0] }

// NewSession begins an inbound session; Close ends it.
func (rt *Runtime) NewSession(conn vctx.Conn) *Session { return newSession(rt, conn) }
