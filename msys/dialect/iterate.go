package dialect

import lua "github.com/Shopify/go-lua"

// each is the helper for the values after "in": an object with the event
// __iter gives the three values of the loop itself.
func (r *runtime) each(l *lua.State) int {
	if l.TypeOf(1) != lua.TypeFunction && lua.MetaField(l, 1, "__iter") {
		if l.IsFunction(-1) {
			l.PushValue(1)
			l.Call(1, 3)
			return 3
		}
	}
	l.SetTop(3)
	return 3
}

// arg is the helper for the table arg of Lua 5.1's vararg functions.
func (r *runtime) arg(l *lua.State) int {
	n := l.Top()
	l.CreateTable(n, 1)
	for i := 1; i <= n; i++ {
		l.PushValue(i)
		l.RawSetInt(-2, i)
	}
	l.PushInteger(n)
	l.SetField(-2, "n")
	return 1
}

// gotoMethod is the helper for a call of a method named goto.
func (r *runtime) gotoMethod(l *lua.State) int {
	n := l.Top()
	if !indexable(l) {
		r.failOperand(l, helperGotoMethod, 1, 1, "index")
	}
	l.Field(1, "goto")
	if !l.IsFunction(-1) && !lua.MetaField(l, -1, "__call") {
		r.failHere(l, helperGotoMethod, 0, 1, "attempt to call method 'goto' (a "+l.TypeOf(-1).String()+" value)")
	}
	l.SetTop(n + 1)
	l.Insert(1)
	l.Call(n, lua.MultipleReturns)
	return l.Top()
}
