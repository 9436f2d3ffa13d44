package gaugecache

import (
	"context"
	"errors"
	"math"
	"time"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/audit/luaarg"
	"github.com/gomsys/gomsys/msys/bind"
)

// Library returns the Lua module "msys.gauge_cache" backed by caches.
func Library(caches *Caches) lua.RegistryFunction { return Module(caches).Library() }

// Module declares the Lua module "msys.gauge_cache" backed by caches.
func Module(caches *Caches) *bind.Module {
	const params = "cachename:string, keystring:string|number"
	return &bind.Module{
		Name: "msys.gauge_cache",
		Doc:  "Caches of gauges: integers by key that go up and down, limited in number and in time.",
		Funcs: []bind.Func{
			{
				Name: "define", Params: "name:string, maxelems:number, ttl:number, [replicated:boolean]", Returns: "boolean", Phases: bind.Any,
				Doc: "Makes a cache of at most maxelems entries, which live for ttl seconds after their last change (0: for ever), and gives true. " +
					"Replicated caches are shared by the cluster. Defining a cache again keeps its entries and applies the new limits.",
				Example: `assert(require("msys.gauge_cache").define("doc", 100, 60))`,
				Fn:      func(c *bind.Call) int { return luaDefine(c, caches) },
			},
			{
				Name: "inc", Params: params, Returns: "number", Phases: bind.Any,
				Doc: "Adds one and gives the new value. A missing key counts from 0; a new one in a full cache takes the place of the one that was " +
					"changed the longest time ago. A cache that is not defined raises.",
				Example: `local g = require("msys.gauge_cache")
g.define("doc", 100, 60)
assert(g.inc("doc", "k") == 1)`,
				Fn: func(c *bind.Call) int { return luaAdd(c, caches, 1) },
			},
			{
				Name: "dec", Params: params, Returns: "number", Phases: bind.Any,
				Doc: "Subtracts one and gives the new value; a missing key becomes -1.",
				Example: `local g = require("msys.gauge_cache")
g.define("doc", 100, 60)
assert(g.dec("doc", "d") == -1)`,
				Fn: func(c *bind.Call) int { return luaAdd(c, caches, -1) },
			},
			{
				Name: "get", Params: params, Returns: "number", Phases: bind.Any,
				Doc: "Gives the value, 0 for a key that is missing or has expired.",
				Example: `local g = require("msys.gauge_cache")
g.define("doc", 100, 60)
assert(g.get("doc", "none") == 0)`,
				Fn: func(c *bind.Call) int {
					return luaCall(c, caches, func(ctx context.Context, name, key string) (any, error) { return caches.Get(ctx, name, key) })
				},
			},
			{
				Name: "remove_item", Params: params, Returns: "boolean", Phases: bind.Any,
				Doc: "Removes a key and tells whether it was there.",
				Example: `local g = require("msys.gauge_cache")
g.define("doc", 100, 60)
g.inc("doc", "r")
assert(g.remove_item("doc", "r"))`,
				Fn: func(c *bind.Call) int {
					return luaCall(c, caches, func(ctx context.Context, name, key string) (any, error) { return caches.Remove(ctx, name, key) })
				},
			},
		},
	}
}

func luaDefine(c *bind.Call, caches *Caches) int {
	name := c.String(1)
	elems := luaarg.Integer(c, 2)
	ttl := c.Number(3)
	if math.IsNaN(ttl) || math.IsInf(ttl, 0) {
		c.ArgError(3, "number has no integer representation")
	}
	replicated := c.Bool(4)
	if c.Type(4) == lua.TypeNumber {
		replicated = c.Number(4) != 0
	}
	c.Raise(caches.Define(name, Spec{
		MaxElems:   int(max(math.MinInt32, min(elems, math.MaxInt32))),
		TTL:        time.Duration(max(-1, min(ttl, 1e9)) * float64(time.Second)),
		Replicated: replicated,
	}))
	return c.PushBool(true)
}

func luaAdd(c *bind.Call, caches *Caches, delta int64) int {
	return luaCall(c, caches, func(ctx context.Context, name, key string) (any, error) { return caches.Add(ctx, name, key, delta) })
}

// luaCall calls f with the names of cache and key, and pushes what it gives.
func luaCall(c *bind.Call, caches *Caches, f func(ctx context.Context, name, key string) (any, error)) int {
	name, key := c.String(1), c.String(2)
	var result any
	var err error
	if caches.waits(name) {
		luaarg.Wait(c, func(ctx context.Context) { result, err = f(ctx, name, key) })
	} else {
		result, err = f(c.Context(), name, key)
	}
	if errors.Is(err, ErrUndefined) {
		c.Errorf("msys.gauge_cache.%s: cache \"%s\" is not defined", c.Name(), name)
	}
	c.Raise(err)
	return c.Push(result)
}

// waits reports whether calls for the cache ask the store.
func (c *Caches) waits(name string) bool {
	if c.o.Store == nil {
		return false
	}
	found := c.find(name)
	return found != nil && found.current().Replicated && !c.guard.Open()
}
