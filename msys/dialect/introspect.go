package dialect

import (
	"strings"

	lua "github.com/Shopify/go-lua"
)

// IsMain reports whether the function at index is the main function of a
// chunk. The machine shows that of a translated chunk as an ordinary function
// defined on the chunk's first line.
func IsMain(l *lua.State, index int) bool {
	if !l.IsFunction(index) || l.IsGoFunction(index) {
		return false
	}
	name, ok := lua.UpValue(l, index, 2)
	if ok {
		l.Pop(1)
		if name == helperMain.name() {
			return true
		}
	}
	l.PushValue(index)
	d, _ := lua.Info(l, ">S", nil)
	return d.What == "main"
}

// IsHelper reports whether the function at index is one that the translator
// put in the place of an operator. Tracebacks do well to leave it out, and
// the levels of error and getinfo not to count it: to an author, a metatable
// event is called by the operator itself.
func IsHelper(l *lua.State, index int) bool {
	if !l.IsGoFunction(index) {
		return false
	}
	_, ok := lua.UpValue(l, index, 1)
	if !ok {
		return false
	}
	_, ok = l.ToUserData(-1).(*runtime)
	l.Pop(1)
	return ok
}

// EnvUpValue returns the number of the upvalue _ENV of the function at index,
// 0 when it has none: then it uses no global variables.
func EnvUpValue(l *lua.State, index int) int {
	if !l.IsFunction(index) || l.IsGoFunction(index) {
		return 0
	}
	for i := 1; ; i++ {
		name, ok := lua.UpValue(l, index, i)
		if !ok {
			return 0
		}
		l.Pop(1)
		if name == "_ENV" {
			return i
		}
	}
}

// VariableName returns the name that a script gave to a variable that the
// machine calls name, and whether a script did: the translator adds variables
// of its own, and renames those called goto.
func VariableName(name string) (string, bool) {
	switch {
	case name == hiddenGoto:
		return "goto", true
	case strings.HasPrefix(name, hidden):
		return "", false
	}
	return name, true
}
