package gaugecache_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/gaugecache"
	"github.com/gomsys/gomsys/msys/lualib"
	"github.com/gomsys/gomsys/timer"
)

func TestLua(t *testing.T) {
	clock := timer.NewManualClock(t0)
	store := gaugecache.NewMemoryStore(clock)
	caches := gaugecache.New(&gaugecache.Options{Clock: clock, Store: store})
	l := lua.NewState()
	lualib.Open(l)
	bind.Preload(l, gaugecache.Library(caches))
	waits := 0
	bind.SetEnv(l, &bind.Env{Wait: func(ctx context.Context, f func(context.Context) error) error { waits++; return f(ctx) }})
	l.Register("advance", func(l *lua.State) int {
		clock.Advance(time.Duration(lua.CheckNumber(l, 1) * 1e9))
		return 0
	})
	l.Register("other_node_adds", func(l *lua.State) int {
		limits := gaugecache.Limits{Name: lua.CheckString(l, 1), MaxElems: 10, TTL: time.Minute}
		if _, err := store.Add(ctx, limits, lua.CheckString(l, 2), int64(lua.CheckInteger(l, 3))); err != nil {
			t.Error(err)
		}
		return 0
	})
	if err := lua.DoFile(l, "testdata/gauge_cache.lua"); err != nil {
		text, _ := l.ToString(-1)
		t.Fatal(err, text)
	}
	if waits != 5 {
		t.Errorf("%d calls let others go on, want the 5 of replicated caches", waits)
	}
}

// TestLuaExamples runs the examples of the reference.
func TestLuaExamples(t *testing.T) {
	caches := gaugecache.New(nil)
	l := lua.NewState()
	lualib.Open(l)
	bind.Preload(l, gaugecache.Library(caches))
	for _, f := range gaugecache.Module(caches).Funcs {
		if err := lua.DoString(l, f.Example); err != nil || f.Example == "" {
			t.Errorf("%s: %v", f.Name, err)
		}
	}
}

func Example_lua() {
	l := lua.NewState()
	lualib.Open(l)
	bind.Preload(l, gaugecache.Library(gaugecache.New(nil)))
	err := lua.DoString(l, `
		local gauge = require("msys.gauge_cache")
		gauge.define("open", 1000, 3600)
		gauge.inc("open", "customer-7")
		print(gauge.inc("open", "customer-7"), gauge.dec("open", "customer-7"))
	`)
	if err != nil {
		fmt.Println(err)
	}
	// Output: 2	1
}
