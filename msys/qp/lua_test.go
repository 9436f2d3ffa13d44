package qp_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/lualib"
	"github.com/gomsys/gomsys/msys/qp"
)

// file is an open file as scripts hold it.
type file struct{ io.Reader }

func TestLua(t *testing.T) {
	l := lua.NewState()
	lualib.Open(l)
	files := &bind.Module{Name: "test", Classes: []*bind.Class{{Name: "test:_file", Of: (*file)(nil)}}}
	bind.Open(l, files.Library())
	bind.PushObject(l, &file{strings.NewReader("from a=file")})
	l.SetGlobal("file")
	bind.PushObject(l, &file{iotest.ErrReader(errors.New("disk on fire"))})
	l.SetGlobal("broken")
	bind.Preload(l, qp.Library())
	if err := lua.DoFile(l, "testdata/qp.lua"); err != nil {
		text, _ := l.ToString(-1)
		t.Fatal(err, text)
	}
}

// TestLuaExamples runs the examples of the reference.
func TestLuaExamples(t *testing.T) {
	l := lua.NewState()
	lua.OpenLibraries(l)
	bind.Preload(l, qp.Library())
	for _, f := range qp.Module().Funcs {
		if err := lua.DoString(l, f.Example); err != nil {
			t.Errorf("%s: %v", f.Name, err)
		}
	}
}
