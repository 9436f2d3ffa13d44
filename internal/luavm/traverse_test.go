package luavm

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// TestTraversalAgainstModel traverses tables that are filled and emptied at
// random, also while they are traversed, and compares with a Go map.
func TestTraversalAgainstModel(t *testing.T) {
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 1))
		th := newTestThread(t)
		l := th.L
		model := map[any]bool{}
		l.NewTable()
		key := func() any {
			switch r.IntN(4) {
			case 0:
				return float64(r.IntN(40))
			case 1:
				return float64(r.IntN(1000)) / 8
			case 2:
				return r.IntN(2) == 0
			}
			return fmt.Sprint("k", r.IntN(100))
		}
		set := func(k any, there bool) {
			th.Push(k)
			if there {
				l.PushBoolean(true)
				model[k] = true
			} else {
				l.PushNil()
				delete(model, k)
			}
			l.RawSet(1)
		}
		for range 20 {
			for range r.IntN(60) {
				set(key(), r.IntN(3) > 0)
			}
			seen := map[any]bool{}
			clearing := r.IntN(2) == 0
			before := len(model)
			for l.PushNil(); th.Next(1); l.Pop(1) {
				k := th.Value(-2)
				if seen[k] || !model[k] {
					t.Fatalf("seed %d: key %v is wrong", seed, k)
				}
				seen[k] = true
				if clearing && r.IntN(3) > 0 {
					set(k, false)
				}
				if r.IntN(50) == 0 { // another traversal in between
					for l.PushNil(); th.Next(1); l.Pop(1) {
					}
				}
			}
			if len(seen) != before || l.Top() != 1 {
				t.Fatalf("seed %d: %d keys of %d, top %d", seed, len(seen), before, l.Top())
			}
		}
	}
}

func BenchmarkNext(b *testing.B) {
	th := newTestThread(b)
	l := th.L
	l.NewTable()
	for i := range 1000 {
		l.PushBoolean(true)
		l.SetField(-2, fmt.Sprint(i))
	}
	for name, next := range map[string]func() bool{
		"luavm":  func() bool { return th.Next(1) },
		"go-lua": func() bool { return l.Next(1) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				for l.PushNil(); next(); l.Pop(1) {
				}
			}
		})
	}
}
