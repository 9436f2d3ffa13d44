package outbound

import (
	"context"
	"errors"
	"maps"
	"net"
	"slices"
	"strings"

	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/delivery"
	"github.com/gomsys/gomsys/vctx"
)

// DialoguePolicy are the decisions of scripts about the dialogue with the next
// hop: where it is, TLS, parameters of commands, when it ends. A [RelayPolicy]
// may be one; *msys.Runtime is.
type DialoguePolicy interface {
	DomainRoutes(ctx context.Context, from, domain string) (routes []string, ok bool, err error)
	TLSPolicy
	CommandArgs(ctx context.Context, d *msys.Delivery, cmd msys.SMTPCommand, args msys.SMTPArgs) (msys.SMTPArgs, msys.Verdict, error)
	ShouldShutdown(ctx context.Context, d *msys.Delivery) (bool, error)
	Log(ctx context.Context, ev msys.LogEvent) error
}

var (
	_ RelayPolicy    = (*msys.Runtime)(nil)
	_ DialoguePolicy = (*msys.Runtime)(nil)
)

// dialogue gives the policy of dialogues, nil for none.
func (r *Relay) dialogue() DialoguePolicy {
	p, _ := r.Policy.(DialoguePolicy)
	return p
}

// hop is how a message is to be sent. Connections are used again for messages
// with the same hop.
type hop struct {
	address string // HOST:PORT
	auth    msys.Credentials
	tls     msys.TLSParams
	xclient string // parameters of XCLIENT, "" for none
}

// errRefusedByHook goes with a reply that a script asked for.
var errRefusedByHook = errors.New("outbound: a script refuses the attempt")

// hop asks policy how a message is to be sent. With errRefusedByHook the reply
// is the outcome of the attempt.
func (r *Relay) hop(ctx context.Context, d *msys.Delivery) (h hop, reply delivery.Reply, err error) {
	h.address = r.Address
	if r.Policy == nil {
		return h, reply, nil
	}
	if h.auth, err = r.Policy.OutboundAuth(ctx, d.Message, h.auth); err != nil {
		return h, reply, err
	}
	p := r.dialogue()
	if p == nil {
		return h, reply, nil
	}
	routes, ok, err := p.DomainRoutes(ctx, "relay", d.Domain)
	if err != nil {
		return h, reply, err
	}
	if ok {
		h.address = withPort(routes[0])
	}
	if r.TLS == nil {
		if h.tls, err = p.OutboundTLS(ctx, d.Message, h.tls); err != nil {
			return h, reply, err
		}
	}
	d.Host, _, _ = net.SplitHostPort(h.address)
	args, v, err := p.CommandArgs(ctx, d, msys.CommandXClient, nil)
	if err == nil && !v.OK() {
		return h, internal(v.Code, v.Text), errRefusedByHook
	}
	h.xclient = parameters(args)
	return h, reply, err
}

// withPort adds the port of SMTP to a host that has none.
func withPort(host string) string {
	if _, _, err := net.SplitHostPort(host); err == nil {
		return host
	}
	return net.JoinHostPort(strings.Trim(host, "[]"), "25")
}

// parameters writes the parameters of a command, sorted, each as " K=V".
func parameters(args msys.SMTPArgs) string {
	var b strings.Builder
	for _, k := range slices.Sorted(maps.Keys(args)) {
		b.WriteString(" " + k)
		if v := args[k]; v != "" {
			b.WriteString("=" + v)
		}
	}
	return b.String()
}

// connected tells policy that a connection to the next hop was made, or could
// not be.
func (r *Relay) connected(ctx context.Context, d *msys.Delivery, err error) {
	p := r.dialogue()
	if p == nil {
		return
	}
	ev := msys.LogEvent{Kind: msys.LogConnectionSuccess, Message: d.Message, Domain: &msys.Domain{Name: d.Domain}, Remote: d.Remote}
	if err != nil {
		ev.Kind, ev.Failure = msys.LogConnectionFailure, connectFailed
	}
	_ = p.Log(ctx, ev) // what loggers do has no effect on the mail
}

// connectFailed is the bit for a connection that could not be made.
const connectFailed = 1

// argumentConn is a connection on which the parameters of MAIL FROM and RCPT
// TO are those of policy, instead of the client's own. Replies that were read
// before the client took over are given to it.
type argumentConn struct {
	net.Conn
	replies []byte            // that the client has still to read
	ehlo    []byte            // the reply to an EHLO that has been said, for the client's
	args    map[string]string // by command, with a blank in front
}

// Read implements net.Conn.
func (c *argumentConn) Read(p []byte) (int, error) {
	if len(c.replies) > 0 {
		n := copy(p, c.replies)
		c.replies = c.replies[n:]
		return n, nil
	}
	return c.Conn.Read(p)
}

// Write implements net.Conn. The client writes each command at once.
func (c *argumentConn) Write(p []byte) (int, error) {
	line := string(p)
	if c.ehlo != nil && strings.HasPrefix(line, "EHLO ") {
		c.replies, c.ehlo = append(c.replies, c.ehlo...), nil
		return len(p), nil
	}
	for command, args := range c.args {
		if head, _, ok := cutLast(line, ">"); ok && strings.HasPrefix(line, command+":<") && strings.HasSuffix(line, "\r\n") {
			delete(c.args, command)
			if _, err := c.Conn.Write([]byte(head + args + "\r\n")); err != nil {
				return 0, err
			}
			return len(p), nil
		}
	}
	return c.Conn.Write(p)
}

// cutLast cuts s behind the last sep.
func cutLast(s, sep string) (before, after string, ok bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i+len(sep)], s[i+len(sep):], true
}

// set asks policy for the parameters of a command that is sent next; given are
// those that the client sends by itself.
func (c *argumentConn) set(ctx context.Context, p DialoguePolicy, d *msys.Delivery, cmd msys.SMTPCommand, given msys.SMTPArgs) (delivery.Reply, error) {
	args, v, err := p.CommandArgs(ctx, d, cmd, given)
	switch {
	case err != nil:
		return delivery.Reply{}, err
	case !v.OK():
		return internal(v.Code, v.Text), errRefusedByHook
	}
	c.args[string(cmd)] = parameters(args)
	return delivery.Reply{}, nil
}

// attempted describes a delivery for policy.
func attempted(a *delivery.Attempt) *msys.Delivery {
	d := &msys.Delivery{Message: a.Message, Domain: a.Domain}
	if a.Remote.IsValid() {
		d.Remote = vctx.AddrOf(a.Remote)
	}
	return d
}
