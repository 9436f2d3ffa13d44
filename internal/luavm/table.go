package luavm

// Table looks at the fields of a table from outside of any state.
type Table struct{ view *tableView }

// TableOf gives a look at v, a table as [Thread.Value] gives it; what it is
// good for while the table lives.
func TableOf(v any) Table { return Table{viewOf[tableView](v)} }

// Plain reports whether the table has none of the keys, strings that are boxed
// already, and no metatable that could lend it any.
func (t Table) Plain(keys []any) bool {
	if t.view.metaTable != nil {
		return false
	}
	for _, key := range keys {
		if _, ok := t.view.hash[key]; ok {
			return false
		}
	}
	return true
}
