package dialect

import (
	"os"
	"strings"
	"testing"

	lua "github.com/Shopify/go-lua"
)

// benchmarkScript runs a script that defines a function run(n), which loops
// n times, once on the bare machine and once through the dialect.
func benchmarkScript(b *testing.B, src string) { benchmarkScripts(b, src, src) }

func benchmarkScripts(b *testing.B, plain, src string) {
	load := func(name string, load func(l *lua.State) error) {
		b.Run(name, func(b *testing.B) {
			l, _ := newState(b)
			if err := load(l); err != nil {
				b.Fatal(err)
			}
			l.Call(0, 0)
			b.ReportAllocs()
			b.ResetTimer()
			l.Global("run")
			l.PushInteger(b.N)
			l.Call(1, 0)
		})
	}
	load("machine", func(l *lua.State) error { return l.Load(strings.NewReader(plain), "=bench", "t") })
	load("dialect", func(l *lua.State) error { return Load(l, []byte(src), "=bench") })
}

func BenchmarkRemainder(b *testing.B) {
	benchmarkScript(b, `function run(n) local s, a, m = 0, 12345, 7 for i = 1, n do s = a % m end end`)
}

func BenchmarkRemainderOfCounter(b *testing.B) {
	benchmarkScript(b, `function run(n) local s = 0 for i = 1, n do s = i % 7 end end`)
}

func BenchmarkConcatTwo(b *testing.B) {
	benchmarkScript(b, `function run(n) local s, a, c = "", "example", "net" for i = 1, n do s = a .. c end end`)
}

func BenchmarkConcatLiteral(b *testing.B) {
	benchmarkScript(b, `function run(n) local s, a, c = "", "example", "net" for i = 1, n do s = a .. "." end end`)
}

func BenchmarkConcatFive(b *testing.B) {
	benchmarkScript(b, `function run(n) local s, a, c = "", "example", "net" for i = 1, n do s = a .. "." .. c .. ":" .. a end end`)
}

func BenchmarkConcatNumber(b *testing.B) {
	benchmarkScript(b, `function run(n) local s, a, c = "", "example", "net" for i = 1, n do s = a .. "." .. i end end`)
}
func BenchmarkConcatTen(b *testing.B) {
	benchmarkScript(b, `function run(n) local s, a, c = "", "example", "net" for i = 1, n do s = a .. "." .. c .. ":" .. a  .. "." .. c .. ":" .. a .. c end end`)
}

// The machine's peer of & is a function of its library.
func BenchmarkBitAnd(b *testing.B) {
	const loop = `function run(n) local band, s, a, m = bit32 and bit32.band, 0, 12345, 255 for i = 1, n do s = `
	benchmarkScripts(b, loop+`band(a, m) end end`, loop+`a & m end end`)
}

func BenchmarkLoadSmall(b *testing.B) {
	const src = "local a, b = ... return a + b"
	b.Run("machine", func(b *testing.B) {
		b.ReportAllocs()
		for l := lua.NewState(); b.Loop(); l.Pop(1) {
			if err := l.Load(strings.NewReader(src), "=small", "t"); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("dialect", func(b *testing.B) {
		b.ReportAllocs()
		for l := lua.NewState(); b.Loop(); l.Pop(1) {
			if err := Load(l, []byte(src), "=small"); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkTranslate(b *testing.B) {
	src, err := os.ReadFile("testdata/policy.lua")
	if err != nil {
		b.Fatal(err)
	}
	b.Run("policy", func(b *testing.B) {
		b.SetBytes(int64(len(src)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := Translate(src, "@policy.lua"); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("compile", func(b *testing.B) { // the machine's compiler, for comparison
		prog, err := Translate(src, "@policy.lua")
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(int64(len(src)))
		b.ReportAllocs()
		for b.Loop() {
			l := lua.NewState()
			if err := prog.Load(l); err != nil {
				b.Fatal(err)
			}
		}
	})
}
