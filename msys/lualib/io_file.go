package lualib

import (
	"errors"
	"fmt"
	"runtime"

	lua "github.com/Shopify/go-lua"
)

// file is what a Lua file is.
type file struct {
	stream   *stream
	standard bool // it cannot be closed
	closed   bool
	// program, if not nil, is what the file is a pipe to.
	program *program
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
	if f.stream.busy {
		return pushResult(l, errBusy, "")
	}
	f.closed = true
	n := pushResult(l, lib.wait(l, f.stream, func() error {
		err := f.stream.end()
		if f.program != nil {
			<-f.program.ended
		}
		return err
	}), "")
	if f.program != nil && n == 1 {
		n += f.program.pushStatus(l)
	}
	return n
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
