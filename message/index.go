package message

import (
	"bytes"

	"github.com/gomsys/gomsys/message/internal/mediatype"
	"github.com/gomsys/gomsys/message/internal/rope"
)

// MIMEFault says how sound the MIME structure of a message is.
type MIMEFault int

const (
	MIMEOK       MIMEFault = 0
	MIMEInvalid  MIMEFault = 1 // a multipart without boundary or without parts
	MIMETooLarge MIMEFault = 2 // more depth, parts or part header than the options allow
)

// entry is a part as the index finds it. Offsets count from the start of the
// body that is indexed.
type entry struct {
	parent    int32
	container bool
	embedded  bool // a container of one message without delimiters
	inDigest  bool // in a multipart/digest
	isDigest  bool
	encoded   bool // its transfer encoding changes the bytes
	boundary  string
	delim     int64 // of the delimiter in front, with the line end before it
	start     int64 // of the header block
	headEnd   int64
	bodyStart int64
	end       int64
	closing   int64 // of the closing delimiter, with the line end before it
	closed    int64 // behind the closing delimiter line; 0 if there is none
}

// open is a container whose closing delimiter has not come yet.
type open struct {
	boundary string
	entry    int32
	depth    int
}

// indexer finds the parts in the body of a multipart in one pass over the
// lines. Nothing is decoded.
type indexer struct {
	window
	o       *settings
	entries []entry
	stack   []open
	least   int   // length of the shortest boundary on the stack
	current int32 // the entry that the next bytes belong to
	region  int64 // start of the bytes that no delimiter owns
	fault   MIMEFault
}

// indexer gives an indexer that may have been used before.
func (o *settings) indexer() *indexer {
	if x, ok := o.indexers.Get().(*indexer); ok {
		return x
	}
	return &indexer{o: o}
}

// index finds the parts in s, the body of the container root, which lies depth
// levels deep in a message with that many other parts. Entry 0 is root itself.
// The result is good until the indexer is used again.
func (x *indexer) index(s rope.Span, root entry, depth, parts int) ([]entry, MIMEFault, error) {
	own := x.own
	*x = indexer{window: newWindow(s), o: x.o, entries: append(x.entries[:0], root), stack: x.stack[:0]}
	x.own = own
	if root.embedded {
		x.embed(0, depth)
	} else {
		x.push(open{boundary: root.boundary, depth: depth})
	}
	for x.more() {
		x.line(parts)
	}
	x.endAt(-1, s.Len())
	for i := range x.entries {
		if e := &x.entries[i]; e.container && e.closed == 0 && !x.hasChild(i) {
			x.note(MIMEInvalid)
		}
	}
	x.window.s, x.buf = rope.Span{}, nil // not to be kept alive
	return x.entries, x.fault, x.err
}

// hasChild reports whether entry i has one: it is the next then.
func (x *indexer) hasChild(i int) bool {
	return i+1 < len(x.entries) && x.entries[i+1].parent == int32(i)
}

// more makes sure that there is a line to look at, and one that matters.
func (x *indexer) more() bool {
	x.ready()
	return x.i < len(x.buf) && len(x.stack) > 0
}

// line looks at the line at hand: a delimiter, or content to step over.
func (x *indexer) line(parts int) {
	if b := x.buf[x.i:]; b[0] != '-' || len(b) < 2 || b[1] != '-' {
		x.skipLine()
		return
	}
	level, closing, length := x.delimiter()
	switch {
	case level < 0:
		x.skipLine()
	case !closing && len(x.entries)+parts >= x.o.MaxMIMEParts:
		x.note(MIMETooLarge)
		x.stack = x.stack[:0] // the rest is one leaf
	default:
		x.boundaryLine(level, closing, length)
	}
}

// boundaryLine takes the delimiter line of the container at that level of the
// stack.
func (x *indexer) boundaryLine(level int, closing bool, length int) {
	c := x.stack[level]
	delim := max(x.pos()-int64(x.lineEndBefore()), x.region)
	x.endAt(c.entry, delim)
	x.pop(level + 1)
	x.i += length
	x.region = x.pos()
	x.current = c.entry
	if closing {
		e := &x.entries[c.entry]
		e.closing, e.closed = delim, x.pos()
		x.pop(level)
		return
	}
	x.begin(entry{parent: c.entry, delim: delim, inDigest: x.entries[c.entry].isDigest}, c.depth+1)
}

// endAt ends the current entry and those above it up to, not including, the
// entry last.
func (x *indexer) endAt(last int32, end int64) {
	for i := x.current; i != last; i = x.entries[i].parent {
		e := &x.entries[i]
		e.end = end
		e.delim = min(e.delim, end)
		e.start = min(e.start, end)
		e.headEnd = min(e.headEnd, end)
		e.bodyStart = min(e.bodyStart, end)
		if i == 0 {
			break
		}
	}
}

// begin starts a part at the line at hand: its header is read, and if it is a
// container its boundary goes on the stack.
func (x *indexer) begin(e entry, depth int) {
	e.start = x.pos()
	typ := x.header(&e)
	i := int32(len(x.entries))
	x.current = i
	v := mediatype.Value{Word: defaultType}
	switch {
	case typ != nil:
		v = partType(typ)
	case e.inDigest:
		v.Word = digestType
	}
	switch {
	case isMultipart(v.Word):
		e.isDigest = v.Word == "multipart/digest"
		x.container(e, boundaryOf(v), depth)
	case isEmbedded(v.Word) && x.o.DescendEmbedded && depth <= x.o.MaxMIMEDepth && !e.encoded:
		e.container, e.embedded = true, true
		x.entries = append(x.entries, e)
		x.embed(i, depth)
	default:
		x.entries = append(x.entries, e)
	}
}

// partType parses a Content-Type value; most are not of interest and are
// told at their first byte.
func partType(raw []byte) mediatype.Value {
	if !mayContain(raw) {
		return mediatype.Value{Word: defaultType}
	}
	v := mediatype.Parse(unfold(raw))
	if v.MIMEType() == "" {
		v.Word = defaultType
	}
	return v
}

// mayContain reports whether a Content-Type value may be that of a container:
// multipart/... or message/..., perhaps behind a comment.
func mayContain(v []byte) bool {
	for _, c := range v {
		switch c {
		case ' ', '\t', '\r', '\n':
		default:
			return c|0x20 == 'm' || c == '('
		}
	}
	return false
}

func (x *indexer) container(e entry, boundary string, depth int) {
	switch {
	case boundary == "" || len(boundary) > maxBoundary:
		x.note(MIMEInvalid)
	case depth > x.o.MaxMIMEDepth:
		x.note(MIMETooLarge)
	default:
		e.container, e.boundary = true, boundary
		x.push(open{boundary, int32(len(x.entries)), depth})
	}
	x.entries = append(x.entries, e)
}

// embed starts the message that is the body of entry i.
func (x *indexer) embed(i int32, depth int) {
	if len(x.entries) >= x.o.MaxMIMEParts {
		x.note(MIMETooLarge)
		return
	}
	x.begin(entry{parent: i, delim: x.pos()}, depth+1)
}

func (x *indexer) note(f MIMEFault) { x.fault = max(x.fault, f) }

func (x *indexer) push(c open) {
	x.stack = append(x.stack, c)
	if len(x.stack) == 1 || len(c.boundary) < x.least {
		x.least = len(c.boundary)
	}
}

func (x *indexer) pop(to int) {
	if to >= len(x.stack) {
		return
	}
	x.stack = x.stack[:to]
	for i, c := range x.stack {
		if i == 0 || len(c.boundary) < x.least {
			x.least = len(c.boundary)
		}
	}
}

// delimiter tells whether the line at hand, which begins with two hyphens, is
// a delimiter: of which level of the stack, whether it closes, and its length.
func (x *indexer) delimiter() (level int, closing bool, length int) {
	b := x.buf[x.i:min(len(x.buf), x.i+maxDelimiter)]
	length = bytes.IndexByte(b, '\n') + 1
	if length == 0 {
		if length = len(b); !x.eof || x.i+length < len(x.buf) {
			return -1, false, 0
		}
	}
	line := b[2:length]
	if bytes.HasSuffix(line, crlf) {
		line = line[:len(line)-len(crlf)]
	} else if endsLine(line) {
		line = line[:len(line)-1]
	}
	for len(line) > 0 && isBlank(line[len(line)-1]) {
		line = line[:len(line)-1]
	}
	if len(line) < x.least {
		return -1, false, 0
	}
	for l := len(x.stack) - 1; l >= 0; l-- {
		switch d := x.stack[l].boundary; {
		case len(line) == len(d) && string(line) == d:
			return l, false, length
		case len(line) == len(d)+2 && string(line[:len(d)]) == d && line[len(d)] == '-' && line[len(d)+1] == '-':
			return l, true, length
		}
	}
	return -1, false, 0
}

const (
	maxBoundary  = 1000
	maxDelimiter = 4096 // longest delimiter line
)
