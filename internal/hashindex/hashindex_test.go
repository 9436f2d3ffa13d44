package hashindex

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// model is the slow twin: the records of each hash.
type model map[uint32][]uint32

// hashes makes hashes of which many are equal or close to each other, and
// enough of one half of the range that tables are split unevenly.
func hashes(rnd *rand.Rand) uint32 {
	switch rnd.IntN(4) {
	case 0:
		return rnd.Uint32()
	case 1:
		return rnd.Uint32N(64) - 32
	case 2:
		return rnd.Uint32N(4) << 30
	}
	return rnd.Uint32() >> 5
}

func againstModel(t *testing.T, rnd *rand.Rand, steps, add int) {
	var x Index
	m := model{}
	size, record := 0, uint32(0)
	var used []uint32
	for step := range steps {
		hash := hashes(rnd)
		if len(used) > 0 && rnd.IntN(2) == 0 {
			hash = used[rnd.IntN(len(used))]
		}
		if have := m[hash]; rnd.IntN(100) >= add {
			if len(have) == 0 {
				if x.Delete(hash, record) {
					t.Fatalf("step %d: deleted what is not there", step)
				}
				continue
			}
			i := rnd.IntN(len(have))
			if !x.Delete(hash, have[i]) || x.Delete(hash, have[i]) {
				t.Fatalf("step %d: not deleted once", step)
			}
			m[hash] = slices.Delete(have, i, i+1)
			size--
		} else if len(have) < 10 {
			record++
			x.Put(hash, record)
			m[hash] = append(have, record)
			used = append(used, hash)
			size++
		}
		have := m[hash]
		if got := x.Get(hash); !slices.Contains(have, got) && (got != 0 || len(have) > 0) {
			t.Fatalf("step %d: Get(%#x) = %d, want one of %d", step, hash, got, have)
		}
		if x.Len() != size {
			t.Fatalf("step %d: %d records, want %d", step, x.Len(), size)
		}
	}
	for hash, have := range m {
		for _, want := range have {
			if got := x.Find(hash, func(n uint32) bool { return n == want }); got != want {
				t.Fatalf("Find(%#x) = %d, want %d", hash, got, want)
			}
		}
		if got := x.Find(hash, func(n uint32) bool { return !slices.Contains(have, n) }); got != 0 {
			t.Fatalf("Find(%#x) = %d, which was deleted", hash, got)
		}
	}
}

func TestAgainstModel(t *testing.T) {
	for _, add := range []int{20, 50, 70, 100} {
		againstModel(t, rand.New(rand.NewPCG(1, uint64(add))), 10_000, add)
	}
}

func FuzzIndex(f *testing.F) {
	f.Add(uint64(1), uint64(2), uint8(60))
	f.Fuzz(func(t *testing.T, a, b uint64, add uint8) {
		againstModel(t, rand.New(rand.NewPCG(a, b)), 5000, int(add)%101)
	})
}

// TestSkew puts so many hashes into one part of the range that the directory
// meets its bound.
func TestSkew(t *testing.T) {
	var x Index
	const n = 3_500
	for i := range uint32(n) {
		x.Put(i%100, i+1)
	}
	if len(x.dir) > 1<<maxBits || x.Len() != n {
		t.Errorf("%d records, %d tables; want %d, at most %d", x.Len(), len(x.dir), n, 1<<maxBits)
	}
	for i := range uint32(n) {
		if !x.Delete(i%100, i+1) {
			t.Fatalf("record %d is not there", i+1)
		}
	}
	if x.Get(0) != 0 || x.Len() != 0 {
		t.Errorf("%d records are left", x.Len())
	}
}
