package iowrap_test

import (
	"os"
	"path/filepath"
	"testing"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/iowrap"
	"github.com/gomsys/gomsys/msys/lualib"
)

// BenchmarkLuaWrite writes a log line from Lua, beside the io library.
func BenchmarkLuaWrite(b *testing.B) {
	for name, open := range map[string]string{
		"io_wrapper": `return msys.core.io_wrapper_open(NAME, msys.core.O_CREAT + msys.core.O_APPEND)`,
		"io.open":    `local h = io.open(NAME, "a") h:setvbuf("no") return h`,
	} {
		b.Run(name, func(b *testing.B) {
			files, err := iowrap.New(nil)
			if err != nil {
				b.Fatal(err)
			}
			defer files.Close()
			l := lua.NewState()
			lualib.Open(l)
			bind.Preload(l, iowrap.Libraries(files)...)
			bind.OpenPreloaded(l)
			l.PushString(filepath.Join(b.TempDir(), "log"))
			l.SetGlobal("NAME")
			if err := lua.DoString(l, "h = (function() "+open+" end)() line = ('x'):rep(80) .. '\\n' function write() h:write(line) end"); err != nil {
				b.Fatal(err)
			}
			b.SetBytes(81)
			b.ReportAllocs()
			for b.Loop() {
				l.Global("write")
				l.Call(0, 0)
			}
		})
	}
}

// BenchmarkReadFile reads a table of 100 kB within a root, beside os.ReadFile.
func BenchmarkReadFile(b *testing.B) {
	dir := b.TempDir()
	name := filepath.Join(dir, "table")
	if err := os.WriteFile(name, make([]byte, 100_000), 0o600); err != nil {
		b.Fatal(err)
	}
	b.Run("iowrap", func(b *testing.B) {
		files, err := iowrap.New(&iowrap.Options{Roots: []string{dir}})
		if err != nil {
			b.Fatal(err)
		}
		defer files.Close()
		b.SetBytes(100_000)
		b.ReportAllocs()
		for b.Loop() {
			if _, err := files.ReadFile(ctx, name); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("os", func(b *testing.B) {
		b.SetBytes(100_000)
		b.ReportAllocs()
		for b.Loop() {
			if _, err := os.ReadFile(name); err != nil {
				b.Fatal(err)
			}
		}
	})
}
