package luavm

// Environment gives the raw table in which a raw function looks its global
// variables up; ok is false for a Go function, and for a Lua function that
// uses none.
func (u *Universe) Environment(fn any) (table any, ok bool) {
	c, i := u.environment(fn)
	if c == nil {
		return nil, false
	}
	return u.upValue(c.upValues[i]), true
}

// SetEnvironment gives a raw Lua function a raw table of its own for its
// global variables. It is false for a Go function, and for a Lua function
// that uses none. Functions that the function makes later get the table too.
func (u *Universe) SetEnvironment(fn, table any) bool {
	c, i := u.environment(fn)
	if c == nil {
		return false
	}
	c.upValues[i] = &upValueView{home: table}
	return true
}

func (u *Universe) environment(fn any) (*closureView, int) {
	if !u.isClosure(fn) {
		return nil, 0
	}
	c := viewOf[closureView](fn)
	for i, v := range c.prototype.upValues {
		if v.name == "_ENV" {
			return c, i
		}
	}
	return nil, 0
}
