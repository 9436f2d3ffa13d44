package curl

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/internal/luavm"
	"github.com/gomsys/gomsys/msys/bind"
)

// perform is c:perform.
func perform(c *bind.Call, e *luaEasy) int {
	log := c.Env().Log()
	if len(e.functions) == 0 {
		return result(c, c.Block(func(ctx context.Context) error { return e.perform(ctx, log, func(settings) {}) }))
	}
	b := newBridge(c, e)
	err := b.serve(func(ctx context.Context) error { return e.perform(ctx, log, b.prepare) })
	if errors.Is(err, errRaised) {
		b.raised.Push(c.L)
		luavm.Raise(c.L)
	}
	return result(c, err)
}

// bridge brings the callbacks of a transfer, which runs beside the loop, to
// the Lua call that waits for it.
type bridge struct {
	c         *bind.Call
	functions map[Option]bind.Ref
	data      map[Option]bind.Ref
	self      bind.Ref
	calls     chan *bridgeCall
	ctx       context.Context // ends when nobody serves calls any more
	raised    bind.Ref        // what a callback has raised
}

// bridgeCall is one callback.
type bridgeCall struct {
	run  func() error
	done chan error
}

// errRaised says that a callback has raised a Lua error.
var errRaised = errors.New("curl: a callback has failed")

func newBridge(c *bind.Call, e *luaEasy) *bridge {
	return &bridge{
		c: c, functions: maps.Clone(e.functions), data: maps.Clone(e.data),
		self: bind.RefAt(c.L, c.Index(0)), calls: make(chan *bridgeCall),
	}
}

// serve runs transfer beside the loop and the callbacks that it asks for on
// it, until the transfer has ended.
func (b *bridge) serve(transfer func(context.Context) error) error {
	ctx, cancel := context.WithCancel(b.c.Context())
	defer cancel()
	b.ctx = ctx
	ended := make(chan error, 1)
	started := false
	for {
		var call *bridgeCall
		over := false
		blockErr := b.c.Block(func(wait context.Context) error {
			if !started { // in Block, which may refuse
				started = true
				go func() { ended <- guarded(ctx, transfer) }()
			}
			select {
			case call = <-b.calls:
			case err := <-ended:
				over = true
				return err // which ends the call if the session's end is behind it
			case <-wait.Done():
				return wait.Err()
			}
			return nil
		})
		if over || blockErr != nil {
			return blockErr
		}
		call.done <- call.run()
	}
}

// guarded runs a transfer; a panic, such as of a host's own transport, is its
// failure.
func guarded(ctx context.Context, transfer func(context.Context) error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fail(CodeRecvError, fmt.Errorf("curl: the transfer has panicked: %v", r))
		}
	}()
	return transfer(ctx)
}

// do has the loop run a callback and waits for it.
func (b *bridge) do(run func() error) error {
	call := &bridgeCall{run, make(chan error, 1)}
	select {
	case b.calls <- call:
	case <-b.ctx.Done():
		return context.Cause(b.ctx)
	}
	select {
	case err := <-call.done:
		return err
	case <-b.ctx.Done():
		return context.Cause(b.ctx)
	}
}

// invoke calls a callback with its data and arguments and has take read the
// result, which is on top of the stack. It runs on the loop.
func (b *bridge) invoke(function, data Option, take func(l *lua.State), args ...any) error {
	l := b.c.L
	base := l.Top()
	b.functions[function].Push(l)
	if v, ok := b.data[data]; ok && !v.IsNil() {
		v.Push(l)
	} else {
		b.self.Push(l)
	}
	for _, a := range args {
		bind.Push(l, a)
	}
	if !luavm.Of(l).Try(1+len(args), 1) {
		b.raised = bind.RefAt(l, -1)
		l.SetTop(base)
		return errRaised
	}
	take(l)
	l.SetTop(base)
	return nil
}

// integer is how a number is taken from the top of the stack; anything else
// is def.
func integer(n *int64, def int64) func(l *lua.State) {
	return func(l *lua.State) {
		*n = def
		if f, ok := l.ToNumber(-1); ok && l.TypeOf(-1) == lua.TypeNumber {
			*n = int64(f)
		}
	}
}

// prepare gives a transfer the callbacks.
func (b *bridge) prepare(s settings) {
	if b.has(OptWriteFunction) {
		s[OptWriteFunction] = b.writer(OptWriteFunction, OptWriteData)
	}
	if b.has(OptHeaderFunction) {
		s[OptHeaderFunction] = b.writer(OptHeaderFunction, OptHeaderData)
	}
	if b.has(OptReadFunction) {
		s[OptReadFunction] = b.reader()
	}
	if b.has(OptProgressFunction) {
		s[OptProgressFunction] = b.progress()
	}
	if b.has(OptSeekFunction) {
		s[OptSeekFunction] = SeekFunc(func(offset int64, whence int) int {
			return b.ask(1, OptSeekFunction, OptSeekData, offset, whence)
		})
	}
	if b.has(OptIOCtlFunction) {
		s[OptIOCtlFunction] = IOCtlFunc(func(command int) int {
			return b.ask(1, OptIOCtlFunction, OptIOCtlData, command)
		})
	}
}

func (b *bridge) has(o Option) bool { _, ok := b.functions[o]; return ok }

// ask calls a callback for a number; failed is what an error counts as.
func (b *bridge) ask(failed int, function, data Option, args ...any) int {
	var n int64
	if b.do(func() error { return b.invoke(function, data, integer(&n, int64(failed)), args...) }) != nil {
		return failed
	}
	return int(n)
}

func (b *bridge) writer(function, data Option) WriteFunc {
	return func(p []byte) (int, error) {
		var n int64
		err := b.do(func() error { return b.invoke(function, data, integer(&n, -1), string(p)) })
		return int(max(n, -1)), err
	}
}

func (b *bridge) progress() ProgressFunc {
	return func(dlTotal, dlNow, ulTotal, ulNow int64) error {
		var n int64
		err := b.do(func() error {
			return b.invoke(OptProgressFunction, OptProgressData, integer(&n, 0), dlTotal, dlNow, ulTotal, ulNow)
		})
		if err == nil && n != 0 {
			err = fail(CodeAbortedByCallback, fmt.Errorf("curl: the progress callback gave %d", n))
		}
		return err
	}
}

// readAbort is what a read callback returns to end the transfer.
const readAbort = 0x10000000

func (b *bridge) reader() ReadFunc {
	return func(p []byte) (n int, err error) {
		err = b.do(func() error {
			var result error
			err := b.invoke(OptReadFunction, OptReadData, func(l *lua.State) { n, result = b.readResult(l, p) }, len(p))
			if err != nil {
				return err
			}
			return result
		})
		return n, err
	}
}

// readResult takes what a read callback gave: a string, or nil or nothing at
// the end.
func (b *bridge) readResult(l *lua.State, p []byte) (int, error) {
	if f, ok := l.ToNumber(-1); ok && f == readAbort {
		return 0, fail(CodeAbortedByCallback, errors.New("curl: the read callback has ended the transfer"))
	}
	s, ok := bind.Text(l, -1)
	switch {
	case !ok && !l.IsNil(-1):
		return 0, fail(CodeReadError, fmt.Errorf("curl: the read callback gave a %s", lua.TypeNameOf(l, -1)))
	case s == "":
		return 0, io.EOF
	case len(s) > len(p):
		b.c.Env().Log().WarnContext(b.c.Context(), "curl: a read callback gave too much, which is cut", "bytes", len(s), "most", len(p))
	}
	return copy(p, s), nil
}
