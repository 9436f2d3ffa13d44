package lualib

import (
	"strings"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/internal/luavm"
	"github.com/gomsys/gomsys/msys/dialect"
)

// openLoad sets load, loadstring, loadfile and dofile in the table on top of
// the stack.
func openLoad(l *lua.State, o *Options) {
	files := &scriptFiles{roots: o.Roots}
	register(l, map[string]lua.Function{
		"dofile":     files.doFile,
		"load":       load,
		"loadfile":   files.loadFile,
		"loadstring": loadString,
	})
}

// loadChunk pushes the compiled chunk, or nil and a message, and gives the
// number of values. env is the stack index of the chunk's environment, 0 for
// the globals.
func loadChunk(l *lua.State, src, name, mode string, env int) int {
	fail := func(message string) int {
		l.PushNil()
		l.PushString(message)
		return 2
	}
	binary := strings.HasPrefix(src, lua.Signature[:1])
	switch {
	case binary && !strings.Contains(mode, "b"):
		return fail("attempt to load a binary chunk (mode is '" + mode + "')")
	case binary:
		return fail("binary chunks are not supported")
	case !strings.Contains(mode, "t"):
		return fail("attempt to load a text chunk (mode is '" + mode + "')")
	}
	if strings.HasPrefix(src, "#") && !strings.HasPrefix(name, "@") {
		src = " " + src // only a file may begin with a line for the shell
	}
	if err := compile(l, src, name); err != nil {
		return fail(err.Error())
	}
	if env != 0 {
		t := luavm.Of(l)
		t.U.SetEnvironment(t.Value(-1), t.Value(env))
	}
	return 1
}

// compile pushes the function of a chunk.
func compile(l *lua.State, src, name string) error {
	if err := dialect.Load(l, []byte(src), name); err != nil {
		return err
	}
	t := luavm.Of(l)
	t.U.RepairChunk(t.Value(-1))
	return nil
}

func load(l *lua.State) int {
	a := args{l, "load"}
	env := 0
	if l.Top() >= 4 {
		env = 4
	}
	mode := a.optStr(3, "bt")
	if l.TypeOf(1) == lua.TypeString {
		src := a.str(1)
		return loadChunk(l, src, a.optStr(2, src), mode, env)
	}
	name := a.optStr(2, "=(load)")
	a.function(1)
	src, ok := readPieces(l)
	if !ok {
		l.PushNil()
		l.Insert(-2)
		return 2
	}
	return loadChunk(l, src, name, mode, env)
}

// readPieces calls the reader function at index 1 until it gives nothing
// more. If it fails, the error value is on the stack.
func readPieces(l *lua.State) (src string, ok bool) {
	t := luavm.Of(l)
	var b strings.Builder
	for {
		l.PushValue(1)
		if !t.Try(0, 1) {
			return "", false
		}
		switch v := t.Pop().(type) {
		case nil:
			return b.String(), true
		case string:
			if v == "" {
				return b.String(), true
			}
			b.WriteString(v)
		case float64:
			b.WriteString(FormatNumber(v))
		default:
			l.PushString("reader function must return a string")
			return "", false
		}
		if b.Len() > dialect.MaxString(l) {
			l.PushString("chunk too large")
			return "", false
		}
	}
}

func loadString(l *lua.State) int {
	a := args{l, "loadstring"}
	src := a.str(1)
	return loadChunk(l, src, a.optStr(2, src), "bt", 0)
}

func (files *scriptFiles) loadFile(l *lua.State) int {
	a := args{l, "loadfile"}
	name, mode, env := a.str(1), a.optStr(2, "bt"), 0
	if l.Top() >= 3 {
		env = 3
	}
	src, err := files.readAny(name)
	if err != nil {
		l.PushNil()
		l.PushString(openMessage(name, err))
		return 2
	}
	return loadChunk(l, src, "@"+name, mode, env)
}

func (files *scriptFiles) doFile(l *lua.State) int {
	name := args{l, "dofile"}.str(1)
	l.SetTop(0)
	src, err := files.readAny(name)
	if err != nil {
		luavm.Throw(l, 1, "%s", openMessage(name, err))
	}
	if loadChunk(l, src, "@"+name, "bt", 0) != 1 {
		luavm.Raise(l)
	}
	l.Call(0, lua.MultipleReturns)
	return l.Top()
}

// openMessage says why a script file cannot be read.
func openMessage(name string, err error) string {
	text, _ := systemError(err)
	return "cannot open " + name + ": " + text
}
