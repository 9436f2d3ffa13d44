package scan

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net"
	"net/netip"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/vctx"
)

// Request is what is scanned, and what is known about it. The zero value of
// each field but Open means unknown.
type Request struct {
	// Open gives the bytes from their beginning. It may be called again, by a
	// second engine or for another try, and concurrently.
	Open func() (io.ReadCloser, error)
	// Size is the number of bytes. If it is not positive, engines that need it
	// count; see [Request.Length].
	Size int64
	// Part says that the bytes are one decoded MIME part, not a mail.
	Part bool
	// FileName and ContentType are those of the part.
	FileName, ContentType string
	// MessageID is the id under which the server knows the mail.
	MessageID string
	// Helo is the name the client gave, MailFrom the sender without brackets,
	// User who authenticated.
	Helo, MailFrom, User string
	// Recipients are the recipients without brackets.
	Recipients []string
	// Remote is the client, Local the listener's address.
	Remote, Local netip.AddrPort

	msg    *message.Message // what has the bytes as its content
	origin *message.Message // what they were taken from
	cut    *int64           // how much of its body they have; nil: all
}

// NewRequest makes the request for the content that m has now, with the
// envelope of m. c adds what is known of the session; it may be nil.
func NewRequest(m *message.Message, c *vctx.Context) *Request {
	r := &Request{msg: m, origin: m, MessageID: m.ID(), MailFrom: m.Sender()}
	r.read(m.Content())
	r.Remote, r.Local = addrPort(m.RemoteAddr()), addrPort(m.LocalAddr())
	if c != nil {
		if conn := c.Conn(); conn != nil {
			r.SetConn(conn)
		}
		r.Helo = c.Get(vctx.ConnScope, vctx.KeyEhloDomain)
		r.User = c.Get(vctx.ConnScope, vctx.KeyAuthUser)
	}
	if c != nil && m.IsBatch() {
		r.Recipients = c.Recipients()
	}
	if to := m.Recipient(); len(r.Recipients) == 0 && to != "" {
		r.Recipients = []string{to}
	}
	return r
}

// NewPartRequest makes the request for a leaf part, decoded. The error is
// [ErrContainer] for a part that has others, and the part's own if it cannot
// be used any more.
func NewPartRequest(p *message.Part, c *vctx.Context) (*Request, error) {
	if err := p.Err(); err != nil {
		return nil, err
	}
	if p.IsContainer() {
		return nil, ErrContainer
	}
	r := NewRequest(p.Message(), c)
	return r.part(p), nil
}

// part gives the request for a part of the mail that r is for.
func (r *Request) part(p *message.Part) *Request {
	t := p.Type()
	q := *r
	q.msg, q.origin, q.Part, q.Size, q.FileName, q.ContentType = nil, nil, true, 0, t.Filename, t.MIMEType
	q.Open = func() (io.ReadCloser, error) { return io.NopCloser(p.Decoded()), p.Err() }
	return &q
}

// SetConn takes the addresses of a connection.
func (r *Request) SetConn(c *vctx.Conn) { r.Remote, r.Local = c.Remote, c.Local }

func addrPort(a net.Addr) netip.AddrPort {
	var ap netip.AddrPort
	switch a := a.(type) {
	case nil:
	case *net.TCPAddr:
		ap = a.AddrPort()
	default:
		ap, _ = netip.ParseAddrPort(a.String()) // a path has no address
	}
	return netip.AddrPortFrom(ap.Addr().Unmap(), ap.Port())
}

// read makes the bytes of s the content, as often as they are wanted.
func (r *Request) read(s *io.SectionReader) {
	r.Size = s.Size()
	r.Open = func() (io.ReadCloser, error) { return io.NopCloser(io.NewSectionReader(s, 0, s.Size())), nil }
}

// BytesRequest makes a request for bytes, which must not change.
func BytesRequest(b []byte) *Request {
	return &Request{Size: int64(len(b)), Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil }}
}

// Length gives the number of bytes: Size, or what is counted by reading once.
func (r *Request) Length() (n int64, err error) {
	if r.Size > 0 {
		return r.Size, nil
	}
	err = r.each(func(body io.Reader) error {
		n, err = io.Copy(io.Discard, body)
		return err
	})
	return n, err
}

// each opens the content for f. The error is f's or that of opening it.
func (r *Request) each(f func(io.Reader) error) error {
	body, err := r.Open()
	if err != nil {
		return &ContentError{err}
	}
	return errors.Join(f(body), body.Close())
}

// CutBody gives a request for the header and at most limit bytes of what
// follows it. A negative limit, or one that nothing exceeds, gives r itself.
func (r *Request) CutBody(limit int64) (*Request, error) {
	if limit < 0 || r.Size > 0 && r.Size <= limit {
		return r, nil
	}
	var header int64
	if !r.Part {
		if err := r.each(func(body io.Reader) (err error) { header, err = headerLength(body); return err }); err != nil {
			return nil, err
		}
	}
	length, err := r.Length()
	if err != nil || length <= header+limit {
		return r, err
	}
	q := *r
	q.msg, q.cut, q.Size = nil, &limit, header+limit
	q.Open = func() (io.ReadCloser, error) {
		body, err := r.Open()
		if err != nil {
			return nil, err
		}
		return &cutReader{io.LimitReader(body, q.Size), body}, nil
	}
	return &q, nil
}

type cutReader struct {
	io.Reader
	io.Closer
}

// headerLength counts the bytes up to the end of the first empty line. Content
// without one is all header.
func headerLength(r io.Reader) (int64, error) {
	b := bufio.NewReaderSize(r, 4096)
	var n int64
	for begin := true; ; {
		line, err := b.ReadSlice('\n')
		n += int64(len(line))
		switch {
		case err == io.EOF:
			return n, nil
		case err == bufio.ErrBufferFull:
			begin = false
		case err != nil:
			return n, &ContentError{err}
		case begin && (len(line) == 1 || string(line) == "\r\n"):
			return n, nil
		default:
			begin = true
		}
	}
}

// ContentError says that the content could not be read: the engine has no part
// in it.
type ContentError struct{ Err error }

// Error implements error.
func (e *ContentError) Error() string { return "reading the content: " + e.Err.Error() }

// Unwrap gives the cause.
func (e *ContentError) Unwrap() error { return e.Err }
