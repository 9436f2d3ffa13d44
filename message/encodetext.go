package message

import (
	"bytes"
	"io"

	"github.com/gomsys/gomsys/message/internal/charset"
	"github.com/gomsys/gomsys/message/internal/rope"
	"github.com/gomsys/gomsys/message/internal/transfer"
)

// textFacts is what decides how a text is encoded.
type textFacts struct {
	size, high int64 // all bytes, and those above 127
	nul        bool
	longest    int64 // length of the longest line
}

// encodeText converts text from UTF-8 to a charset, with CRLF for each line
// end.
func (o *settings) encodeText(text rope.Span, set charset.Charset) (rope.Span, textFacts, error) {
	w := o.writer()
	counter := &factCounter{w: w}
	enc := set.NewWriter(counter)
	lines := &crlfWriter{w: enc}
	_, err := text.WriteTo(lines)
	if err == nil {
		err = lines.Close()
	}
	if err == nil {
		err = enc.Close()
	}
	if err != nil {
		w.Abandon()
		return rope.Span{}, textFacts{}, err
	}
	counter.endLine()
	return w.Span(), counter.textFacts, nil
}

// encodeTransfer puts a transfer encoding on.
func (o *settings) encodeTransfer(s rope.Span, e Encoding) (rope.Span, error) {
	w := o.writer()
	var enc io.WriteCloser
	switch e {
	case EncodingBase64:
		enc = transfer.NewBase64Encoder(w)
	case EncodingQuotedPrintable:
		enc = transfer.NewQuotedPrintableEncoder(w)
	default:
		return s, nil
	}
	_, err := s.WriteTo(enc)
	if err == nil {
		err = enc.Close()
	}
	if err != nil {
		w.Abandon()
		return rope.Span{}, err
	}
	return w.Span(), nil
}

// factCounter gathers facts about what goes through it.
type factCounter struct {
	w    io.Writer
	line int64
	textFacts
}

func (c *factCounter) Write(p []byte) (int, error) {
	c.size += int64(len(p))
	for _, b := range p {
		c.high += int64(b >> 7)
	}
	c.nul = c.nul || bytes.IndexByte(p, 0) >= 0
	for rest := p; ; {
		i := bytes.IndexByte(rest, '\n')
		if i < 0 {
			c.line += int64(len(rest))
			return c.w.Write(p)
		}
		c.line += int64(i) - 1 // without the carriage return
		c.endLine()
		rest = rest[i+1:]
	}
}

func (c *factCounter) endLine() {
	c.longest = max(c.longest, c.line)
	c.line = 0
}

// crlfWriter makes CRLF of each CR, LF and CRLF.
type crlfWriter struct {
	w  io.Writer
	cr bool // the last byte was a carriage return, not written yet
}

func (c *crlfWriter) Write(p []byte) (int, error) {
	out := make([]byte, 0, len(p)+len(p)/32+2)
	for i, b := range p {
		switch {
		case b == '\n':
			out = append(out, crlf...)
			c.cr = false
			continue
		case c.cr:
			out = append(out, crlf...)
			c.cr = false
		}
		if b == '\r' {
			c.cr = true
		} else {
			out = append(out, p[i])
		}
	}
	if _, err := c.w.Write(out); err != nil {
		return 0, err
	}
	return len(p), nil
}

// Close writes a line end that was held back.
func (c *crlfWriter) Close() error {
	if !c.cr {
		return nil
	}
	c.cr = false
	_, err := c.w.Write(crlf)
	return err
}
