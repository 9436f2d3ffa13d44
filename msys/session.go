package msys

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"sync"
	"sync/atomic"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/vctx"
)

// Session is one inbound connection as policy sees it. The host calls its
// methods in the order of SMTP: Connect, Ehlo, perhaps StartTLS and Auth, for
// each transaction MailFrom, RcptTo and Data, and Close at the end. Calls are
// serialised; a host may pipeline.
//
// The error of a method is for the host: an ended context, a closed runtime,
// a failed read. What policy or a failing script decides is in the Verdict.
type Session struct {
	rt   *Runtime
	lp   *loop
	conn *vctx.Conn
	v    *vctx.Context
	mc   *vctx.MessageConstruct
	env  *bind.Env

	mu       sync.Mutex // serialises steps
	pending  []func()   // jobs that wait for the end of the step
	accepted bool       // core_validate_accept has run
	closed   bool
	users    atomic.Int64 // the session itself and closures started by it

	remote, local net.Addr // of the connection

	inv  invocation // of the callout that runs
	text *message.ECString
	line string // what text is made of, for the callout that runs

	acHandle, vctxHandle, mcHandle, msgHandle *bind.Handle

	selfs map[*module]bind.Ref // per-module self tables
	ran   []*module            // modules that ran, for validate_dealloc
	tls   bind.Ref             // the table _TLS

	tx *transaction // nil outside of MAIL FROM … end of data

	ended func() // tells the accounting that the session is over
}

// ErrSessionClosed is returned by calls after Close.
var ErrSessionClosed = errors.New("msys: session is closed")

func newSession(rt *Runtime, conn vctx.Conn) *Session {
	lp := rt.pick()
	lp.retain()
	if conn.Hostname == "" {
		conn.Hostname = rt.cfg.Hostname
	}
	accounts := rt.accounts()
	if conn.Counter == nil {
		conn.Counter = accounts
	}
	if rt.cfg.Context != nil {
		variables := maps.Clone(conn.Context)
		for k, v := range rt.cfg.Context(conn) {
			if variables == nil {
				variables = map[string]string{}
			}
			variables[k] = v
		}
		conn.Context = variables
	}
	s := &Session{rt: rt, lp: lp, conn: vctx.NewConn(conn)}
	s.v = vctx.NewContext(s.conn, &vctx.Options{MaxTarpit: rt.cfg.MaxTarpit, MaxAddedCopies: rt.cfg.MaxAddedCopies})
	s.mc = vctx.NewMessageConstruct(s.v)
	s.remote, s.local = s.conn.RemoteAddr().NetAddr(), s.conn.LocalAddr().NetAddr()
	s.users.Store(1)
	s.env = lp.environment(rt.ctx, phaseNone)
	s.env.Conn, s.env.Validation, s.env.Session = s.conn, s.v, s
	s.ended = accounts.OpenSession(s.conn.Service, s.conn.LocalAddr().String(), s.conn.RemoteAddr().IP())
	return s
}

// ID gives the connection id.
func (s *Session) ID() string { return s.conn.ID() }

// Conn gives the connection as policy sees it: capabilities for the EHLO
// reply, limits that policy changed.
func (s *Session) Conn() *vctx.Conn { return s.conn }

// Context gives the validation context.
func (s *Session) Context() *vctx.Context { return s.v }

// Construct gives the state of the ESMTP transaction.
func (s *Session) Construct() *vctx.MessageConstruct { return s.mc }

// step runs one step of the session: f under the session's lock, with ctx
// as the context of its callouts, and starts the jobs it asked for.
func (s *Session) step(ctx context.Context, f func() error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return ErrSessionClosed
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("msys: session step: %w", context.Cause(ctx))
	}
	s.env.Context = ctx
	defer func() {
		s.env.Context = s.rt.ctx
		for _, start := range s.pending {
			start()
		}
		s.pending = nil
	}()
	return f()
}

// retain keeps the session's objects valid for a closure that outlives it.
func (s *Session) retain() { s.users.Add(1) }

// release gives up a retain. The last one makes the objects invalid.
func (s *Session) release() {
	if s.users.Add(-1) > 0 {
		return
	}
	s.v.Invalidate()
	for _, h := range []*bind.Handle{s.acHandle, s.vctxHandle, s.mcHandle, s.msgHandle} {
		h.Release()
	}
	s.lp.release()
}

// Close ends the session: validate_dealloc runs in the modules that ran in
// it. Further calls do nothing.
func (s *Session) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return
	}
	s.endTransaction()
	s.env.Context = s.rt.ctx
	if len(s.ran) > 0 {
		s.dispatch(s.rt.hooks.find("validate_dealloc"), dispatchOptions{only: s.ran, args: contextArgs})
	}
	for _, start := range s.pending {
		start()
	}
	if s.accepted {
		s.countHook("core_dec_inbound_connections")
	}
	s.pending, s.closed = nil, true
	s.ended()
	s.release()
}

// dispatchOptions are what differs between the callouts of a session.
type dispatchOptions struct {
	args func(st stepper, l *lua.State, m *message.Message) int // arguments after self
	push func(l *lua.State) int                                 // or this one
	skip func() bool
	// skipDropped ends the dispatch once policy has dropped the message.
	skipDropped bool
	results     func(l *lua.State, first, n int)
	ran         func(m *module)  // before a module runs, outside of sessions
	raised      func()           // after a module raised an exception
	message     *message.Message // the message of the callout, for records
	// validation is the context of a hook outside of its session.
	validation *vctx.Context
	only       []*module // only these modules
}

// dispatch runs a hook in the session's environment, with self tables.
func (s *Session) dispatch(d *HookDef, o dispatchOptions) (outcome, error) {
	s.env.Message = nil
	if o.message != nil {
		s.env.Message = o.message
	}
	inv := &s.inv
	if inv.busy { // a step of the session inside of its callout
		inv = &invocation{}
	}
	*inv = invocation{
		hook: d, env: s.env, args: o.args, push: o.push, skip: o.skip, skipDropped: o.skipDropped, results: o.results, only: o.only,
		session: s, step: s, message: o.message, busy: true,
	}
	defer func() { *inv = invocation{} }()
	return s.lp.dispatchWithChecks(inv, s.v, o)
}

// hooked reports whether dispatching the hook does anything.
func (s *Session) hooked(d *HookDef) bool { return s.lp.hooked(d) }

func (s *Session) noteRun(m *module) {
	for _, seen := range s.ran {
		if seen == m {
			return
		}
	}
	s.ran = append(s.ran, m)
}

// pushSelf pushes the module's table of this session: empty at first, reads
// of absent names fall back to the module's own table.
func (s *Session) pushSelf(l *lua.State, m *module) {
	if ref, ok := s.selfs[m]; ok {
		ref.Push(l)
		return
	}
	l.NewTable()
	l.CreateTable(0, 1)
	l.PushString("__index")
	m.table.Push(l)
	l.RawSet(-3)
	l.SetMetaTable(-2)
	if s.selfs == nil {
		s.selfs = map[*module]bind.Ref{}
	}
	s.selfs[m] = bind.RefAt(l, -1)
}

// pushConn pushes ac, pushContext vctx, pushConstruct mc: always the same
// Lua value in a session.
func (s *Session) pushConn(l *lua.State) {
	if s.acHandle == nil {
		s.acHandle = bind.NewHandle(l, s.conn)
	}
	s.acHandle.Push(l)
}

func (s *Session) pushContext(l *lua.State) {
	if s.vctxHandle == nil {
		s.vctxHandle = bind.NewHandle(l, s.v)
	}
	s.vctxHandle.Push(l)
}

func (s *Session) pushConstruct(l *lua.State) {
	if s.mcHandle == nil {
		s.mcHandle = bind.NewHandle(l, s.mc)
	}
	s.mcHandle.Push(l)
}

// pushMessage pushes a message; that of the transaction is always the same Lua
// value.
func (s *Session) pushMessage(l *lua.State, m *message.Message) {
	if s.tx == nil || s.tx.msg != m {
		bind.PushObject(l, m)
		return
	}
	if s.msgHandle == nil {
		s.msgHandle = bind.NewHandle(l, m)
	}
	s.msgHandle.Push(l)
}

// begin starts a phase with a reply of its own: a fresh code, no text, no
// delay.
func (s *Session) begin(code int) { s.v.BeginPhase(code) }

// next starts a phase that shares the reply of the one before: delays add up.
func (s *Session) next(code int) { s.v.ContinuePhase(code) }

// verdict reads the decision at the end of a phase.
func (s *Session) verdict(out outcome) Verdict {
	if out.failed != nil {
		return s.scriptError()
	}
	code, text := s.v.Code(), vctx.CleanText(s.v.Note())
	v := Verdict{Action: actionFor(code, s.v.Disconnecting()), Code: code, Text: text, Tarpit: s.v.TarpitDelay()}
	if code >= 400 && text == "" {
		v.Text = vctx.DefaultText(code)
	}
	return v
}

// scriptError is the verdict for an exception.
func (s *Session) scriptError() Verdict {
	code := s.rt.cfg.ScriptErrorCode
	s.v.SetCode(code, s.rt.cfg.ScriptErrorText)
	return Verdict{Action: actionFor(code, code == 421), Code: code, Text: s.rt.cfg.ScriptErrorText, Tarpit: s.v.TarpitDelay()}
}

// run dispatches a KindValidate hook and reads the verdict.
func (s *Session) run(name string, o dispatchOptions) (Verdict, error) {
	out, err := s.dispatch(s.rt.hooks.find(name), o)
	if err != nil {
		return Verdict{}, err
	}
	return s.verdict(out), nil
}

// notify dispatches a hook whose returns are ignored.
func (s *Session) notify(name string, o dispatchOptions) error {
	_, err := s.dispatch(s.rt.hooks.find(name), o)
	return err
}

// connArgs pushes ac and vctx, as the arguments of a callout.
func connArgs(st stepper, l *lua.State, _ *message.Message) int { return st.connArgs(l) }

// contextArgs pushes vctx.
func contextArgs(st stepper, l *lua.State, _ *message.Message) int {
	st.(*Session).pushContext(l)
	return 1
}

// messageArgs pushes the message.
func messageArgs(st stepper, l *lua.State, m *message.Message) int {
	st.pushMessage(l, m)
	return 1
}

// messageConnArgs pushes the message, ac and vctx.
func messageConnArgs(st stepper, l *lua.State, m *message.Message) int {
	st.pushMessage(l, m)
	return 1 + st.connArgs(l)
}

// textArgs pushes the session's line as an ec_string, ac and vctx.
func textArgs(st stepper, l *lua.State, _ *message.Message) int {
	s := st.(*Session)
	bind.PushObject(l, s.lineText())
	return 1 + s.connArgs(l)
}

// rcptArgs pushes the message, the session's line, ac and vctx.
func rcptArgs(st stepper, l *lua.State, m *message.Message) int {
	st.pushMessage(l, m)
	return 1 + textArgs(st, l, m)
}

// connArgs pushes ac and vctx.
func (s *Session) connArgs(l *lua.State) int {
	s.pushConn(l)
	s.pushContext(l)
	return 2
}

// setLine sets the text that textArgs and rcptArgs push.
func (s *Session) setLine(text string) { s.line, s.text = text, nil }

// lineText gives that text as the object that all modules see.
func (s *Session) lineText() *message.ECString {
	if s.text == nil {
		s.text = message.NewECString(s.line)
	}
	return s.text
}
