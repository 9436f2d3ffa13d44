package snmp_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gosnmp/gosnmp"

	"github.com/gomsys/gomsys/msys/policykit"
	"github.com/gomsys/gomsys/msys/snmp"

	lua "github.com/Shopify/go-lua"
)

var ctx = context.Background()

// receiver is a management station.
type receiver struct {
	t    testing.TB
	conn *net.UDPConn
}

func listen(t testing.TB) *receiver {
	t.Helper()
	conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return &receiver{t, conn}
}

func (r *receiver) port() int { return r.conn.LocalAddr().(*net.UDPAddr).Port }

// next gives the next trap as text: community, then the variables.
func (r *receiver) next() string {
	r.t.Helper()
	b := make([]byte, 65536)
	if err := r.conn.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
		r.t.Fatal(err)
	}
	n, _, err := r.conn.ReadFrom(b)
	if err != nil {
		r.t.Fatal(err)
	}
	p, err := (&gosnmp.GoSNMP{Version: gosnmp.Version2c, Logger: gosnmp.Logger{}}).SnmpDecodePacket(b[:n])
	if err != nil {
		r.t.Fatal(err)
	}
	if p.Version != gosnmp.Version2c || p.PDUType != gosnmp.SNMPv2Trap {
		r.t.Errorf("version %v, PDU %v", p.Version, p.PDUType)
	}
	out := []string{p.Community}
	for _, v := range p.Variables {
		value := v.Value
		if b, ok := value.([]byte); ok {
			value = string(b)
		}
		out = append(out, fmt.Sprintf("%s %v %v", v.Name, v.Type, value))
	}
	return strings.Join(out, "|")
}

// empty reports that nothing else has come.
func (r *receiver) empty() {
	r.t.Helper()
	if err := r.conn.SetReadDeadline(time.Unix(1, 0)); err != nil {
		r.t.Fatal(err)
	}
	if n, _, err := r.conn.ReadFrom(make([]byte, 10)); err == nil {
		r.t.Errorf("%d more bytes", n)
	}
}

// trapText is what next gives for a trap.
func trapText(community, oid, variable, value string) string {
	return community + "|.1.3.6.1.2.1.1.3.0 TimeTicks 4200|.1.3.6.1.6.3.1.1.4.1.0 ObjectIdentifier ." + oid + "|." + variable + " " + value
}

func uptime() time.Duration { return 42 * time.Second }

func newSender(t testing.TB, o snmp.Options) *snmp.Sender {
	t.Helper()
	o.Uptime = uptime
	s, err := snmp.New(&o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSend(t *testing.T) {
	a, b := listen(t), listen(t)
	s := newSender(t, snmp.Options{Destinations: []snmp.Destination{
		{Addr: a.conn.LocalAddr().String()}, {Addr: b.conn.LocalAddr().String(), Community: "mail"},
	}})
	for _, tt := range []struct {
		trap snmp.Trap
		want string
	}{
		{snmp.Trap{}, "OctetString "},
		{snmp.Trap{Value: snmp.String("a\x00\xffb")}, "OctetString a\x00\xffb"},
		{snmp.Trap{Value: snmp.Counter(4294967295)}, "Counter32 4294967295"},
		{snmp.Trap{Value: snmp.Gauge(0)}, "Gauge32 0"},
		{snmp.Trap{Value: snmp.IPAddress(netip.MustParseAddr("192.0.2.1"))}, "IPAddress 192.0.2.1"},
		{snmp.Trap{Value: snmp.IPAddress(netip.MustParseAddr("::ffff:192.0.2.1"))}, "IPAddress 192.0.2.1"},
	} {
		if err := s.Send(ctx, tt.trap); err != nil {
			t.Fatal(err)
		}
		for r, community := range map[*receiver]string{a: "public", b: "mail"} {
			if diff := cmp.Diff(trapText(community, snmp.DefaultOID, snmp.DefaultVariable, tt.want), r.next()); diff != "" {
				t.Error(diff)
			}
		}
	}
	if err := s.SendTo(ctx, snmp.Trap{OID: ".1.3.6.1.4.1.1", Variable: "1.3.6.1.4.1.2.0", Value: snmp.Gauge(7)}, snmp.Destination{Addr: a.conn.LocalAddr().String(), Community: "x"}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(trapText("x", "1.3.6.1.4.1.1", "1.3.6.1.4.1.2.0", "Gauge32 7"), a.next()); diff != "" {
		t.Error(diff)
	}
	a.empty()
	b.empty()
}

func TestErrors(t *testing.T) {
	for _, addr := range []string{"", ":162", "192.0.2.1:0", "192.0.2.1:x", "192.0.2.1:65536"} {
		if _, err := snmp.New(&snmp.Options{Destinations: []snmp.Destination{{Addr: addr}}}); err == nil {
			t.Errorf("%q: no error", addr)
		}
		if err := newSender(t, snmp.Options{}).SendTo(ctx, snmp.Trap{}, snmp.Destination{Addr: addr}); err == nil {
			t.Errorf("%q: no error", addr)
		}
	}
	for _, addr := range []string{"192.0.2.1", "2001:db8::1", "[2001:db8::1]:1162", "nms.example"} {
		if _, err := snmp.New(&snmp.Options{Destinations: []snmp.Destination{{Addr: addr}}}); err != nil {
			t.Errorf("%q: %v", addr, err)
		}
	}
	r := listen(t)
	to := snmp.Destination{Addr: r.conn.LocalAddr().String()}
	s := newSender(t, snmp.Options{})
	if err := s.Send(ctx, snmp.Trap{}); !errors.Is(err, snmp.ErrNoDestination) {
		t.Error(err)
	}
	if err := newSender(t, snmp.Options{Disabled: true}).SendTo(ctx, snmp.Trap{}, to); !errors.Is(err, snmp.ErrDisabled) {
		t.Error(err)
	}
	for _, oid := range []string{".", "1", "3.1", "1.40", "1.2.", "1..2", "a.b", "1.+2", "1.4294967296", "1" + strings.Repeat(".1", 128), "1.-1", " 1.2"} {
		for _, trap := range []snmp.Trap{{OID: oid}, {Variable: oid}} {
			if err := s.SendTo(ctx, trap, to); !errors.Is(err, snmp.ErrOID) {
				t.Errorf("%+v: %v", trap, err)
			}
		}
	}
	if err := s.SendTo(ctx, snmp.Trap{Value: snmp.IPAddress(netip.MustParseAddr("2001:db8::1"))}, to); !errors.Is(err, snmp.ErrNotIPv4) {
		t.Error(err)
	}
	if err := s.SendTo(ctx, snmp.Trap{Value: snmp.String(strings.Repeat("x", 70000))}, to); err == nil {
		t.Error("no error for what no datagram holds")
	}
	ended, cancel := context.WithCancel(ctx)
	cancel()
	if err := s.SendTo(ended, snmp.Trap{}, to); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	r.empty()
}

func TestLua(t *testing.T) {
	all := listen(t)
	s := newSender(t, snmp.Options{Destinations: []snmp.Destination{{Addr: all.conn.LocalAddr().String(), Community: "configured"}}})
	one := listen(t)
	for _, tt := range []struct {
		table string
		to    *receiver
		want  string
	}{
		{`type="counter",payload=5,address="127.0.0.1",port=P`, one, trapText("public", snmp.DefaultOID, snmp.DefaultVariable, "Counter32 5")},
		{`type="GAUGE",payload="4294967295",address="127.0.0.1",port=P,community="c"`, one, trapText("c", snmp.DefaultOID, snmp.DefaultVariable, "Gauge32 4294967295")},
		{`payload="queue full",port=1,community="ignored"`, all, trapText("configured", snmp.DefaultOID, snmp.DefaultVariable, "OctetString queue full")},
		{`payload=12`, all, trapText("configured", snmp.DefaultOID, snmp.DefaultVariable, "OctetString 12")},
		{`type="IP",payload="192.0.2.9",mib="1.3.6.1.4.1.9",["trapvar.mib"]=".1.3.6.1.4.1.9.1"`, all, trapText("configured", "1.3.6.1.4.1.9", "1.3.6.1.4.1.9.1", "IPAddress 192.0.2.9")},
		{`type="ipaddress",payload="192.0.2.9"`, all, trapText("configured", snmp.DefaultOID, snmp.DefaultVariable, "IPAddress 192.0.2.9")},
		{`payload="x",trapvar={mib="1.3.6.1.5"}`, all, trapText("configured", snmp.DefaultOID, "1.3.6.1.5", "OctetString x")},
		{`trapvar=7,["trapvar.type"]="counter"`, all, trapText("configured", snmp.DefaultOID, snmp.DefaultVariable, "Counter32 7")},
		{`trapvar={mib="1.3.6.1.5",type="gauge",payload=3}`, all, trapText("configured", snmp.DefaultOID, "1.3.6.1.5", "Gauge32 3")},
	} {
		k := policykit.New(t, &policykit.Options{Modules: []lua.RegistryFunction{snmp.Library(s)}})
		k.LoadString("trap.lua", fmt.Sprintf("local P = %d print(msys.snmpTrap{%s})", one.port(), tt.table))
		if got := k.Printed(); got != "true" {
			t.Errorf("%s: %s", tt.table, got)
		}
		if diff := cmp.Diff(tt.want, tt.to.next()); diff != "" {
			t.Errorf("%s: %s", tt.table, diff)
		}
	}
	for _, tt := range []struct{ args, want string }{
		{``, "table expected, got nil"},
		{`"x"`, "table expected, got string"},
		{`{}`, "payload: string expected, got nil"},
		{`{payload=true}`, "payload: string expected, got boolean"},
		{`{type="counter",payload="many"}`, "payload: number expected, got 'many'"},
		{`{type="counter",payload=-1}`, "payload: number from 0 to 4294967295 expected, got -1"},
		{`{type="gauge",payload=4294967296}`, "payload: number from 0 to 4294967295 expected"},
		{`{type="gauge",payload=0/0}`, "payload: number from 0 to 4294967295 expected"},
		{`{type="ip",payload="2001:db8::1"}`, "payload: IPv4 address expected, got '2001:db8::1'"},
		{`{type="ip",payload={}}`, "payload: IPv4 address expected, got table"},
		{`{type="float",payload="1"}`, "unknown type 'float'"},
		{`{payload="x",mib="bogus"}`, `mib: invalid OID "bogus"`},
		{`{payload="x",mib=""}`, `mib: invalid OID ""`},
		{`{payload="x",["trapvar.mib"]="1"}`, `trapvar.mib: invalid OID "1"`},
		{`{trapvar={mib="x",payload="x"}}`, `trapvar.mib: invalid OID "x"`},
		{`{payload="x",address="nms.example"}`, "address: IPv4 address expected, got 'nms.example'"},
		{`{payload="x",address="127.0.0.1",port=0}`, "port: number from 1 to 65535 expected, got 0"},
		{`{payload="x",address="127.0.0.1",port=0/0}`, "port: number from 1 to 65535 expected"},
	} {
		k := policykit.New(t, &policykit.Options{Modules: []lua.RegistryFunction{snmp.Library(s)}})
		k.LoadString("trap.lua", fmt.Sprintf("print(pcall(function() msys.snmpTrap(%s) end))", tt.args))
		if got := k.Printed(); !strings.HasPrefix(got, "false\t") || !strings.Contains(got, tt.want) {
			t.Errorf("%s: %s", tt.args, got)
		}
	}
	all.empty()

	k := policykit.New(t, &policykit.Options{Modules: []lua.RegistryFunction{snmp.Library(newSender(t, snmp.Options{}))}})
	k.LoadString("trap.lua", `print(msys.snmpTrap{payload="x"})`)
	if got := k.Printed(); got != "nil\tno trap destination configured" {
		t.Error(got)
	}
	k.LoadString("example.lua", snmp.Module(s).Funcs[0].Example)
}
