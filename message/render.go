package message

import (
	"bytes"
	"io"

	"github.com/gomsys/gomsys/message/internal/rope"
)

// RenderFlags says in which form and how far [Message.Render] writes. The
// zero value is the whole message as SMTP sends it (RFC 5321 section 4.5.2).
type RenderFlags uint32

const (
	RenderOmitDot             RenderFlags = 1 << iota // without the terminator
	RenderCalculateLengthOnly                         // count, write nothing
	RenderHeadersOnly                                 // the header block and an empty line
	RenderXML                                         // not supported
	RenderOmitHeaders                                 // the body
	RenderOmitEpilogue                                // stop behind the closing delimiter of the top part
	RenderUnstuffed                                   // as stored, but with LF line ends
	RenderDebug                                       // no effect
	RenderAvoidIO                                     // no effect
	RenderSuppressWriteErrors                         // a failed write gives a short count instead
)

// Render writes the message to w, which may be nil with
// RenderCalculateLengthOnly, and gives the number of bytes. The wire form is
// the content, a CRLF if it does not end in one, a second dot in front of
// every line that begins with one, and a line with a dot.
func (m *Message) Render(w io.Writer, f RenderFlags) (int64, error) {
	if f&RenderXML != 0 {
		return 0, ErrInvalidFlags
	}
	s, err := m.extent(f)
	if err != nil {
		return 0, err
	}
	if f&RenderCalculateLengthOnly != 0 {
		w = io.Discard
	}
	n, err := render(w, s, f)
	if f&RenderSuppressWriteErrors != 0 {
		err = nil
	}
	return n, err
}

// extent gives the part of the content that the flags ask for.
func (m *Message) extent(f RenderFlags) (rope.Span, error) {
	if err := m.enter(); err != nil {
		return rope.Span{}, err
	}
	defer m.mu.Unlock()
	var b rope.Builder
	switch {
	case f&RenderHeadersOnly != 0:
		k := m.top.block()
		k.emit(&b)
		if !k.terminated() {
			b.AddBytes(crlf)
		}
		b.AddBytes(crlf)
	case f&RenderOmitHeaders != 0:
		b.Add(m.top.bodySpan())
	default:
		b.Add(m.span())
	}
	s := b.Span()
	if f&RenderOmitEpilogue != 0 && f&RenderHeadersOnly == 0 {
		m.top.index()
		if x := m.top.box; x != nil && !x.closing.Empty() {
			s = s.Slice(0, s.Len()-x.epilogue.Len())
		}
	}
	return s, nil
}

func render(w io.Writer, s rope.Span, f RenderFlags) (int64, error) {
	out := &wireWriter{w: w, lineStart: true}
	filter := out.stuff
	if f&RenderUnstuffed != 0 {
		filter = out.bareLines
	}
	if err := s.Chunks(make([]byte, readChunk), filter); err != nil {
		return out.n, err
	}
	if f&RenderUnstuffed != 0 {
		return out.n, out.endBare()
	}
	tail, err := s.Slice(s.Len()-2, s.Len()).Bytes()
	if err != nil {
		return out.n, err
	}
	if string(tail) != "\r\n" && !s.Empty() {
		if err := out.write(crlf); err != nil {
			return out.n, err
		}
	}
	if f&RenderOmitDot == 0 {
		err = out.write([]byte(".\r\n"))
	}
	return out.n, err
}

// wireWriter writes content in the forms of [Message.Render] and counts.
type wireWriter struct {
	w         io.Writer
	n         int64
	lineStart bool
	cr        bool // a carriage return is held back
}

func (o *wireWriter) write(p []byte) error {
	n, err := o.w.Write(p)
	o.n += int64(n)
	if err == nil && n < len(p) {
		err = io.ErrShortWrite
	}
	return err
}

// stuff writes p with a second dot in front of lines that begin with one.
func (o *wireWriter) stuff(p []byte) error {
	for len(p) > 0 {
		if o.lineStart && p[0] == '.' {
			if err := o.write([]byte(".")); err != nil {
				return err
			}
		}
		n := bytes.Index(p, []byte("\n."))
		if n < 0 {
			o.lineStart = p[len(p)-1] == '\n'
			return o.write(p)
		}
		if err := o.write(p[:n+1]); err != nil {
			return err
		}
		p = p[n+1:]
		o.lineStart = true
	}
	return nil
}

// bareLines writes p with LF for CRLF.
func (o *wireWriter) bareLines(p []byte) error {
	if o.cr && len(p) > 0 {
		o.cr = false
		if p[0] != '\n' {
			if err := o.write([]byte("\r")); err != nil {
				return err
			}
		}
	}
	for len(p) > 0 {
		n := bytes.Index(p, crlf)
		if n < 0 {
			break
		}
		if err := o.write(p[:n]); err != nil {
			return err
		}
		p = p[n+1:]
	}
	if len(p) > 0 && p[len(p)-1] == '\r' {
		p, o.cr = p[:len(p)-1], true
	}
	if len(p) == 0 {
		return nil
	}
	return o.write(p)
}

func (o *wireWriter) endBare() error {
	if !o.cr {
		return nil
	}
	o.cr = false
	return o.write([]byte("\r"))
}
