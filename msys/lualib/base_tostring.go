package lualib

import (
	"strings"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/internal/luavm"
)

// openToString sets tostring in the table on top of the stack, and keeps it
// for print.
func (b *baseLibrary) openToString(l *lua.State) {
	l.PushGoFunction(luavm.Guard(toString))
	b.tostring = luavm.Of(l).Value(-1)
	l.SetField(-2, "tostring")
}

func toString(l *lua.State) int {
	args{l, "tostring"}.any(1)
	luavm.Of(l).ToString(1)
	return 1
}

// print calls the global tostring for each argument, as C Lua does.
func (b *baseLibrary) print(l *lua.State) int {
	n := l.Top()
	l.Global("tostring")
	own := luavm.Of(l).Value(-1) == b.tostring
	var line strings.Builder
	for i := 1; i <= n; i++ {
		if i > 1 {
			line.WriteByte('\t')
		}
		if own {
			line.WriteString(luavm.ToStringMeta(l, i))
		} else {
			l.PushValue(n + 1)
			l.PushValue(i)
			l.Call(1, 1)
			s, ok := l.ToString(-1)
			if !ok {
				args{l, "print"}.errorf("'tostring' must return a string to 'print'")
			}
			line.WriteString(s)
		}
		l.Pop(1)
	}
	b.options.Print(l, line.String())
	return 0
}
