package luaio

import (
	"bufio"
	"io"
)

// ReadAll gives the rest of the stream, at most Info.MaxRead bytes.
func (o *Object) ReadAll() ([]byte, error) {
	r, s, err := o.reader()
	if err != nil {
		return nil, err
	}
	defer s.mu.Unlock()
	b, err := io.ReadAll(io.LimitReader(r, o.info.MaxRead+1))
	if err == nil && int64(len(b)) > o.info.MaxRead {
		return nil, ErrTooLarge
	}
	return b, err
}

// ReadN gives up to n bytes; at the end of the stream the error is [io.EOF].
// With n 0 it tells whether the end is reached.
func (o *Object) ReadN(n int64) ([]byte, error) {
	r, s, err := o.reader()
	if err != nil {
		return nil, err
	}
	defer s.mu.Unlock()
	if n > o.info.MaxRead {
		n = o.info.MaxRead
	}
	if n <= 0 {
		_, err := r.Peek(1)
		return nil, err
	}
	b, err := io.ReadAll(io.LimitReader(r, n))
	if len(b) == 0 && err == nil {
		err = io.EOF
	}
	return b, err
}

// ReadLine gives the next line with its line feed, which the last line may
// lack; at the end of the stream the error is [io.EOF].
func (o *Object) ReadLine() ([]byte, error) {
	r, s, err := o.reader()
	if err != nil {
		return nil, err
	}
	defer s.mu.Unlock()
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		if int64(len(line)+len(part)) > o.info.MaxRead {
			return nil, ErrTooLarge
		}
		line = append(line, part...)
		switch {
		case err == bufio.ErrBufferFull:
			continue
		case err == nil || len(line) > 0 && eof(err) == nil:
			return line, nil
		}
		return nil, err
	}
}

// maxNumeral bounds the text of a number.
const maxNumeral = 200

// ReadNumeral skips white space and gives the longest text that may be a
// number; it is empty if there is none.
func (o *Object) ReadNumeral() (string, error) {
	r, s, err := o.reader()
	if err != nil {
		return "", err
	}
	defer s.mu.Unlock()
	n := numeral{r: r}
	for n.accept(" \t\n\v\f\r") {
		n.text = n.text[:0]
	}
	n.accept("+-")
	digits, exponent := "0123456789", "eE"
	if n.accept("0") && n.accept("xX") {
		digits, exponent = "0123456789abcdefABCDEF", "pP"
	}
	for n.accept(digits) {
	}
	if n.accept(".") {
		for n.accept(digits) {
		}
	}
	if n.accept(exponent) {
		n.accept("+-")
		for n.accept("0123456789") {
		}
	}
	return string(n.text), eof(n.err)
}

type numeral struct {
	r    *bufio.Reader
	text []byte
	err  error
}

// accept takes the next byte if it is one of set.
func (n *numeral) accept(set string) bool {
	if n.err != nil || len(n.text) >= maxNumeral {
		return false
	}
	b, err := n.r.ReadByte()
	if err != nil {
		n.err = err
		return false
	}
	for i := range len(set) {
		if set[i] == b {
			n.text = append(n.text, b)
			return true
		}
	}
	n.err = n.r.UnreadByte()
	return false
}
