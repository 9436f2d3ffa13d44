package json

import "strings"

// DefaultMaxDepth is how deeply containers may be nested unless set otherwise.
const DefaultMaxDepth = 512

// Options says how to parse. Nil is the default.
type Options struct {
	// Strict takes exactly the JSON of RFC 8259 in UTF-8: one value, nothing
	// before and after it but white space.
	Strict bool
	// MaxDepth is how deeply containers may be nested. If zero,
	// [DefaultMaxDepth]; values above 100,000 count as 100,000.
	MaxDepth int
}

// Parse gives the value that data holds. Of a key that is given twice the last
// value counts, in the place of the first. The error is an [*Error].
func Parse(data []byte, o *Options) (*Value, error) {
	v, _, err := ParsePrefix(data, o)
	return v, err
}

// ParsePrefix is Parse that also gives how many bytes the value and the white
// space before it take; with [Options.Strict] it is all of data.
func ParsePrefix(data []byte, o *Options) (v *Value, n int, err error) {
	if o == nil {
		o = &Options{}
	}
	p := parser{s: string(data), strict: o.Strict, depth: DefaultMaxDepth}
	if o.MaxDepth > 0 {
		p.depth = min(o.MaxDepth, maxTextDepth)
	}
	if !p.strict {
		p.i = len(p.s) - len(strings.TrimPrefix(p.s, "\ufeff"))
	}
	if v = p.value(); v == nil {
		return nil, 0, &Error{p.code, p.i}
	}
	if p.strict {
		if p.space(); p.i < len(p.s) {
			return nil, 0, &Error{CodeUnexpected, p.i}
		}
	}
	if v.body != nil {
		v.body.attached = false
	}
	return v, p.i, nil
}

// parser parses s from i on. A method that fails sets code, leaves i at the
// offending byte and returns nil or false.
type parser struct {
	s      string
	i      int
	depth  int // how many levels of containers are left
	strict bool
	code   Code
	pool   []Value // allocated ahead
	bodies []body
}

// maxPool is the most values allocated ahead.
const maxPool = 256

// new gives a value from the pool.
func (p *parser) new(kind Kind) *Value {
	if len(p.pool) == 0 {
		p.pool = make([]Value, min(max((len(p.s)-p.i)/16, 1), maxPool))
	}
	v := &p.pool[0]
	p.pool = p.pool[1:]
	v.kind = kind
	return v
}

func (p *parser) newContainer(kind Kind) *Value {
	if len(p.bodies) == 0 {
		p.bodies = make([]body, min(max((len(p.s)-p.i)/64, 1), maxPool/4))
	}
	v := p.new(kind)
	v.body = &p.bodies[0]
	p.bodies = p.bodies[1:]
	v.body.attached = true
	return v
}

func (p *parser) fail(code Code) *Value {
	p.code = code
	if p.i >= len(p.s) && code != CodeDepth {
		p.code = CodeEOF
	}
	return nil
}

// peek skips white space and comments and gives the byte after them, 0 at the
// end of the text or at a bad comment, which is to be told by failed.
func (p *parser) peek() (b byte, ok bool) {
	if p.i < len(p.s) && p.s[p.i] > ' ' && p.s[p.i] != '/' {
		return p.s[p.i], true
	}
	if !p.space() {
		return 0, false
	}
	if p.i >= len(p.s) {
		p.code = CodeEOF
		return 0, false
	}
	return p.s[p.i], true
}

// space skips white space, and comments if they are allowed.
func (p *parser) space() bool {
	for p.i < len(p.s) {
		switch p.s[p.i] {
		case ' ', '\t', '\n', '\r':
			p.i++
		case '\v', '\f':
			if p.strict {
				return true
			}
			p.i++
		case '/':
			if p.strict {
				return true
			}
			if !p.comment() {
				return false
			}
		default:
			return true
		}
	}
	return true
}

// comment skips the comment at i.
func (p *parser) comment() bool {
	rest := p.s[p.i+1:]
	switch {
	case strings.HasPrefix(rest, "/"):
		if end := strings.IndexByte(rest, '\n'); end >= 0 {
			p.i += end + 2
		} else {
			p.i = len(p.s)
		}
		return true
	case strings.HasPrefix(rest, "*"):
		if end := strings.Index(rest[1:], "*/"); end >= 0 {
			p.i += end + 4
			return true
		}
		p.i = len(p.s)
	default:
		p.i++
	}
	p.fail(CodeComment)
	return false
}

// value parses the value at i.
func (p *parser) value() *Value {
	b, ok := p.peek()
	if !ok {
		return nil
	}
	switch b {
	case '{':
		return p.object()
	case '[':
		return p.array()
	case '"', '\'':
		if b == '\'' && p.strict {
			return p.fail(CodeUnexpected)
		}
		s, ok := p.str(b)
		if !ok {
			return nil
		}
		v := p.new(KindString)
		v.str = s
		return v
	case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		return p.number()
	}
	return p.literal(b)
}

// literal parses null, true or false.
func (p *parser) literal(first byte) *Value {
	if !p.strict && 'A' <= first && first <= 'Z' {
		first |= 0x20
	}
	switch first {
	case 'n':
		if p.word("null", CodeNull) {
			return p.new(KindNull)
		}
	case 't':
		if p.word("true", CodeBoolean) {
			v := p.new(KindBool)
			v.bits = 1
			return v
		}
	case 'f':
		if p.word("false", CodeBoolean) {
			return p.new(KindBool)
		}
	default:
		return p.fail(CodeUnexpected)
	}
	return nil
}

func (p *parser) word(want string, code Code) bool {
	for n := range len(want) {
		if p.i >= len(p.s) {
			p.fail(CodeEOF)
			return false
		}
		b := p.s[p.i]
		if !p.strict {
			b |= 0x20
		}
		if b != want[n] {
			p.fail(code)
			return false
		}
		p.i++
	}
	return true
}

// object parses an object; i is at its brace.
func (p *parser) object() *Value {
	if p.depth--; p.depth < 0 {
		return p.fail(CodeDepth)
	}
	p.i++
	v := p.newContainer(KindObject)
	for {
		b, ok := p.peek()
		if !ok {
			return nil
		}
		if b == '}' && (!p.strict || len(v.body.keys) == 0) {
			break
		}
		if b != '"' && (b != '\'' || p.strict) {
			return p.fail(CodeObjectKeyName)
		}
		if !p.member(v.body, b) {
			return nil
		}
		if b, ok = p.peek(); !ok {
			return nil
		}
		if b == '}' {
			break
		}
		if b != ',' {
			return p.fail(CodeObjectValueSep)
		}
		p.i++
	}
	p.i++
	p.depth++
	return v
}

func (p *parser) member(b *body, quote byte) bool {
	key, ok := p.str(quote)
	if !ok {
		return false
	}
	colon, ok := p.peek()
	if !ok {
		return false
	}
	if colon != ':' {
		p.fail(CodeObjectKeySep)
		return false
	}
	p.i++
	v := p.value()
	if v == nil {
		return false
	}
	b.set(key, v)
	return true
}

// array parses an array; i is at its bracket.
func (p *parser) array() *Value {
	if p.depth--; p.depth < 0 {
		return p.fail(CodeDepth)
	}
	p.i++
	v := p.newContainer(KindArray)
	for {
		b, ok := p.peek()
		if !ok {
			return nil
		}
		if b == ']' && (!p.strict || len(v.body.items) == 0) {
			break
		}
		item := p.value()
		if item == nil {
			return nil
		}
		v.body.items = append(v.body.items, item)
		if b, ok = p.peek(); !ok {
			return nil
		}
		if b == ']' {
			break
		}
		if b != ',' {
			return p.fail(CodeArray)
		}
		p.i++
	}
	p.i++
	p.depth++
	return v
}
