package vctx

import (
	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/bind"
)

// Library returns what this package adds to the Lua module "msys.core": the
// classes of ac, vctx, mc and addresses, string dictionaries, and the
// constants that go with them.
func Library() lua.RegistryFunction { return Module().Library() }

// Module declares what [Library] returns.
func Module() *bind.Module {
	return &bind.Module{
		Name:     "msys.core",
		Doc:      "Sessions: connections, validation contexts, addresses.",
		Classes:  []*bind.Class{contextClass(), connClass(), constructClass(), addrClass()},
		Consts:   luaConsts(),
		Funcs:    addrFuncs(),
		Examples: snippets,
	}
}

func luaConsts() []bind.Const {
	consts := []bind.Const{
		{Name: "VCTX_CONN", Value: int(ConnScope), Global: true, Doc: "The connection's variables."},
		{Name: "VCTX_MESS", Value: int(MessScope), Global: true, Doc: "The message's variables."},
		{Name: "AF_INET", Value: FamilyInet, Doc: "IPv4."},
		{Name: "AF_INET6", Value: FamilyInet6, Doc: "IPv6."},
		{Name: "AF_UNIX", Value: FamilyUnix, Doc: "UNIX sockets."},
		{Name: "EC_SA2S_NO_PORT", Value: 1, Doc: "Without the port."},
		{Name: "VCTX_KEY_PATHWAY", Value: KeyPathway},
		{Name: "VCTX_KEY_DLV_RESPONSE_STATUS", Value: "DLV_Response_Status"},
		{Name: "VCTX_KEY_DLV_RESPONSE_STATUS_DETAIL", Value: "DLV_Response_Status_Detail"},
	}
	for name, key := range StandardKeys() {
		consts = append(consts, bind.Const{Name: "STANDARD_KEY_" + name, Value: key, Doc: "Name of a variable."})
	}
	sortConsts(consts)
	return consts
}

// FromEnv gives the validation context of a running call, nil outside of a
// session.
func FromEnv(e *bind.Env) *Context {
	v, _ := e.Validation.(*Context)
	return v
}

// ConnFromEnv gives the connection of a running call, nil outside of a
// session.
func ConnFromEnv(e *bind.Env) *Conn {
	c, _ := e.Conn.(*Conn)
	return c
}

// PushRecipients pushes a list of addresses for a script: an array that also
// answers [0], with "", as older scripts loop from there.
func PushRecipients(l *lua.State, list []string) {
	bind.Push(l, list)
	l.CreateTable(0, 1)
	l.PushString("__index")
	l.PushGoFunction(func(l *lua.State) int {
		if n, ok := l.ToNumber(2); ok && n == 0 {
			l.PushString("")
			return 1
		}
		l.PushNil()
		return 1
	})
	l.RawSet(-3)
	l.SetMetaTable(-2)
}
