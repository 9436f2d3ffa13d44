package message

// header reads the header block of a part, line by line up to the empty line
// or a delimiter, and gives the value of its Content-Type, nil if there is
// none.
func (x *indexer) header(e *entry) []byte {
	x.keep(e.start, int64(x.o.MaxHeaderBytes))
	defer x.release()
	x.ready()
	e.headEnd, e.bodyStart = e.start, e.start
	if b := x.buf[x.i:]; emptyLine(b) == 0 && !startsWithField(b) {
		return nil
	}
	from, to := int64(-1), int64(-1) // of the Content-Type value
	inType := false
	for x.i < len(x.buf) {
		b := x.buf[x.i:]
		if n := emptyLine(b); n > 0 {
			e.headEnd = x.pos()
			x.i += n
			e.bodyStart = x.pos()
			return x.kept(from, to)
		}
		if b[0] == '-' && len(b) > 1 && b[1] == '-' {
			if level, _, _ := x.delimiter(); level >= 0 {
				break
			}
		}
		if x.pos()-e.start > int64(x.o.MaxHeaderBytes) {
			x.note(MIMETooLarge)
			break
		}
		if !isBlank(b[0]) {
			inType = false
		}
		if b[0]|0x20 == 'c' && len(b) > len("content-t") {
			switch b[len("content-t")] | 0x20 { // tells the fields of interest from most
			case 'y':
				if v := fieldValue(b, "content-type"); v > 0 && from < 0 {
					from, inType = x.pos()+int64(v), true
				}
			case 'r':
				if v := fieldValue(b, "content-transfer-encoding"); v > 0 {
					e.encoded = encodesBytes(b[v:])
				}
			}
		}
		x.skipLine()
		if inType {
			to = x.pos()
		}
		x.ready()
	}
	e.headEnd, e.bodyStart = x.pos(), x.pos()
	return x.kept(from, to)
}

// kept gives the bytes between two offsets of the header, nil if there are
// none or the header was too long to keep.
func (x *indexer) kept(from, to int64) []byte {
	if from < 0 {
		return nil
	}
	if x.lost {
		x.note(MIMETooLarge)
		return nil
	}
	return x.buf[from-x.base : to-x.base]
}

// fieldValue gives where the value of the field begins that line begins with,
// 0 if the field has another name.
func fieldValue(line []byte, name string) int {
	n := len(name)
	if len(line) <= n || !equalFoldASCII(line[:n], name) {
		return 0
	}
	for n < len(line) && isBlank(line[n]) {
		n++
	}
	if n == len(line) || line[n] != ':' {
		return 0
	}
	return n + 1
}

// encodesBytes reports whether a transfer encoding changes the bytes.
func encodesBytes(v []byte) bool {
	v = trimBlanks(v)
	return len(v) > 0 && (v[0]|0x20 == 'q' || v[0]|0x20 == 'b' && len(v) > 1 && v[1]|0x20 == 'a')
}
