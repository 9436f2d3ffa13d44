package audit

import (
	"context"
	"errors"
	"net/netip"
	"time"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/audit/addrkey"
	"github.com/gomsys/gomsys/audit/luaarg"
	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/vctx"
)

// Library returns the Lua module "msys.audit" backed by a.
func Library(a *Audit) lua.RegistryFunction { return Module(a).Library() }

// Libraries returns the Lua modules "msys.audit" and "msys.audit_series",
// backed by a.
func Libraries(a *Audit) []lua.RegistryFunction {
	return []lua.RegistryFunction{Library(a), SeriesLibrary(a)}
}

// Module declares the Lua module "msys.audit" backed by a.
func Module(a *Audit) *bind.Module {
	metric := func(name string, m Metric, doc string) bind.Func {
		return bind.Func{
			Name: name, Params: "monitor:string, [options:table|string|ac|sockaddr]", Returns: "number", Phases: bind.Any,
			Doc: "Gives the number of " + doc + " in a monitor named by \"interval,windows\"; one that is not configured raises. options are " +
				"`startv` and `endv`, the first and last window (0, the current one), `cidr`, an address or block (the client's), and `cluster` for the " +
				"total of all nodes; anything else than a table is the cidr.",
			Fn: func(c *bind.Call) int { return luaMetric(c, a, m) },
		}
	}
	return &bind.Module{
		Name: "msys.audit",
		Setup: func(c *bind.Call) {
			if loop, ok := c.Env().Runner.(interface{ UseAccounting(vctx.Accounting) }); ok {
				loop.UseAccounting(a)
			}
		},
		Examples: snippets,
		Doc:      "What clients did in recent time windows, as monitors count it, and their open sessions.",
		Funcs: []bind.Func{
			metric("connections", Connections, "connections"),
			metric("connection", Connections, "connections, under another name,"),
			metric("receptions", Receptions, "accepted messages"),
			metric("rejections", Rejections, "rejections"),
			{
				Name: "inbound_session_count", Params: "[cidr:string|ac|sockaddr], [servicename:string]", Returns: "number", Phases: bind.Any,
				Doc: "Gives the number of sessions that are open now from an address or block (nil: the client's) to a service (\"SMTP\"). " +
					"\"inbound_cidr\" are the SMTP sessions of all nodes.",
				Fn: func(c *bind.Call) int { return luaSessions(c, a) },
			},
		},
	}
}

// SeriesLibrary returns the Lua module "msys.audit_series" backed by a.
func SeriesLibrary(a *Audit) lua.RegistryFunction { return SeriesModule(a).Library() }

// SeriesModule declares the Lua module "msys.audit_series" backed by a.
func SeriesModule(a *Audit) *bind.Module {
	const options = "name:string, [options:table|string|number|ac|sockaddr]"
	return &bind.Module{
		Name:     "msys.audit_series",
		Examples: seriesSnippets,
		Doc:      "Named series that count per address block or per string in time windows.",
		Funcs: []bind.Func{
			{
				Name: "define", Params: "name:string, type:string, interval:number, num_windows:number, [options:table]", Returns: "boolean",
				Phases: bind.Init,
				Doc: "Makes a series of type \"cidr\" (IPv4), \"cidr_ipv6\" or \"string\" with so many windows of interval seconds; gives true. " +
					"options are `serialize` (write each window to a log), `persist` (keep over restarts) and `replicate` (\"none\", \"cluster\", " +
					"\"manager\"). Defining a series again keeps its counts if type, interval and windows are the same.",
				Fn: func(c *bind.Call) int { return luaDefine(c, a) },
			},
			{
				Name: "add", Params: options, Returns: "boolean", Phases: bind.Any,
				Doc: "Adds to the count of a key in the current window and gives true. options are `count` (1, may be negative), `key` and, for " +
					"cidr_ipv6, `prefix_len`; anything else than a table is the key: an address or block (nil: the client's), or the text of a string " +
					"series, which is required.",
				Fn: func(c *bind.Call) int { return luaAdd(c, a) },
			},
			{
				Name: "count", Params: options, Returns: "number", Phases: bind.Any,
				Doc: "Gives the sum of a key over windows, 0 if there is none. options are `startv` and `endv`, the first and last window (0, the " +
					"current one), and `key`; anything else than a table is the key: an address or any block (nil: the client's), or a text.",
				Fn: func(c *bind.Call) int { return luaCount(c, a) },
			},
			{
				Name: "remove_item", Params: "name:string, [key:string|number|ac|sockaddr]", Returns: "boolean", Phases: bind.Any,
				Doc: "Removes exactly that key with all its windows and tells whether it was there.",
				Fn:  func(c *bind.Call) int { return luaRemove(c, a) },
			},
		},
	}
}

func luaMetric(c *bind.Call, a *Audit, m Metric) int {
	monitor := c.String(1)
	var q Query
	if c.Type(2) == lua.TypeTable {
		q.Start, q.End = luaarg.Windows(c, 2)
		q.Cluster = c.Options(2).Bool("cluster", false)
		luaarg.Field(c, 2, "cidr", func(index int) { q.Prefix = luaarg.Prefix(c, 2, index, addrkey.ParseBoth) })
	} else {
		q.Prefix = luaarg.Prefix(c, 2, c.Index(2), addrkey.ParseBoth)
	}
	var n int64
	var err error
	count := func(ctx context.Context) { n, err = a.Count(ctx, m, monitor, q) }
	if q.Cluster && a.replica != nil && !a.replica.guard.Open() {
		luaarg.Wait(c, count)
	} else {
		count(c.Context())
	}
	c.Raise(err)
	return c.PushNumber(float64(n))
}

func luaSessions(c *bind.Call, a *Audit) int {
	p := luaarg.Prefix(c, 1, c.Index(1), addrkey.ParseBoth)
	service := c.OptString(2, SMTP)
	var n int64
	var err error
	count := func(ctx context.Context) { n, err = a.Sessions(ctx, service, p) }
	if service == InboundCIDR && a.sessions != nil && !a.sessions.guard.Open() {
		luaarg.Wait(c, count)
	} else {
		count(c.Context())
	}
	c.Raise(err)
	return c.PushNumber(float64(n))
}

// CountSessions implements vctx.SessionCounter, which answers the method
// inbound_session_count of accept constructs.
func (a *Audit) CountSessions(ctx context.Context, service, cidr string, peer vctx.Addr) (int, error) {
	p := addrkey.Host(peer.IP())
	if cidr != "" {
		var err error
		if p, err = addrkey.ParseBoth(cidr, peer.IP()); err != nil {
			return 0, err
		}
	} else if !p.IsValid() {
		return 0, nil // a local socket
	}
	n, err := a.Sessions(ctx, service, p)
	return int(n), err
}

var _ vctx.SessionCounter = (*Audit)(nil)

func luaDefine(c *bind.Call, a *Audit) int {
	name := c.String(1)
	s := Spec{Type: Type(c.String(2)), Windows: luaarg.Int(c, 4)}
	seconds := max(-1, min(luaarg.Integer(c, 3), 1<<31))
	s.Interval = time.Duration(seconds) * time.Second
	o := c.Options(5)
	s.Serialize, s.Persist = o.Bool("serialize", false), o.Bool("persist", false)
	s.Replicate = Replicate(o.String("replicate", ""))
	c.Raise(a.DefineSeries(name, s))
	return c.PushBool(true)
}

// luaSeries gives the series that argument 1 names.
func luaSeries(c *bind.Call, a *Audit) *series {
	name := c.String(1)
	s, err := a.find(name)
	if errors.Is(err, ErrUndefined) {
		c.Errorf("msys.audit_series.%s: series \"%s\" is not defined", c.Name(), name)
	}
	return s
}

// luaKey reads argument 2, or its field key, as the key of a series.
func luaKey(c *bind.Call, s *series, index int) Key {
	if s.counts.text == nil {
		return Block(luaarg.Prefix(c, 2, index, addrkey.Parse))
	}
	text, ok := bind.Text(c.L, index)
	if !ok || luaarg.IsAddress(c.L, index) {
		c.Errorf("msys.audit_series.%s: %v for string series", c.Name(), ErrKey)
	}
	return Text(text)
}

// luaOptionKey reads the key from argument 2, a table of options or the key
// itself.
func luaOptionKey(c *bind.Call, s *series) (k Key) {
	if c.Type(2) != lua.TypeTable {
		return luaKey(c, s, c.Index(2))
	}
	luaarg.Field(c, 2, "key", func(index int) { k = luaKey(c, s, index) })
	return k
}

func luaAdd(c *bind.Call, a *Audit) int {
	s := luaSeries(c, a)
	n := int64(1)
	length, hasLength := int64(0), false
	if c.Type(2) == lua.TypeTable {
		if count, ok := luaarg.Option(c, 2, "count"); ok {
			n = count
		}
		if length, hasLength = luaarg.Option(c, 2, "prefix_len"); hasLength && (length < 1 || length > 128) {
			c.ArgError(2, "option 'prefix_len' is %d, not 1 to 128", length)
		}
	}
	k := luaOptionKey(c, s)
	if hasLength && s.counts.v6 != nil && int64(k.prefix.Bits()) > length && k.prefix.Addr().Is6() {
		k = Block(netip.PrefixFrom(k.prefix.Addr(), int(length)))
	}
	c.Raise(a.Add(c.Context(), s.name, k, n))
	return c.PushBool(true)
}

func luaCount(c *bind.Call, a *Audit) int {
	s := luaSeries(c, a)
	startv, endv := 0, 0
	if c.Type(2) == lua.TypeTable {
		startv, endv = luaarg.Windows(c, 2)
	}
	k := luaOptionKey(c, s)
	var n int64
	var err error
	a.luaWait(c, s, Cluster, func(ctx context.Context) { n, err = a.SeriesCount(ctx, s.name, k, startv, endv) })
	c.Raise(err)
	return c.PushNumber(float64(n))
}

func luaRemove(c *bind.Call, a *Audit) int {
	s := luaSeries(c, a)
	k := luaKey(c, s, c.Index(2))
	var existed bool
	var err error
	a.luaWait(c, s, Manager, func(ctx context.Context) { existed, err = a.Remove(ctx, s.name, k) })
	c.Raise(err)
	return c.PushBool(existed)
}

// luaWait calls f, and lets others go on meanwhile if it asks the store: for
// series that are shared, those with Manager only if also says so.
func (a *Audit) luaWait(c *bind.Call, s *series, also Replicate, f func(ctx context.Context)) {
	r := s.spec.Load().Replicate
	if a.replica != nil && !a.replica.guard.Open() && (r == Cluster || r == also) {
		luaarg.Wait(c, f)
		return
	}
	f(c.Context())
}
