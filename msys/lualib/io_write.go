package lualib

import (
	"io"

	lua "github.com/Shopify/go-lua"
)

func (lib *ioLibrary) writeDefault(l *lua.State) int {
	a := args{l, "io.write"}
	last := l.Top()
	s := a.defaultFile(defaultOutput).stream
	return lib.write(a, s, 1, last)
}

func (lib *ioLibrary) fileWrite(l *lua.State) int {
	a := args{l, "write"}
	s := a.file(1).stream
	last := l.Top()
	l.PushValue(1)
	return lib.write(a, s, 2, last)
}

// write writes the arguments from first to last and returns the file, which
// is on top of the stack.
func (lib *ioLibrary) write(a args, s *stream, first, last int) int {
	l := a.l
	buf := lib.scratch.take()
	for i := first; i <= last; i++ {
		switch v := l.ToValue(i).(type) {
		case string:
			buf = append(buf, v...)
		case float64:
			buf = AppendNumber(buf, v)
		case *buffer:
			buf = append(buf, v.bytes()...)
		default:
			a.failType(i, "string")
		}
	}
	err := lib.wait(l, s, func() error { return s.write(buf) })
	lib.scratch.put(buf)
	if err != nil {
		return pushResult(l, err, "")
	}
	return 1
}

func fileSeek(l *lua.State) int {
	a := args{l, "seek"}
	f := a.file(1)
	whence := []int{io.SeekCurrent, io.SeekStart, io.SeekEnd}[a.option(2, "cur", "cur", "set", "end")]
	place, err := f.stream.seek(int64(a.optInteger(3, 0)), whence)
	if err != nil {
		return pushResult(l, err, "")
	}
	l.PushNumber(float64(place))
	return 1
}

func fileSetvbuf(l *lua.State) int {
	const defaultSize = 8 << 10
	a := args{l, "setvbuf"}
	f := a.file(1)
	mode := a.option(2, "", "no", "full", "line")
	size := a.optInteger(3, defaultSize)
	if size <= 0 || size > 1<<20 {
		size = defaultSize
	}
	if mode == 0 {
		size = 0
	}
	return pushResult(l, f.stream.setBuffer(size, mode == 2), "")
}
func (lib *ioLibrary) flushDefault(l *lua.State) int {
	s := args{l, "io.flush"}.defaultFile(defaultOutput).stream
	return pushResult(l, lib.wait(l, s, s.flush), "")
}

func (lib *ioLibrary) fileFlush(l *lua.State) int {
	s := args{l, "flush"}.file(1).stream
	return pushResult(l, lib.wait(l, s, s.flush), "")
}
