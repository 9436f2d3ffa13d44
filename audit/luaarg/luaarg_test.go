package luaarg_test

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"testing"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/audit/addrkey"
	"github.com/gomsys/gomsys/audit/luaarg"
	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/lualib"
	"github.com/gomsys/gomsys/vctx"
)

type message struct{ from net.Addr }

func (m message) RemoteAddr() net.Addr { return m.from }

// module has a function for each kind of argument.
func module() *bind.Module {
	return &bind.Module{Name: "probe", Funcs: []bind.Func{
		{Name: "prefix", Fn: func(c *bind.Call) int {
			return c.PushString(luaarg.Prefix(c, 1, c.Index(1), addrkey.Parse).String())
		}},
		{Name: "integer", Fn: func(c *bind.Call) int { return c.PushString(fmt.Sprint(luaarg.Integer(c, 1), " ", luaarg.Int(c, 1))) }},
		{Name: "windows", Fn: func(c *bind.Call) int {
			startv, endv := luaarg.Windows(c, 1)
			return c.PushString(fmt.Sprint(startv, " ", endv))
		}},
		{Name: "wait", Fn: func(c *bind.Call) int {
			luaarg.Wait(c, func(context.Context) {})
			return 0
		}},
	}}
}

func TestArguments(t *testing.T) {
	conn := vctx.NewConn(vctx.Conn{Remote: netip.MustParseAddrPort("[::ffff:192.0.2.1]:25")})
	socket := vctx.NewConn(vctx.Conn{RemotePath: "/run/mail"})
	mail := message{&net.TCPAddr{IP: net.ParseIP("198.51.100.1"), Port: 25}}
	for _, tc := range []struct {
		call, want string // want after "!" is part of an error
		env        bind.Env
	}{
		{`prefix()`, "192.0.2.1/32", bind.Env{Conn: conn, Message: mail}},
		{`prefix(nil)`, "198.51.100.1/32", bind.Env{Message: mail}},
		{`prefix("/24")`, "192.0.2.0/24", bind.Env{Conn: conn}},
		{`prefix(ac)`, "192.0.2.1/32", bind.Env{}},
		{`prefix(ac.remote_addr)`, "192.0.2.1/32", bind.Env{}},
		{`prefix("10.1.2.3/8")`, "10.0.0.0/8", bind.Env{}},
		{`prefix()`, "!no current connection", bind.Env{}},
		{`prefix("/24")`, "!no current connection", bind.Env{Conn: socket}},
		{`prefix(sock)`, "!no current connection", bind.Env{Conn: conn}},
		{`prefix("x")`, "!invalid CIDR 'x'", bind.Env{Conn: conn}},
		{`prefix({})`, "!bad argument #1 to 'prefix' (address expected, got table)", bind.Env{Conn: conn}},
		{`prefix(true)`, "!address expected, got boolean", bind.Env{Conn: conn}},
		{`integer(-2.9)`, "-2 -2", bind.Env{}},
		{`integer("7")`, "7 7", bind.Env{}},
		{`integer(1e300)`, "9223372036854775807 9223372036854775807", bind.Env{}},
		{`integer(-1e300)`, "-9223372036854775808 -9223372036854775808", bind.Env{}},
		{`integer(0/0)`, "!no integer representation", bind.Env{}},
		{`integer(-1/0)`, "!no integer representation", bind.Env{}},
		{`windows({})`, "0 0", bind.Env{}},
		{`windows({startv = 2})`, "2 2", bind.Env{}},
		{`windows({endv = 2})`, "0 2", bind.Env{}},
		{`windows({startv = 1, endv = 1e300})`, "1 2147483647", bind.Env{}},
		{`windows({startv = -5})`, "-1 -1", bind.Env{}},
		{`windows({startv = 1/0})`, "!no integer representation", bind.Env{}},
		{`wait()`, "nil", bind.Env{NoWait: "init"}},
		{`wait()`, "nil", bind.Env{}},
	} {
		l := lua.NewState()
		lualib.Open(l)
		bind.Preload(l, module().Library(), vctx.Library())
		bind.OpenPreloaded(l)
		bind.PushObject(l, conn)
		l.SetGlobal("ac")
		bind.PushObject(l, socket)
		l.SetGlobal("sock")
		bind.SetEnv(l, &tc.env)
		script := fmt.Sprintf(`local want, ok, got = %q, pcall(function() return probe.%s end)
			if not ok then got = "!" .. got end
			if want:sub(1, 1) == "!" then assert(got:find(want:sub(2), 1, true) and got:sub(1, 1) == "!", got)
			else assert(tostring(got) == want, got) end`, tc.want, tc.call)
		if err := lua.DoString(l, script); err != nil {
			t.Errorf("%s: %v", tc.call, err)
		}
	}
}
