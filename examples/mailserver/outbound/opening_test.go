package outbound_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/examples/mailserver/outbound"
	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/delivery"
	"github.com/gomsys/gomsys/msys/tlsparams"
)

// dialoguePolicy wants TLS and parameters.
type dialoguePolicy struct {
	relayPolicy
	tls     tlsparams.Mode
	xclient msys.SMTPArgs
	mail    msys.SMTPArgs
	err     error // of CommandArgs for MAIL FROM
}

func (p dialoguePolicy) OutboundAuth(context.Context, *message.Message, msys.Credentials) (msys.Credentials, error) {
	return msys.Credentials{}, nil
}

func (p dialoguePolicy) DomainRoutes(context.Context, string, string) ([]string, bool, error) {
	return nil, false, nil
}

func (p dialoguePolicy) OutboundTLS(_ context.Context, _ *message.Message, c msys.TLSParams) (msys.TLSParams, error) {
	c.UseTLS = p.tls
	return c, nil
}

func (p dialoguePolicy) VerifyServer(context.Context, *msys.Delivery, msys.Certificate) (bool, error) {
	return true, nil
}

func (p dialoguePolicy) CommandArgs(_ context.Context, _ *msys.Delivery, cmd msys.SMTPCommand, given msys.SMTPArgs) (msys.SMTPArgs, msys.Verdict, error) {
	v := msys.Verdict{Code: 250}
	switch cmd {
	case msys.CommandXClient:
		return p.xclient, v, nil
	case msys.CommandMailFrom:
		if p.mail != nil {
			given = p.mail
		}
		return given, v, p.err
	}
	return given, v, nil
}

func (p dialoguePolicy) ShouldShutdown(context.Context, *msys.Delivery) (bool, error) {
	return false, nil
}

func (p dialoguePolicy) Log(context.Context, msys.LogEvent) error { return nil }

var _ outbound.DialoguePolicy = dialoguePolicy{}

// TestOpening has next hops that answer strangely before the client takes
// over.
func TestOpening(t *testing.T) {
	const queued = "|250 ok|250 ok|354 go|250 done"
	xclient := dialoguePolicy{xclient: msys.SMTPArgs{"ADDR": "192.0.2.1"}}
	tls := dialoguePolicy{tls: tlsparams.Required}
	for _, tt := range []struct {
		name   string
		policy dialoguePolicy
		script string
		want   string
		said   []string // the first lines
	}{
		{"XCLIENT", xclient, "220 hi|250-hi/250 xclient ADDR|220 hi|250 hi" + queued, "250 done", []string{"EHLO mx.test", "XCLIENT ADDR=192.0.2.1", "EHLO mx.test", "MAIL FROM:<a@b.example>"}},
		{"XCLIENT not offered", xclient, "220 hi|250-hi/250 XCLIENTS" + queued, "250 done", []string{"EHLO mx.test", "MAIL FROM:<a@b.example>"}},
		{"XCLIENT refused", xclient, "220 hi|250-hi/250 XCLIENT|550 5.7.0 not you", "550 5.7.0 not you", []string{"EHLO mx.test", "XCLIENT ADDR=192.0.2.1"}},
		{"HELO", xclient, "220 hi|502 no|250 hi" + queued, "250 done", []string{"EHLO mx.test", "HELO mx.test", "MAIL FROM:<a@b.example>"}},
		{"refused greeting", xclient, "554 5.7.1 go away", "554 5.7.1 go away", nil},
		{"busy greeting of several lines", xclient, "421-4.3.2 busy/421 4.3.2 later", "421 4.3.2 busy 4.3.2 later", nil},
		{"silent", xclient, "hush", "451 4.4.2 [internal] no banner", nil},
		{"silent at EHLO", xclient, "220 hi|hush", "451 4.4.2 [internal] no HELO/EHLO response", []string{"EHLO mx.test"}},
		{"no SMTP", xclient, "x", "451 4.4.2 [internal] no HELO/EHLO response", nil},
		{"endless reply", xclient, "220 hi|250-" + strings.Repeat("x/250-", 20_000), "451 4.4.2 [internal] no HELO/EHLO response", []string{"EHLO mx.test"}},
		{"long line", xclient, "220 hi|250-" + strings.Repeat("x", 20_000), "451 4.4.2 [internal] no HELO/EHLO response", []string{"EHLO mx.test"}},
		{"TLS refused", tls, "220 hi|250-hi/250 STARTTLS|454 4.7.0 no", "451 4.7.5 [internal] TLS negotiation failed", []string{"EHLO mx.test", "STARTTLS"}},
		{"plain text after STARTTLS", tls, "220 hi|250-hi/250 STARTTLS|220 go/250 injected", "451 4.7.5 [internal] TLS negotiation failed", []string{"EHLO mx.test", "STARTTLS"}},
		{"no TLS", tls, "220 hi|250-hi/250 STARTTLSX", "451 4.7.6 [internal] STARTTLS required but not advertised", []string{"EHLO mx.test"}},
		{"parameters", dialoguePolicy{mail: msys.SMTPArgs{"B": "2", "A": ""}}, "220 hi|250-hi/250 8BITMIME" + queued, "250 done", []string{"EHLO mx.test", "MAIL FROM:<a@b.example> A B=2"}},
		{"own parameters", dialoguePolicy{}, "220 hi|250-hi/250 8BITMIME" + queued, "250 done", []string{"EHLO mx.test", "MAIL FROM:<a@b.example> BODY=8BITMIME"}},
		{"runtime has ended", dialoguePolicy{err: errors.New("closed")}, "220 hi|250 hi", "451 4.3.0 [internal] transaction failed", []string{"EHLO mx.test"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := scripted(t, tt.script)
			r := &outbound.Relay{Address: s.addr, Hostname: "mx.test", Policy: tt.policy, Timeout: 5 * time.Second}
			if strings.Contains(tt.script, "hush") {
				r.Timeout = 100 * time.Millisecond
			}
			defer r.Close()
			a := &delivery.Attempt{Message: newMail(t, "a@b.example", "c@d.example", "x\r\n")}
			reply, err := r.Deliver(context.Background(), delivery.NewConn(a, nil))
			if err != nil || reply.String() != tt.want {
				t.Errorf("%q, %v; want %q", reply, err, tt.want)
			}
			heard := s.heard()
			if diff := cmp.Diff(tt.said, heard[:min(len(tt.said), len(heard))]); len(tt.said) > 0 && diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}
