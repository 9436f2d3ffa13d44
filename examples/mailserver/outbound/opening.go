package outbound

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/delivery"
	"github.com/gomsys/gomsys/msys/tlsparams"
	"github.com/gomsys/gomsys/vctx/macro"
)

// TLSPolicy are the decisions of scripts about TLS to the next hop.
type TLSPolicy interface {
	OutboundTLS(ctx context.Context, m *message.Message, configured msys.TLSParams) (msys.TLSParams, error)
	VerifyServer(ctx context.Context, d *msys.Delivery, cert msys.Certificate) (bool, error)
}

// opening is the dialogue up to where the SMTP client takes over: the
// greeting, EHLO, STARTTLS and XCLIENT.
type opening struct {
	conn     *argumentConn
	in       *bufio.Reader
	hostname string
	policy   DialoguePolicy
	attempt  *delivery.Attempt
	delivery *msys.Delivery

	greeting, ehlo []byte
	silent         delivery.InternalKind // what it is if the next hop says nothing
	reply          delivery.Reply        // with errRefusedByHook
}

// errReplayed says that the next hop refused, and that the SMTP client will
// read its reply.
var errReplayed = errors.New("outbound: refused by the next hop")

// run has the dialogue. ok is false if the attempt is over; reply says why.
// Whatever the client has still to hear of it is left in conn.
func (o *opening) run(ctx context.Context, h hop) (reply delivery.Reply, ok bool) {
	o.in = bufio.NewReader(o.conn.Conn)
	err := o.say(ctx, h)
	o.conn.replies, o.conn.ehlo = o.greeting, o.ehlo
	switch {
	case err == nil, errors.Is(err, errReplayed):
		return reply, true
	case errors.Is(err, errRefusedByHook):
		return o.reply, false
	}
	return failure(err, o.silent), false
}

func (o *opening) say(ctx context.Context, h hop) (err error) {
	o.silent = delivery.NoBanner
	if o.greeting, err = o.read(); err != nil {
		return err
	}
	if !strings.HasPrefix(string(o.greeting), "220") {
		return errReplayed
	}
	if err := o.hello(); err != nil {
		return err
	}
	if h.tls.UseTLS != tlsparams.No {
		if err := o.startTLS(ctx, h); err != nil {
			return err
		}
	}
	if h.xclient == "" || !o.offers("XCLIENT") {
		return nil
	}
	answer, err := o.command("XCLIENT" + h.xclient)
	if err != nil {
		return err
	}
	if !strings.HasPrefix(string(answer), "220") {
		o.reply = delivery.ParseReply(strings.TrimRight(string(answer), "\r\n"))
		return errRefusedByHook
	}
	return o.hello()
}

// hello says EHLO. A refusal is left to the client, which may say HELO.
func (o *opening) hello() error {
	o.silent = delivery.NoEHLOResponse
	answer, err := o.command("EHLO " + o.hostname)
	if err != nil {
		return err
	}
	o.ehlo = answer
	if !strings.HasPrefix(string(answer), "250") {
		return errReplayed
	}
	return nil
}

// offers reports whether the reply to EHLO has an extension.
func (o *opening) offers(name string) bool {
	for line := range strings.Lines(string(o.ehlo)) {
		if len(line) > 4 && strings.EqualFold(strings.Fields(line[4:] + " x")[0], name) {
			return true
		}
	}
	return false
}

// startTLS begins TLS if it is offered.
func (o *opening) startTLS(ctx context.Context, h hop) error {
	if !o.offers("STARTTLS") {
		if h.tls.UseTLS == tlsparams.Required {
			o.silent = delivery.TLSRequired
			return errors.New("outbound: TLS is not offered")
		}
		return nil
	}
	o.attempt.Phase = macro.StageStartTLS
	o.silent = delivery.TLSFailed
	config, err := o.tlsConfig(ctx, h)
	if err != nil {
		return err
	}
	answer, err := o.command("STARTTLS")
	if err != nil {
		return err
	}
	if !strings.HasPrefix(string(answer), "220") || o.in.Buffered() > 0 { // RFC 3207 section 5: nothing may follow in plain text
		return errors.New("outbound: STARTTLS was refused")
	}
	t := tls.Client(o.conn.Conn, config)
	if err := t.HandshakeContext(ctx); err != nil {
		return fmt.Errorf("outbound: TLS handshake: %w", err)
	}
	o.conn.Conn = t
	o.in.Reset(t)
	return o.hello()
}

// tlsConfig makes the configuration in which policy has the last word about
// the certificate, unless none is checked.
func (o *opening) tlsConfig(ctx context.Context, h hop) (*tls.Config, error) {
	config, err := h.tls.ClientConfig()
	if err != nil {
		return nil, err
	}
	config.ServerName, _, _ = net.SplitHostPort(h.address)
	if h.tls.Verify == tlsparams.VerifyNone {
		return config, nil
	}
	host := config.ServerName
	if h.tls.Verify != tlsparams.VerifyHostname {
		host = ""
	}
	params := h.tls
	config.InsecureSkipVerify = true // the check below is the one
	config.VerifyConnection = func(state tls.ConnectionState) error {
		leaf := state.PeerCertificates[0]
		failure := params.Check(state, host)
		ok, err := o.policy.VerifyServer(ctx, o.delivery, msys.Certificate{
			Subject: leaf.Subject.String(), Issuer: leaf.Issuer.String(), Verified: failure == nil,
		})
		switch {
		case err != nil:
			return err
		case !ok:
			return errors.Join(errors.New("outbound: the certificate is not accepted"), failure)
		}
		return nil
	}
	return config, nil
}

// command says a line and gives the reply to it.
func (o *opening) command(line string) ([]byte, error) {
	if _, err := io.WriteString(o.conn.Conn, line+"\r\n"); err != nil {
		return nil, err
	}
	return o.read()
}

// maxOpening bounds a reply before the client takes over.
const maxOpening = 64 << 10

// read gives a reply of one or more lines.
func (o *opening) read() (reply []byte, err error) {
	for {
		line, err := o.in.ReadSlice('\n')
		if err != nil {
			return nil, err
		}
		reply = append(reply, line...)
		if len(line) < 4 || line[3] != '-' {
			return reply, nil
		}
		if len(reply) > maxOpening {
			return nil, errors.New("outbound: reply is too long")
		}
	}
}
