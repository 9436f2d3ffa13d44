package lualib

import (
	"io"

	lua "github.com/Shopify/go-lua"
)

// ioLibrary holds what the functions of table io share.
type ioLibrary struct {
	options *Options
	files   fileSystem
	scratch scratch
}

// Registry keys: the metatable of files and the default files.
const (
	fileMetaTable = "FILE*"
	defaultInput  = "_IO_input"
	defaultOutput = "_IO_output"
)

// openIO leaves the table io on the stack.
func openIO(l *lua.State, o *Options) int {
	lib := &ioLibrary{options: o, files: o.fileSystem()}
	popen := lib.popen
	if !o.AllowExec {
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
	standard("stdin", defaultInput, &stream{r: o.stdin(), interrupt: func() {}}) // nothing ends a read of it
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
		{Name: "flush", Function: lib.fileFlush},
		{Name: "lines", Function: lib.fileLines},
		{Name: "read", Function: lib.fileRead},
		{Name: "seek", Function: fileSeek},
		{Name: "setvbuf", Function: fileSetvbuf},
		{Name: "write", Function: lib.fileWrite},
	}, 0)
	l.Pop(1)
}
