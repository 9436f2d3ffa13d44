package dialect

import "bytes"

// An Outline is what a chunk says about names: the functions it defines, the
// variables and fields it uses, and where values come from. It is what a
// checker of scripts needs, short of a syntax tree.
type Outline struct {
	// Functions are the chunk's functions in the order in which they begin;
	// number 0 is the chunk itself.
	Functions []OutlineFunction
	// Locals are the declarations of local variables and parameters.
	Locals []OutlineLocal
	// Uses are the variables that are read, assigned or called, each with
	// the fields and calls that follow it.
	Uses []OutlineUse
}

// OutlineFunction is a function of a chunk.
type OutlineFunction struct {
	Outer  int    // the function around it; -1 for the chunk
	Line   int    // of its first token
	Name   string // the last part of the name it is given: "b" in function a:b(); "" if it has none
	Method bool   // it was written as "function a:b()" and has an implicit self
	Params []int  // its parameters as locals, self included
}

// OutlineLocal is a local variable or a parameter.
type OutlineLocal struct {
	Name string
	Line int
	In   int // the function that declares it
	// Use and Function say what the variable was declared with: the number
	// of a use or of a function, -1 if neither.
	Use, Function int
}

// StepKind says how a step of a use goes on from the value before.
type StepKind uint8

// Kinds of steps.
const (
	StepField  StepKind = iota // .name or ["name"]
	StepIndex                  // [expression]
	StepCall                   // (…)
	StepMethod                 // :name(…)
)

// OutlineStep is a field, an index or a call.
type OutlineStep struct {
	Kind StepKind
	Name string
	Line int
	Text string // the first argument of a call, if it is a literal string without escapes
}

// OutlineUse is a variable and what follows it: msys.core.VALIDATE_CONT, or
// msg:header("Subject")[1].
type OutlineUse struct {
	Name     string
	Local    int // the number of its declaration; -1 for a global variable
	Line     int
	In       int // the function in which it stands
	Steps    []OutlineStep
	Assigned bool // it is assigned a value
	// Use and Function say what it is assigned: a use or a function, -1 if
	// neither.
	Use, Function int
}

// Inspect gives the outline of a chunk. The error is a *[SyntaxError].
func Inspect(src []byte, chunkName string) (o *Outline, err error) {
	if len(src) > maxSource {
		return nil, &SyntaxError{Chunk: ChunkID(chunkName), Line: 1, Msg: "chunk is too long"}
	}
	p := newParser(src, chunkName)
	p.out = &outliner{}
	if err := p.parseChunk(); err != nil {
		return nil, err
	}
	return &p.out.Outline, nil
}

// outliner collects an outline while the parser works.
type outliner struct {
	Outline
	fn     int     // the function being parsed
	locals []int   // by the parser's number of a local, from 1
	values []value // of the list of expressions that was parsed last
	next   string  // the name of the function that comes next
}

// value is what an expression is, if that matters: a use or a function.
type value struct{ use, function int }

var noValue = value{-1, -1}

// open begins a function; it gives the one around it for close.
func (o *outliner) open(line int32, method bool) (outer int) {
	outer = o.fn
	around := o.fn
	if len(o.Functions) == 0 {
		around = -1
	}
	o.fn = len(o.Functions)
	o.Functions = append(o.Functions, OutlineFunction{Outer: around, Line: int(line), Name: o.next, Method: method})
	o.next = ""
	return outer
}

// declare notes the parser's local number n.
func (o *outliner) declare(n int32, name string, line int32) {
	for int(n) >= len(o.locals) {
		o.locals = append(o.locals, -1)
	}
	o.locals[n] = len(o.Locals)
	o.Locals = append(o.Locals, OutlineLocal{Name: name, Line: int(line), In: o.fn, Use: -1, Function: -1})
}

// parameter notes that the local declared last is a parameter.
func (o *outliner) parameter() {
	f := &o.Functions[o.fn]
	f.Params = append(f.Params, len(o.Locals)-1)
}

// use begins a use and gives its number.
func (o *outliner) use(name string, local int32, line int32) int {
	u := OutlineUse{Name: name, Local: -1, Line: int(line), In: o.fn, Use: -1, Function: -1}
	if local > 0 && int(local) < len(o.locals) {
		u.Local = o.locals[local]
	}
	o.Uses = append(o.Uses, u)
	return len(o.Uses) - 1
}

// step adds a step to the use of e.
func (o *outliner) step(e *expr, s OutlineStep) {
	if e.use > 0 {
		u := &o.Uses[e.use-1]
		u.Steps = append(u.Steps, s)
	}
}

// literal gives the text of a string literal without escapes.
func literal(s string) string {
	if len(s) < 2 || s[0] != '"' && s[0] != '\'' || bytes.IndexByte([]byte(s), '\\') >= 0 {
		return ""
	}
	return s[1 : len(s)-1]
}

// valueOf gives what an expression is.
func valueOf(e *expr) value {
	switch {
	case e.use > 0 && (e.shape == shapeVariable || e.shape == shapeIndexed || e.shape == shapeCall):
		return value{e.use - 1, -1}
	case e.shape == shapeFunction:
		return value{-1, e.function - 1}
	}
	return noValue
}

// nameFunction gives a function that was assigned to a name that name, if it
// has none yet.
func (o *outliner) nameFunction(v value, name string) {
	if v.function >= 0 && o.Functions[v.function].Name == "" {
		o.Functions[v.function].Name = name
	}
}
