package dns

import (
	"context"
	"strings"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/bind"
)

// Library returns the Lua function msys.dnsLookup backed by r. It extends the
// table msys, beside whatever else the host puts there.
func Library(r *Resolver) lua.RegistryFunction { return Module(r).Library() }

// Module declares the Lua function msys.dnsLookup backed by r.
func Module(r *Resolver) *bind.Module {
	return &bind.Module{
		Name: "msys",
		Doc:  "DNS.",
		Funcs: []bind.Func{{
			Name:    "dnsLookup",
			Params:  "name:string, [recordtype:string], [options:table]",
			Returns: "table|nil, [err:string]",
			Phases:  bind.Any,
			Doc: "Gives an array of what DNS has for a name: for A (the default) and AAAA addresses, for TXT texts with all strings of a record joined, " +
				"for MX, PTR and NS names without a dot at the end; mail exchangers by ascending preference, others as answered. For PTR the name may be an address. " +
				"The type may be in any letter case; any other type raises. A name that exists without such records gives an empty table. " +
				"A failure gives nil and a word: NXDOMAIN if the name does not exist, SERVFAIL also for servers that do not answer, FORMERR also for a name " +
				"that cannot be one, NOTIMP, REFUSED, YXDOMAIN, YXRRSET, NXRRSET, NOTAUTH or NOTZONE. Options: `priority`: if true, each MX is " +
				"`{preference, host}`; `server`: asks that server, `ip`, `ip:port`, `[v6]:port`, `host` or `host:port`.",
			Example: `local mx = msys.dnsLookup("example.org", "MX")
assert(#mx == 1 and mx[1] == "mx.example.org")
assert(msys.dnsLookup("192.0.2.7", "PTR")[1] == "mx.example.org")
local none, err = msys.dnsLookup("none.example") -- A
assert(none == nil and err == "NXDOMAIN")`,
			Fn: r.luaLookup,
		}},
	}
}

func (r *Resolver) luaLookup(c *bind.Call) int {
	name, typeName := c.String(1), c.OptString(2, "A")
	t, ok := r.types[typeName]
	if !ok {
		if t, ok = r.types[strings.ToUpper(typeName)]; !ok {
			c.Errorf("%v '%s'", ErrType, typeName)
		}
	}
	o := c.Options(3)
	priority, server := o.Bool("priority", false), o.String("server", "")

	var a answer
	if server == "" {
		a, ok = r.cached(name, t)
	}
	if server != "" || !ok {
		a = r.luaWait(c, name, t, server)
	}
	if a.err != nil {
		return c.FailText(a.err.Mnemonic())
	}
	c.L.CreateTable(len(a.records), 0)
	for i, rec := range a.records {
		if priority && t == MX {
			c.L.CreateTable(2, 0)
			c.L.PushInteger(int(rec.Preference))
			c.L.RawSetInt(-2, 1)
			c.L.PushString(rec.Value)
			c.L.RawSetInt(-2, 2)
		} else {
			c.L.PushString(rec.Value)
		}
		c.L.RawSetInt(-2, i+1)
	}
	return 1
}

// luaWait asks while other sessions go on.
func (r *Resolver) luaWait(c *bind.Call, name string, t Type, server string) (a answer) {
	_ = c.Block(func(ctx context.Context) error { // what fails is in the answer
		if a = r.lookup(ctx, name, t, server); a.err != nil {
			return a.err
		}
		return nil
	})
	return a
}
