package json_test

import (
	"testing"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/json"
	"github.com/gomsys/gomsys/msys/lualib"
)

func TestLua(t *testing.T) {
	l := lua.NewState()
	lualib.Open(l)
	bind.Preload(l, json.Library())
	if err := lua.DoFile(l, "testdata/json.lua"); err != nil {
		text, _ := l.ToString(-1)
		t.Fatal(err, text)
	}
}

// TestLuaExamples runs the examples of the reference.
func TestLuaExamples(t *testing.T) {
	l := lua.NewState()
	lua.OpenLibraries(l)
	bind.Preload(l, json.Library())
	for _, f := range json.Module().Funcs {
		if err := lua.DoString(l, f.Example); err != nil {
			t.Errorf("%s: %v", f.Name, err)
		}
	}
}
