package main

import (
	"errors"
	"io"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/rfc3464"
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

// Mail implements smtp.Session. Policy gets the parameters of the command as
// the client wrote them, those of DSN (RFC 3461) with them.
func (b *backend) Mail(from string, _ *smtp.MailOptions) error {
	err := b.decide(b.wire.session.MailFrom(b.wire.ctx, from, b.wire.params...))
	b.wire.transaction.Store(err == nil)
	return err
}

// Rcpt implements smtp.Session.
func (b *backend) Rcpt(to string, _ *smtp.RcptOptions) error {
	return b.decide(b.wire.session.RcptTo(b.wire.ctx, to, b.wire.params...))
}

// Data implements smtp.Session: the copies that policy accepts go to the
// Maildir, or the queue, before the client hears of it, and before that the
// notifications about those that it rejects while it accepts others.
func (b *backend) Data(r io.Reader) error {
	s, content := b.wire.s, &countingReader{r: b.content(r)}
	began := time.Now()
	res, err := b.wire.session.Data(b.wire.ctx, content)
	if err != nil {
		s.metrics.message("error")
		var smtpErr *smtp.SMTPError
		if errors.As(err, &smtpErr) { // the message is too large
			return smtpErr
		}
		s.o.logger.Warn("no message", "session", b.wire.session.ID(), "error", err)
		return b.decide(msys.Verdict{}, err)
	}
	if err := s.rejected.notify(b.wire.ctx, res.Messages); err != nil {
		s.metrics.message("error")
		s.o.logger.Error("sender could not be notified of a rejected recipient", "session", b.wire.session.ID(), "error", err)
		return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "recipients differ and the sender cannot be notified"}
	}
	for _, m := range res.Messages {
		if !m.Verdict.OK() {
			continue
		}
		if s.o.discard {
			if _, err := m.WriteTo(io.Discard); err != nil {
				return b.decide(msys.Verdict{}, err)
			}
			continue
		}
		if err := b.store(m); err != nil {
			s.metrics.message("error")
			s.o.logger.Error("accepted mail could not be written", "message", m.ID(), "error", err)
			return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "message could not be stored"}
		}
	}
	s.metrics.message(string(res.Verdict.Action))
	s.o.logger.Info("message", "session", b.wire.session.ID(), "client", b.wire.session.Conn().RemoteAddr().Host(),
		"action", string(res.Verdict.Action), "code", res.Verdict.Code, "copies", len(res.Messages), "bytes", content.n, "took", time.Since(began))
	return b.decide(res.Verdict, nil)
}

// content gives the reader of the content: the wire's own after DATA, what
// go-smtp gives for the chunks of BDAT.
func (b *backend) content(r io.Reader) io.Reader {
	if _, chunks := r.(*io.PipeReader); chunks {
		return r
	}
	return &b.wire.content
}

// store keeps one copy, and tells policy and, if it asked, the sender that it
// has arrived.
func (b *backend) store(m *msys.Message) error {
	s := b.wire.s
	if err := s.store(b.wire.ctx, m.Message, b.wire.received(m)); err != nil {
		return err
	}
	s.o.logger.Info("stored", "session", b.wire.session.ID(), "message", m.ID(), "from", m.Sender(), "to", m.Recipient())
	if s.out != nil {
		return nil // what delivers it tells of that
	}
	ev := msys.LogEvent{Kind: msys.LogDelivery, Message: m.Message, Note: "250 stored"}
	if err := s.rt.Log(b.wire.ctx, ev); err != nil {
		s.o.logger.Warn("delivery not logged by policy", "message", m.ID(), "error", err)
	}
	s.notifySuccess(b.wire.ctx, m.Message, rfc3464.Delivered)
	return nil
}

// countingReader counts what is read through it.
type countingReader struct {
	r io.Reader
	n int64
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// Reset implements smtp.Session.
func (b *backend) Reset() {
	b.wire.transaction.Store(false)
	b.wire.session.Reset()
}

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
