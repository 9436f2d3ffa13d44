package xml_test

import (
	"testing"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/lualib"
	"github.com/gomsys/gomsys/msys/xml"
)

func TestLua(t *testing.T) {
	l := lua.NewState()
	lualib.Open(l)
	bind.Preload(l, xml.Library())
	if err := lua.DoFile(l, "testdata/xml.lua"); err != nil {
		text, _ := l.ToString(-1)
		t.Fatal(err, text)
	}
}

// TestLuaExamples runs the examples of the reference.
func TestLuaExamples(t *testing.T) {
	l := lua.NewState()
	lua.OpenLibraries(l)
	bind.Preload(l, xml.Library())
	for _, f := range xml.Module().Funcs {
		if err := lua.DoString(l, f.Example); err != nil {
			t.Errorf("%s: %v", f.Name, err)
		}
	}
}
