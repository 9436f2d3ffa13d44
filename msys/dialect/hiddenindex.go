package dialect

import lua "github.com/Shopify/go-lua"

const hiddenIndexKey = "gomsys.hidden_index"

// HiddenIndex pushes the table that stands for an absent __index in
// metatables, one per Lua universe, where the machine would otherwise forget
// the metatable's other events. It is empty, and translated scripts never see
// it: they read nil.
func HiddenIndex(l *lua.State) {
	l.Field(lua.RegistryIndex, hiddenIndexKey)
	if l.IsTable(-1) {
		return
	}
	l.Pop(1)
	l.NewTable()
	l.PushValue(-1)
	l.SetField(lua.RegistryIndex, hiddenIndexKey)
}

// indexable reports whether the value at index 1 can be indexed.
func indexable(l *lua.State) bool {
	return l.TypeOf(1) == lua.TypeTable || lua.MetaField(l, 1, "__index")
}

// readIndex is the helper for reading a field "__index".
func (r *runtime) readIndex(l *lua.State) int {
	if !indexable(l) {
		r.failOperand(l, helperIndexRead, 1, 1, "index")
	}
	l.Field(1, "__index")
	if l.ToValue(-1) == r.hiddenIndex {
		l.PushNil()
	}
	return 1
}

// writeIndex is the helper for values assigned to a field "__index": the
// first argument tells which of the others is the value.
func (r *runtime) writeIndex(l *lua.State) int {
	which, _ := l.ToNumber(1)
	l.Remove(1)
	i := int(which)
	if l.Top() < i {
		l.SetTop(i)
	}
	if l.IsNil(i) {
		l.PushLightUserData(r.hiddenIndex)
		l.Replace(i)
	}
	return l.Top()
}
