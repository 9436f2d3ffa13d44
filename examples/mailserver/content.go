package main

import (
	"bufio"
	"bytes"
	"io"

	"github.com/emersion/go-smtp"
)

// endOfContent ends the content after DATA (RFC 5321 section 4.1.1.4).
const endOfContent = ".\r\n"

// contentReader reads what follows DATA, without its final line and without
// the dots that the client put before others (RFC 5321 section 4.5.2). Lines
// end with CR LF only: a lone CR or LF is content, so that what another server
// takes for the end of a mail, and this one does not, cannot smuggle a second
// mail in.
//
// The reader of go-smtp does this too, byte by byte and with the limit of
// command lines; as each mail passes through here, this one takes what is in
// the buffer at once.
type contentReader struct {
	in    *bufio.Reader
	await func()           // before a read that may wait for the client
	retry func(error) bool // whether one that failed is to be tried again
	at    linePlace        // what the next byte follows
	left  int64            // bytes that the mail may still have
	err   error            // io.EOF after the final line
}

// linePlace is what the next byte of content follows.
type linePlace int

const (
	lineBegin linePlace = iota // CR LF, or it is the first
	lineCR                     // CR
	lineIn                     // anything else
)

// Read implements [io.Reader]. After more than the allowed bytes it fails with
// smtp.ErrDataTooLarge; drain reads the rest.
func (c *contentReader) Read(p []byte) (n int, err error) {
	for n < len(p) && c.err == nil && (n == 0 || c.in.Buffered() > 0) {
		var b []byte
		if b, c.err = c.next(n == 0); c.err != nil || len(b) == 0 {
			break
		}
		if c.left == 0 {
			return n, smtp.ErrDataTooLarge
		}
		b = b[:min(int64(len(b)), int64(len(p)-n), c.left)]
		c.left -= int64(len(b))
		n += copy(p[n:], b)
		c.took(b)
	}
	if n > 0 {
		return n, nil
	}
	return 0, c.err
}

// drain reads what is left, so that the next command can be read.
func (c *contentReader) drain() error {
	for c.err == nil {
		b, err := c.next(true)
		if c.err = err; err == nil {
			c.took(b)
		}
	}
	if c.err == io.EOF {
		return nil
	}
	return c.err
}

// next gives content that is in the buffer, up to a place where a line could
// be the final one; nothing, unless it may wait, if more of the line is needed
// to tell. After the final line it gives io.EOF.
func (c *contentReader) next(wait bool) ([]byte, error) {
	if c.in.Buffered() == 0 {
		if !wait {
			return nil, nil
		}
		if err := c.fill(1); err != nil {
			return nil, err
		}
	}
	b := c.buffered()
	if c.at == lineBegin && b[0] == '.' {
		for len(b) < len(endOfContent) && bytes.HasPrefix([]byte(endOfContent), b) {
			if !wait {
				return nil, nil
			}
			if err := c.fill(len(b) + 1); err != nil {
				return nil, err
			}
			b = c.buffered()
		}
		c.in.Discard(1)
		if bytes.HasPrefix(b, []byte(endOfContent)) {
			c.in.Discard(len(endOfContent) - 1)
			return nil, io.EOF
		}
		c.at, b = lineIn, b[1:] // a dot after the one that goes is content
	}
	if c.at == lineCR && b[0] == '\n' {
		return b[:1], nil
	}
	if i := bytes.Index(b, []byte("\r\n.")); i >= 0 {
		b = b[:i+2]
	}
	return b, nil
}

// took notes that b, which next gave, or the beginning of it was used.
func (c *contentReader) took(b []byte) {
	switch n := len(b); {
	case b[n-1] == '\r':
		c.at = lineCR
	case b[n-1] == '\n' && (n > 1 && b[n-2] == '\r' || n == 1 && c.at == lineCR):
		c.at = lineBegin
	default:
		c.at = lineIn
	}
	c.in.Discard(len(b))
}

// fill waits for n bytes in the buffer.
func (c *contentReader) fill(n int) error {
	for {
		if c.await != nil {
			c.await()
		}
		_, err := c.in.Peek(n)
		switch {
		case err == nil:
			return nil
		case c.retry != nil && c.retry(err):
		case err == io.EOF:
			return io.ErrUnexpectedEOF
		default:
			return err
		}
	}
}

func (c *contentReader) buffered() []byte {
	b, _ := c.in.Peek(c.in.Buffered())
	return b
}
