package luavm

import (
	"strings"

	lua "github.com/Shopify/go-lua"
)

// Frame is one call on the stack of a thread. It is valid until that call
// returns, and the zero Frame is none.
type Frame struct {
	t     *Thread
	ci    *callInfoView
	inner *callInfoView // the call that this one made, nil for the running one
}

// Frame gives the call at level: 0 is the running function, 1 its caller.
// Calls that this package itself puts on the stack do not count.
func (t *Thread) Frame(level int) (Frame, bool) {
	if level < 0 {
		return Frame{}, false
	}
	v := t.view
	var inner *callInfoView
	for ci := v.callInfo; ci != &v.baseCallInfo; inner, ci = ci, ci.previous {
		if t.internal(ci) {
			continue
		}
		if level == 0 {
			return Frame{t: t, ci: ci, inner: inner}, true
		}
		level--
	}
	return Frame{}, false
}

// caller gives the frame that called f.
func (f Frame) caller() (Frame, bool) {
	v := f.t.view
	inner := f.ci
	for ci := f.ci.previous; ci != &v.baseCallInfo; inner, ci = ci, ci.previous {
		if !f.t.internal(ci) {
			return Frame{t: f.t, ci: ci, inner: inner}, true
		}
	}
	return Frame{}, false
}

// internal tells the frames that scripts must not see: those of onError and
// callEntry, and of the functions that translated code calls in place of
// operators.
func (t *Thread) internal(ci *callInfoView) bool {
	if ci.luaCallInfo != nil {
		return false
	}
	if f := t.view.stack[ci.function]; f == t.U.onError || f == t.U.entry {
		return true
	}
	if ci == t.view.callInfo {
		return false
	}
	name, _ := Frame{t: t, ci: ci}.Name()
	return strings.HasPrefix(name, hiddenPrefix)
}

// Depth gives the number of calls on the stack, at most limit.
func (t *Thread) Depth(limit int) int {
	n := 0
	for ci := t.view.callInfo; ci != &t.view.baseCallInfo && n < limit; ci = ci.previous {
		n++
	}
	return n
}

// closure gives the Lua function that runs in ci, nil for a Go function.
func (t *Thread) closure(ci *callInfoView) *closureView {
	if ci == &t.view.baseCallInfo || ci.luaCallInfo == nil {
		return nil
	}
	if f := t.view.stack[ci.function]; t.U.isClosure(f) {
		return viewOf[closureView](f)
	}
	return nil
}

// Function gives the raw function that runs.
func (f Frame) Function() any { return f.t.view.stack[f.ci.function] }

// IsLua tells whether the function is written in Lua.
func (f Frame) IsLua() bool { return f.t.closure(f.ci) != nil }

// IsTailCall tells whether the call took the place of its caller.
func (f Frame) IsTailCall() bool { return f.ci.callStatus&callStatusTail != 0 }

// Line gives the line that runs, -1 if there is none.
func (f Frame) Line() int {
	if c := f.t.closure(f.ci); c != nil {
		return c.prototype.line(f.ci.luaCallInfo.savedPC - 1)
	}
	return -1
}

func (p *prototypeView) line(pc int) int {
	if pc = max(pc, 0); pc < len(p.lineInfo) {
		return int(p.lineInfo[pc])
	}
	return -1
}

// Where gives the file and line of the function at level, as messages show
// them; file is "" where no Lua code runs.
func (t *Thread) Where(level int) (file string, line int) {
	f, ok := t.Frame(level)
	if !ok {
		return "", 0
	}
	c := t.closure(f.ci)
	if c == nil {
		return "", 0
	}
	return ShortSource(c.prototype.source), f.Line()
}

// local gives the stack slot and name of local variable i of the frame; a
// negative i counts the extra arguments of a vararg function.
func (f Frame) local(i int) (slot int, name string, ok bool) {
	v := f.t.view
	c := f.t.closure(f.ci)
	base := f.ci.function + 1
	if c != nil {
		base = f.ci.top - len(f.ci.luaCallInfo.frame)
		p := c.prototype
		if i < 0 {
			first := f.ci.function + 1 + p.parameterCount
			if slot = first - i - 1; p.isVarArg && slot < base {
				return slot, "(*vararg)", true
			}
			return 0, "", false
		}
		if name = p.localName(i, f.ci.luaCallInfo.savedPC-1); name != "" {
			return base + i - 1, name, true
		}
	}
	limit := v.top
	if f.inner != nil {
		limit = f.inner.function
	}
	if i > 0 && base+i-1 < limit {
		return base + i - 1, "(*temporary)", true
	}
	return 0, "", false
}

// Local gives name and raw value of local variable i (from 1; negative: extra
// arguments) of the frame.
func (f Frame) Local(i int) (name string, value any, ok bool) {
	slot, name, ok := f.local(i)
	if !ok {
		return "", nil, false
	}
	return name, f.t.view.stack[slot], true
}

// SetLocal changes a local variable to a raw value.
func (f Frame) SetLocal(i int, value any) (name string, ok bool) {
	slot, name, ok := f.local(i)
	if ok {
		f.t.view.stack[slot] = value
	}
	return name, ok
}

// localName gives the name of the i-th local variable that is alive at pc.
func (p *prototypeView) localName(i, pc int) string {
	for _, v := range p.localVariables {
		if v.startPC > pc {
			break
		}
		if pc < v.endPC {
			if i--; i == 0 {
				return v.name
			}
		}
	}
	return ""
}

// Parameter gives the name of parameter i of a raw Lua function.
func (u *Universe) Parameter(fn any, i int) string {
	if !u.isClosure(fn) {
		return ""
	}
	p := viewOf[closureView](fn).prototype
	if i > p.parameterCount || i > len(p.localVariables) || i < 1 {
		return ""
	}
	return p.localVariables[i-1].name
}

const (
	// hiddenPrefix begins the names of variables that the translator of the
	// dialect adds; no source can contain them.
	hiddenPrefix = "\xFF"
	// mainMark names the second upvalue of a translated chunk's main function.
	mainMark = hiddenPrefix + "M"
)

// FunctionInfo describes a function.
type FunctionInfo struct {
	Source, ShortSource, What    string
	LineDefined, LastLineDefined int
	UpValues, Parameters         int
	IsVarArg                     bool
	// Lines are the lines with code, with repetitions; nil for Go functions.
	Lines []int32
}

// Info describes a raw function.
func (u *Universe) Info(fn any) FunctionInfo {
	if !u.isClosure(fn) {
		i := FunctionInfo{Source: "=[C]", ShortSource: "[C]", What: "C", LineDefined: -1, LastLineDefined: -1, IsVarArg: true}
		return i
	}
	c := viewOf[closureView](fn)
	p := c.prototype
	i := FunctionInfo{
		Source: p.source, ShortSource: ShortSource(p.source), What: "Lua",
		LineDefined: p.lineDefined, LastLineDefined: p.lastLineDefined,
		UpValues: len(c.upValues), Parameters: p.parameterCount, IsVarArg: p.isVarArg, Lines: p.lineInfo,
	}
	if i.LineDefined == 0 || len(p.upValues) > 1 && p.upValues[1].name == mainMark {
		i.What, i.LineDefined = "main", 0
	}
	return i
}

// typeName gives the type of a raw value as messages name it.
func (u *Universe) typeName(raw any) string {
	if t := u.typeOf(raw); t != lua.TypeLightUserData {
		return t.String()
	}
	return "userdata"
}
