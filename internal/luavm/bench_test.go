package luavm

import (
	"testing"

	lua "github.com/Shopify/go-lua"
)

// nothing is the cheapest Go function.
func nothing(*lua.State) int { return 0 }

func BenchmarkGuard(b *testing.B) {
	l := newTestThread(b).L
	for name, f := range map[string]lua.Function{"plain": nothing, "guarded": Guard(nothing)} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				f(l)
			}
		})
	}
}

func BenchmarkOf(b *testing.B) {
	l := newTestThread(b).L
	b.ReportAllocs()
	for b.Loop() {
		Of(l)
	}
}

func BenchmarkPCall(b *testing.B) {
	th := newTestThread(b)
	for name, call := range map[string]func(){
		"PCall":          func() { th.L.PushGoFunction(nothing); th.PCall(0, 0) },
		"go-lua's own":   func() { th.L.PushGoFunction(nothing); th.L.ProtectedCall(0, 0, 0) },
		"PCall of error": func() { th.L.PushGoFunction(func(l *lua.State) int { Throw(l, 1, "x"); return 0 }); th.PCall(0, 0) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				call()
			}
		})
	}
}

func BenchmarkNewThread(b *testing.B) {
	th := newTestThread(b)
	b.ReportAllocs()
	for b.Loop() {
		th.NewThread()
	}
}

func BenchmarkSwitch(b *testing.B) {
	th := newTestThread(b)
	load(b, th, "while true do yield() end")
	th.NewCoroutine()
	raw := th.Pop()
	b.ReportAllocs()
	for b.Loop() {
		n, _ := th.Resume(raw, 0)
		th.L.Pop(n)
	}
}
