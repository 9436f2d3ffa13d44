package pbp

import (
	"errors"
	"fmt"
	"math"
	"strconv"
)

// ErrSize is given for a text that is no size; its message ends with the text.
var ErrSize = errors.New("invalid size")

// Size reads a number of bytes with an optional unit, in either case: "1024",
// "1024b", "50k", "30m", "1g". Units are powers of 1024. The error wraps
// [ErrSize].
func Size(s string) (int64, error) {
	digits, shift := s, 0
	if s != "" {
		digits = s[:len(s)-1]
		switch s[len(s)-1] {
		case 'b', 'B':
		case 'k', 'K':
			shift = 10
		case 'm', 'M':
			shift = 20
		case 'g', 'G':
			shift = 30
		default:
			digits = s
		}
	}
	n, err := strconv.ParseUint(digits, 10, 63)
	if err != nil || n > math.MaxInt64>>shift {
		return 0, fmt.Errorf("%w '%s'", ErrSize, s)
	}
	return int64(n) << shift, nil
}
