package msys

import (
	"context"
	"time"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/vctx"
	"github.com/gomsys/gomsys/vctx/macro"
)

// LogKind says what a [LogEvent] tells.
type LogKind int

// Kinds of events, each with the hook that is told of it.
const (
	LogReception         LogKind = iota + 1 // core_log_reception_v1
	LogDelivery                             // core_log_delivery_v1
	LogTransientFailure                     // core_log_transient_failure_v1
	LogPermanentFailure                     // core_log_permanent_failure_v1
	LogAttempt                              // core_log_attempt_v1
	LogRejection                            // core_log_rejection
	LogConnectionSuccess                    // core_log_client_connection_success
	LogConnectionFailure                    // core_log_client_connection_failure
	LogError                                // core_log_error
)

var logHooks = map[LogKind]string{
	LogReception: "core_log_reception_v1", LogDelivery: "core_log_delivery_v1",
	LogTransientFailure: "core_log_transient_failure_v1", LogPermanentFailure: "core_log_permanent_failure_v1",
	LogAttempt: "core_log_attempt_v1", LogRejection: "core_log_rejection",
	LogConnectionSuccess: "core_log_client_connection_success", LogConnectionFailure: "core_log_client_connection_failure",
	LogError: "core_log_error",
}

// LogEvent is something that happened, for the logging hooks and for log
// lines. Which fields have a meaning depends on Kind; the others stay empty.
type LogEvent struct {
	Kind LogKind
	// Time is when it happened. If zero, now.
	Time time.Time
	// Message is the message of receptions and deliveries.
	Message *message.Message
	// Conn and VCtx are the session's, if the event belongs to one.
	Conn *vctx.Conn
	VCtx *vctx.Context
	// Domain is the routing domain of a delivery. If nil, it has the name of
	// the message's routing domain.
	Domain *Domain
	// Note is the remote's text, of a rejection the reply. For a delivery it
	// may be empty: scripts then read the message's code.
	Note string
	// Phase is where the SMTP receiver stood at a rejection.
	Phase vctx.State
	// Remote is the other end of an outbound connection, Slot the number of
	// its binding, Failure the bits msys.core.CONN_* of why it failed.
	Remote  vctx.Addr
	Slot    int
	Failure int
	// Level is that of an error, msys.core.LOG_*.
	Level int
	// TLS is how the message was delivered, for log lines. It may be nil.
	TLS *macro.OutboundTLS
	// Stage is where the delivery stood, for log lines.
	Stage macro.Stage
}

// Log tells the logging hooks of an event, after the fact: what they do has no
// effect on the mail, except that msg:set_code changes what later events of
// the message show. The hooks run on the calling goroutine and may wait; the
// host keeps the events of one message in order. A hook that fails is logged,
// and the next module runs.
//
// The error is the host's: an ended context, a closed runtime.
func (rt *Runtime) Log(ctx context.Context, ev LogEvent) error {
	hook := rt.hooks.find(logHooks[ev.Kind])
	if hook == nil {
		return nil
	}
	if ev.Time.IsZero() {
		ev.Time = rt.cfg.Clock.Now()
	}
	domain := ev.Domain
	if domain == nil && ev.Message != nil && ev.Kind != LogReception && rt.Has(hook.Name) {
		domain = &Domain{Name: ev.Message.RoutingDomain(ctx)}
	}
	now := &timeval{ev.Time}
	_, err := rt.dispatch(ctx, hook, dispatchOptions{message: ev.Message, validation: ev.VCtx, push: func(l *lua.State) int {
		switch ev.Kind {
		case LogRejection:
			pushObjects(l, now, ev.Conn, ev.VCtx)
			l.PushInteger(int(ev.Phase))
			l.PushString(ev.Note)
			l.PushNil()
			return 6
		case LogError:
			bind.PushObject(l, now)
			l.PushInteger(ev.Level)
			l.PushString(ev.Note)
			l.PushNil()
			return 4
		case LogConnectionSuccess, LogConnectionFailure:
			bind.PushObject(l, ev.Remote)
			n := 4
			if ev.Kind == LogConnectionFailure {
				l.PushInteger(ev.Failure)
				n++
			}
			pushObjects(l, domain)
			l.PushInteger(ev.Slot)
			bind.PushObject(l, now)
			return n
		case LogReception:
			pushObjects(l, ev.Conn, ev.Message, now)
		default:
			pushObjects(l, ev.Message, domain, now)
		}
		l.PushString(ev.Note)
		l.PushInteger(len(ev.Note))
		return 5
	}})
	return err
}

// ReopenLogs tells the hook core_log_reopen that the host has reopened its log
// files.
func (rt *Runtime) ReopenLogs(ctx context.Context) error {
	_, err := rt.call(ctx, "core_log_reopen", nil)
	return err
}

// AccessRecord is an authentication or a control command, for accounting.
type AccessRecord struct {
	User   string // who asked
	Event  string // what it was, such as "auth" or "control"
	Status string // how it ended: "pass", "fail", "error"
	Text   string // the command or the reason; never a password
}

// LogAccess tells the hook core_aaa_log of an access.
func (rt *Runtime) LogAccess(ctx context.Context, r AccessRecord) error {
	_, err := rt.call(ctx, "core_aaa_log", func(l *lua.State) int {
		bind.Push(l, map[string]string{"user": r.User, "event": r.Event, "status": r.Status, "text": r.Text})
		return 1
	})
	return err
}

// ExpandLog makes a log line of an event: format has specifiers such as %i,
// %R and %t{%Y}; see package macro. A host that writes many lines compiles
// its format once with Macros().Log.
func (rt *Runtime) ExpandLog(ctx context.Context, format string, ev LogEvent) (string, error) {
	return rt.macros.ExpandLog(ctx, format, rt.macroEvent(&ev))
}

// macroEvent gives what log specifiers show about an event.
func (rt *Runtime) macroEvent(ev *LogEvent) *macro.LogEvent {
	out := &macro.LogEvent{
		Time: ev.Time, Text: ev.Note, Context: ev.VCtx, TLS: ev.TLS, Stage: ev.Stage,
	}
	if out.Time.IsZero() {
		out.Time = rt.cfg.Clock.Now()
	}
	conn := ev.Conn
	if conn == nil && ev.VCtx != nil {
		conn = ev.VCtx.Conn()
	}
	if conn != nil {
		out.InboundConnID, out.RemoteIP = conn.ID(), conn.RemoteAddr().IP()
	}
	if v := ev.VCtx; v != nil {
		out.Vars = v
		out.AuthMethod, out.AuthUser = v.Get(vctx.ConnScope, vctx.KeyAuthName), v.Get(vctx.ConnScope, vctx.KeyAuthUser)
		out.Pathway = v.Get(vctx.ConnScope, vctx.KeyPathway)
		out.MailFrom, out.RcptTo = v.MailFrom(), v.RcptTo()
	}
	if ev.Remote.IsValid() {
		out.RemoteIP = ev.Remote.IP()
	}
	if ev.Domain != nil {
		out.RoutingDomain = ev.Domain.Name
	}
	if m := ev.Message; m != nil {
		rt.describeMessage(out, m)
	}
	return out
}

func (rt *Runtime) describeMessage(out *macro.LogEvent, m *message.Message) {
	status := m.Status()
	out.MessageID, out.BatchID, out.Size = m.ID(), m.BatchID(), m.Size()
	out.MailFrom, out.RcptTo = m.Sender(), m.Recipient()
	out.Binding, out.BindingGroup = m.Binding(), m.BindingGroup()
	out.Attempts = status.Retries + 1
	if !status.Created.IsZero() {
		out.Queued = out.Time.Sub(status.Created)
	}
	if out.RoutingDomain == "" {
		out.RoutingDomain = m.ExplicitRoutingDomain()
	}
	if out.RoutingDomain == "" {
		_, out.RoutingDomain = vctx.SplitAddress(m.Recipient())
	}
	if out.InboundConnID == "" {
		out.InboundConnID = m.ConnID()
	}
	out.Header = func(name string) string { return m.Header().Get(name) }
	out.Message = MessageText(m)
	if out.Vars == nil {
		out.Vars = MessageVariables(m)
	}
	if out.Text == "" {
		out.Text, _ = m.Code()
	}
}
