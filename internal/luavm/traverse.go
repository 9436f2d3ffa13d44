package luavm

import (
	"math"

	lua "github.com/Shopify/go-lua"
)

// go-lua's own next searches the key from the beginning of the table's key
// list at each step, and refuses a key that was cleared. Here the universe
// remembers where the traversals that go on are, and finds the next key there.

// maxTraversals is how many traversals are remembered at once. One that is
// forgotten costs a search when it goes on.
const maxTraversals = 32

type traversals struct {
	all  [maxTraversals]traversal
	last int // the one used last
	used int // for finding the one unused for longest
}

// traversal is a place in the keys of one table's hash part.
type traversal struct {
	table any // the raw table, nil for a free entry
	keys  []any
	pos   int // of key in keys
	key   any // that was given last
	first int // keys before have been found deleted
	array int // keys up to here were in the array part, and given from there
	used  int
}

// forget drops all traversals and the tables that they refer to.
func (ts *traversals) forget() {
	if ts.used > 0 {
		*ts = traversals{}
	}
}

// Next pops a key and pushes the next key and value of the table at index, as
// State.Next does, in constant time for a traversal that goes on. The table's
// fields may be cleared and changed meanwhile. It returns false, and pushes
// nothing, after the last key. A key that was never in the table raises.
func Next(l *lua.State, index int) bool { return Of(l).Next(index) }

// Next is [Next] for a thread.
func (t *Thread) Next(index int) bool {
	raw := t.view.at(index)
	if index < 0 {
		index = t.L.AbsIndex(index)
	}
	return t.U.nextKey(t, index, raw, t.view.pop())
}

// LuaNext is the next of the standard library, for the threads of u.
func (u *Universe) LuaNext(l *lua.State) int {
	t := Of(l)
	raw := t.view.at(1)
	if !u.isTable(raw) {
		t.argTypeError(1, "next", "table")
	}
	if l.SetTop(2); u.nextKey(t, 1, raw, t.view.pop()) {
		return 2
	}
	l.PushNil()
	return 1
}

// nextKey pushes the pair after key of the raw table at index.
func (u *Universe) nextKey(t *Thread, index int, raw, key any) bool {
	l, ts := t.L, &u.next
	e := &ts.all[ts.last]
	if e.table == raw && e.key == key && key != nil {
		return u.step(t, index, e, e.pos+1)
	}
	view := viewOf[tableView](raw)
	i := 0
	if n, ok := key.(float64); ok && n > 0 && n <= float64(len(view.array)) && n == float64(int(n)) {
		i = int(n)
	} else if key != nil {
		if e = ts.find(raw, key); e == nil {
			e = u.search(t, index, view, raw, key)
		}
		return u.step(t, index, e, e.pos+1)
	}
	for ; i < len(view.array); i++ {
		if v := view.array[i]; v != nil {
			l.PushNumber(float64(i + 1))
			l.PushLightUserData(v)
			return true
		}
	}
	if len(view.hash) == 0 {
		return false
	}
	keys := keyList(t, index, view)
	first := 0
	for i := range ts.all {
		if e := &ts.all[i]; e.table == raw && sameList(e.keys, keys) {
			first = max(first, e.first)
		}
	}
	e = ts.free()
	e.table, e.keys, e.key, e.first, e.array = raw, keys, nil, first, len(view.array)
	return u.step(t, index, e, first)
}

// step goes on at keys[pos] to the first key that is still in the table.
func (u *Universe) step(t *Thread, index int, e *traversal, pos int) bool {
	l := t.L
	for ; pos < len(e.keys); pos++ {
		key := e.keys[pos]
		if n, ok := key.(float64); key == nil || ok && n >= 1 && n <= float64(e.array) && n == math.Trunc(n) {
			continue
		}
		l.PushLightUserData(key)
		l.PushLightUserData(key)
		l.RawGet(index)
		v := t.view.at(-1)
		if v == nil || key == "__index" && v == u.hiddenIndex && v != nil {
			l.Pop(2)
			continue
		}
		if e.key == nil && pos > e.first {
			e.first = pos
		}
		e.pos, e.key = pos, key
		return true
	}
	*e = traversal{}
	return false
}

// find gives the traversal of a table that is at key.
func (ts *traversals) find(raw, key any) *traversal {
	for i := range ts.all {
		if e := &ts.all[i]; e.table == raw && e.key == key {
			ts.touch(i)
			return e
		}
	}
	return nil
}

func (ts *traversals) touch(i int) {
	ts.used++
	ts.last, ts.all[i].used = i, ts.used
}

// free gives an entry for a new traversal.
func (ts *traversals) free() *traversal {
	best := 0
	for i := range ts.all {
		if ts.all[i].table == nil {
			best = i
			break
		}
		if ts.all[i].used < ts.all[best].used {
			best = i
		}
	}
	ts.touch(best)
	ts.all[best] = traversal{used: ts.used}
	return &ts.all[best]
}

// search begins a traversal at a key that no traversal is at.
func (u *Universe) search(t *Thread, index int, view *tableView, raw, key any) *traversal {
	place := func(keys []any) *traversal {
		for i, k := range keys {
			if k == key {
				e := u.next.free()
				e.table, e.keys, e.pos, e.key, e.array = raw, keys, i, key, len(view.array)
				return e
			}
		}
		return nil
	}
	if len(view.hash) > 0 || view.iterationKeys != nil {
		if e := place(keyList(t, index, view)); e != nil {
			return e
		}
	}
	for i := range u.next.all {
		if old := &u.next.all[i]; old.table == raw {
			if e := place(old.keys); e != nil {
				return e
			}
		}
	}
	Throw(t.L, 1, "invalid key to 'next'")
	return nil
}

// keyList gives the keys of the hash part in the table's order, which lasts
// until a key is added.
func keyList(t *Thread, index int, view *tableView) []any {
	if view.iterationKeys == nil {
		l := t.L
		if n := len(view.array); n > 0 {
			l.PushInteger(n)
		} else {
			l.PushNil()
		}
		if l.Next(index) { // makes the list
			l.Pop(2)
		}
	}
	return view.iterationKeys
}

func sameList(a, b []any) bool {
	return len(a) == len(b) && len(a) > 0 && &a[0] == &b[0]
}

// SetHiddenIndex tells which raw table stands for an absent __index in
// metatables, so that traversals leave it out.
func (u *Universe) SetHiddenIndex(raw any) { u.hiddenIndex = raw }

// HiddenIndex gives what SetHiddenIndex set.
func (u *Universe) HiddenIndex() any { return u.hiddenIndex }
