package dialect

import lua "github.com/Shopify/go-lua"

// DefaultMaxString is the greatest length, in bytes, of a string that the ..
// operator makes, where [SetMaxString] says nothing else.
const DefaultMaxString = 64 << 20

const limitsKey = "gomsys.dialect.limits"

// limits are those of one Lua universe.
type limits struct{ maxString int }

// SetMaxString sets the greatest length, in bytes, of a string that the ..
// operator makes in the Lua universe of l, for chunks loaded before and
// after. What would be longer raises "resulting string too large". If n is
// not positive, DefaultMaxString applies.
func SetMaxString(l *lua.State, n int) {
	if n <= 0 {
		n = DefaultMaxString
	}
	limitsOf(l).maxString = n
}

// MaxString returns the limit that [SetMaxString] sets.
func MaxString(l *lua.State) int { return limitsOf(l).maxString }

func limitsOf(l *lua.State) *limits {
	l.Field(lua.RegistryIndex, limitsKey)
	v, ok := l.ToUserData(-1).(*limits)
	l.Pop(1)
	if !ok {
		v = &limits{maxString: DefaultMaxString}
		l.PushUserData(v)
		l.SetField(lua.RegistryIndex, limitsKey)
	}
	return v
}
