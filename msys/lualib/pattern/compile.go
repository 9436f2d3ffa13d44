package pattern

// maxCaptures is the number of captures that a pattern may have, as in C Lua.
const maxCaptures = 32

// maxNodes bounds the memory of a compiled pattern: what follows the item
// with this number fails as too complex.
const maxNodes = 100_000

type opcode uint8

const (
	opMatch    opcode = iota // the end of the pattern
	opChar                   // one byte c
	opLiteral                // the text lit
	opSet                    // one byte of set
	opOptional               // set, once or not at all; once is tried first
	opGreedy                 // set, min times or more; the longest is tried first
	opLazy                   // set, any number of times; the shortest is tried first
	opOpen                   // capture index begins
	opClose                  // capture index ends
	opPosition               // position capture index
	opBack                   // the text of capture index once more
	opBalance                // text that begins with c, ends with d, and balances them
	opFrontier               // a place before set and after its complement
	opEnd                    // the end of the subject
	opNever                  // matches nowhere
	opFault                  // err
)

// node is one item of a compiled pattern. The items follow each other in the
// order of the pattern, which has no alternatives.
type node struct {
	op    opcode
	c, d  byte
	index uint8
	min   uint8
	any   bool // set holds every byte
	set   *set
	lit   string
	err   error

	next follow // what the bytes after a repetition can be
	// only the longest run can be followed by the next item
	exclusive bool
}

type captureKind uint8

const (
	captureUnfinished captureKind = iota
	captureText
	capturePosition
)

// Pattern is a compiled pattern.
type Pattern struct {
	source   string
	anchored bool
	nodes    []node
	captures []captureKind

	prefix string // every match begins with it
	first  follow // what a match can begin with
	// lead is the repetition that the pattern begins with, or nil. When a
	// match fails where a run of it begins, it fails in the rest of that run
	// too, because what may follow there was tried already.
	lead *node
}

// Compile prepares pat for searches. A leading ^ anchors it to the place
// where the search begins.
func Compile(pat string) *Pattern { return compile(pat, true) }

// CompileUnanchored is like Compile for a pattern in which a leading ^ means
// itself, as string.gmatch takes it.
func CompileUnanchored(pat string) *Pattern { return compile(pat, false) }

// String returns the text that p was compiled from.
func (p *Pattern) String() string { return p.source }

// Anchored reports whether p matches only where a search begins.
func (p *Pattern) Anchored() bool { return p.anchored }

// NumCaptures returns the number of captures in p.
func (p *Pattern) NumCaptures() int { return len(p.captures) }

// Err returns the first fault in p, which a search may or may not meet, or
// nil.
func (p *Pattern) Err() error {
	if last := p.nodes[len(p.nodes)-1]; last.op == opFault {
		return last.err
	}
	for _, kind := range p.captures {
		if kind == captureUnfinished {
			return p.fault("unfinished capture")
		}
	}
	return nil
}

func (p *Pattern) fault(msg string) error {
	return &SyntaxError{Pattern: p.source, Msg: msg}
}

func compile(pat string, anchors bool) *Pattern {
	p := &Pattern{source: pat}
	c := compiler{p: p, pat: pat}
	if anchors && pat != "" && pat[0] == '^' {
		p.anchored = true
		c.at = 1
	}
	for c.more() {
	}
	p.analyse()
	return p
}

// compiler turns the pattern's text into nodes.
type compiler struct {
	p     *Pattern
	pat   string
	at    int
	plain []byte // bytes that match themselves and are not in nodes yet
}

func (c *compiler) add(n node) {
	switch len(c.plain) {
	case 0:
	case 1:
		c.p.nodes = append(c.p.nodes, node{op: opChar, c: c.plain[0]})
	default:
		c.p.nodes = append(c.p.nodes, node{op: opLiteral, lit: string(c.plain)})
	}
	c.plain = c.plain[:0]
	c.p.nodes = append(c.p.nodes, n)
}

// fail ends the pattern with a fault, met by the matches that get there.
func (c *compiler) fail(msg string) bool {
	c.add(node{op: opFault, err: c.p.fault(msg)})
	return false
}

// peek returns the byte i places on, or 0 after the end.
func (c *compiler) peek(i int) byte {
	if c.at+i < len(c.pat) {
		return c.pat[c.at+i]
	}
	return 0
}

// more adds the next item. It reports whether another may follow.
func (c *compiler) more() bool {
	if c.at >= len(c.pat) {
		c.add(node{op: opMatch})
		return false
	}
	if len(c.p.nodes) >= maxNodes {
		c.add(node{op: opFault, err: ErrTooComplex})
		return false
	}
	switch ch := c.pat[c.at]; {
	case ch == '(':
		return c.open()
	case ch == ')':
		return c.close()
	case ch == '$' && c.at+1 == len(c.pat):
		c.at++
		c.add(node{op: opEnd})
		return true
	case ch == '%' && c.peek(1) == 'b':
		return c.balance()
	case ch == '%' && c.peek(1) == 'f':
		return c.frontier()
	case ch == '%' && '0' <= c.peek(1) && c.peek(1) <= '9':
		return c.back(c.peek(1))
	}
	return c.single()
}

func (c *compiler) open() bool {
	n := node{op: opOpen, index: uint8(len(c.p.captures))}
	if n.index >= maxCaptures {
		return c.fail("too many captures")
	}
	kind := captureUnfinished
	c.at++
	if c.peek(0) == ')' {
		c.at++
		n.op, kind = opPosition, capturePosition
	}
	c.p.captures = append(c.p.captures, kind)
	c.add(n)
	return true
}

func (c *compiler) close() bool {
	for i := len(c.p.captures) - 1; i >= 0; i-- {
		if c.p.captures[i] == captureUnfinished {
			c.p.captures[i] = captureText
			c.at++
			c.add(node{op: opClose, index: uint8(i)})
			return true
		}
	}
	return c.fail("invalid pattern capture")
}

func (c *compiler) back(digit byte) bool {
	i := int(digit) - '1'
	if i < 0 || i >= len(c.p.captures) || c.p.captures[i] == captureUnfinished {
		return c.fail("invalid capture index %" + string(rune(digit)))
	}
	c.at += 2
	if c.p.captures[i] == capturePosition {
		c.add(node{op: opNever})
	} else {
		c.add(node{op: opBack, index: uint8(i)})
	}
	return true
}

func (c *compiler) balance() bool {
	if c.at+3 >= len(c.pat) {
		return c.fail("malformed pattern (missing arguments to '%b')")
	}
	c.add(node{op: opBalance, c: c.pat[c.at+2], d: c.pat[c.at+3]})
	c.at += 4
	return true
}

func (c *compiler) frontier() bool {
	c.at += 2
	if c.peek(0) != '[' {
		return c.fail("missing '[' after '%f' in pattern")
	}
	set, msg := c.item()
	if msg != "" {
		return c.fail(msg)
	}
	c.add(node{op: opFrontier, set: set})
	return true
}

// single adds an item that matches one byte, with its repetition.
func (c *compiler) single() bool {
	if b, size := c.plainByte(); size > 0 && !isRepetition(c.peek(size)) {
		c.at += size
		c.plain = append(c.plain, b)
		return true
	}
	set, msg := c.item()
	if msg != "" {
		return c.fail(msg)
	}
	n := node{op: opSet, set: set, any: set == all}
	switch c.peek(0) {
	case '?':
		n.op = opOptional
	case '*':
		n.op = opGreedy
	case '+':
		n.op, n.min = opGreedy, 1
	case '-':
		n.op = opLazy
	}
	if n.op != opSet {
		c.at++
	}
	c.add(n)
	return true
}

func isRepetition(c byte) bool { return c == '*' || c == '+' || c == '-' || c == '?' }

// plainByte returns the byte that the next item stands for, and the length of
// the item; 0 when it is a fault or may match other bytes too.
func (c *compiler) plainByte() (byte, int) {
	switch ch := c.pat[c.at]; ch {
	case '.', '[':
		return 0, 0
	case '%':
		if c.at+1 >= len(c.pat) {
			return 0, 0
		}
		if e := c.pat[c.at+1]; e >= 128 || classes[e] == nil {
			return e, 2
		}
		return 0, 0
	default:
		return ch, 1
	}
}

// item reads an item that matches one byte: a byte, an escape, "." or a set.
// It returns the fault if there is one.
func (c *compiler) item() (*set, string) {
	ch := c.pat[c.at]
	c.at++
	switch ch {
	case '.':
		return all, ""
	case '%':
		if c.at >= len(c.pat) {
			return nil, "malformed pattern (ends with '%')"
		}
		c.at++
		return class(c.pat[c.at-1]), ""
	case '[':
		return c.bracket()
	}
	return singleton(ch), ""
}

// bracket reads a set after its [. The first byte in it is never its end.
func (c *compiler) bracket() (*set, string) {
	const missing = "malformed pattern (missing ']')"
	negated := c.peek(0) == '^'
	if negated {
		c.at++
	}
	end := c.at
	for first := true; first || end >= len(c.pat) || c.pat[end] != ']'; first = false {
		if end >= len(c.pat) {
			return nil, missing
		}
		if end++; c.pat[end-1] == '%' {
			end++
		}
	}
	members := setOf(c.pat[c.at:end])
	c.at = end + 1
	if negated {
		return members.complement(), ""
	}
	return members, ""
}

// setOf returns the bytes that the inside of a bracket names.
func setOf(text string) *set {
	var s set
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '%' && i+1 < len(text):
			i++
			s = *s.union(class(text[i]))
		case i+2 < len(text) && text[i+1] == '-':
			for b := int(text[i]); b <= int(text[i+2]); b++ {
				s[b] = true
			}
			i += 2
		default:
			s[text[i]] = true
		}
	}
	return &s
}
