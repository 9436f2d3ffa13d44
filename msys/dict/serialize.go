package dict

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/gomsys/gomsys/vctx"
)

// ErrFormat is the cause of Unserialize's errors.
var ErrFormat = errors.New("not a serialized dictionary")

// Serialize gives a dictionary as bytes, in the order of its keys: each key
// and each value as a netstring, that is its length in decimal, a colon, its
// bytes and a comma. An empty dictionary gives an empty string.
func Serialize(d *vctx.Dict) string {
	var b strings.Builder
	for key, value := range d.All() {
		writeNetstring(&b, key)
		writeNetstring(&b, value)
	}
	return b.String()
}

func writeNetstring(b *strings.Builder, s string) {
	b.WriteString(strconv.Itoa(len(s)))
	b.WriteByte(':')
	b.WriteString(s)
	b.WriteByte(',')
}

// Unserialize reads what Serialize made. Of a key that is there twice the
// last value counts. Other input gives an error that wraps [ErrFormat].
func Unserialize(s string) (*vctx.Dict, error) {
	d := &vctx.Dict{}
	for rest := s; rest != ""; {
		var key, value string
		var ok bool
		if key, rest, ok = cutNetstring(rest); ok {
			value, rest, ok = cutNetstring(rest)
		}
		if !ok {
			return nil, fmt.Errorf("dict: unserialize: at offset %d: %w", len(s)-len(rest), ErrFormat)
		}
		d.Set(key, value)
	}
	return d, nil
}

// cutNetstring takes the netstring at the beginning of s off.
func cutNetstring(s string) (value, rest string, ok bool) {
	digits, _, found := strings.Cut(s[:min(len(s), 20)], ":")
	n, err := strconv.ParseUint(digits, 10, 32)
	if !found || err != nil || len(digits) > 1 && digits[0] == '0' {
		return "", s, false
	}
	after := s[len(digits)+1:]
	if uint64(len(after)) <= n || after[n] != ',' {
		return "", s, false
	}
	return after[:n], after[n+1:], true
}
