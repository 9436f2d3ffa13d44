package lualib

import (
	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/internal/luavm"
	"github.com/gomsys/gomsys/msys/dialect"
)

// The variables that the dialect's translator adds are left out everywhere:
// scripts count only their own.

// localVariable finds the script's local variable i of a frame. It gives its
// number for the frame.
func localVariable(f luavm.Frame, i int) (number int, name string, ok bool) {
	if i < 0 {
		name, _, ok = f.Local(i)
		return i, name, ok
	}
	for number = 1; ; number++ {
		if name, _, ok = f.Local(number); !ok {
			return 0, "", false
		}
		if name, visible := dialect.VariableName(name); visible {
			if i--; i == 0 {
				return number, name, true
			}
		}
	}
}

// localArguments gives the frame and the number of a local variable.
func localArguments(a args) (f luavm.Frame, i, shift int) {
	t, _, shift := threadArgument(a.l)
	level, i := a.integer(shift+1), a.integer(shift+2)
	ok := false
	if t != nil {
		f, ok = t.Frame(level)
	}
	if !ok {
		a.fail(shift+1, "level out of range")
	}
	return f, i, shift
}

func debugGetLocal(l *lua.State) int {
	a := args{l, "debug.getlocal"}
	_, _, shift := threadArgument(l)
	if l.IsFunction(shift + 1) {
		self := luavm.Of(l)
		if name := self.U.Parameter(self.Value(shift+1), a.integer(shift+2)); name != "" {
			name, _ = dialect.VariableName(name)
			l.PushString(name)
		} else {
			l.PushNil()
		}
		return 1
	}
	f, i, _ := localArguments(a)
	number, name, ok := localVariable(f, i)
	if !ok {
		l.PushNil()
		return 1
	}
	_, value, _ := f.Local(number)
	l.PushString(name)
	l.PushLightUserData(value)
	return 2
}

func debugSetLocal(l *lua.State) int {
	a := args{l, "debug.setlocal"}
	f, i, shift := localArguments(a)
	a.any(shift + 3)
	number, name, ok := localVariable(f, i)
	if !ok {
		l.PushNil()
		return 1
	}
	f.SetLocal(number, luavm.Of(l).Value(shift+3))
	l.PushString(name)
	return 1
}

// upValues are those of the function at a stack index.
type upValues struct {
	l     *lua.State
	index int
}

// find gives the number and name that the virtual machine knows the script's
// upvalue n by.
func (u upValues) find(n int) (number int, name string, ok bool) {
	for number = 1; ; number++ {
		name, ok := lua.UpValue(u.l, u.index, number)
		if !ok {
			return 0, "", false
		}
		u.l.Pop(1)
		if name, visible := dialect.VariableName(name); visible {
			if n--; n == 0 {
				return number, name, true
			}
		}
	}
}

func (u upValues) count() int {
	n := 0
	for i := 1; ; i++ {
		name, ok := lua.UpValue(u.l, u.index, i)
		if !ok {
			return n
		}
		u.l.Pop(1)
		if _, visible := dialect.VariableName(name); visible {
			n++
		}
	}
}

func debugGetUpValue(l *lua.State) int {
	a := args{l, "debug.getupvalue"}
	a.function(1)
	number, name, ok := upValues{l, 1}.find(a.integer(2))
	if !ok {
		return 0
	}
	l.PushString(name)
	lua.UpValue(l, 1, number)
	return 2
}

func debugSetUpValue(l *lua.State) int {
	a := args{l, "debug.setupvalue"}
	a.function(1)
	a.any(3)
	number, name, ok := upValues{l, 1}.find(a.integer(2))
	if !ok {
		return 0
	}
	l.SetTop(3)
	lua.SetUpValue(l, 1, number)
	l.PushString(name)
	return 1
}

// upValueArgument gives the machine's number of the upvalue that arguments i
// and i+1 name.
func upValueArgument(a args, i int) int {
	n := a.integer(i + 1)
	a.function(i)
	number, _, ok := upValues{a.l, i}.find(n)
	if !ok {
		a.fail(i+1, "invalid upvalue index")
	}
	return number
}

func debugUpValueID(l *lua.State) int {
	n := upValueArgument(args{l, "debug.upvalueid"}, 1)
	l.PushLightUserData(lua.UpValueId(l, 1, n))
	return 1
}

func debugUpValueJoin(l *lua.State) int {
	a := args{l, "debug.upvaluejoin"}
	n1, n2 := upValueArgument(a, 1), upValueArgument(a, 3)
	for _, i := range []int{1, 3} {
		if l.IsGoFunction(i) {
			a.fail(i, "Lua function expected")
		}
	}
	lua.UpValueJoin(l, 1, n1, 3, n2)
	return 0
}
