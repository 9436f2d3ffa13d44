package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"github.com/gomsys/gomsys/msys"
)

// backend is the SMTP server's session: it asks policy about each command.
type backend struct{ wire *wire }

var _ smtp.AuthSession = (*backend)(nil)

// refusal is the error for a refused step: go-smtp needs one, the reply that
// the client sees is policy's own, through the wire.
func refusal(v msys.Verdict) error {
	return &smtp.SMTPError{Code: v.Code, EnhancedCode: smtp.NoEnhancedCode, Message: "refused by policy"}
}

// decide applies a verdict, or the failure to get one.
func (b *backend) decide(v msys.Verdict, err error) error {
	if err != nil {
		v = failure(err)
	}
	if !b.wire.apply(v) {
		return refusal(v)
	}
	return nil
}

// Mail implements smtp.Session.
func (b *backend) Mail(from string, o *smtp.MailOptions) error {
	var params []string
	if o != nil {
		if o.Size > 0 {
			params = append(params, fmt.Sprintf("SIZE=%d", o.Size))
		}
		if o.Body != "" {
			params = append(params, "BODY="+string(o.Body))
		}
		if o.UTF8 {
			params = append(params, "SMTPUTF8")
		}
	}
	return b.decide(b.wire.session.MailFrom(b.wire.ctx, from, params...))
}

// Rcpt implements smtp.Session.
func (b *backend) Rcpt(to string, _ *smtp.RcptOptions) error {
	return b.decide(b.wire.session.RcptTo(b.wire.ctx, to))
}

// Data implements smtp.Session: the copies that policy accepts go to the
// Maildir, or the queue, before the client hears of it, and before that the
// notifications about those that it rejects while it accepts others.
func (b *backend) Data(r io.Reader) error {
	res, err := b.wire.session.Data(b.wire.ctx, r)
	if err != nil {
		var smtpErr *smtp.SMTPError
		if errors.As(err, &smtpErr) { // the message is too large
			return smtpErr
		}
		return b.decide(msys.Verdict{}, err)
	}
	if err := b.wire.s.rejected.notify(b.wire.ctx, res.Messages); err != nil {
		b.wire.s.o.logger.Error("sender could not be notified of a rejected recipient", "session", b.wire.session.ID(), "error", err)
		return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "recipients differ and the sender cannot be notified"}
	}
	for _, m := range res.Messages {
		if !m.Verdict.OK() {
			continue
		}
		if b.wire.s.o.discard {
			if _, err := m.WriteTo(io.Discard); err != nil {
				return b.decide(msys.Verdict{}, err)
			}
			continue
		}
		if err := b.wire.s.store(b.wire.ctx, m.Message, b.wire.received(m)); err != nil {
			b.wire.s.o.logger.Error("accepted mail could not be written", "message", m.ID(), "error", err)
			return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "message could not be stored"}
		}
		if b.wire.s.out != nil {
			continue // what delivers it tells policy
		}
		ev := msys.LogEvent{Kind: msys.LogDelivery, Message: m.Message, Note: "250 stored"}
		if err := b.wire.s.rt.Log(b.wire.ctx, ev); err != nil {
			b.wire.s.o.logger.Warn("delivery not logged by policy", "message", m.ID(), "error", err)
		}
	}
	return b.decide(res.Verdict, nil)
}

// Reset implements smtp.Session.
func (b *backend) Reset() { b.wire.session.Reset() }

// Logout implements smtp.Session.
func (b *backend) Logout() error { b.wire.session.Close(); return nil }

// AuthMechanisms implements smtp.AuthSession.
func (b *backend) AuthMechanisms() []string {
	if b.wire.s.o.authURI == "" {
		return nil
	}
	return []string{sasl.Plain, "LOGIN"}
}

// Auth implements smtp.AuthSession.
func (b *backend) Auth(mechanism string) (sasl.Server, error) {
	switch {
	case b.wire.s.o.authURI == "":
		return nil, smtp.ErrAuthUnsupported
	case !b.wire.secured && !b.wire.s.o.insecureAuth:
		return nil, &smtp.SMTPError{Code: 538, EnhancedCode: smtp.EnhancedCode{5, 7, 11}, Message: "encryption required for requested authentication mechanism"}
	}
	check := func(user, password string) error {
		v, err := b.wire.session.Auth(b.wire.ctx, mechanism, b.wire.s.o.authURI, user, password)
		return b.decide(v, err)
	}
	switch mechanism {
	case sasl.Plain:
		return sasl.NewPlainServer(func(_, user, password string) error { return check(user, password) }), nil
	case "LOGIN":
		return &loginServer{check: check}, nil
	}
	return nil, smtp.ErrAuthUnknownMechanism
}

// loginServer is the server side of the LOGIN mechanism.
type loginServer struct {
	check func(user, password string) error
	user  string
	step  int
}

// Next implements sasl.Server.
func (l *loginServer) Next(response []byte) (challenge []byte, done bool, err error) {
	l.step++
	if l.step == 1 && response == nil {
		return []byte("Username:"), false, nil
	}
	if l.user == "" {
		l.user = string(response)
		return []byte("Password:"), false, nil
	}
	return nil, true, l.check(l.user, string(response))
}
