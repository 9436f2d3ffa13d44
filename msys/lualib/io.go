package lualib

import (
	"errors"
	"fmt"
	"io"
	"runtime"

	lua "github.com/Shopify/go-lua"
)

// ioLibrary holds what the functions of table io share.
type ioLibrary struct {
	maxString int
	files     fileSystem
	scratch   scratch
}

// file is what a Lua file is.
type file struct {
	stream   *stream
	standard bool // it cannot be closed
	closed   bool
	// status, if not nil, pushes what close returns besides true.
	status func(l *lua.State) int
}

// Registry keys: the metatable of files and the default files.
const (
	fileMetaTable = "FILE*"
	defaultInput  = "_IO_input"
	defaultOutput = "_IO_output"
)

// openIO leaves the table io on the stack.
func openIO(l *lua.State, o *Options) int {
	lib := &ioLibrary{maxString: o.maxString(), files: o.fileSystem()}
	popen := lib.popen
	if o == nil || !o.AllowExec {
		popen = refuse("io.popen")
	}
	lib.makeMetaTable(l)
	lua.NewLibrary(l, []lua.RegistryFunction{
		{Name: "close", Function: lib.close},
		{Name: "flush", Function: lib.flushDefault},
		{Name: "input", Function: lib.input},
		{Name: "lines", Function: lib.lines},
		{Name: "open", Function: lib.open},
		{Name: "output", Function: lib.output},
		{Name: "popen", Function: popen},
		{Name: "read", Function: lib.readDefault},
		{Name: "tmpfile", Function: lib.tmpfile},
		{Name: "type", Function: ioType},
		{Name: "write", Function: lib.writeDefault},
	})
	standard := func(name, key string, s *stream) {
		s.s, _ = any(s.r).(io.Seeker)
		if s.r == nil {
			s.s, _ = any(s.w).(io.Seeker)
		}
		pushFile(l, &file{stream: s, standard: true})
		if key != "" {
			l.PushValue(-1)
			l.SetField(lua.RegistryIndex, key)
		}
		l.SetField(-2, name)
	}
	standard("stdin", defaultInput, &stream{r: o.stdin()})
	standard("stdout", defaultOutput, &stream{w: o.stdout()})
	standard("stderr", "", &stream{w: o.stderr()})
	return 1
}

func (lib *ioLibrary) makeMetaTable(l *lua.State) {
	lua.NewMetaTable(l, fileMetaTable)
	l.PushValue(-1)
	l.SetField(-2, "__index")
	lua.SetFunctions(l, []lua.RegistryFunction{
		{Name: "__tostring", Function: fileToString},
		{Name: "close", Function: lib.close},
		{Name: "flush", Function: fileFlush},
		{Name: "lines", Function: lib.fileLines},
		{Name: "read", Function: lib.fileRead},
		{Name: "seek", Function: fileSeek},
		{Name: "setvbuf", Function: fileSetvbuf},
		{Name: "write", Function: lib.fileWrite},
	}, 0)
	l.Pop(1)
}

// pushFile pushes a new Lua file. One that becomes garbage is closed.
func pushFile(l *lua.State, f *file) {
	if !f.standard {
		runtime.AddCleanup(f, func(s *stream) { _ = s.end() }, f.stream)
	}
	l.PushUserData(f)
	lua.SetMetaTableNamed(l, fileMetaTable)
}

// file returns the open file that is argument i.
func (a args) file(i int) *file {
	f, ok := a.l.ToUserData(i).(*file)
	if !ok {
		a.failType(i, fileMetaTable)
	}
	if f.closed {
		a.errorf("attempt to use a closed file")
	}
	return f
}

// defaultFile pushes the default file under a registry key and returns it.
func (a args) defaultFile(key string) *file {
	a.l.Field(lua.RegistryIndex, key)
	f, ok := a.l.ToUserData(-1).(*file)
	if !ok || f.closed {
		a.errorf("standard %s file is closed", key[len("_IO_"):])
	}
	return f
}

func ioType(l *lua.State) int {
	args{l, "io.type"}.any(1)
	f, ok := l.ToUserData(1).(*file)
	switch {
	case !ok:
		l.PushNil()
	case f.closed:
		l.PushString("closed file")
	default:
		l.PushString("file")
	}
	return 1
}

func fileToString(l *lua.State) int {
	f, ok := l.ToUserData(1).(*file)
	switch {
	case !ok:
		args{l, "tostring"}.failType(1, fileMetaTable)
	case f.closed:
		l.PushString("file (closed)")
	default:
		l.PushString(fmt.Sprintf("file (%p)", f))
	}
	return 1
}

// mode returns the mode that is argument i.
func (a args) mode(i int) string {
	mode, ok := openMode(a.optStr(i, "r"))
	if !ok {
		a.fail(i, "invalid mode")
	}
	return mode
}

func (lib *ioLibrary) open(l *lua.State) int {
	a := args{l, "io.open"}
	name := a.str(1)
	f, err := lib.files.open(name, a.mode(2))
	if err != nil {
		return pushResult(l, err, name)
	}
	pushFile(l, &file{stream: newStream(f)})
	return 1
}

func (lib *ioLibrary) tmpfile(l *lua.State) int {
	name, f, err := lib.files.temporary()
	if err != nil {
		return pushResult(l, err, "")
	}
	s := newStream(f)
	if runtime.GOOS == "windows" { // cannot remove what is open
		s.close = func() error {
			err := f.Close()
			return errors.Join(err, lib.files.remove(name))
		}
	} else if err := lib.files.remove(name); err != nil {
		_ = f.Close()
		return pushResult(l, err, name)
	}
	pushFile(l, &file{stream: s})
	return 1
}

// close is io.close and the method close.
func (lib *ioLibrary) close(l *lua.State) int {
	a := args{l, "io.close"}
	if l.IsNone(1) {
		a.defaultFile(defaultOutput)
	}
	f := a.file(1)
	if f.standard {
		l.PushNil()
		l.PushString("cannot close standard file")
		return 2
	}
	f.closed = true
	n := pushResult(l, f.stream.end(), "")
	if f.status != nil && n == 1 {
		n += f.status(l)
	}
	return n
}

func (lib *ioLibrary) flushDefault(l *lua.State) int {
	return pushResult(l, args{l, "io.flush"}.defaultFile(defaultOutput).stream.flush(), "")
}

func fileFlush(l *lua.State) int {
	return pushResult(l, args{l, "flush"}.file(1).stream.flush(), "")
}

func (lib *ioLibrary) input(l *lua.State) int {
	return lib.setDefault(args{l, "io.input"}, defaultInput, "r")
}

func (lib *ioLibrary) output(l *lua.State) int {
	return lib.setDefault(args{l, "io.output"}, defaultOutput, "w")
}

// setDefault makes a file, or the file of a name, the default one.
func (lib *ioLibrary) setDefault(a args, key, mode string) int {
	l := a.l
	if !a.missing(1) {
		if name, ok := l.ToValue(1).(string); ok {
			lib.openOrFail(a, name, mode)
		} else {
			a.file(1)
			l.PushValue(1)
		}
		l.SetField(lua.RegistryIndex, key)
	}
	l.Field(lua.RegistryIndex, key)
	return 1
}

// openOrFail pushes the file of a name. What is wrong with it is an error of
// argument 1.
func (lib *ioLibrary) openOrFail(a args, name, mode string) *file {
	opened, err := lib.files.open(name, mode)
	if err != nil {
		text, _ := systemError(err)
		a.fail(1, name+": "+text)
	}
	f := &file{stream: newStream(opened)}
	pushFile(a.l, f)
	return f
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
	err := s.write(buf)
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
