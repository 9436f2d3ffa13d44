package outbound

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/delivery"
	"github.com/gomsys/gomsys/msys/tlsparams"
	"github.com/gomsys/gomsys/vctx"
	"github.com/gomsys/gomsys/vctx/macro"
)

// Relay is the delivery.Driver that sends mail by SMTP to one next hop.
// Connections carry several messages: max_deliveries_per_connection at most.
// It is safe for concurrent use.
type Relay struct {
	// Address is the next hop, HOST:PORT.
	Address string
	// Hostname is the name for EHLO. If empty, localhost.
	Hostname string
	// TLS, if not nil, has each connection begin with STARTTLS.
	TLS *tls.Config
	// Timeout bounds connecting and the answer to each command; that to the
	// message has four times as much. If zero, 1 min.
	Timeout time.Duration
	// IdleTimeout is how long a connection waits for the next message. If
	// zero, 5 s.
	IdleTimeout time.Duration
	// PerConnection is how many messages one connection carries unless policy
	// says. If zero, 100.
	PerConnection int
	// Policy is asked how to authenticate and for the content as it goes out,
	// and about the dialogue if it is a [DialoguePolicy] too. *msys.Runtime is
	// both. If nil, mail goes as it is.
	Policy RelayPolicy
	// Relayed, if not nil, is called after the next hop has taken a message
	// without having the DSN extension: it will send no report of success
	// (RFC 3461 section 5.2.2).
	Relayed func(ctx context.Context, m *message.Message)

	mu   sync.Mutex
	idle []*link
}

// RelayPolicy are the decisions of scripts that a [Relay] heeds.
type RelayPolicy interface {
	OutboundAuth(ctx context.Context, m *message.Message, configured msys.Credentials) (msys.Credentials, error)
	BodyModify(ctx context.Context, m *message.Message, r io.Reader) (io.Reader, error)
}

var _ delivery.Driver = (*Relay)(nil)

// link is a connection to the next hop.
type link struct {
	conn   *argumentConn
	client *smtp.Client
	hop    hop
	used   int // messages so far
	expire *time.Timer
}

// Deliver implements delivery.Driver.
func (r *Relay) Deliver(ctx context.Context, c *delivery.Conn) (delivery.Reply, error) {
	if err := ctx.Err(); err != nil {
		return delivery.Reply{}, err
	}
	d := attempted(c.Attempt())
	h, reply, err := r.hop(ctx, d)
	switch {
	case errors.Is(err, errRefusedByHook):
		return reply, nil
	case err != nil:
		return delivery.Reply{}, err
	}
	l := r.take(h)
	if l != nil {
		reply, stale, err := r.send(ctx, c, d, l)
		if !stale {
			return reply, err
		}
	}
	l, reply, ok := r.dial(ctx, c, d, h)
	if !ok {
		return reply, nil
	}
	reply, _, err = r.send(ctx, c, d, l)
	return reply, err
}

// Close closes the connections that wait.
func (r *Relay) Close() error {
	r.mu.Lock()
	idle := r.idle
	r.idle = nil
	r.mu.Unlock()
	for _, l := range idle {
		l.expire.Stop()
		l.quit()
	}
	return nil
}

// take gives a connection that waits, nil if there is none.
func (r *Relay) take(h hop) *link {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := len(r.idle) - 1; i >= 0; i-- {
		if l := r.idle[i]; l.hop == h {
			r.idle = append(r.idle[:i], r.idle[i+1:]...)
			l.expire.Stop()
			return l
		}
	}
	return nil
}

// keep has a connection wait for the next message.
func (r *Relay) keep(l *link) {
	r.mu.Lock()
	defer r.mu.Unlock()
	l.expire = time.AfterFunc(def(r.IdleTimeout, 5*time.Second), func() {
		r.mu.Lock()
		found := false
		for i := range r.idle {
			if found = r.idle[i] == l; found {
				r.idle = append(r.idle[:i], r.idle[i+1:]...)
				break
			}
		}
		r.mu.Unlock()
		if found {
			l.quit()
		}
	})
	r.idle = append(r.idle, l)
}

func (l *link) quit() {
	_ = l.client.Quit() // the mail is safe, whatever the other end says
	_ = l.conn.Close()
}

func def(d, fallback time.Duration) time.Duration {
	if d == 0 {
		return fallback
	}
	return d
}

// dial makes a connection up to where MAIL FROM is next. ok is false if that
// failed; reply says why then.
func (r *Relay) dial(ctx context.Context, c *delivery.Conn, d *msys.Delivery, h hop) (l *link, reply delivery.Reply, ok bool) {
	timeout := def(r.Timeout, time.Minute)
	a := c.Attempt()
	a.Phase = macro.StageNotConnected
	dialer := net.Dialer{Timeout: timeout}
	plain, err := dialer.DialContext(ctx, "tcp", h.address)
	if err != nil {
		if remote, parseErr := netip.ParseAddrPort(h.address); parseErr == nil {
			d.Remote = vctx.AddrOf(remote)
		}
		r.connected(ctx, d, err)
		return nil, notConnected(err), false
	}
	conn := &argumentConn{Conn: plain, args: map[string]string{}}
	defer func() {
		if !ok {
			conn.Close()
		}
	}()
	stop := context.AfterFunc(ctx, func() { plain.Close() })
	defer stop()
	a.Remote = addrPort(plain)
	d.Remote = vctx.AddrOf(a.Remote)
	r.connected(ctx, d, nil)
	l = &link{conn: conn, hop: h}
	a.Phase = macro.StageEhlo
	if err := plain.SetDeadline(time.Now().Add(timeout)); err != nil {
		return nil, delivery.Internal(delivery.ConnectionClosed), false
	}
	switch {
	case r.TLS != nil:
		config := r.TLS.Clone()
		if config.ServerName == "" {
			config.ServerName, _, _ = net.SplitHostPort(h.address)
		}
		a.Phase = macro.StageStartTLS
		if l.client, err = smtp.NewClientStartTLS(conn, config); err != nil {
			return nil, failure(err, delivery.TLSFailed), false
		}
	case h.tls.UseTLS != tlsparams.No || h.xclient != "":
		o := &opening{conn: conn, hostname: hostname(r.Hostname), policy: r.dialogue(), attempt: a, delivery: d}
		if reply, ok := o.run(ctx, h); !ok {
			return nil, reply, false
		}
		a.Phase = macro.StageEhlo
		l.client = smtp.NewClient(conn)
	default:
		l.client = smtp.NewClient(conn)
	}
	l.client.CommandTimeout, l.client.SubmissionTimeout = timeout, 4*timeout
	if r.TLS == nil {
		if err := l.client.Hello(hostname(r.Hostname)); err != nil {
			return nil, failure(err, delivery.NoEHLOResponse), false
		}
	}
	if client := saslClient(h.auth); client != nil {
		if err := l.client.Auth(client); err != nil {
			return nil, failure(err, delivery.NoEHLOResponse), false
		}
	}
	return l, reply, true
}

func hostname(s string) string {
	if s == "" {
		return "localhost"
	}
	return s
}

func saslClient(c msys.Credentials) sasl.Client {
	switch c.Mechanism {
	case "PLAIN":
		return sasl.NewPlainClient("", c.User, c.Password)
	case "LOGIN":
		return sasl.NewLoginClient(c.User, c.Password)
	}
	return nil
}

// send makes one transaction. stale says that the connection had been closed
// meanwhile, so that nothing was sent.
func (r *Relay) send(ctx context.Context, c *delivery.Conn, d *msys.Delivery, l *link) (reply delivery.Reply, stale bool, err error) {
	stop := context.AfterFunc(ctx, func() { l.conn.Close() })
	defer stop()
	a := c.Attempt()
	a.Remote = addrPort(l.conn)
	d.Remote = vctx.AddrOf(a.Remote)
	reused := l.used > 0
	l.used++
	m := a.Message
	var content io.Reader = m.Content()
	if r.Policy != nil {
		if content, err = r.Policy.BodyModify(ctx, m, content); err != nil {
			l.quit()
			return reply, false, err
		}
	}
	t := transaction{client: l.client, attempt: a, args: func(cmd msys.SMTPCommand, given msys.SMTPArgs) (delivery.Reply, error) {
		if p := r.dialogue(); p != nil {
			return l.conn.set(ctx, p, d, cmd, given)
		}
		return delivery.Reply{}, nil
	}}
	reply, err = t.run(content)
	var refused *smtp.SMTPError
	clean := err == nil || errors.As(err, &refused)
	if errors.Is(err, errRefusedByHook) {
		clean, err = true, &smtp.SMTPError{} // the dialogue goes on with the next message
	} else if reports, _ := l.client.Extension("DSN"); err == nil && !reports && r.Relayed != nil {
		r.Relayed(ctx, m)
	}
	if !clean && reused && a.Phase == macro.StageMailFrom && ctx.Err() == nil {
		l.conn.Close()
		return reply, true, nil
	}
	most := int64(r.PerConnection)
	if most <= 0 {
		most = 100
	}
	if n := c.Plan().Options["max_deliveries_per_connection"]; n > 0 {
		most = n
	}
	if p := r.dialogue(); p != nil && clean {
		if quit, _ := p.ShouldShutdown(ctx, d); quit { // an error means that the runtime has ended
			most = 0
		}
	}
	switch {
	case !clean || reply.Code == 421:
		l.conn.Close()
	case int64(l.used) >= most || err != nil && l.client.Reset() != nil:
		l.quit()
	case !stop(): // ctx has ended, so the connection is closed or about to be
	default:
		r.keep(l)
	}
	return reply, false, nil
}

func addrPort(c net.Conn) netip.AddrPort {
	if a, ok := c.RemoteAddr().(*net.TCPAddr); ok {
		p := a.AddrPort()
		return netip.AddrPortFrom(p.Addr().Unmap(), p.Port())
	}
	return netip.AddrPort{}
}
