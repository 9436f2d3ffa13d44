package xml

import (
	"strings"
	"unicode/utf8"
)

// token is one token of an XPath expression.
type token struct {
	kind   tokenKind
	text   string
	offset int
}

type tokenKind uint8

const (
	endToken      tokenKind = iota
	symbolToken             // operators and punctuation, also and, or, div, mod
	nameToken               // a name test: n, p:n, p:*, *
	literalToken            // text is the value
	numberToken             // text is the number
	functionToken           // the name of a function or node type, ( follows
	axisToken               // the name of an axis, :: follows
)

// lexer splits an expression into tokens (XPath 1.0 section 3.7).
type lexer struct {
	s    string
	i    int
	prev token
}

// xpathFault is an error at a place of the expression.
type xpathFault struct {
	offset int
	msg    string
}

// xpathSymbols are the tokens of more than one character, before those of one
// that they begin with.
var xpathSymbols = []string{"//", "..", "::", "!=", "<=", ">=", "/", "|", "+", "-", "=", "<", ">", "(", ")", "[", "]", ".", "@", ",", "*", "$"}

func (l *lexer) next() (token, *xpathFault) {
	t, err := l.scan()
	l.prev = t
	return t, err
}

func (l *lexer) skipSpace() {
	for l.i < len(l.s) && isSpace(l.s[l.i]) {
		l.i++
	}
}

func (l *lexer) scan() (token, *xpathFault) {
	l.skipSpace()
	start := l.i
	if l.i == len(l.s) {
		return token{endToken, "", start}, nil
	}
	switch c := l.s[l.i]; {
	case c == '"' || c == '\'':
		end := strings.IndexByte(l.s[l.i+1:], c)
		if end < 0 {
			return token{}, &xpathFault{start, "string is not closed"}
		}
		l.i += end + 2
		return token{literalToken, l.s[start+1 : l.i-1], start}, nil
	case isDigit(c) || c == '.' && l.i+1 < len(l.s) && isDigit(l.s[l.i+1]):
		return l.number(), nil
	}
	if l.s[l.i] == '*' && !l.operatorPlace() {
		l.i++
		return token{nameToken, "*", start}, nil
	}
	for _, symbol := range xpathSymbols {
		if strings.HasPrefix(l.s[l.i:], symbol) {
			l.i += len(symbol)
			return token{symbolToken, symbol, start}, nil
		}
	}
	return l.word()
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func (l *lexer) number() token {
	start := l.i
	for l.i < len(l.s) && isDigit(l.s[l.i]) {
		l.i++
	}
	if l.i < len(l.s) && l.s[l.i] == '.' {
		l.i++
		for l.i < len(l.s) && isDigit(l.s[l.i]) {
			l.i++
		}
	}
	return token{numberToken, l.s[start:l.i], start}
}

// operatorPlace reports whether an operator may follow the previous token, so
// that * multiplies and a word is an operator's name.
func (l *lexer) operatorPlace() bool {
	switch l.prev.kind {
	case literalToken, numberToken, nameToken:
		return true
	case symbolToken:
		switch l.prev.text {
		case ")", "]", ".", "..":
			return true
		}
	}
	return false
}

// word scans a token that begins with a name.
func (l *lexer) word() (token, *xpathFault) {
	start := l.i
	name := l.ncName()
	if name == "" {
		r, _ := utf8.DecodeRuneInString(l.s[l.i:])
		return token{}, &xpathFault{start, "unexpected character " + string(r)}
	}
	if l.operatorPlace() {
		switch name {
		case "and", "or", "div", "mod":
			return token{symbolToken, name, start}, nil
		}
		return token{}, &xpathFault{start, "operator expected"}
	}
	rest := l.s[l.i:]
	if strings.HasPrefix(rest, ":") && !strings.HasPrefix(rest, "::") {
		l.i++
		if strings.HasPrefix(l.s[l.i:], "*") {
			l.i++
		} else if l.ncName() == "" {
			return token{}, &xpathFault{l.i, "name expected after ':'"}
		}
		name = l.s[start:l.i]
	}
	after := strings.TrimLeft(l.s[l.i:], " \t\r\n")
	switch {
	case strings.HasPrefix(after, "("):
		return token{functionToken, name, start}, nil
	case strings.HasPrefix(after, "::"):
		return token{axisToken, name, start}, nil
	}
	return token{nameToken, name, start}, nil
}

// ncName takes a name without colon, "" if there is none.
func (l *lexer) ncName() string {
	n := nameLen(l.s[l.i:])
	if colon := strings.IndexByte(l.s[l.i:l.i+n], ':'); colon >= 0 {
		n = colon
	}
	l.i += n
	return l.s[l.i-n : l.i]
}
