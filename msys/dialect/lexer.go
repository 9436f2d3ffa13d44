package dialect

import (
	"strings"
	"unicode/utf8"
)

const (
	classAlpha byte = 1 << iota // may start a name
	classDigit
	classHex
	classBlank  // white space within a line
	classSingle // is a token whatever follows
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
	for c, k := range single {
		if k != tkEOF && c != '-' { // that may start a comment
			t[c] |= classSingle
		}
	}
	return t
}()

// A lexer cuts a chunk into tokens. What the machine's scanner would read
// differently it corrects on the way, by edits.
type lexer struct {
	src     string // the chunk and a NUL that ends every scanning loop
	size    int32  // length of the chunk
	pos     int32
	line    int32
	chunk   string // for messages
	names   nameTable
	edits   editList
	tok     token // the current token
	ahead   token
	hasNext bool  // ahead is valid
	lastEnd int32 // end of the token before tok
	nested  int32 // line of the last "[[" inside a [[...]], 0 for none
}

func (x *lexer) fail(line int32, near, msg string) {
	panic(&SyntaxError{Chunk: x.chunk, Line: int(line), Near: near, Msg: msg})
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
	src, pos := x.src, int(x.pos)
	for {
		c := src[pos]
		switch class := classes[c]; {
		case class&classBlank != 0:
			for pos++; classes[src[pos]]&classBlank != 0; pos++ {
			}
		case class&classAlpha != 0:
			start, h := pos, uint32(hashSeed)
			for {
				h = (h ^ uint32(c)) * hashPrime
				pos++
				if c = src[pos]; classes[c]&(classAlpha|classDigit) == 0 {
					break
				}
			}
			x.pos = int32(pos)
			id := x.names.lookup(src[start:pos], h)
			*t = token{kind(min(id, nameID(tkName))), id, int32(start), int32(pos), x.line, x.line}
			return
		case class&classSingle != 0:
			x.pos = int32(pos + 1)
			*t = token{single[c], 0, int32(pos), x.pos, x.line, x.line}
			return
		case c == '\n' || c == '\r':
			pos = int(x.newline(int32(pos)))
		case c == '-' && src[pos+1] == '-':
			pos = int(x.comment(int32(pos)))
		default:
			x.pos = int32(pos)
			*t = token{start: x.pos, line: x.line}
			t.kind = x.symbol(c)
			t.end, t.endLine = x.pos, x.line
			return
		}
	}
}

// newline skips the line end at pos, of one or two bytes, and counts it.
func (x *lexer) newline(pos int32) int32 {
	x.line++
	if c, d := x.src[pos], x.src[pos+1]; (d == '\n' || d == '\r') && c != d {
		return pos + 2
	}
	return pos + 1
}

// comment skips the comment at pos; a short one up to its line end.
func (x *lexer) comment(pos int32) int32 {
	pos += 2
	if x.src[pos] == '[' {
		if level := x.longBracket(pos); level >= 0 {
			x.pos = pos
			x.longString(level, "unfinished long comment")
			return x.pos
		}
	}
	return x.lineEnd(pos)
}

// lineEnd returns where the line of pos ends.
func (x *lexer) lineEnd(pos int32) int32 {
	line := x.src[pos:x.size]
	if i := strings.IndexByte(line, '\n'); i >= 0 {
		line = line[:i]
	}
	if i := strings.IndexByte(line, '\r'); i >= 0 {
		line = line[:i]
	}
	return pos + int32(len(line))
}

// symbol scans the token at x.pos, which starts with c and is no name.
func (x *lexer) symbol(c byte) kind {
	second := byte(0)
	if x.pos < x.size {
		second = x.src[x.pos+1]
	}
	width := int32(1)
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
			_, size := utf8.DecodeRuneInString(x.src[x.pos:]) // a “, say, from a web page
			x.fail(x.line, x.src[x.pos:int(x.pos)+size], "unexpected symbol")
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
