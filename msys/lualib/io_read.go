package lualib

import (
	"io"

	lua "github.com/Shopify/go-lua"
)

// readFormat is one thing that a read asks for.
type readFormat struct {
	kind  byte // 'n', 'l', 'L', 'a', or 'c' for count bytes
	count int
}

// readFormats reads the formats that are the arguments from i on; a line if
// there are none.
func readFormats(a args, i int) []readFormat {
	var formats []readFormat
	for ; i <= a.l.Top(); i++ {
		if n, ok := a.l.ToValue(i).(float64); ok {
			formats = append(formats, readFormat{'c', max(truncate(n), 0)})
			continue
		}
		name := a.str(i)
		if name == "" || name[0] != '*' {
			a.fail(i, "invalid option")
		}
		kind := byte(0)
		if len(name) > 1 {
			kind = name[1]
		}
		switch kind {
		case 'n', 'l', 'L', 'a':
			formats = append(formats, readFormat{kind: kind})
		default:
			a.fail(i, "invalid format")
		}
	}
	if formats == nil {
		return []readFormat{{kind: 'l'}}
	}
	return formats
}

// read pushes what formats ask for, up to the first that is not there, for
// which it pushes nil. It returns the number of values and the error of the
// file, if there is one.
func (lib *ioLibrary) read(a args, s *stream, formats []readFormat) (int, error) {
	l := a.l
	a.room(len(formats)+lua.MinStack, "too many arguments")
	for i, f := range formats {
		err := lib.readOne(l, s, f)
		if err == errTooLarge {
			a.errorf("resulting string too large")
		}
		if err != nil {
			l.PushNil()
			if err == io.EOF {
				err = nil
			}
			return i + 1, err
		}
	}
	return len(formats), nil
}

// readOne pushes what f asks for, or returns io.EOF.
func (lib *ioLibrary) readOne(l *lua.State, s *stream, f readFormat) (err error) {
	if f.kind == 'n' {
		n := 0.0
		err := lib.wait(l, s, func() (err error) {
			n, err = s.readNumber()
			return err
		})
		if err == nil {
			l.PushNumber(n)
		}
		return err
	}
	buf := lib.scratch.take()
	defer func() { lib.scratch.put(buf) }()
	err = lib.wait(l, s, func() (err error) {
		switch f.kind {
		case 'c':
			if f.count == 0 { // asks whether this is the end
				err = s.fill()
			} else {
				buf, err = s.readBytes(buf, f.count, lib.options.MaxString)
			}
		case 'a':
			buf, err = s.readBytes(buf, -1, lib.options.MaxString)
		default:
			buf, err = s.readLine(buf, f.kind == 'L', lib.options.MaxString)
		}
		return err
	})
	if err == nil {
		pushString(l, string(buf))
	}
	return err
}

// maxNumeral limits the length of a number in a file.
const maxNumeral = 200

// readNumber reads a number as fscanf does: what cannot belong to a number
// stays, what makes no number in the end is lost. It returns io.EOF when
// there is none.
func (s *stream) readNumber() (float64, error) {
	var text []byte
	accept := func(chars string) bool {
		if s.fill() != nil || len(text) >= maxNumeral {
			return false
		}
		for i := range len(chars) {
			if s.ahead[0] == chars[i] {
				text = append(text, s.ahead[0])
				s.ahead = s.ahead[1:]
				return true
			}
		}
		return false
	}
	for accept(" \t\n\v\f\r") {
		text = text[:0]
	}
	if err := s.fill(); err != nil {
		return 0, err
	}
	digits, mark := "0123456789", "eE"
	accept("+-")
	if accept("0") && accept("xX") {
		digits, mark = "0123456789abcdefABCDEF", "pP"
	}
	for accept(digits) {
	}
	if accept(".") {
		for accept(digits) {
		}
	}
	if accept(mark) {
		accept("+-")
		for accept("0123456789") {
		}
	}
	n, ok := ParseNumber(string(text))
	if !ok {
		return 0, io.EOF
	}
	return n, nil
}

func (lib *ioLibrary) readDefault(l *lua.State) int {
	a := args{l, "io.read"}
	formats := readFormats(a, 1)
	return lib.readResults(a, a.defaultFile(defaultInput).stream, formats)
}

func (lib *ioLibrary) fileRead(l *lua.State) int {
	a := args{l, "read"}
	f := a.file(1)
	return lib.readResults(a, f.stream, readFormats(a, 2))
}

func (lib *ioLibrary) readResults(a args, s *stream, formats []readFormat) int {
	n, err := lib.read(a, s, formats)
	if err != nil {
		return pushResult(a.l, err, "")
	}
	return n
}

// lines is io.lines: a named file is closed at its end.
func (lib *ioLibrary) lines(l *lua.State) int {
	a := args{l, "io.lines"}
	formats := readFormats(a, 2)
	if a.missing(1) {
		return lib.pushLines(l, a.defaultFile(defaultInput), formats, false)
	}
	return lib.pushLines(l, lib.openOrFail(a, a.str(1), "r"), formats, true)
}

func (lib *ioLibrary) fileLines(l *lua.State) int {
	a := args{l, "lines"}
	f := a.file(1)
	return lib.pushLines(l, f, readFormats(a, 2), false)
}

// pushLines pushes a function that reads formats from f at each call.
func (lib *ioLibrary) pushLines(l *lua.State, f *file, formats []readFormat, ends bool) int {
	l.PushGoFunction(func(l *lua.State) int {
		a := args{l, "lines"}
		if f.closed {
			a.errorf("file is already closed")
		}
		n, err := lib.read(a, f.stream, formats)
		if err != nil {
			text, _ := systemError(err)
			a.errorf("%s", text)
		}
		if !l.IsNil(-n) {
			return n
		}
		if ends {
			f.closed = true
			_ = f.stream.end()
		}
		return 0
	})
	return 1
}
