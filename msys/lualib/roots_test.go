package lualib

import (
	"io/fs"
	"strings"
	"testing"
)

func FuzzInside(f *testing.F) {
	for _, name := range []string{"a.lua", "a/b.lua", "./a", "../a", "a/../../b", "/etc/passwd", "a//b", "..", ".", "", "a\\..\\b", "a/./b", "a\x00b", "...", "a/..b"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		clean, ok := inside(name)
		if !ok {
			return
		}
		if !fs.ValidPath(clean) || strings.HasPrefix(clean, "/") {
			t.Errorf("%q is %q", name, clean)
		}
		for part := range strings.SplitSeq(clean, "/") {
			if part == ".." {
				t.Errorf("%q is %q", name, clean)
			}
		}
	})
}
