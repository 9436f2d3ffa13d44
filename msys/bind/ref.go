package bind

import (
	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/internal/luavm"
)

// Ref keeps a Lua value for later use on any state of the same Lua universe.
// The zero Ref is nil. A Ref keeps its value alive.
type Ref struct{ v any }

// RefAt keeps the value at index.
func RefAt(l *lua.State, index int) Ref { return Ref{luavm.Of(l).Value(index)} }

// IsNil reports whether the Ref keeps nothing.
func (r Ref) IsNil() bool { return r.v == nil }

// Push pushes the value that r keeps.
func (r Ref) Push(l *lua.State) { l.PushLightUserData(r.v) } // pushes it as it is, whatever its type
