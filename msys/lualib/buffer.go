package lualib

import (
	lua "github.com/Shopify/go-lua"
)

// buffer is a piece of memory with a place up to which it is filled. Slices
// are buffers in the memory of others.
type buffer struct {
	memory []byte // its length is the buffer's capacity
	filled int
}

func (b *buffer) bytes() []byte { return b.memory[:b.filled] }

// write puts text at an offset and sets the filled part to end there. It
// returns how much of it there was room for.
func (b *buffer) write(text string, at int) int {
	if at < 0 || at > len(b.memory) {
		return 0
	}
	n := copy(b.memory[at:], text)
	b.filled = at + n
	return n
}

// bufferMetaTable is the registry key of the metatable of buffers.
const bufferMetaTable = "buffer"

// bufferLibrary makes buffers.
type bufferLibrary struct{ maxString int }

// openBuffer leaves the table buffer on the stack.
func openBuffer(l *lua.State, o *Options) int {
	lib := &bufferLibrary{maxString: o.MaxString}
	lua.NewMetaTable(l, bufferMetaTable)
	l.PushValue(-1)
	l.SetField(-2, "__index")
	lua.SetFunctions(l, []lua.RegistryFunction{
		{Name: "__len", Function: bufferLen},
		{Name: "__tostring", Function: bufferToString},
		{Name: "copy", Function: bufferCopy},
		{Name: "slice", Function: bufferSlice},
		{Name: "string", Function: bufferString},
		{Name: "write", Function: bufferWrite},
	}, 0)
	l.Pop(1)
	lua.NewLibrary(l, []lua.RegistryFunction{{Name: "new", Function: lib.make}})
	return 1
}

func pushBuffer(l *lua.State, b *buffer) {
	l.PushUserData(b)
	lua.SetMetaTableNamed(l, bufferMetaTable)
}

func (a args) buffer(i int) *buffer {
	b, ok := a.l.ToUserData(i).(*buffer)
	if !ok {
		a.failType(i, bufferMetaTable)
	}
	return b
}

// make is buffer.new: of a capacity, or filled with a string.
func (lib *bufferLibrary) make(l *lua.State) int {
	a := args{l, "buffer.new"}
	if s, ok := l.ToValue(1).(string); ok {
		if _, number := ParseNumber(s); !number {
			pushBuffer(l, &buffer{memory: []byte(s), filled: len(s)})
			return 1
		}
	}
	size := a.integer(1)
	if size < 0 {
		a.fail(1, "size is negative")
	}
	if size > lib.maxString {
		a.errorf("buffer too large")
	}
	pushBuffer(l, &buffer{memory: make([]byte, size)})
	return 1
}

func bufferLen(l *lua.State) int {
	pushInt(l, args{l, "len"}.buffer(1).filled)
	return 1
}

func bufferToString(l *lua.State) int {
	pushString(l, string(args{l, "tostring"}.buffer(1).bytes()))
	return 1
}

func bufferWrite(l *lua.State) int {
	a := args{l, "write"}
	b, s := a.buffer(1), a.str(2)
	at := a.optInteger(3, -1)
	if at == -1 {
		at = b.filled
	}
	pushInt(l, b.write(s, at))
	return 1
}

// bufferCopy copies from a buffer into another one.
func bufferCopy(l *lua.State) int {
	a := args{l, "copy"}
	source, target := a.buffer(1), a.buffer(2)
	at, from, n := a.optInteger(3, 0), a.optInteger(4, 0), a.optInteger(5, -1)
	if at == -1 {
		at = target.filled
	}
	if n == -1 {
		n = source.filled - from
	}
	if from < 0 || n < 0 || from > len(source.memory) || n > len(source.memory)-from {
		pushInt(l, 0)
		return 1
	}
	pushInt(l, target.write(string(source.memory[from:from+n]), at))
	return 1
}

// bufferSlice gives a buffer that shares the memory: from an offset, of a
// length.
func bufferSlice(l *lua.State) int {
	a := args{l, "slice"}
	b := a.buffer(1)
	from, n := a.optInteger(2, 0), a.optInteger(3, b.filled)
	if from < 0 || n < 0 || from > len(b.memory) || n > len(b.memory)-from {
		l.PushNil()
		return 1
	}
	pushBuffer(l, &buffer{memory: b.memory[from : from+n : from+n], filled: n})
	return 1
}

// bufferString gives the part between two offsets as a string.
func bufferString(l *lua.State) int {
	a := args{l, "string"}
	b := a.buffer(1)
	from, to := a.optInteger(2, 0), a.optInteger(3, b.filled)
	if from < 0 || from > to || to > b.filled {
		l.PushNil()
		return 1
	}
	pushString(l, string(b.memory[from:to]))
	return 1
}
