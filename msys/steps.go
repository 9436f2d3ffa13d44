package msys

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/vctx"
)

// transaction is what a session keeps from MAIL FROM to the end of the data.
type transaction struct {
	msg       *message.Message
	eightBit  bool // the client said BODY=8BITMIME
	discarded bool // by policy before the data: everything is accepted, nothing kept
}

// errNoTransaction is returned for RcptTo and Data without MailFrom.
var errNoTransaction = errors.New("msys: no transaction: MailFrom was not accepted")

// Accept runs the callouts that see a connection before any byte is read.
// Connect does it if the host does not.
func (s *Session) Accept(ctx context.Context) (v Verdict, err error) {
	err = s.step(ctx, func() error {
		v, err = s.accept()
		return err
	})
	return v, err
}

func (s *Session) accept() (Verdict, error) {
	s.accepted = true
	s.countHook("core_inc_inbound_connections")
	s.begin(220)
	v, err := s.run("core_validate_accept", dispatchOptions{args: connArgs})
	if err != nil {
		return v, err
	}
	if v.OK() {
		v.Tarpit = 0 // the reply is the banner: Connect reports the delay
	} else {
		v.Action = Disconnect // there is no session in which to say more
		s.logRejection(vctx.StateStartResponse, v)
	}
	return v, nil
}

// Connect runs validate_connect before the banner is sent. A code of 400 or
// more is sent instead of the banner.
func (s *Session) Connect(ctx context.Context) (v Verdict, err error) {
	err = s.step(ctx, func() error {
		if !s.accepted {
			if v, err = s.accept(); err != nil || !v.OK() {
				return err
			}
		}
		s.next(220)
		if v, err = s.run("validate_connect", dispatchOptions{args: connArgs}); err != nil {
			return err
		}
		if err = s.notify("core_validate_connect", dispatchOptions{args: connArgs}); err != nil {
			return err
		}
		if v.Action != Disconnect || v.Code < 400 {
			v = s.verdict(outcome{})
		}
		s.logIfRejected(vctx.StateStartResponse, v)
		return nil
	})
	return v, err
}

// Ehlo runs validate_ehlo for "EHLO name". The capabilities for the reply are
// Conn().Capabilities() afterwards.
func (s *Session) Ehlo(ctx context.Context, name string) (Verdict, error) {
	return s.hello(ctx, "EHLO "+name)
}

// Helo runs validate_ehlo for "HELO name".
func (s *Session) Helo(ctx context.Context, name string) (Verdict, error) {
	return s.hello(ctx, "HELO "+name)
}

func (s *Session) hello(ctx context.Context, line string) (v Verdict, err error) {
	err = s.step(ctx, func() error {
		s.endTransaction()
		s.v.SetEhlo(line)
		s.begin(250)
		s.setLine(line + "\r\n")
		v, err = s.run("validate_ehlo", dispatchOptions{args: textArgs})
		s.logIfRejected(vctx.StateEhloResponse, v)
		return err
	})
	return v, err
}

// StartTLS notes the TLS session for policy and runs the hook after the
// handshake. A verdict that disconnects is sent through the new session.
func (s *Session) StartTLS(ctx context.Context, tls vctx.TLSInfo) (v Verdict, err error) {
	err = s.step(ctx, func() error {
		s.v.SetTLS(tls)
		s.begin(220)
		err := s.notify("core_inbound_smtp_tls_post_accept", dispatchOptions{push: func(l *lua.State) int {
			s.pushConstruct(l)
			l.PushNil()
			l.PushInteger(0)
			l.PushNil()
			bind.PushObject(l, s.rt.now())
			return 5
		}})
		if err != nil {
			return err
		}
		v = s.verdict(outcome{})
		if s.v.Disconnecting() && s.v.Code() != 220 {
			note := s.v.Get(vctx.ConnScope, "_tls_note")
			if note == "" {
				note = "421 4.7.0 TLS Negotiation failed."
			}
			v.Code, v.Text = vctx.SplitReply(note, 421)
		}
		return nil
	})
	return v, err
}

// MailFrom begins a transaction and runs validate_mailfrom. addr is the
// sender without brackets, "" for the null sender; params are the command's
// ESMTP parameters as given ("SIZE=1000", "BODY=8BITMIME"). With a code of 400
// or more there is no transaction.
func (s *Session) MailFrom(ctx context.Context, addr string, params ...string) (v Verdict, err error) {
	err = s.step(ctx, func() error {
		s.endTransaction()
		line := vctx.MailFromLine(addr, params...)
		s.v.SetMailFrom(line)
		msg := message.New(s.rt.msgOptions, s.rt.cfg.Clock.Now())
		msg.SetReception(message.Reception{
			ConnID: s.ID(), Remote: s.remote, Local: s.local,
			Method: message.Protocol(s.conn.Protocol),
		})
		msg.SetContext(sessionContext{s.v})
		msg.SetHostOwned(true)
		if err := msg.SetSender(s.v.MailFrom()); err != nil {
			v = Verdict{Action: Reject, Code: 553, Text: "5.1.7 invalid sender address"}
			return nil
		}
		msg.SetBatch(true)
		s.mc.SetMessage(msg)
		s.tx = &s.txRoom
		s.txRoom = transaction{msg: msg, eightBit: slices.ContainsFunc(params, func(p string) bool { return strings.EqualFold(p, "BODY=8BITMIME") })}
		s.begin(250)
		s.setLine(s.v.MailFrom())
		v, err = s.run("validate_mailfrom", dispatchOptions{args: textArgs, message: msg})
		if err != nil || !v.OK() {
			s.endTransaction()
		}
		s.logIfRejected(vctx.StateMailFromResponse, v)
		return err
	})
	return v, err
}

// RcptTo runs validate_rcptto for one recipient, given without brackets. With
// a code of 400 or more it is not a recipient. Before that, the relay rule of
// Config.RelaysTo may refuse it.
func (s *Session) RcptTo(ctx context.Context, addr string, params ...string) (v Verdict, err error) {
	err = s.step(ctx, func() error {
		if s.tx == nil {
			return errNoTransaction
		}
		s.v.SetRcptTo(vctx.RcptToLine(addr, params...))
		rcpt := s.v.RcptTo()
		msg := s.tx.msg
		env := msg.Envelope()
		env.To = rcpt
		msg.SetEnvelope(env)
		s.begin(250)
		if ok, err := s.relays(); err != nil {
			return err
		} else if !ok {
			v = relayingDenied()
			s.logRejection(vctx.StateRelayingDenied, v)
			return nil
		}
		s.setLine(rcpt)
		v, err = s.run("validate_rcptto", dispatchOptions{message: msg, args: rcptArgs})
		if err != nil {
			return err
		}
		s.tx.discarded = msg.Disposition().Discarded
		if v.OK() {
			if err := s.v.AcceptRecipient(rcpt); err != nil {
				v = Verdict{Action: Reject, Code: 553, Text: "5.1.3 invalid recipient address"}
			}
		}
		s.logIfRejected(vctx.StateRcptToResponse, v)
		return nil
	})
	return v, err
}

// Data reads the message from r to its end (RFC 5321 content: no dot-stuffing,
// no final dot) and runs the callouts from validate_data to
// core_post_final_validation. The copies to queue are in the result.
//
// If reading fails the transaction ends and the error is returned.
func (s *Session) Data(ctx context.Context, r io.Reader) (res *Result, err error) {
	err = s.step(ctx, func() error {
		if s.tx == nil {
			return errNoTransaction
		}
		defer s.endTransaction()
		res, err = s.data(ctx, r)
		return err
	})
	return res, err
}

// Reset ends the transaction, as RSET does.
func (s *Session) Reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.endTransaction()
}

// endTransaction forgets the transaction and the message variables.
func (s *Session) endTransaction() {
	s.v.ResetMessage()
	s.mc.SetMessage(nil)
	s.tx, s.txRoom, s.msgRef = nil, transaction{}, bind.Ref{}
}

// phase runs a callout of the data phases: each starts with a fresh code, and
// all of them share one reply.
func (s *Session) phase(name string, o dispatchOptions) (Verdict, error) {
	s.next(250)
	return s.run(name, o)
}

func (s *Session) data(ctx context.Context, r io.Reader) (*Result, error) {
	tx, msg := s.tx, s.tx.msg
	s.begin(250)
	if tx.discarded {
		if _, err := io.Copy(io.Discard, r); err != nil {
			return nil, fmt.Errorf("msys: reading data: %w", err)
		}
		return s.discardAll(msg), nil
	}
	if err := msg.Load(ctx, r); err != nil {
		return s.dataFailed(err)
	}
	if first := s.v.FirstRecipient(); first != "" {
		env := msg.Envelope()
		env.To = first
		msg.SetEnvelope(env)
	}
	s.noteContent(msg)
	for _, step := range []struct {
		name  string
		state vctx.State
	}{{"validate_data", vctx.StateBodyResponse}, {"validate_data_spool", vctx.StateAsyncBodyResponse}} {
		v, err := s.phase(step.name, dispatchOptions{message: msg, skipDropped: true, args: messageConnArgs})
		if res, err := s.settled(msg, step.state, v, err); res != nil || err != nil {
			return res, err
		}
	}
	return s.recipients(ctx, msg)
}

// settled gives the result if the verdict or a discard ended the transaction;
// state is where that was.
func (s *Session) settled(msg *message.Message, state vctx.State, v Verdict, err error) (*Result, error) {
	switch {
	case err != nil:
		return nil, err
	case !v.OK():
		s.logIfRejected(state, v)
		return &Result{Verdict: v}, nil
	case dropped(msg):
		return s.discardAll(msg), nil
	}
	return nil, nil
}

// noteContent sets the variables that tell about the content.
func (s *Session) noteContent(msg *message.Message) {
	s.v.SetData(s.tx.eightBit, !msg.Header().Has("Date"))
}
