// Package luaarg reads the arguments that the Lua modules of traffic counts and
// address tables have in common: addresses, whole numbers, and windows of
// time. The functions raise Lua errors that name the argument; they are called
// by bindings only, on the goroutine that runs the call.
package luaarg

import (
	"context"
	"math"
	"net"
	"net/netip"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/audit/addrkey"
	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/vctx"
)

// Parse reads the text of an address: addrkey.Parse or addrkey.ParseBoth.
type Parse func(text string, peer netip.Addr) (netip.Prefix, error)

// Peer gives the address of the client that the running call is about: that of
// the accept construct, else the one that the message came from; not valid if
// there is none.
func Peer(e *bind.Env) netip.Addr {
	if conn := vctx.ConnFromEnv(e); conn != nil {
		return conn.RemoteAddr().IP()
	}
	if m, ok := e.Message.(interface{ RemoteAddr() net.Addr }); ok {
		return vctx.AddrFrom(m.RemoteAddr()).IP()
	}
	return netip.Addr{}
}

// IsAddress reports whether the value at stack index names an address by
// itself: an accept construct or a socket address.
func IsAddress(l *lua.State, index int) bool {
	_, isConn := bind.ObjectAt[*vctx.Conn](l, index)
	_, isAddr := bind.ObjectAt[vctx.Addr](l, index)
	return isConn || isAddr
}

// Prefix reads the value at stack index, which is argument arg or a part of
// it, as a block of addresses: nil or nothing for the peer, an accept
// construct or socket address for its remote address, or a text that parse
// reads.
func Prefix(c *bind.Call, arg, index int, parse Parse) netip.Prefix {
	peer := Peer(c.Env())
	if c.L.IsNoneOrNil(index) {
		return host(c, peer)
	}
	if conn, ok := bind.ObjectAt[*vctx.Conn](c.L, index); ok {
		return host(c, conn.RemoteAddr().IP())
	}
	if addr, ok := bind.ObjectAt[vctx.Addr](c.L, index); ok {
		return host(c, addr.IP())
	}
	text, ok := bind.Text(c.L, index)
	if !ok {
		c.ArgError(arg, "address expected, got %s", typeName(c.L, index))
	}
	if text != "" && text[0] == '/' && !peer.IsValid() {
		c.Errorf("%v", addrkey.ErrNoPeer)
	}
	p, err := parse(text, peer)
	c.Raise(err)
	return p
}

func host(c *bind.Call, addr netip.Addr) netip.Prefix {
	if !addr.IsValid() {
		c.Errorf("%v", addrkey.ErrNoPeer)
	}
	return addrkey.Host(addr)
}

func typeName(l *lua.State, index int) string {
	if class := bind.ClassOf(l, index); class != nil {
		return class.Name
	}
	return lua.TypeNameOf(l, index)
}

// Integer reads argument i as a whole number: a number cut towards zero, kept
// within the range of an int64. NaN and infinities raise.
func Integer(c *bind.Call, i int) int64 {
	n, ok := whole(c.Number(i))
	if !ok {
		c.ArgError(i, "number has no integer representation")
	}
	return n
}

// Int is Integer within the range of an int.
func Int(c *bind.Call, i int) int {
	return int(max(math.MinInt, min(math.MaxInt, Integer(c, i))))
}

func whole(n float64) (int64, bool) {
	switch {
	case math.IsNaN(n) || math.IsInf(n, 0):
		return 0, false
	case n >= math.MaxInt64:
		return math.MaxInt64, true
	case n <= math.MinInt64:
		return math.MinInt64, true
	}
	return int64(n), true
}

// Option reads a whole number from the table that is argument arg; ok is false
// if it is not there.
func Option(c *bind.Call, arg int, name string) (n int64, ok bool) {
	o := c.Options(arg)
	if !o.Has(name) {
		return 0, false
	}
	n, ok = whole(o.Number(name, 0))
	if !ok {
		c.ArgError(arg, "option '%s': number has no integer representation", name)
	}
	return n, true
}

// Windows reads the options startv and endv of the table that is argument arg:
// one alone, startv, means that window; endv alone the windows up to it; none
// the current one.
func Windows(c *bind.Call, arg int) (startv, endv int) {
	start, hasStart := Option(c, arg, "startv")
	end, hasEnd := Option(c, arg, "endv")
	if hasStart && !hasEnd {
		end = start
	}
	limit := func(n int64) int { return int(max(-1, min(n, math.MaxInt32))) }
	return limit(start), limit(end)
}

// Field pushes a field of the table that is argument arg, calls f with its
// stack index and removes it.
func Field(c *bind.Call, arg int, name string, f func(index int)) {
	c.L.Field(c.Index(arg), name)
	f(c.L.Top())
	c.L.Pop(1)
}

// Wait calls f, which may have to wait: so that others go on meanwhile where
// the call may wait, or else as it is. f must bound its waiting by itself.
func Wait(c *bind.Call, f func(ctx context.Context)) {
	if c.Env().NoWait != "" {
		f(c.Context())
		return
	}
	_ = c.Block(func(ctx context.Context) error { // f has its own errors
		f(ctx)
		return nil
	})
}
