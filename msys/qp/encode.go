package qp

const upperHex = "0123456789ABCDEF"

// lineWriter encodes text that arrives in pieces. A blank, a CR, or a blank
// and a CR are held back until the byte after them is known.
type lineWriter struct {
	dst   []byte
	stuff bool
	// column is the number of characters in the line so far.
	column int
	// soft is true when the line began because of a soft line break.
	soft bool
	// blank is a blank or a tab that is not yet written, or 0; cr says that a
	// CR after it is not either.
	blank byte
	cr    bool
}

// literal tells which bytes stand for themselves anywhere in a line.
var literal = func() (t [256]bool) {
	for b := '!'; b <= '~'; b++ {
		t[b] = b != '='
	}
	return t
}()

func (w *lineWriter) write(src []byte) {
	for i := 0; i < len(src); {
		b := src[i]
		switch {
		case literal[b]:
			w.release()
			i += w.writeRun(src[i:])
			continue
		case b == '\n':
			w.breakLine()
		case b == '\r' && !w.cr:
			w.cr = true
		case b == ' ' || b == '\t' || b == '\r':
			w.release()
			w.hold(b)
		default:
			w.release()
			w.escape(b)
			for i+1 < len(src) && src[i+1] >= 0x80 {
				i++
				w.escape(src[i])
			}
		}
		i++
	}
}

// writeRun writes the literal bytes at the start of src that fit in the line,
// and single blanks between them; there is at least one.
func (w *lineWriter) writeRun(src []byte) int {
	w.reserve(1)
	if w.stuff && w.soft && w.column == 0 && src[0] == '.' {
		w.put('.')
	}
	n := 0
	limit := min(LineLength-1-w.column, len(src))
	for n < limit {
		if literal[src[n]] {
			n++
		} else if src[n] == ' ' && n+1 < limit && literal[src[n+1]] {
			n += 2
		} else {
			break
		}
	}
	w.dst = append(w.dst, src[:n]...)
	w.column += n
	return n
}

func (w *lineWriter) hold(b byte) {
	if b == '\r' {
		w.cr = true
	} else {
		w.blank = b
	}
}

// release writes what was held back, as more text follows in the line.
func (w *lineWriter) release() {
	if w.blank != 0 {
		w.reserve(1)
		w.put(w.blank)
		w.blank = 0
	}
	if w.cr {
		w.escape('\r')
		w.cr = false
	}
}

// breakLine ends the line; a CR that was held back is part of the line break.
func (w *lineWriter) breakLine() {
	w.cr = false
	w.finish()
	w.dst = append(w.dst, '\r', '\n')
	w.column, w.soft = 0, false
}

// finish ends the text. A blank right before the end is escaped; one before a
// bare CR need not be, as the CR is.
func (w *lineWriter) finish() {
	if w.blank != 0 && !w.cr {
		w.escape(w.blank)
		w.blank = 0
	}
	w.release()
}

func (w *lineWriter) escape(b byte) {
	w.reserve(3)
	w.dst = append(w.dst, '=', upperHex[b>>4], upperHex[b&15])
	w.column += 3
}

func (w *lineWriter) put(b byte) {
	w.dst = append(w.dst, b)
	w.column++
}

// reserve breaks the line softly unless n more characters and the equals sign
// of a soft line break fit.
func (w *lineWriter) reserve(n int) {
	if w.column+n >= LineLength {
		w.breakSoftly()
	}
}

func (w *lineWriter) breakSoftly() {
	w.dst = append(w.dst, '=', '\r', '\n')
	w.column, w.soft = 0, true
}
