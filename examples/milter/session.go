package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/textproto"
	"runtime/debug"
	"strings"
	"time"

	"github.com/emersion/go-milter"

	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/vctx"
)

// session is one SMTP session of the MTA: it asks policy about each stage.
type session struct {
	s      *server
	w      *wire
	ctx    context.Context
	cancel context.CancelFunc

	policy *msys.Session // nil before the connection and after its end
	conn   macros        // of the connection and the greeting
	mess   macros        // of the message
	secure bool          // policy knows of TLS
	user   string        // policy knows that they authenticated
	mail   *received     // nil outside of transactions
	over   *response     // to all that follows, once policy has disconnected
}

var _ milter.Milter = (*session)(nil)

// step runs one stage. What panics in it makes a temporary failure.
func (ss *session) step(stage string, f func() (milter.Response, error)) (r milter.Response, err error) {
	defer func() {
		if p := recover(); p != nil {
			ss.s.o.logger.Error("panic", "stage", stage, "panic", p, "stack", string(debug.Stack()))
			r, err = tempfail, nil
		}
	}()
	if ss.over != nil && stage != stageConnect {
		return *ss.over, nil // the MTA let the client go on
	}
	if r, err = f(); err != nil && ss.ctx.Err() == nil {
		ss.s.o.logger.Error("stage failed", "stage", stage, "error", err)
		r, err = tempfail, nil
	}
	return r, err
}

// stageConnect is the stage that begins a session.
const stageConnect = "connect"

// decide waits as policy wants and makes the answer of a verdict.
func (ss *session) decide(v msys.Verdict, err error) (milter.Response, error) {
	if err != nil {
		return nil, err
	}
	if err := ss.wait(v.Tarpit); err != nil {
		return nil, err
	}
	r := respond(v)
	if v.Action == msys.Disconnect {
		ss.over = &r
	}
	return r, nil
}

func (ss *session) wait(d time.Duration) error {
	if d <= 0 {
		return nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ss.ctx.Done():
		return ss.ctx.Err()
	}
}

// open makes the policy session if there is none: some programs that speak
// milter leave out stages.
func (ss *session) open(remote netip.AddrPort, path string) *msys.Session {
	if ss.policy != nil {
		return ss.policy
	}
	hostname := ss.s.o.hostname
	if ss.conn["j"] != "" {
		hostname = ss.conn["j"]
	}
	ss.policy = ss.s.rt.NewSession(vctx.Conn{
		Remote: remote, RemotePath: path, Local: ss.conn.local(), Hostname: hostname, Service: ss.s.o.service,
	})
	ss.conn.set(ss.policy.Context(), vctx.ConnScope)
	return ss.policy
}

// end forgets the SMTP session.
func (ss *session) end() {
	if ss.policy != nil {
		ss.policy.Close()
	}
	ss.policy, ss.mail, ss.secure, ss.user, ss.over = nil, nil, false, "", nil
	ss.conn, ss.mess = macros{}, macros{}
	ss.w.setBusy(false)
}

// Connect implements milter.Milter.
func (ss *session) Connect(host, family string, port uint16, addr net.IP, m *milter.Modifier) (milter.Response, error) {
	return ss.step(stageConnect, func() (milter.Response, error) {
		ss.end()
		ss.conn.merge(m.Macros)
		if ss.conn["client_name"] == "" {
			ss.conn["client_name"] = host
		}
		var remote netip.AddrPort
		path := ""
		if a, ok := parseIP(ss.w.peer); ok {
			remote = netip.AddrPortFrom(a, port)
		} else if a, ok := netip.AddrFromSlice(addr); ok {
			remote = netip.AddrPortFrom(a.Unmap(), port)
		} else if family == "unix" {
			path = ss.w.peer
		}
		return ss.decide(ss.open(remote, path).Connect(ss.ctx))
	})
}

// Helo implements milter.Milter.
func (ss *session) Helo(name string, m *milter.Modifier) (milter.Response, error) {
	return ss.step("helo", func() (milter.Response, error) {
		ss.abort()
		ss.conn.merge(m.Macros)
		policy := ss.open(netip.AddrPort{}, "")
		ss.conn.set(policy.Context(), vctx.ConnScope)
		if info, ok := ss.conn.tls(); ok && !ss.secure {
			ss.secure = true
			if v, err := policy.StartTLS(ss.ctx, info); err != nil || !v.OK() {
				return ss.decide(v, err)
			}
		}
		if ss.conn["r"] == "SMTP" {
			return ss.decide(policy.Helo(ss.ctx, name))
		}
		return ss.decide(policy.Ehlo(ss.ctx, name))
	})
}

// MailFrom implements milter.Milter.
func (ss *session) MailFrom(from string, m *milter.Modifier) (milter.Response, error) {
	return ss.step("mail", func() (milter.Response, error) {
		ss.abort()
		ss.mess.merge(m.Macros)
		policy := ss.open(netip.AddrPort{}, "")
		if user := ss.mess["auth_authen"]; user != "" && user != ss.user {
			ss.user = user
			if v, err := policy.Authenticated(ss.ctx, ss.mess["auth_type"], user); err != nil || !v.OK() {
				return ss.decide(v, err)
			}
		}
		v, err := policy.MailFrom(context.WithValue(ss.ctx, macrosKey{}, ss.mess), from, ss.w.params...)
		if err == nil && v.OK() {
			ss.mail = &received{from: policy.Context().MailFrom(), limit: ss.s.o.maxSize, leading: ss.w.leading}
			ss.w.setBusy(true)
		}
		return ss.decide(v, err)
	})
}

// RcptTo implements milter.Milter.
func (ss *session) RcptTo(to string, m *milter.Modifier) (milter.Response, error) {
	return ss.step("rcpt", func() (milter.Response, error) {
		if ss.mail == nil {
			return nil, errSequence
		}
		ss.note(m)
		v, err := ss.policy.RcptTo(ss.ctx, to, ss.w.params...)
		if err == nil && v.OK() {
			ss.mail.rcpts = append(ss.mail.rcpts, recipient{to, ss.policy.Context().RcptTo()})
		}
		return ss.decide(v, err)
	})
}

var errSequence = errors.New("milter: no transaction")

// note gives policy the macros of a later stage.
func (ss *session) note(m *milter.Modifier) {
	ss.mess.merge(m.Macros)
	ss.mess.set(ss.policy.Context(), vctx.MessScope)
}

// Header implements milter.Milter.
func (ss *session) Header(name, value string, _ *milter.Modifier) (milter.Response, error) {
	if ss.mail != nil {
		ss.mail.addField(name, value)
	}
	return proceed, nil
}

// Headers implements milter.Milter.
func (ss *session) Headers(textproto.MIMEHeader, *milter.Modifier) (milter.Response, error) {
	return proceed, nil
}

// BodyChunk implements milter.Milter.
func (ss *session) BodyChunk(chunk []byte, _ *milter.Modifier) (milter.Response, error) {
	if ss.mail != nil {
		ss.mail.addBody(chunk)
	}
	return proceed, nil
}

// Body implements milter.Milter: the message has ended, and policy decides.
func (ss *session) Body(m *milter.Modifier) (milter.Response, error) {
	return ss.step("end of message", func() (milter.Response, error) {
		mail := ss.mail
		if mail == nil {
			return nil, errSequence
		}
		defer ss.abort()
		mail.addBody(ss.w.tail)
		if mail.tooLarge {
			return refuse(msys.Verdict{Action: msys.Reject, Code: 552, Text: "5.3.4 message exceeds the size limit of the policy server"}), nil
		}
		ss.note(m)
		res, err := ss.policy.Data(ss.ctx, mail.reader())
		if err != nil {
			return nil, fmt.Errorf("milter: policy for the message: %w", err)
		}
		defer closeCopies(res)
		if !res.OK() {
			return ss.decide(res.Verdict, nil)
		}
		if err := ss.wait(res.Tarpit); err != nil {
			return nil, err
		}
		if res.Action == msys.Discard || len(res.Messages) == 0 {
			return discard, nil
		}
		return ss.deliver(mail, res.Messages, m)
	})
}

// closeCopies releases the copies that the MTA has been told of.
func closeCopies(res *msys.Result) {
	for _, list := range [][]*msys.Message{res.Messages, res.Discarded} {
		for _, m := range list {
			m.Close()
		}
	}
}

// Abort implements milter.Milter.
func (ss *session) Abort(*milter.Modifier) error {
	ss.abort()
	return nil
}

// abort forgets the transaction.
func (ss *session) abort() {
	if ss.policy != nil && ss.mail != nil {
		ss.policy.Reset()
	}
	ss.mail, ss.mess, ss.w.tail = nil, macros{}, nil
	ss.w.setBusy(false)
}

// queueID is the MTA's name of the message, for logs.
func (ss *session) queueID() string { return strings.TrimSpace(ss.mess["i"]) }
