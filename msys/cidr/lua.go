package cidr

import (
	"context"
	"errors"
	"math"
	"net/netip"
	"time"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/audit/addrkey"
	"github.com/gomsys/gomsys/audit/luaarg"
	"github.com/gomsys/gomsys/msys/bind"
)

// Library returns the Lua module "msys.cidr" backed by reg.
func Library(reg *Registry) lua.RegistryFunction { return Module(reg).Library() }

// Module declares the Lua module "msys.cidr" backed by reg.
func Module(reg *Registry) *bind.Module {
	return &bind.Module{
		Name:     "msys.cidr",
		Examples: snippets,
		Doc:      "Tables of address blocks: block lists in the format of rbldnsd, blocks from a datasource, or blocks that scripts insert.",
		Funcs: []bind.Func{
			{
				Name: "define", Params: "name:string, options:table|string", Returns: "boolean", Phases: bind.Init,
				Doc: "Makes a table and starts to load it; gives true. options are `type` (\"datasource\", \"rbldnsd\" or \"empty\", which may stand " +
					"alone for the table), `default_value` for queries without a match, `interpolate`, `refresh` in seconds (1800; 0: never by itself); " +
					"for rbldnsd `source` and `value` (\"a\" or \"txt\"); for datasources `cachename`, `query`, `cidr_column` and `value_column`. " +
					"Other options are ignored. A missing required option raises; a source that cannot be read does not.",
				Fn: func(c *bind.Call) int { return luaDefine(c, reg) },
			},
			{
				Name: "query", Params: "name:string, [address:string|ac|sockaddr]", Returns: "string|number|boolean|nil", Phases: bind.Any,
				Doc: "Gives the value of the longest block that covers an address or block (nil: the client's), or the table's default value. " +
					"A text that is no address gives the default value. Before the first load has ended, the call waits for it.",
				Fn: func(c *bind.Call) int { return luaQuery(c, reg) },
			},
			{
				Name: "reload", Params: "name:string", Returns: "boolean|nil, [err:string]", Phases: bind.Any,
				Doc: "Reads the table's source now and gives true, or nil and the reason why the old table stays.",
				Fn:  func(c *bind.Call) int { return luaReload(c, reg) },
			},
			{
				Name: "update", Params: "name:string, cidr:string, [value:string|number|boolean]", Returns: "boolean", Phases: bind.Any,
				Doc: "Inserts a block into a table of type \"empty\", or replaces its value (true if nil). Other tables raise.",
				Fn: func(c *bind.Call) int {
					name, p := c.String(1), luaarg.Prefix(c, 2, c.Index(2), addrkey.Parse)
					value := Value(true)
					if !c.IsNil(3) {
						value = bind.Go(c.L, c.Index(3))
					}
					luaRaise(c, name, reg.Insert(name, p, value))
					return c.PushBool(true)
				},
			},
			{
				Name: "delete", Params: "name:string, cidr:string", Returns: "boolean", Phases: bind.Any,
				Doc: "Removes a block from a table of type \"empty\". Other tables raise.",
				Fn: func(c *bind.Call) int {
					name, p := c.String(1), luaarg.Prefix(c, 2, c.Index(2), addrkey.Parse)
					luaRaise(c, name, reg.Delete(name, p))
					return c.PushBool(true)
				},
			},
		},
	}
}

// luaRaise raises an error in the words of the Lua module.
func luaRaise(c *bind.Call, name string, err error) {
	if errors.Is(err, ErrUndefined) {
		c.Errorf("msys.cidr.%s: table \"%s\" is not defined", c.Name(), name)
	}
	c.Raise(err)
}

func luaDefine(c *bind.Call, reg *Registry) int {
	name := c.String(1)
	if text, ok := c.Text(2); ok {
		c.Raise(reg.Define(name, Options{Type: Type(text)}))
		return c.PushBool(true)
	}
	c.CheckTable(2)
	t := c.Options(2)
	o := Options{
		Type:        Type(t.String("type", "")),
		Interpolate: t.Bool("interpolate", false),
		Default:     t.Value("default_value"),
		Source:      t.String("source", ""),
		Value:       t.String("value", ""),
		CacheName:   t.String("cachename", ""),
		Query:       t.String("query", ""),
		CIDRColumn:  t.String("cidr_column", ""),
		ValueColumn: t.String("value_column", ""),
	}
	if t.Has("refresh") {
		seconds := t.Number("refresh", 0)
		if math.IsNaN(seconds) || seconds < 0 {
			c.ArgError(2, "option 'refresh': %v seconds", seconds)
		}
		if o.Refresh = time.Duration(min(seconds, 1e9) * float64(time.Second)); o.Refresh == 0 {
			o.Refresh = -1
		}
	}
	c.Raise(reg.Define(name, o))
	return c.PushBool(true)
}

func luaQuery(c *bind.Call, reg *Registry) int {
	name := c.String(1)
	s, err := reg.find(name)
	luaRaise(c, name, err)
	var prefix netip.Prefix
	if text, isText := c.Text(2); !isText || luaarg.IsAddress(c.L, c.Index(2)) || len(text) > 0 && text[0] == '/' && !luaarg.Peer(c.Env()).IsValid() {
		prefix = luaarg.Prefix(c, 2, c.Index(2), addrkey.Parse)
	} else if prefix, err = addrkey.Parse(text, luaarg.Peer(c.Env())); err != nil {
		c.Env().Log().DebugContext(c.Context(), "cidr query for what is no address", "table", name, "error", err)
	}
	var value Value
	query := func(ctx context.Context) { value, _, err = reg.Query(ctx, name, prefix) }
	if s.ready() {
		query(c.Context())
	} else {
		luaarg.Wait(c, query)
	}
	luaRaise(c, name, err)
	return c.Push(value)
}

// ready reports whether a query does not wait.
func (s *set) ready() bool {
	if s.o.Type == Empty || s.current.Load() != nil {
		return true
	}
	select {
	case <-s.first:
		return true
	default:
		return false
	}
}

func luaReload(c *bind.Call, reg *Registry) int {
	name := c.String(1)
	var err error
	luaarg.Wait(c, func(ctx context.Context) { err = reg.Reload(ctx, name) })
	if errors.Is(err, ErrUndefined) {
		luaRaise(c, name, err)
	}
	if err != nil {
		return c.Fail(err)
	}
	return c.PushBool(true)
}
