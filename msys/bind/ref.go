package bind

import lua "github.com/Shopify/go-lua"

// Ref keeps a Lua function or table for later use on any state of the same
// Lua universe. The zero Ref is nil. A Ref keeps its value alive.
type Ref struct{ v any }

// RefAt keeps the function, table, string, number or boolean at index.
func RefAt(l *lua.State, index int) Ref { return Ref{l.ToValue(index)} }

// IsNil reports whether the Ref keeps nothing.
func (r Ref) IsNil() bool { return r.v == nil }

// Push pushes the value that r keeps.
func (r Ref) Push(l *lua.State) {
	if r.v == nil {
		l.PushNil()
		return
	}
	l.PushLightUserData(r.v) // pushes the value itself, whatever its type
}
