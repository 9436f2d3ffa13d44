package luavm

import (
	"sync"

	lua "github.com/Shopify/go-lua"
)

// Universe is what all threads of one Lua universe share.
type Universe struct {
	// Ext belongs to the layer above: its data for the whole universe.
	Ext any

	// Lock, if not nil, is what the host holds while it runs code of the
	// universe. Abandoned coroutines are ended under it.
	Lock sync.Locker

	// MaxCoroutines limits the coroutines that are suspended at once; each
	// costs a goroutine. If zero, 10,000; negative means no limit.
	MaxCoroutines int

	types    *vmTypes
	main     *Thread
	globals  any // the table of globals
	registry any // the shared registry, the main thread's own
	regMeta  any // metatable that sends other threads' registries there
	onError  any // error function of every protected call, a Go function
	entry    any // what PCall calls, a Go function

	metaTables  [lua.TypeCount]*tableView // of basic types, when last changed
	metaVersion int                       // counts the changes
	hiddenIndex any
	spare       []*Thread
	next        traversals
	live        coroutines
}

// maxSpare bounds the states kept from finished coroutines.
const maxSpare = 32

func newUniverse(l *lua.State, types *vmTypes) *Thread {
	u := &Universe{types: types}
	view := viewOf[stateView](l)
	t := &Thread{L: l, U: u, view: view}
	u.main = t
	l.PushValue(lua.RegistryIndex)
	u.registry = view.pop()
	l.RawGetInt(lua.RegistryIndex, lua.RegistryIndexGlobals)
	u.globals = view.pop()
	l.CreateTable(0, 2)
	for _, event := range []string{"__index", "__newindex"} {
		l.PushString(event)
		l.PushLightUserData(u.registry)
		l.RawSet(-3)
	}
	u.regMeta = view.pop()
	l.PushGoFunction(onError)
	u.onError = view.pop()
	l.PushGoFunction(Guard(callEntry))
	u.entry = view.pop()
	t.register()
	return t
}

// Globals gives the raw table of globals that all threads share.
func (u *Universe) Globals() any { return u.globals }

// Main gives the thread that the universe began with.
func (u *Universe) Main() *Thread { return u.main }

// callEntry calls the function below its arguments and gives all results.
// PCall goes through it, so that a Go fault of whatever it calls is caught
// while the frames are still there.
func callEntry(l *lua.State) int {
	l.Call(l.Top()-1, lua.MultipleReturns)
	return l.Top()
}
