package cidr_test

import (
	"context"
	"fmt"
	"io"
	"net/netip"
	"strings"
	"sync"
	"testing"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/cidr"
	"github.com/gomsys/gomsys/msys/lualib"
	"github.com/gomsys/gomsys/vctx"
)

// newState makes a state whose function peer says who is connected.
func newState(reg *cidr.Registry) *lua.State {
	l := lua.NewState()
	lualib.Open(l)
	bind.Preload(l, cidr.Library(reg), vctx.Library())
	bind.OpenPreloaded(l)
	l.Register("peer", func(l *lua.State) int {
		conn := vctx.NewConn(vctx.Conn{Remote: netip.AddrPortFrom(netip.MustParseAddr(lua.CheckString(l, 1)), 4321)})
		bind.SetEnv(l, &bind.Env{Conn: conn})
		bind.PushObject(l, conn)
		l.SetGlobal("ac")
		return 0
	})
	return l
}

func TestLua(t *testing.T) {
	var mu sync.Mutex
	sources := files{"mixed": mixedFile}
	reg, _ := newRegistry(t, cidr.Config{
		Open: func(ctx context.Context, uri string) (io.ReadCloser, error) {
			mu.Lock()
			defer mu.Unlock()
			return sources.open(ctx, uri)
		},
		Query: func(_ context.Context, _, _ string, row func([]string, []any) error) error {
			for _, r := range [][]any{{"10.0.0.0/8", "ok"}, {"bad", "x"}, {"192.0.2.1", nil}} {
				if err := row([]string{"cidr", "val"}, r); err != nil {
					return err
				}
			}
			return nil
		},
	})
	l := newState(reg)
	l.Register("write", func(l *lua.State) int {
		mu.Lock()
		defer mu.Unlock()
		sources[lua.CheckString(l, 1)] = lua.CheckString(l, 2)
		return 0
	})
	if err := lua.DoFile(l, "testdata/cidr.lua"); err != nil {
		text, _ := l.ToString(-1)
		t.Fatal(err, text)
	}
}

func Example_lua() {
	reg := cidr.New(&cidr.Config{Open: func(context.Context, string) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader("192.0.2.0/24 :4:dynamic range\n")), nil
	}})
	defer reg.Close()
	err := lua.DoString(newState(reg), `
		require("msys.cidr")
		msys.cidr.define("dynamic", { type = "rbldnsd", source = "/etc/mail/dynamic.txt", value = "txt", default_value = "" })
		peer("192.0.2.99")
		print(msys.cidr.query("dynamic"))
		print(msys.cidr.query("dynamic", "198.51.100.1") == "")
	`)
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// dynamic range
	// true
}
