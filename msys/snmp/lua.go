package snmp

import (
	"context"
	"fmt"
	"math"
	"net/netip"
	"strconv"
	"strings"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/bind"
)

// Library returns what this package adds to the Lua module "msys", backed by
// s.
func Library(s *Sender) lua.RegistryFunction { return Module(s).Library() }

// Module declares what [Library] returns.
func Module(s *Sender) *bind.Module {
	return &bind.Module{
		Name: "msys",
		Funcs: []bind.Func{{
			Name: "snmpTrap", Params: "traptable:table", Returns: "boolean|nil, err:string", Phases: bind.Any,
			Doc: "Sends an SNMPv2c trap. Keys of the table: `type` (`string`, the default, `counter`, `gauge` or `ip`), `payload` (a string, a number " +
				"from 0 to 4294967295, an IPv4 address), `address` and `port` of one receiver (without an address, all configured ones get it), " +
				"`community` (`public`), `mib`, the OID of the trap, and `[\"trapvar.mib\"]`, the OID of its variable. What is wrong in the table raises; " +
				"a trap that cannot be sent gives nil and a text. The datagram is not acknowledged.",
			Example: `assert(msys.snmpTrap{type = "gauge", payload = 12000, address = "127.0.0.1", port = 16200})`,
			Fn:      func(c *bind.Call) int { return luaTrap(c, s) },
		}},
	}
}

func luaTrap(c *bind.Call, s *Sender) int {
	c.CheckTable(1)
	trap, to := readTrap(c), readDestination(c)
	send := func(ctx context.Context) error {
		if to == nil {
			return s.Send(ctx, trap)
		}
		return s.SendTo(ctx, trap, *to)
	}
	var err error
	if c.Env().NoWait != "" {
		err = send(c.Context())
	} else {
		err = c.Block(send)
	}
	if err != nil {
		return c.FailText(strings.TrimPrefix(err.Error(), "snmp: "))
	}
	return c.PushBool(true)
}

// readTrap reads the trap from the table that is argument 1. The variable may
// be told as trapvar = {mib = …}, or in Sieve's form: trapvar is the payload
// then and trapvar.type its type.
func readTrap(c *bind.Call) Trap {
	o := c.Options(1)
	t := Trap{OID: checkedOID(c, o, "mib"), Variable: checkedOID(c, o, "trapvar.mib")}
	typ := o.String("type", o.String("trapvar.type", ""))
	c.L.Field(c.Index(1), "trapvar")
	if c.L.IsTable(-1) {
		sub := c.L.AbsIndex(-1)
		if mib, ok := textField(c.L, sub, "mib"); ok {
			if _, err := parseOID(mib); err != nil {
				c.ArgError(1, "trapvar.mib: %v", err)
			}
			t.Variable = mib
		}
		if subType, ok := textField(c.L, sub, "type"); ok && !o.Has("type") {
			typ = subType
		}
		c.L.Field(sub, "payload")
	}
	if o.Has("payload") {
		c.L.Field(c.Index(1), "payload")
	}
	t.Value = readValue(c, typ)
	return t
}

func textField(l *lua.State, table int, name string) (string, bool) {
	l.Field(table, name)
	defer l.Pop(1)
	return bind.Text(l, -1)
}

func checkedOID(c *bind.Call, o bind.Options, name string) string {
	oid := o.String(name, "")
	if oid != "" || o.Has(name) {
		if _, err := parseOID(oid); err != nil {
			c.ArgError(1, "%s: %v", name, err)
		}
	}
	return oid
}

// readValue reads the payload, which is on top of the stack.
func readValue(c *bind.Call, typ string) Value {
	text, isText := bind.Text(c.L, -1)
	if typ = strings.ToLower(typ); typ == "" {
		typ = "string"
	}
	switch typ {
	case "string":
		if !isText {
			wrongPayload(c, "string")
		}
		return String(text)
	case "counter", "gauge":
		n, ok := c.L.ToNumber(-1)
		switch {
		case !ok:
			wrongPayload(c, "number")
		case math.IsNaN(n) || n < 0 || n > math.MaxUint32:
			c.ArgError(1, "payload: number from 0 to 4294967295 expected, got %s", bind.FormatNumber(n))
		case typ == "counter":
			return Counter(uint32(n))
		}
		return Gauge(uint32(n))
	case "ip", "ipaddress":
		addr, err := netip.ParseAddr(text)
		if !isText || err != nil || !addr.Is4() {
			wrongPayload(c, "IPv4 address")
		}
		return IPAddress(addr)
	}
	c.ArgError(1, "unknown type '%s'", typ)
	return Value{}
}

func wrongPayload(c *bind.Call, expected string) {
	got := lua.TypeNameOf(c.L, -1)
	if text, ok := bind.Text(c.L, -1); ok {
		got = fmt.Sprintf("'%s'", text)
	}
	c.ArgError(1, "payload: %s expected, got %s", expected, got)
}

// readDestination reads where the table that is argument 1 sends the trap,
// nil for the configured destinations.
func readDestination(c *bind.Call) *Destination {
	o := c.Options(1)
	if !o.Has("address") {
		return nil
	}
	text := o.String("address", "")
	addr, err := netip.ParseAddr(text)
	if err != nil || !addr.Is4() {
		c.ArgError(1, "address: IPv4 address expected, got '%s'", text)
	}
	port := o.Number("port", 162)
	if !(port >= 1 && port < 65536) {
		c.ArgError(1, "port: number from 1 to 65535 expected, got %s", bind.FormatNumber(port))
	}
	return &Destination{Addr: addr.String() + ":" + strconv.Itoa(int(port)), Community: o.String("community", "")}
}
