package dialect

import "strings"

const (
	classAlpha byte = 1 << iota // may start a name
	classDigit
	classHex
	classBlank // white space within a line
)

var classes = func() (t [256]byte) {
	for c := 'a'; c <= 'z'; c++ {
		t[c] = classAlpha
		t[c-'a'+'A'] = classAlpha
	}
	t['_'] = classAlpha
	for c := '0'; c <= '9'; c++ {
		t[c] = classDigit | classHex
	}
	for _, c := range "abcdefABCDEF" {
		t[c] |= classHex
	}
	for _, c := range " \t\v\f" {
		t[c] = classBlank
	}
	return t
}()

// A lexer cuts a chunk into tokens. What the machine's scanner would read
// differently it corrects on the way, by edits.
type lexer struct {
	src     string // the chunk and a NUL that ends every scanning loop
	size    int    // length of the chunk
	pos     int
	line    int
	chunk   string // for messages
	names   nameTable
	edits   editList
	tok     token // the current token
	ahead   token
	hasNext bool // ahead is valid
	lastEnd int  // end of the token before tok
	nested  int  // line of the last "[[" inside a [[...]], 0 for none
}

func (x *lexer) fail(line int, near, msg string) {
	panic(&SyntaxError{Chunk: x.chunk, Line: line, Near: near, Msg: msg})
}

// failHere reports an error at the current token.
func (x *lexer) failHere(msg string) {
	if x.nested > 0 && x.tok.kind == tkRBracket {
		x.fail(x.nested, "[[", "nesting of [[...]] is deprecated")
	}
	x.fail(x.tok.endLine, x.text(x.tok), msg)
}

// text returns the token as messages show it.
func (x *lexer) text(t token) string {
	if t.kind == tkEOF {
		return spelling[tkEOF]
	}
	return x.src[t.start:t.end]
}

// next makes the following token the current one.
func (x *lexer) next() {
	x.lastEnd = x.tok.end
	if x.hasNext {
		x.tok, x.hasNext = x.ahead, false
		return
	}
	x.scan(&x.tok)
}

// peek returns the kind of the token after the current one.
func (x *lexer) peek() *token {
	if !x.hasNext {
		x.scan(&x.ahead)
		x.hasNext = true
	}
	return &x.ahead
}

func (x *lexer) scan(t *token) {
	src, pos := x.src, x.pos
	for {
		c := src[pos]
		class := classes[c]
		switch {
		case class&classBlank != 0:
			pos++
			continue
		case class&classAlpha != 0:
			start, h := pos, uint32(hashSeed)
			for classes[c]&(classAlpha|classDigit) != 0 {
				h = (h ^ uint32(c)) * hashPrime
				pos++
				c = src[pos]
			}
			x.pos = pos
			t.start, t.end, t.line, t.endLine = start, pos, x.line, x.line
			t.id = x.names.lookup(src[start:pos], h)
			t.kind = kind(min(t.id, nameID(tkName)))
			return
		case c == '\n' || c == '\r':
			pos = x.newline(pos)
			continue
		case c == '-' && src[pos+1] == '-':
			pos = x.comment(pos)
			continue
		}
		x.pos, t.start, t.line = pos, pos, x.line
		t.kind = x.symbol(c)
		t.end, t.endLine = x.pos, x.line
		return
	}
}

// newline skips the line end at pos, of one or two bytes, and counts it.
func (x *lexer) newline(pos int) int {
	x.line++
	if c, d := x.src[pos], x.src[pos+1]; (d == '\n' || d == '\r') && c != d {
		return pos + 2
	}
	return pos + 1
}

// comment skips the comment at pos; a short one up to its line end.
func (x *lexer) comment(pos int) int {
	pos += 2
	if x.src[pos] == '[' {
		if level := x.longBracket(pos); level >= 0 {
			x.pos = pos
			x.longString(level, "unfinished long comment")
			return x.pos
		}
	}
	end := strings.IndexByte(x.src[pos:], '\n')
	if end < 0 {
		end = x.size - pos
	}
	if cr := strings.IndexByte(x.src[pos:pos+end], '\r'); cr >= 0 {
		end = cr
	}
	return pos + end
}

// symbol scans the token at x.pos, which starts with c and is no name.
func (x *lexer) symbol(c byte) kind {
	second := byte(0)
	if x.pos < x.size {
		second = x.src[x.pos+1]
	}
	width := 1
	var k kind
	two := func(follow byte, long, short kind) kind {
		if second == follow {
			width = 2
			return long
		}
		return short
	}
	switch c {
	case '"', '\'':
		x.shortString(c)
		return tkString
	case '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		x.number()
		return tkNumber
	case '[':
		switch level := x.longBracket(x.pos); {
		case level >= 0:
			x.longString(level, "unfinished long string")
			return tkString
		case level < -1:
			x.fail(x.line, x.src[x.pos:x.pos-level], "invalid long string delimiter")
		}
		k = tkLBracket
	case '.':
		switch {
		case classes[second]&classDigit != 0:
			x.number()
			return tkNumber
		case second == '.' && x.src[x.pos+2] == '.':
			k, width = tkDots, 3
		case second == '.':
			k, width = tkConcat, 2
		default:
			k = tkDot
		}
	case '=':
		k = two('=', tkEq, tkAssign)
	case '<':
		if k = two('=', tkLe, tkLt); second == '<' {
			k, width = tkShl, 2
		}
	case '>':
		if k = two('=', tkGe, tkGt); second == '>' {
			k, width = tkShr, 2
		}
	case '~':
		k = two('=', tkNe, tkTilde)
	case '!':
		k = two('=', tkBangEq, tkBang)
	case '^':
		k = two('^', tkBitXor, tkPow)
	case ':':
		k = two(':', tkDoubleColon, tkColon)
	case 0:
		if x.pos >= x.size {
			return tkEOF
		}
		x.fail(x.line, "", "unexpected symbol")
	default:
		if k = single[c]; k == tkEOF {
			x.fail(x.line, x.src[x.pos:x.pos+1], "unexpected symbol")
		}
	}
	x.pos += width
	return k
}

var single = [256]kind{
	'+': tkAdd, '-': tkSub, '*': tkMul, '/': tkDiv, '%': tkMod, '\\': tkIntDiv, '&': tkBitAnd, '|': tkBitOr,
	'#': tkLen, ',': tkComma, ';': tkSemicolon, '(': tkLParen, ')': tkRParen, ']': tkRBracket,
	'{': tkLBrace, '}': tkRBrace,
}
