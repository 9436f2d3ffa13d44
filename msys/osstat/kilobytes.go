//go:build linux || darwin || freebsd

package osstat

import (
	"math"
	"math/bits"
)

// kilobytes gives the size of blocks of unit bytes, kept within an int64.
func kilobytes(blocks, unit uint64) int64 {
	hi, lo := bits.Mul64(blocks, unit)
	if hi >= 1024 {
		return math.MaxInt64
	}
	k, _ := bits.Div64(hi, lo, 1024)
	return int64(min(k, math.MaxInt64))
}
