package dict_test

import (
	"errors"
	"fmt"
	"os"
	"testing"

	lua "github.com/Shopify/go-lua"
	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/dict"
	"github.com/gomsys/gomsys/msys/lualib"
	"github.com/gomsys/gomsys/msys/policykit"
	"github.com/gomsys/gomsys/vctx"
)

func ExampleSerialize() {
	d := &vctx.Dict{}
	d.Set("list", "news")
	d.Set("user", "ann")
	s := dict.Serialize(d)
	fmt.Println(s)
	back, err := dict.Unserialize(s)
	fmt.Println(back.Get("user"), err)
	// Output:
	// 4:list,4:news,4:user,3:ann,
	// ann <nil>
}

func Example_lua() {
	l := lua.NewState()
	lualib.Open(l)
	bind.Open(l, dict.Library())
	err := lua.DoString(l, `
local d = msys.core.dict_blank()
msys.core.dict_add_key_value(d, "list", "news")
d.user = "ann"
for k, v in pairs(d) do print(k, v) end
print(msys.core.dict_key_exists_and_fetch(d, "list"))
`)
	fmt.Println(err)
	// Output:
	// list	news
	// user	ann
	// 1	news
	// <nil>
}

func TestLua(t *testing.T) {
	script, err := os.ReadFile("testdata/dict.lua")
	if err != nil {
		t.Fatal(err)
	}
	kit := policykit.New(t, &policykit.Options{Modules: []lua.RegistryFunction{dict.Library()}})
	kit.LoadString("dict.lua", string(script))
}

func TestPlainLua(t *testing.T) {
	l := lua.NewState()
	lua.OpenLibraries(l)
	bind.Preload(l, dict.Library())
	if err := lua.DoString(l, `
local core = require("msys.core")
local d, out = core.dict_blank(), ""
d.a = 1
d.b = 2
for k, v in d do out = out .. k .. v end
assert(out == "a1b2", out)
assert(d(nil, "gone") == nil)`); err != nil {
		t.Fatal(err)
	}
}

func TestLuaExamples(t *testing.T) {
	l := lua.NewState()
	lualib.Open(l)
	bind.Open(l, dict.Library())
	for _, f := range dict.Module().Funcs {
		if err := lua.DoString(l, f.Example); err != nil {
			t.Errorf("%s: %v", f.Name, err)
		}
	}
}

func TestUnserialize(t *testing.T) {
	for _, bad := range []string{
		"x", "1", "1:", ":,", "1:a", "1:a,", "1:a,1:", "1:a,2:b,", "-1:,0:,", "+1:a,0:,", "01:a,0:,", "0x1:a,0:,", "1:a,1:b;", "1:a,1:b,x",
		"99999999999999999999:a,", "4294967295:a,0:,", "1 :a,0:,",
	} {
		if d, err := dict.Unserialize(bad); d != nil || !errors.Is(err, dict.ErrFormat) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	d, err := dict.Unserialize("1:a,1:b,0:,0:,1:a,3:x,y,")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"a", ""}, d.Keys()); diff != "" || d.Get("a") != "x,y" {
		t.Error(diff, d.Get("a"))
	}
}

// FuzzUnserialize checks that what is read is written the same, and that a
// dictionary of any strings comes back.
func FuzzUnserialize(f *testing.F) {
	f.Add("1:a,1:b,0:,0:,", "key", "value")
	f.Add("1:a,1:b,1:a,1:c,", "", ":,")
	f.Add("12:a", "\x00", "\xff")
	f.Fuzz(func(t *testing.T, text, key, value string) {
		if d, err := dict.Unserialize(text); err == nil {
			again, err := dict.Unserialize(dict.Serialize(d))
			if err != nil || dict.Serialize(again) != dict.Serialize(d) {
				t.Fatalf("%q: %v", text, err)
			}
		}
		d := &vctx.Dict{}
		d.Set(key, value)
		d.Set(value, text)
		again, err := dict.Unserialize(dict.Serialize(d))
		if err != nil || again.Get(key) != d.Get(key) || again.Get(value) != text || again.Len() != d.Len() {
			t.Fatalf("%q, %q: %v", key, value, err)
		}
	})
}

func BenchmarkSerialize(b *testing.B) {
	d := &vctx.Dict{}
	for i := range 50 {
		d.Set(fmt.Sprint("key", i), "some value of a query")
	}
	b.SetBytes(int64(len(dict.Serialize(d))))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := dict.Unserialize(dict.Serialize(d)); err != nil {
			b.Fatal(err)
		}
	}
}
