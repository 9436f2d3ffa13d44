package message

import (
	"bytes"
	"io"
	"sync/atomic"

	"github.com/gomsys/gomsys/message/internal/rope"
)

// block is a header block. Its fields do not change once it is made; edits
// make new ones.
type block struct {
	fields []Field
	span   rope.Span // the bytes it was parsed from
	edited bool
	err    error // that kept it from being read

	texts atomic.Pointer[fieldTexts] // values that were asked for
}

// fieldTexts are the values of a block's fields, unfolded and decoded, each
// nil until it is asked for. Messages share blocks.
type fieldTexts []atomic.Pointer[string]

// value gives the unfolded and decoded value of field i.
func (k *block) value(i int) string {
	texts := k.texts.Load()
	if texts == nil {
		made := make(fieldTexts, len(k.fields))
		texts = &made
		if !k.texts.CompareAndSwap(nil, texts) {
			texts = k.texts.Load()
		}
	}
	if v := (*texts)[i].Load(); v != nil {
		return *v
	}
	v := k.fields[i].Value()
	(*texts)[i].Store(&v)
	return v
}

// blockScan is what a scan for the header block at the start of some bytes
// has found.
type blockScan struct {
	fields    []Field
	end       int  // of the block
	bodyStart int  // behind the empty line
	complete  bool // an empty line was there
}

// scanBlock finds the fields and the end of the header block that b starts
// with. Bytes without a block have end 0 and bodyStart 0.
func scanBlock(b []byte) blockScan {
	if !startsWithField(b) {
		return blockScan{complete: len(b) > 0, bodyStart: emptyLine(b)}
	}
	s := blockScan{fields: make([]Field, 0, 8+min(len(b), 2<<10)/128)}
	start, firstEnd, pos := 0, 0, 0
	for pos < len(b) {
		n := emptyLine(b[pos:])
		if pos > start && !isBlank(b[pos]) {
			s.fields = append(s.fields, parseField(b[start:pos:pos], firstEnd-start, start))
			start, firstEnd = pos, 0
		}
		if n > 0 {
			s.end, s.bodyStart, s.complete = pos, pos+n, true
			return s
		}
		end := len(b)
		if i := bytes.IndexByte(b[pos:], '\n'); i >= 0 {
			end = pos + i + 1
		}
		if firstEnd == 0 {
			firstEnd = end
		}
		pos = end
	}
	s.fields = append(s.fields, parseField(b[start:], firstEnd-start, start))
	s.end, s.bodyStart = len(b), len(b)
	return s
}

// startsWithField reports whether the first line of b may be a header field.
func startsWithField(b []byte) bool {
	if len(b) == 0 || isBlank(b[0]) {
		return false
	}
	colon := bytes.IndexByte(b[:min(len(b), longestName)], ':')
	return colon >= 0 && bytes.IndexByte(b[:colon], '\n') < 0
}

// longestName bounds how far into a line its colon is looked for.
const longestName = 1000

// emptyLine gives the length of the empty line at the start of b, else 0.
func emptyLine(b []byte) int {
	switch {
	case len(b) > 0 && b[0] == '\n':
		return 1
	case len(b) > 1 && b[0] == '\r' && b[1] == '\n':
		return 2
	}
	return 0
}

// splitBlock finds the header block at the start of s, which may have limit
// bytes. If it is longer, err is ErrHeaderTooLarge. The block is memory of its
// own: copies of a message share it for longer than the message is there.
func splitBlock(s rope.Span, limit int) (*block, blockScan, error) {
	b, inMemory := s.Memory()
	size := int64(8 << 10)
	for {
		if !inMemory {
			size = min(size, s.Len())
			b = make([]byte, size)
			if n, err := s.ReadAt(b, 0); int64(n) < size {
				return nil, blockScan{}, unexpectedEOF(err)
			}
		}
		scan := scanBlock(b[:min(len(b), limit+2)])
		switch {
		case scan.end > limit, !scan.complete && len(b) > limit:
			return nil, blockScan{}, ErrHeaderTooLarge
		case scan.complete || inMemory || size == s.Len():
			return &block{fields: scan.fields, span: s.Slice(0, int64(scan.end))}, scan, nil
		}
		size *= 4
	}
}

func unexpectedEOF(err error) error {
	if err == nil || err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// emit appends the bytes of the block to b.
func (k *block) emit(b *rope.Builder) {
	if !k.edited {
		b.Add(k.span)
		return
	}
	for i, f := range k.fields {
		if f.off >= 0 {
			b.Add(k.span.Slice(int64(f.off), int64(f.off)+int64(len(f.raw))))
		} else {
			b.AddBytes(f.raw)
		}
		if i+1 < len(k.fields) && !endsLine(f.raw) {
			b.AddBytes(crlf)
		}
	}
}

// size gives how many bytes emit appends.
func (k *block) size() int64 {
	if !k.edited {
		return k.span.Len()
	}
	var n int64
	for i, f := range k.fields {
		n += int64(len(f.raw))
		if i+1 < len(k.fields) && !endsLine(f.raw) {
			n += int64(len(crlf))
		}
	}
	return n
}

var crlf = []byte("\r\n")

func endsLine(b []byte) bool { return len(b) > 0 && b[len(b)-1] == '\n' }

// terminated reports whether the block ends with a line end, or is empty.
func (k *block) terminated() bool {
	return len(k.fields) == 0 || endsLine(k.fields[len(k.fields)-1].raw)
}

// has reports whether there is a field of that name.
func (k *block) has(name string) bool {
	_, ok := k.first(name)
	return ok
}

// first gives the topmost field of that name.
func (k *block) first(name string) (Field, bool) {
	if i := k.find(name); i >= 0 {
		return k.fields[i], true
	}
	return Field{}, false
}

// find gives the place of the topmost field of that name, or -1.
func (k *block) find(name string) int {
	for i := range k.fields {
		if k.fields[i].is(name) {
			return i
		}
	}
	return -1
}

// with gives the block with other fields.
func (k *block) with(fields []Field) *block {
	return &block{fields: fields, span: k.span, edited: true}
}
