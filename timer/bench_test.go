package timer_test

import (
	"context"
	"runtime"
	"testing"
	"time"

	"github.com/gomsys/gomsys/timer"
)

// BenchmarkLive measures the memory of 10,000 timers that wait.
func BenchmarkLive(b *testing.B) {
	fn := func(context.Context) error { return nil }
	for b.Loop() {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		e := timer.New(nil)
		for i := range 10_000 {
			e.Every(time.Hour+time.Duration(i), fn, "bench")
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/1e6, "MB/10k")
		e.Close()
	}
}

func BenchmarkStartStop(b *testing.B) {
	fn := func(context.Context) error { return nil }
	e := timer.New(nil)
	defer e.Close()
	for i := range 10_000 {
		e.Every(time.Hour+time.Duration(i), fn, "live")
	}
	t := e.After(2*time.Hour, fn, "bench")
	b.Run("engine", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			t.Start()
			t.Stop()
		}
	})
	b.Run("peer=time.Timer", func(b *testing.B) {
		b.ReportAllocs()
		t := time.AfterFunc(2*time.Hour, func() {})
		for b.Loop() {
			t.Reset(2 * time.Hour)
			t.Stop()
		}
	})
}
