package qp

// state is where an unescaper stands between two bytes.
type state uint8

const (
	inText      state = iota
	afterBlanks       // blanks are held back: they may end a line
	afterCR           // as before, and then a CR
	afterEquals       // an equals sign
	afterDigit        // an equals sign and a hexadecimal digit
	softBlanks        // an equals sign and blanks: a line break must follow
	softCR            // an equals sign, perhaps blanks, and a CR
)

// unescaper decodes quoted-printable text that arrives in pieces. The zero
// value is ready.
type unescaper struct {
	state  state
	offset int64 // input bytes consumed so far
	equals int64 // position of the latest equals sign
	digit  byte  // value of the first digit of an escape
	held   []byte
	// maxHeld, if not 0, is the number of blanks from which on a run counts
	// as text.
	maxHeld int
}

// plain tells which bytes stand for themselves wherever they are.
var plain = func() (t [256]bool) {
	for i := range t {
		t[i] = true
	}
	for _, b := range []byte("= \t\r\n") {
		t[b] = false
	}
	return t
}()

// decode appends to dst what src stands for, as far as it is certain.
func (u *unescaper) decode(dst, src []byte) ([]byte, error) {
	for i := 0; i < len(src); {
		b := src[i]
		switch u.state {
		case inText:
			if n := literalRun(src[i:]); n > 0 {
				dst = append(dst, src[i:i+n]...)
				i += n
				continue
			}
			if b == '=' && i+2 < len(src) && isHex(src[i+1]) && isHex(src[i+2]) {
				dst = append(dst, fromHex(src[i+1])<<4|fromHex(src[i+2]))
				i += 3
				continue
			}
			dst = u.special(dst, b, i)
		case afterBlanks:
			if b == ' ' || b == '\t' {
				dst = u.hold(dst, b)
				break
			}
			if plain[b] || b == '=' {
				dst = u.flush(dst)
				continue
			}
			dst = u.special(dst, b, i)
		case afterCR:
			if b == '\n' {
				dst = append(dst, '\r', '\n')
				u.held, u.state = u.held[:0], inText
				break
			}
			dst = u.flush(dst)
			continue
		case afterDigit:
			if !isHex(b) {
				return dst, &CorruptInputError{u.equals}
			}
			dst = append(dst, u.digit<<4|fromHex(b))
			u.state = inText
		default:
			if !u.afterEquals(b) {
				return dst, &CorruptInputError{u.equals}
			}
		}
		i++
	}
	u.offset += int64(len(src))
	return dst, nil
}

// literalRun gives the number of bytes at the start of src that are copied as
// they are: text, blanks inside it and line breaks.
func literalRun(src []byte) int {
	n := 0
	for n < len(src) {
		switch {
		case plain[src[n]] || src[n] == '\n':
			n++
		case src[n] == '=' || n+1 == len(src):
			return n
		case src[n] != '\r' && plain[src[n+1]], src[n] == '\r' && src[n+1] == '\n':
			n += 2
		default:
			return n
		}
	}
	return n
}

// special handles a byte that means something at the end of a line, or an
// equals sign.
func (u *unescaper) special(dst []byte, b byte, i int) []byte {
	switch b {
	case '=':
		u.equals, u.state = u.offset+int64(i), afterEquals
	case '\n':
		u.held, u.state = u.held[:0], inText
		return append(dst, '\n')
	case '\r':
		u.held, u.state = append(u.held, b), afterCR
	default:
		u.state = afterBlanks
		return u.hold(dst, b)
	}
	return dst
}

// hold keeps a blank back.
func (u *unescaper) hold(dst []byte, b byte) []byte {
	u.held = append(u.held, b)
	if u.maxHeld > 0 && len(u.held) >= u.maxHeld {
		return u.flush(dst)
	}
	return dst
}

// flush appends what was held back: it was text.
func (u *unescaper) flush(dst []byte) []byte {
	dst = append(dst, u.held...)
	u.held, u.state = u.held[:0], inText
	return dst
}

// afterEquals takes the byte after an equals sign, or after what may be a soft
// line break, and reports whether it may stand there.
func (u *unescaper) afterEquals(b byte) bool {
	switch {
	case b == '\n':
		u.state = inText
	case u.state == softCR:
		return false
	case b == '\r':
		u.state = softCR
	case b == ' ' || b == '\t':
		u.state = softBlanks
	case u.state == afterEquals && isHex(b):
		u.digit, u.state = fromHex(b), afterDigit
	default:
		return false
	}
	return true
}

// finish appends what the end of the text makes certain. Blanks at the end go.
func (u *unescaper) finish(dst []byte) ([]byte, error) {
	switch u.state {
	case afterCR:
		dst = u.flush(dst)
	case afterDigit, softCR:
		return dst, &CorruptInputError{u.equals}
	}
	return dst, nil
}

func isHex(b byte) bool {
	return '0' <= b && b <= '9' || 'A' <= b && b <= 'F' || 'a' <= b && b <= 'f'
}

func fromHex(b byte) byte {
	switch {
	case b <= '9':
		return b - '0'
	case b <= 'F':
		return b - 'A' + 10
	}
	return b - 'a' + 10
}
