package msys

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/vctx"
)

// pbpModule declares msys.pbp: helpers of policies by points.
func (rt *Runtime) pbpModule() *bind.Module {
	return &bind.Module{
		Name: "msys.pbp",
		Doc:  "Helpers of the default policy: white lists, DNS checks of the client, sizes.",
		Setup: func(c *bind.Call) {
			l := c.L
			l.Global("msys")
			l.Field(-1, "dp_config")
			if l.IsNil(-1) {
				l.Pop(1)
				l.NewTable()
				l.NewTable()
				l.SetField(-2, "custom_policy")
				l.SetField(-2, "dp_config")
			} else {
				l.Pop(1)
			}
			l.Pop(1)
			l.PushGoFunction(func(l *lua.State) int {
				s, ok := bind.Text(l, 1)
				if a, isAddr := bind.ObjectAt[vctx.Addr](l, 1); isAddr {
					s, ok = a.String(), true
				}
				if !ok {
					s = ""
				}
				l.PushString(hostOf(s))
				return 1
			})
			l.SetGlobal("ip_from_addr_and_port")
		},
		Funcs: []bind.Func{
			{
				Name: "set_whitelist", Params: "vctx:msys.core:_validate_context, [type:number], name:string, on:boolean", Phases: bind.Any,
				Doc: "Puts the session on a named white list, or takes it off. Without a type: the message's while there is a transaction, else the connection's.",
				Fn:  luaSetWhitelist,
			},
			{
				Name: "check_whitelist", Params: "vctx:msys.core:_validate_context, conf:table|nil", Returns: "boolean", Phases: bind.Any,
				Doc: "Tells whether the session is on one of the white lists: conf.honor_whitelist, or conf itself as an array.",
				Fn:  luaCheckWhitelist,
			},
			{
				Name: "fcdns_check", Params: "ac:msys.core:_accept_construct, vctx:msys.core:_validate_context",
				Returns: "boolean, rdns_error:string|nil, fdns_error:string|nil", Phases: bind.Any,
				Doc: "Checks that the client's name points back to it; sets reverse_dns and fcdns_status.",
				Fn:  rt.luaFCDNS,
			},
			{
				Name: "size_in_bytes", Params: "s:string|number", Returns: "number", Phases: bind.Any,
				Doc:     "Reads a size: \"1024b\", \"50k\", \"30m\", \"1g\" (1024-based), or a plain number; raises for anything else.",
				Example: `assert(require("msys.pbp").size_in_bytes("30m") == 31457280)`,
				Fn: func(c *bind.Call) int {
					n, err := Size(c.String(1))
					c.Raise(err)
					return c.PushNumber(float64(n))
				},
			},
		},
	}
}

// Size reads a size as configuration files write it: digits and perhaps one of
// the units b, k, m, g, which are 1024-based and case-blind.
func Size(s string) (int64, error) {
	digits, unit := s, int64(1)
	if s != "" {
		switch s[len(s)-1] | 0x20 {
		case 'b':
			digits = s[:len(s)-1]
		case 'k':
			digits, unit = s[:len(s)-1], 1<<10
		case 'm':
			digits, unit = s[:len(s)-1], 1<<20
		case 'g':
			digits, unit = s[:len(s)-1], 1<<30
		}
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n < 0 || n > (1<<62)/unit {
		return 0, fmt.Errorf("invalid size '%s'", s)
	}
	return n * unit, nil
}

// hostOf gives the address of "address:port", or of "address.port" for IPv6;
// "UNKNOWN" if it cannot be read.
func hostOf(s string) string {
	if ap, err := netip.ParseAddrPort(s); err == nil {
		return ap.Addr().Unmap().String()
	}
	if ip, err := netip.ParseAddr(s); err == nil {
		return ip.Unmap().String()
	}
	if i := strings.LastIndexByte(s, '.'); i > 0 {
		if ip, err := netip.ParseAddr(s[:i]); err == nil {
			return ip.Unmap().String()
		}
	}
	return "UNKNOWN"
}

func whitelistKey(name string) string { return "dp_whitelist_" + name }

func luaSetWhitelist(c *bind.Call) int {
	v := bind.Arg[*vctx.Context](c, 1)
	c.Raise(v.Err())
	scope, i := vctx.ConnScope, 2
	if v.Get(vctx.MessScope, vctx.KeyMailfromString) != "" {
		scope = vctx.MessScope
	}
	if c.Type(2) == lua.TypeNumber {
		scope, i = vctx.Scope(c.Int(2)), 3
		if !scope.Valid() {
			c.Raise(vctx.ErrScope)
		}
	}
	key := whitelistKey(c.String(i))
	if c.Bool(i + 1) {
		v.Set(scope, key, "true")
	} else {
		v.Delete(scope, key)
	}
	return 0
}

func luaCheckWhitelist(c *bind.Call) int {
	v := bind.Arg[*vctx.Context](c, 1)
	c.Raise(v.Err())
	if c.IsNil(2) {
		return c.PushBool(false)
	}
	c.CheckTable(2)
	names := c.Options(2).Strings("honor_whitelist")
	if names == nil {
		names, _ = bind.Strings(c.L, c.Index(2))
	}
	return c.PushBool(slices.ContainsFunc(names, func(name string) bool {
		_, inMess := v.Lookup(vctx.MessScope, whitelistKey(name))
		_, inConn := v.Lookup(vctx.ConnScope, whitelistKey(name))
		return inMess || inConn
	}))
}

// FCDNS is the outcome of a forward-confirmed reverse DNS check.
type FCDNS struct {
	// OK: a name of the address points back to it.
	OK bool
	// Name is the first name of the address, "" if there is none.
	Name string
	// ReverseError says why there is no name: NXDOMAIN, SERVFAIL, "".
	ReverseError string
	// ForwardError says why the name does not confirm the address: an error
	// of the lookup, or MISMATCH.
	ForwardError string
}

// maxNames bounds the names of an address that are looked up.
const maxNames = 10

// CheckFCDNS looks up the names of ip and whether one points back to it.
func CheckFCDNS(ctx context.Context, r Resolver, ip netip.Addr) FCDNS {
	names, err := r.LookupAddr(ctx, ip.String())
	if err != nil {
		return FCDNS{ReverseError: dnsWord(err)}
	}
	if len(names) == 0 {
		return FCDNS{}
	}
	res := FCDNS{Name: strings.TrimSuffix(names[0], ".")}
	for _, name := range names[:min(len(names), maxNames)] {
		addrs, err := r.LookupHost(ctx, name)
		if err != nil {
			res.ForwardError = dnsWord(err)
			continue
		}
		for _, a := range addrs {
			if got, err := netip.ParseAddr(a); err == nil && got.Unmap() == ip.Unmap() {
				return FCDNS{OK: true, Name: strings.TrimSuffix(name, ".")}
			}
		}
		res.ForwardError = "MISMATCH"
	}
	return res
}

// dnsWord gives the word for a DNS error that scripts compare with.
func dnsWord(err error) string {
	var dns *net.DNSError
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
		return "NXDOMAIN"
	case errors.As(err, &dns) && dns.IsTimeout:
		return "TIMEOUT"
	}
	return "SERVFAIL"
}

func (rt *Runtime) luaFCDNS(c *bind.Call) int {
	conn, v := bind.Arg[*vctx.Conn](c, 1), bind.Arg[*vctx.Context](c, 2)
	var res FCDNS
	c.Raise(c.Block(func(ctx context.Context) error {
		res = CheckFCDNS(ctx, rt.cfg.Resolver, conn.RemoteAddr().IP())
		return nil
	}))
	v.Set(vctx.ConnScope, vctx.KeyReverseDNS, res.Name)
	v.Set(vctx.ConnScope, vctx.KeyFCDNSStatus, strconv.FormatBool(res.OK))
	c.PushBool(res.OK)
	for _, text := range []string{res.ReverseError, res.ForwardError} {
		if text == "" {
			c.PushNil()
		} else {
			c.PushString(text)
		}
	}
	return 3
}
