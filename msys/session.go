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

	envRoom bind.Env // what env is
	txRoom  transaction

	mu       sync.Mutex // serialises steps
	pending  []func()   // jobs that wait for the end of the step
	accepted bool       // core_validate_accept has run
	closed   bool
	users    atomic.Int64 // the session itself and closures started by it

	remote, local net.Addr // of the connection

	inv  invocation // of the callout that runs
	text *message.ECString
	line string // what text is made of, for the callout that runs

	// The Lua values of the session's objects, always the same ones.
	acRef, vctxRef, mcRef, msgRef bind.Ref

	ran     []ranModule // in the order of their first runs
	ranRoom [2]ranModule
	tls     bind.Ref // the table _TLS

	tx *transaction // txRoom; nil outside of MAIL FROM … end of data

	ended func() // tells the accounting that the session is over
}

// ranModule is a module that ran in the session, which calls validate_dealloc
// at the end, and its table there.
type ranModule struct {
	m    *module
	self bind.Ref
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
	s.ran = s.ranRoom[:0]
	s.users.Store(1)
	s.env = &s.envRoom
	lp.prepare(rt.ctx, s.env, phaseNone)
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
	reserveStack(0)
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
	s.acRef, s.vctxRef, s.mcRef, s.msgRef = bind.Ref{}, bind.Ref{}, bind.Ref{}, bind.Ref{}
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
	if dealloc := s.rt.hooks.find("validate_dealloc"); len(s.ran) > 0 && s.hooked(dealloc) {
		only := make([]*module, len(s.ran))
		for i, r := range s.ran {
			only[i] = r.m
		}
		s.dispatch(dealloc, dispatchOptions{only: only, args: contextArgs})
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
	s.ranOf(m)
}

func (s *Session) ranOf(m *module) *ranModule {
	for i := range s.ran {
		if s.ran[i].m == m {
			return &s.ran[i]
		}
	}
	s.ran = append(s.ran, ranModule{m: m})
	return &s.ran[len(s.ran)-1]
}

// pushSelf pushes the module's table of this session: empty at first, reads
// of absent names fall back to the module's own table.
func (s *Session) pushSelf(l *lua.State, m *module) {
	if r := s.ranOf(m); !r.self.IsNil() {
		r.self.Push(l)
		return
	}
	l.NewTable()
	l.CreateTable(0, 1)
	l.PushString("__index")
	m.table.Push(l)
	l.RawSet(-3)
	l.SetMetaTable(-2)
	s.ranOf(m).self = bind.RefAt(l, -1)
}

// pushConn pushes ac, pushContext vctx, pushConstruct mc: always the same
// Lua value in a session.
func (s *Session) pushConn(l *lua.State) {
	pushKept(l, &s.acRef, s.conn)
}

func (s *Session) pushContext(l *lua.State) {
	pushKept(l, &s.vctxRef, s.v)
}

func (s *Session) pushConstruct(l *lua.State) {
	pushKept(l, &s.mcRef, s.mc)
}

// pushMessage pushes a message; that of the transaction is always the same Lua
// value.
func (s *Session) pushMessage(l *lua.State, m *message.Message) {
	if s.tx == nil || s.tx.msg != m {
		bind.PushObject(l, m)
		return
	}
	pushKept(l, &s.msgRef, m)
}

// pushKept pushes the value that ref keeps, v as an object the first time.
func pushKept(l *lua.State, ref *bind.Ref, v any) {
	if !ref.IsNil() {
		ref.Push(l)
		return
	}
	bind.PushObject(l, v)
	*ref = bind.RefAt(l, -1)
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
