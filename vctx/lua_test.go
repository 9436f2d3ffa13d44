package vctx_test

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	lua "github.com/Shopify/go-lua"
	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/dict"
	"github.com/gomsys/gomsys/msys/lualib"
	"github.com/gomsys/gomsys/vctx"
)

// newState makes a Lua state that has the package's module and globals.
func newState(globals map[string]any) *lua.State {
	l := lua.NewState()
	lualib.Open(l)
	bind.Preload(l, vctx.Library(), dict.Library())
	bind.OpenPreloaded(l)
	for name, object := range globals {
		bind.PushObject(l, object)
		l.SetGlobal(name)
	}
	return l
}

// counter counts one session per letter of its question.
type counter struct{}

func (counter) CountSessions(_ context.Context, service, cidr string, peer vctx.Addr) (int, error) {
	if strings.HasPrefix(cidr, "nonsense") {
		return 0, fmt.Errorf("invalid CIDR '%s'", cidr)
	}
	return len(service) + len(cidr) + peer.Family(), nil
}

func TestLua(t *testing.T) {
	ac := vctx.NewConn(vctx.Conn{
		Remote: netip.MustParseAddrPort("192.0.2.7:4321"), ConnID: "18/00-07149-D7E16B94", Hostname: "host.example",
		Local: netip.MustParseAddrPort("192.0.2.1:25"), Capabilities: []string{"8BITMIME", "PIPELINING"}, Counter: counter{},
	})
	v := vctx.NewContext(ac, nil)
	v.SetEhlo("EHLO mx.example.org")
	v.SetMailFrom("MAIL FROM:<s@y.org>")
	v.SetRcptTo("RCPT TO:<a@x.org>")
	if err := v.AcceptRecipient("a@x.org"); err != nil {
		t.Fatal(err)
	}
	ended := newContext(vctx.Conn{})
	ended.Invalidate()
	final := transaction(t, "a@x.org")
	final.FreezeRecipients(true)
	dict := &vctx.Dict{}
	dict.Set("a", "1")
	dict.Set("b", "2")
	l := newState(map[string]any{
		"ac": ac, "v": v, "mc": vctx.NewMessageConstruct(v), "ended": ended, "final": final, "dict": dict,
		"web": vctx.NewConn(vctx.Conn{Service: "HTTP", Remote: netip.MustParseAddrPort("[2001:db8::1]:25")}),
	})
	if err := lua.DoFile(l, "testdata/session.lua"); err != nil {
		text, _ := l.ToString(-1)
		t.Fatal(err, text)
	}
	if diff := cmp.Diff([]string{"PIPELINING", "size 2000"}, ac.EHLO()); diff != "" {
		t.Error(diff)
	}
	if !v.Disconnecting() || v.TarpitDelay() != 2*time.Second || !v.Flag(vctx.FlagBodyHasChanged) {
		t.Errorf("disconnecting %v, tarpit %v", v.Disconnecting(), v.TarpitDelay())
	}
	want := vctx.Limits{IdleTimeout: 1500 * time.Millisecond, MaxMessageSize: 5_000_000_000}
	if diff := cmp.Diff(want, ac.CurrentLimits()); diff != "" || ac.Name(vctx.NameBanner) != "banner.example" {
		t.Error(diff)
	}
}

func TestFromEnv(t *testing.T) {
	v := newContext(vctx.Conn{})
	e := &bind.Env{Conn: v.Conn(), Validation: v}
	if vctx.FromEnv(e) != v || vctx.ConnFromEnv(e) != v.Conn() {
		t.Error("the environment's session is not found")
	}
	if vctx.FromEnv(&bind.Env{}) != nil || vctx.ConnFromEnv(&bind.Env{}) != nil {
		t.Error("a session is found where there is none")
	}
}

func Example_lua() {
	v := vctx.NewContext(vctx.NewConn(vctx.Conn{}), nil)
	v.SetEhlo("EHLO mx.example.org")
	l := newState(map[string]any{"vctx": v})
	err := lua.DoString(l, `
		if vctx:get(VCTX_CONN, "ehlo_domain") == "mx.example.org" then
			vctx:set_code(550, "5.7.1 not from you")
		end`)
	fmt.Println(v.Reply().Format(), err)
	// Output: [550 5.7.1 not from you] <nil>
}
