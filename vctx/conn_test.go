package vctx_test

import (
	"errors"
	"net"
	"net/netip"
	"regexp"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/vctx"
)

func TestCapabilities(t *testing.T) {
	c := vctx.NewConn(vctx.Conn{Capabilities: []string{"PIPELINING", "8BITMIME", "AUTH PLAIN LOGIN"}})
	for _, line := range []string{"SIZE 1000", "size 2000", "X-Own Text, Verbatim ", "auth PLAIN"} {
		if err := c.AddCapability(line); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"8bitmime", "nosuch", "pipelining ignored"} {
		if err := c.RemoveCapability(name); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff([]string{"auth PLAIN", "size 2000", "X-Own Text, Verbatim "}, c.EHLO()); diff != "" {
		t.Error(diff)
	}
	for _, line := range []string{"A\r\nB", "A\nB", "A\rB", "", " ", "A\x00"} {
		if err := c.AddCapability(line); !errors.Is(err, vctx.ErrCapability) {
			t.Errorf("AddCapability(%q): %v", line, err)
		}
	}
}

func TestCapabilitiesNeedSMTP(t *testing.T) {
	c := vctx.NewConn(vctx.Conn{Service: "HTTP"})
	if err := c.AddCapability("SIZE"); !errors.Is(err, vctx.ErrNotSMTP) {
		t.Errorf("AddCapability: %v", err)
	}
	if err := c.RemoveCapability("SIZE"); !errors.Is(err, vctx.ErrNotSMTP) {
		t.Errorf("RemoveCapability: %v", err)
	}
}

func TestConnDefaults(t *testing.T) {
	for _, tt := range []struct {
		in       vctx.Conn
		service  string
		protocol int
	}{
		{vctx.Conn{}, "SMTP", vctx.ProtocolESMTP},
		{vctx.Conn{Service: "smtp"}, "smtp", 2},
		{vctx.Conn{Service: "ECStream"}, "ECStream", vctx.ProtocolECStream},
		{vctx.Conn{Service: "http"}, "http", vctx.ProtocolHTTP},
		{vctx.Conn{Service: "SMTP", Protocol: 4}, "SMTP", 4},
	} {
		c := vctx.NewConn(tt.in)
		if c.Service != tt.service || c.Protocol != tt.protocol {
			t.Errorf("%+v: service %s, protocol %d", tt.in, c.Service, c.Protocol)
		}
	}
	form := regexp.MustCompile(`^[0-9A-F]{2}/[0-9A-F]{2}-[0-9]{5}-[0-9A-F]{8}$`)
	seen := map[string]bool{}
	for range 1000 {
		id := vctx.NewConn(vctx.Conn{}).ID()
		if !form.MatchString(id) || seen[id] {
			t.Fatalf("id %q", id)
		}
		seen[id] = true
	}
	if id := vctx.NewConn(vctx.Conn{ConnID: "mine"}).ID(); id != "mine" {
		t.Errorf("id %q", id)
	}
}

func TestConnCopiesShareChanges(t *testing.T) {
	host := vctx.Conn{Hostname: "mx.example", Capabilities: []string{"A"}, Context: map[string]string{"k": "v"}, Limits: vctx.Limits{MessageRcpts: 100}}
	c := vctx.NewConn(host)
	host.Capabilities[0], host.Context["k"] = "changed", "changed"
	view := *c
	view.UpdateLimits(func(l *vctx.Limits) { l.IdleTimeout = time.Minute })
	view.SetName(vctx.NameBanner, "banner")
	if err := view.AddCapability("B"); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(vctx.Limits{IdleTimeout: time.Minute, MessageRcpts: 100}, c.CurrentLimits()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"A", "B"}, c.EHLO()); diff != "" {
		t.Error(diff)
	}
	for field, want := range map[string]string{vctx.NameBanner: "banner", vctx.NameReceived: "mx.example", vctx.NameStaticBanner: ""} {
		if got := c.Name(field); got != want {
			t.Errorf("%s: %q, want %q", field, got, want)
		}
	}
	c.AddContext(map[string]string{"k": "host", "l": "w"})
	if v := vctx.NewContext(c, nil); v.Get(vctx.ConnScope, "k") != "host" || v.Get(vctx.ConnScope, "l") != "w" {
		t.Errorf("context %v", v.Vars(vctx.ConnScope))
	}
}

// A Conn that NewConn did not make does not break.
func TestBareConn(t *testing.T) {
	c := &vctx.Conn{Capabilities: []string{"A"}, Limits: vctx.Limits{MessageRcpts: 1}}
	if err := c.AddCapability("B"); err != nil {
		t.Error(err)
	}
	c.SetName(vctx.NameBanner, "x")
	c.UpdateLimits(func(l *vctx.Limits) { l.MessageRcpts = 2 })
	c.AddContext(map[string]string{"k": "v"})
	if !c.IsSMTP() || c.ID() != "" || c.CurrentLimits().MessageRcpts != 1 || len(c.EHLO()) != 1 {
		t.Errorf("%+v, limits %+v, EHLO %q", c, c.CurrentLimits(), c.EHLO())
	}
}

func TestAddr(t *testing.T) {
	for _, tt := range []struct {
		addr       vctx.Addr
		text, host string
		port       int
		family     int
	}{
		{vctx.AddrOf(netip.MustParseAddrPort("192.0.2.1:4321")), "192.0.2.1:4321", "192.0.2.1", 4321, vctx.FamilyInet},
		{vctx.AddrOf(netip.MustParseAddrPort("[2001:db8::1]:25")), "2001:db8::1.25", "2001:db8::1", 25, vctx.FamilyInet6},
		{vctx.AddrOf(netip.MustParseAddrPort("[::ffff:192.0.2.7]:4321")), "192.0.2.7:4321", "192.0.2.7", 4321, vctx.FamilyInet},
		{vctx.AddrOf(netip.MustParseAddrPort("[fe80::1%eth0]:25")), "fe80::1.25", "fe80::1", 25, vctx.FamilyInet6},
		{vctx.Addr{Path: "/run/smtp.sock"}, "/run/smtp.sock", "/run/smtp.sock", 0, vctx.FamilyUnix},
		{vctx.Addr{}, "", "", 0, vctx.FamilyUnix},
		{vctx.AddrFrom(&net.TCPAddr{IP: net.ParseIP("192.0.2.7"), Port: 25}), "192.0.2.7:25", "192.0.2.7", 25, vctx.FamilyInet},
		{vctx.AddrFrom(&net.UDPAddr{IP: net.ParseIP("2001:db8::1"), Port: 53}), "2001:db8::1.53", "2001:db8::1", 53, vctx.FamilyInet6},
		{vctx.AddrFrom(&net.IPAddr{IP: net.ParseIP("192.0.2.7")}), "192.0.2.7:0", "192.0.2.7", 0, vctx.FamilyInet},
		{vctx.AddrFrom(&net.UnixAddr{Name: "/run/a", Net: "unix"}), "/run/a", "/run/a", 0, vctx.FamilyUnix},
		{vctx.AddrFrom(textAddr("[2001:db8::1]:25")), "2001:db8::1.25", "2001:db8::1", 25, vctx.FamilyInet6},
		{vctx.AddrFrom(textAddr("pipe")), "pipe", "pipe", 0, vctx.FamilyUnix},
		{vctx.AddrFrom(nil), "", "", 0, vctx.FamilyUnix},
		{vctx.AddrFrom(&net.TCPAddr{}), "", "", 0, vctx.FamilyUnix},
		{vctx.AddrFrom((*net.TCPAddr)(nil)), "", "", 0, vctx.FamilyUnix},
		{vctx.AddrFrom((*net.IPAddr)(nil)), "", "", 0, vctx.FamilyUnix},
	} {
		a := tt.addr
		if a.String() != tt.text || a.Host() != tt.host || a.Port() != tt.port || a.Family() != tt.family {
			t.Errorf("%#v: %q, host %q, port %d, family %d", a, a.String(), a.Host(), a.Port(), a.Family())
		}
		if a.IsValid() != (tt.text != "") {
			t.Errorf("%#v: IsValid %v", a, a.IsValid())
		}
		if back := vctx.AddrFrom(a.NetAddr()); back.String() != a.String() {
			t.Errorf("%#v: as net.Addr %v", a, a.NetAddr())
		}
	}
}

type textAddr string

func (a textAddr) Network() string { return "test" }
func (a textAddr) String() string  { return string(a) }
