package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/vctx"
)

// wire is the connection that the SMTP server sees. It gives policy what a
// plain go-smtp backend cannot: the banner, each EHLO and its reply, the
// verbatim text of every reply, and a disconnect after one. It does STARTTLS
// itself, so that all of this works inside TLS too.
//
// The SMTP server reads and writes a wire from one goroutine at a time.
type wire struct {
	s       *server
	session *msys.Session
	ctx     context.Context
	cancel  context.CancelFunc

	mu   sync.Mutex // guards conn against Close
	conn net.Conn

	in       *bufio.Reader
	pending  []byte // of a line that Read could not give at once
	raw      int64  // bytes of a BDAT chunk still to pass through
	inData   bool   // between 354 and the reply
	content  contentReader
	awaits   time.Time // how long a read waits; zero if that is to be set anew
	writes   time.Time // likewise of a write
	inAuth   bool      // AUTH runs
	greeted  bool      // policy accepted an EHLO
	refused  bool      // policy refused the connection: 503 until QUIT
	secured  bool      // TLS is on
	bannered bool      // the banner was written
	quit     bool      // the client said QUIT, or policy knows that it has gone

	implicit bool     // TLS begins before the banner
	params   []string // of the MAIL or RCPT command, verbatim

	transaction atomic.Bool // MAIL was accepted, and the transaction goes on
	nudged      atomic.Bool // by a shutdown

	line     []byte   // of the reply that is being written
	override []string // what the next reply is instead
	closing  bool     // close after the next reply
}

func newWire(s *server, c net.Conn, implicit bool) *wire {
	w := &wire{s: s, conn: c, in: bufio.NewReaderSize(c, 4096), implicit: implicit}
	w.ctx, w.cancel = context.WithCancel(context.Background())
	remote := addrPort(c.RemoteAddr())
	w.session = s.rt.NewSession(vctx.Conn{
		Remote: remote, Local: addrPort(c.LocalAddr()), Service: "SMTP", CanRelay: s.o.trusts(remote.Addr()),
		Hostname: s.o.hostname, Capabilities: s.capabilities(),
	})
	s.opened(w)
	return w
}

func addrPort(a net.Addr) netip.AddrPort {
	if t, ok := a.(*net.TCPAddr); ok {
		return netip.AddrPortFrom(t.AddrPort().Addr().Unmap(), t.AddrPort().Port())
	}
	return netip.AddrPort{}
}

// apply turns a verdict into the next reply and reports whether the step is
// accepted. Without a text of policy the server's own reply to an accepted
// step stays.
func (w *wire) apply(v msys.Verdict) bool {
	if v.Tarpit > 0 {
		timer := time.NewTimer(v.Tarpit)
		select {
		case <-timer.C:
		case <-w.ctx.Done():
			timer.Stop()
		}
	}
	text := v.Text
	if text == "" && v.Code >= 400 {
		text = vctx.DefaultText(v.Code)
	}
	if text != "" {
		w.override = vctx.FormatReply(v.Code, text)
	}
	w.closing = w.closing || v.Action == msys.Disconnect
	return v.OK()
}

// Read gives the SMTP server one command line at a time, after policy has
// seen the ones that it decides about; content passes through.
func (w *wire) Read(p []byte) (int, error) {
	if len(w.pending) > 0 {
		n := copy(p, w.pending)
		w.pending = w.pending[n:]
		return n, nil
	}
	switch {
	case w.inData: // the session has read content itself
		if err := w.content.drain(); err != nil {
			return 0, err
		}
		return copy(p, endOfContent), nil
	case w.raw > 0:
		n, err := w.in.Read(p[:min(int64(len(p)), w.raw)])
		w.raw -= int64(n)
		return n, err
	}
	for {
		if w.endForShutdown() {
			return 0, io.EOF
		}
		line, err := w.in.ReadSlice('\n')
		if err != nil && len(line) == 0 {
			if w.resume(err) {
				continue
			}
			w.abort(err)
			return 0, err
		}
		if w.command(string(bytes.TrimRight(line, "\r\n"))) {
			n := copy(p, line)
			w.pending = append(w.pending[:0], line[n:]...)
			return n, nil
		}
	}
}

// command looks at a command line; false means that it has been answered.
func (w *wire) command(line string) (pass bool) {
	if w.inAuth {
		return true
	}
	verb, arg, _ := strings.Cut(line, " ")
	verb, arg = strings.ToUpper(verb), strings.TrimSpace(arg)
	switch {
	case w.refused && verb != "QUIT":
		w.reply("503 5.5.1 bad sequence of commands")
		return false
	case (verb == "EHLO" || verb == "HELO") && arg != "":
		w.hello(verb, arg)
	case verb == "STARTTLS" && arg == "" && w.s.o.tls != nil && !w.secured:
		w.startTLS()
		return false
	case (verb == "MAIL" || verb == "AUTH") && !w.greeted:
		w.reply("503 5.5.1 EHLO first")
		return false
	case verb == "AUTH":
		w.inAuth = true
	case verb == "QUIT":
		w.quit = true
	case verb == "MAIL" || verb == "RCPT":
		path, _ := vctx.ParsePath(line) // the SMTP server finds what is wrong
		w.params = path.Params
	case verb == "BDAT":
		size, _, _ := strings.Cut(arg, " ")
		w.raw, _ = strconv.ParseInt(size, 10, 64)
	}
	return true
}

func (w *wire) hello(verb, name string) {
	var v msys.Verdict
	var err error
	if verb == "EHLO" {
		v, err = w.session.Ehlo(w.ctx, name)
	} else {
		v, err = w.session.Helo(w.ctx, name)
	}
	if err != nil {
		v = failure(err)
	}
	w.greeted = w.apply(v)
	if w.greeted && verb == "EHLO" {
		w.override = vctx.FormatReply(250, strings.Join(append([]string{w.s.o.hostname}, w.session.Conn().EHLO()...), "\n"))
	}
}

// failure is the verdict for an error of the host.
func failure(error) msys.Verdict {
	return msys.Verdict{Action: msys.Disconnect, Code: 421, Text: "4.3.0 temporary failure, try later"}
}

// startTLS answers the command and goes on inside TLS. Plain text that the
// client sent after the command is dropped (RFC 3207 section 4.2).
func (w *wire) startTLS() {
	config, err := w.tlsConfig()
	if err != nil {
		w.s.o.logger.Error("TLS parameters of policy do not work", "session", w.session.ID(), "error", err)
		w.reply("454 4.7.0 TLS not available")
		return
	}
	w.reply("220 2.0.0 ready to start TLS")
	if w.handshake(config) {
		w.greeted = false
		w.transaction.Store(false)
		w.session.Reset()
	}
}

// beginTLS makes the handshake of a connection that is inside TLS from its
// beginning (RFC 8314 section 3.3).
func (w *wire) beginTLS() bool {
	config, err := w.tlsConfig()
	if err != nil {
		w.s.o.logger.Error("TLS parameters of policy do not work", "session", w.session.ID(), "error", err)
		w.Close()
		return false
	}
	w.SetDeadline(time.Now().Add(handshakeTime))
	return w.handshake(config)
}

// handshakeTime bounds a handshake before the banner.
const handshakeTime = time.Minute

// handshake goes on inside TLS and tells policy; without success the
// connection is closed.
func (w *wire) handshake(config *tls.Config) bool {
	t := tls.Server(w.conn, config)
	if err := t.HandshakeContext(w.ctx); err != nil {
		w.s.o.logger.Info("TLS handshake failed", "session", w.session.ID(), "error", err)
		w.Close()
		return false
	}
	w.mu.Lock()
	w.conn = t
	w.mu.Unlock()
	w.in.Reset(t)
	w.secured = true
	w.session.Conn().RemoveCapability("STARTTLS")
	if w.s.o.authURI != "" {
		w.session.Conn().AddCapability(authCapability)
	}
	v, err := w.session.StartTLS(w.ctx, vctx.TLSInfoOf(t.ConnectionState()))
	if err != nil {
		v = failure(err)
	}
	if !v.OK() {
		w.reply(strings.Join(vctx.FormatReply(v.Code, v.Text), "\r\n"))
		w.Close()
		return false
	}
	return true
}

// reply writes a reply of our own.
func (w *wire) reply(text string) { w.conn.Write([]byte(text + "\r\n")) }

// Write takes the replies of the SMTP server, and writes policy's instead
// where there are any.
func (w *wire) Write(p []byte) (int, error) {
	if !w.bannered {
		w.bannered = true
		if w.implicit && !w.beginTLS() {
			return 0, net.ErrClosed
		}
		w.connect()
	}
	w.line = append(w.line, p...)
	for {
		i := bytes.IndexByte(w.line, '\n')
		if i < 0 {
			return len(p), nil
		}
		line := w.line[:i+1]
		last := len(line) < 4 || line[3] != '-'
		if err := w.replyLine(line, last); err != nil {
			return 0, err
		}
		w.line = append(w.line[:0], w.line[i+1:]...)
		if last && w.closing {
			w.Close()
			return len(p), nil
		}
	}
}

func (w *wire) replyLine(line []byte, last bool) error {
	if last {
		w.inAuth = w.inAuth && bytes.HasPrefix(line, []byte("334"))
		if w.inData = bytes.HasPrefix(line, []byte("354")); w.inData {
			w.content = contentReader{in: w.in, await: w.awaitClient, retry: w.resume, left: w.s.o.maxSize}
		}
	}
	if w.override == nil || w.inData {
		_, err := w.conn.Write(line)
		return err
	}
	if !last {
		return nil
	}
	out := strings.Join(w.override, "\r\n") + "\r\n"
	w.override = nil
	_, err := w.conn.Write([]byte(out))
	return err
}

// connect asks policy about the connection before the banner.
func (w *wire) connect() {
	v, err := w.session.Connect(w.ctx)
	if err != nil {
		v = failure(err)
	}
	if banner := w.session.Conn().Name("static_banner"); v.OK() && v.Text == "" && banner != "" {
		v.Text = banner
	}
	w.closing = w.closing || v.Code == 421
	w.refused = !w.apply(v)
}

// abort tells policy that the client has gone without QUIT.
func (w *wire) abort(err error) {
	if w.quit || errors.Is(err, net.ErrClosed) || w.ctx.Err() != nil {
		return
	}
	w.quit = true
	if err := w.session.Abort(w.ctx); err != nil {
		w.s.o.logger.Warn("policy not told of a client that vanished", "session", w.session.ID(), "error", err)
	}
}

// Close ends the session and the connection.
func (w *wire) Close() error {
	w.cancel()
	w.session.Close()
	w.s.closed(w)
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.conn.Close()
}

func (w *wire) LocalAddr() net.Addr  { return w.conn.LocalAddr() }
func (w *wire) RemoteAddr() net.Addr { return w.conn.RemoteAddr() }
