package tally

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestStringsAgainstModel(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	const windows = 5
	now := int64(1000)
	s := NewStrings(windows, now, 0)
	m := map[string]map[int64]int64{}
	add := func(key string, n, w int64) {
		if m[key] == nil {
			m[key] = map[int64]int64{}
		}
		m[key][w] += n
	}
	for step := range 20_000 {
		key := fmt.Sprint("k", rnd.IntN(200))
		switch rnd.IntN(8) {
		case 0, 1, 2:
			n := int64(rnd.IntN(5)) - 1
			s.Add(key, n, now)
			add(key, n, now)
		case 3:
			w := now - int64(rnd.IntN(windows+2))
			s.Restore(key, 3, w, now)
			if now-w < windows {
				add(key, 3, w)
			}
		case 4:
			_, want := m[key]
			delete(m, key)
			if got := s.Remove(key); got != want {
				t.Fatalf("step %d: Remove = %v, want %v", step, got, want)
			}
		case 5:
			now += int64(rnd.IntN(2))
			if rnd.IntN(50) == 0 {
				s.Sweep(now)
				for k, ws := range m {
					latest := int64(0)
					for w := range ws {
						latest = max(latest, w)
					}
					if now-latest >= windows {
						delete(m, k)
					}
				}
				if s.Len() != len(m) {
					t.Fatalf("step %d: %d keys, want %d", step, s.Len(), len(m))
				}
			}
		default:
			back := rnd.IntN(windows)
			back2 := back + rnd.IntN(windows)
			want := int64(0)
			for w, n := range m[key] {
				if age := int(now - w); age >= back && age <= back2 && age < windows {
					want += n
				}
			}
			if got := s.Count(key, back, back2, now); got != want {
				t.Fatalf("step %d: Count = %d, want %d", step, got, want)
			}
		}
	}
	want, got := map[string]int64{}, map[string]int64{}
	for k, ws := range m {
		for w, n := range ws {
			if now-w < windows && n != 0 {
				want[fmt.Sprint(k, w)] = n
			}
		}
		s.Windows(k, now, func(w, n int64) {
			if ws[w] != n {
				t.Errorf("%s in %d: %d, want %d", k, w, n, ws[w])
			}
		})
	}
	s.Each(now, func(k string, w, n int64) bool { got[fmt.Sprint(k, w)] = n; return true })
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestStringsEviction(t *testing.T) {
	s := NewStrings(3, 100, 50)
	for i := range 5000 {
		s.Add(fmt.Sprint(i), 1, 100+int64(i/1000))
	}
	if s.Len() != 50 || s.Evicted() != 4950 {
		t.Errorf("%d keys, %d evicted; want 50, 4950", s.Len(), s.Evicted())
	}
	big := NewStrings(3, 100, 1<<14)
	for i := range 1 << 15 {
		big.Add(fmt.Sprint(i), 1, 100)
	}
	if n := big.Len(); n > 1<<14 {
		t.Errorf("%d keys", n)
	}
}

func TestStringsConcurrent(t *testing.T) {
	s := NewStrings(3, 100, 0)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for i := range 1000 {
				s.Add(fmt.Sprint(i%50), 1, 100)
				if i%200 == 0 {
					s.Sweep(100)
					s.Each(100, func(string, int64, int64) bool { return true })
				}
			}
		})
	}
	wg.Wait()
	if got := s.Count("7", 0, 2, 100); got != 160 {
		t.Errorf("%d, want 160", got)
	}
}

func TestManyWindows(t *testing.T) {
	s := NewStrings(10_000, 1_000_000, 0)
	for w := range int64(30) {
		for i := range 20 {
			s.Add(fmt.Sprint(i), 1, 1_000_000+w*500)
		}
	}
	if got := s.Count("3", 0, 9_999, 1_014_500); got != 20 {
		t.Errorf("%d, want 20", got)
	}
}
