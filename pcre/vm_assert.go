package pcre

import "unicode/utf8"

// assert evaluates a simple assertion at pos.
func (v *vm) assert(in *inst, pos int) bool {
	switch in.assert {
	case assertTextStart:
		return pos == 0
	case assertTextEnd:
		return pos == len(v.b)
	case assertFinalEnd:
		return v.atFinalEnd(pos)
	case assertBegin:
		return pos == 0 && v.flags&NotBOL == 0
	case assertDollar:
		return v.flags&NotEOL == 0 && v.atFinalEnd(pos)
	case assertDollarEnd:
		return v.flags&NotEOL == 0 && pos == len(v.b)
	case assertLineStart:
		if pos == 0 {
			return v.flags&NotBOL == 0
		}
		return pos < len(v.b) && v.afterNewline(pos)
	case assertLineEnd:
		if pos == len(v.b) {
			return v.flags&NotEOL == 0
		}
		return v.newlineAt(pos) > 0
	case assertWord:
		return v.wordBefore(in, pos) != v.wordAfter(in, pos)
	case assertNotWord:
		return v.wordBefore(in, pos) == v.wordAfter(in, pos)
	case assertMatchStart:
		return pos == v.origin
	}
	return false
}

func (v *vm) atFinalEnd(pos int) bool {
	if pos == len(v.b) {
		return true
	}
	n := v.newlineAt(pos)
	return n > 0 && pos+n == len(v.b)
}

func (v *vm) wordBefore(in *inst, pos int) bool {
	if pos == 0 {
		return false
	}
	if !in.ucp {
		return isWordByte(v.b[pos-1])
	}
	if !v.p.utf {
		return v.p.ucpWord.hasByte(v.b[pos-1])
	}
	r, _ := utf8.DecodeLastRune(v.b[:pos])
	return v.p.ucpWord.has(r)
}

func (v *vm) wordAfter(in *inst, pos int) bool {
	if pos >= len(v.b) {
		return false
	}
	if !in.ucp {
		return isWordByte(v.b[pos])
	}
	if !v.p.utf {
		return v.p.ucpWord.hasByte(v.b[pos])
	}
	r, _ := utf8.DecodeRune(v.b[pos:])
	return v.p.ucpWord.has(r)
}

// newlineAt returns the length of the newline that begins at pos, or 0.
func (v *vm) newlineAt(pos int) int {
	c := v.b[pos]
	crlf := c == '\r' && pos+1 < len(v.b) && v.b[pos+1] == '\n'
	switch v.p.newline {
	case NewlineLF:
		return one(c == '\n')
	case NewlineCR:
		return one(c == '\r')
	case NewlineNUL:
		return one(c == 0)
	case NewlineCRLF:
		return 2 * one(crlf)
	}
	switch {
	case crlf:
		return 2
	case c == '\n' || c == '\r':
		return 1
	case v.p.newline == NewlineAnyCRLF:
		return 0
	case c == '\v' || c == '\f':
		return 1
	case !v.p.utf:
		return one(c == 0x85)
	case c < utf8.RuneSelf:
		return 0
	}
	switch r, n := utf8.DecodeRune(v.b[pos:]); r {
	case 0x85, 0x2028, 0x2029:
		return n
	}
	return 0
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

// afterNewline reports whether a newline ends at pos, which is not 0.
func (v *vm) afterNewline(pos int) bool {
	c := v.b[pos-1]
	switch v.p.newline {
	case NewlineLF:
		return c == '\n'
	case NewlineCR:
		return c == '\r'
	case NewlineNUL:
		return c == 0
	case NewlineCRLF:
		return c == '\n' && pos > 1 && v.b[pos-2] == '\r'
	}
	switch {
	case c == '\n':
		return true
	case c == '\r':
		return pos >= len(v.b) || v.b[pos] != '\n'
	case v.p.newline == NewlineAnyCRLF:
		return false
	case c == '\v' || c == '\f':
		return true
	case !v.p.utf:
		return c == 0x85
	}
	switch r, _ := utf8.DecodeLastRune(v.b[:pos]); r {
	case 0x85, 0x2028, 0x2029:
		return true
	}
	return false
}
