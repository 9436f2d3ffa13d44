package dialect

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	lua "github.com/Shopify/go-lua"
)

// ErrBinary is returned for precompiled chunks, which are never loaded.
var ErrBinary = errors.New("attempt to load a binary chunk (mode is 't')")

// Load translates and compiles the source text of a chunk and pushes it on
// the stack of l as a function, whose first upvalue is _ENV, set to the
// globals of l. On an error it pushes nothing; the error is a *[SyntaxError],
// or ErrBinary. The chunk is called chunkName in messages, as [ChunkID]
// explains.
func Load(l *lua.State, src []byte, chunkName string) error {
	if len(src) > 0 && src[0] == lua.Signature[0] {
		return ErrBinary
	}
	prog, err := Translate(src, chunkName)
	if err != nil {
		return err
	}
	return prog.Load(l)
}

// Load compiles a program and pushes its main function on the stack of l, as
// the function [Load] does.
func (p *Program) Load(l *lua.State) error {
	r := &runtime{limits: limitsOf(l), sites: &p.sites}
	HiddenIndex(l)
	r.hiddenIndex = l.ToValue(-1)
	l.PushGlobalTable()
	globals := l.ToValue(-1)
	l.Pop(2)
	main, err := p.compile(r, globals)
	if err != nil {
		return err
	}
	l.CheckStack(1)
	l.PushLightUserData(main) // pushes a function just as well
	return nil
}

// compile returns the main function. It uses a Lua state of its own, so that
// whatever the compiler does to the state when it fails harms nobody.
func (p *Program) compile(r *runtime, globals any) (main any, err error) {
	defer func() {
		if e := recover(); e != nil {
			main, err = nil, &SyntaxError{Chunk: ChunkID(p.name), Line: p.Lines, Msg: fmt.Sprintf("cannot be compiled: %v", e)}
		}
	}()
	l := lua.NewState()
	if err := l.Load(strings.NewReader(p.Text), p.name, "t"); err != nil {
		return nil, p.compilerError()
	}
	l.PushLightUserData(globals)
	lua.SetUpValue(l, -2, 1)
	if len(p.helpers) > 0 {
		for _, h := range p.helpers {
			r.push(l, h)
		}
		l.Call(len(p.helpers), 1)
	}
	return l.ToValue(-1), nil
}

// compilerError returns the error of a program that the machine's compiler
// does not accept. It compiles it again, under a name that is easy to find in
// the message.
func (p *Program) compilerError() *SyntaxError {
	l := lua.NewState()
	_ = l.Load(strings.NewReader(p.Text), "=chunk", "t")
	message, _ := l.ToString(-1)
	e := &SyntaxError{Chunk: ChunkID(p.name), Line: p.Lines, Msg: message}
	rest, _ := strings.CutPrefix(message, "chunk:")
	digits, rest, _ := strings.Cut(rest, ": ")
	line, err := strconv.Atoi(digits)
	if err != nil {
		return e
	}
	e.Line, e.Msg = line, rest
	if i := strings.LastIndex(rest, " near "); i >= 0 {
		e.Msg = rest[:i]
		if near := strings.Trim(rest[i+len(" near "):], "'"); !strings.Contains(near, hidden) {
			e.Near = near
		}
	}
	if strings.HasPrefix(e.Msg, "too many Go levels") {
		e.Msg, e.Near = "chunk has too many syntax levels", ""
	}
	return e
}
