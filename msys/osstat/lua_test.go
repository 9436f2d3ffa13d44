package osstat_test

import (
	"fmt"
	"testing"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/lualib"
	"github.com/gomsys/gomsys/msys/osstat"
)

func newState(m *osstat.Monitor) *lua.State {
	l := lua.NewState()
	lualib.Open(l)
	bind.Preload(l, osstat.Library(m))
	return l
}

func TestLua(t *testing.T) {
	m := osstat.New(nil)
	defer m.Close()
	l := newState(m)
	if err := lua.DoFile(l, "testdata/os.lua"); err != nil {
		text, _ := l.ToString(-1)
		t.Fatal(err, text)
	}
	for _, f := range osstat.Module(m).Funcs { // the examples of the reference
		if err := lua.DoString(l, f.Example); err != nil || f.Example == "" {
			t.Errorf("%s: %v", f.Name, err)
		}
	}
}

func Example_lua() {
	m := osstat.New(nil)
	defer m.Close()
	err := lua.DoString(newState(m), `
		require("msys.os")
		local spool = msys.os.statvfs_subscribe("/", 10)
		local st, err = msys.os.statvfs_read(spool)
		print(st.kilobytes_available <= st.kilobytes_total, err)
	`)
	if err != nil {
		fmt.Println(err)
	}
	// Output: true	nil
}
