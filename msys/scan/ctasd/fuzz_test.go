package ctasd

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/msys/scan"
)

// The lines of an accepted answer are an answer that means the same.
func FuzzAnswer(f *testing.F) {
	for _, s := range []string{
		"X-CTCH-Spam: Confirmed\r\nX-CTCH-VOD: NonVirus\r\nX-CTCH-RefID: str=0001.0A\r\n", "x-ctch-VOD:High", "X-CTCH-Error: no", "<html>", "",
		"X-CTCH-Spam: a\r\nX-CTCH-Spam: b", ":\n:x", "X-CTCH-Spam : Bulk\r\nA:b:c\r\n",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		res, err := parseAnswer(s)
		if err != nil {
			if res != nil {
				t.Error("both a result and an error")
			}
			return
		}
		if (res.Verdict == scan.Infected) != (res.Name != "") {
			t.Errorf("%+v", res)
		}
		var b strings.Builder
		for _, name := range slices.Sorted(maps.Keys(res.Detail)) {
			b.WriteString(name + ": " + res.Detail[name] + "\r\n")
		}
		again, err := parseAnswer(b.String())
		if diff := cmp.Diff(res, again); err != nil || diff != "" {
			t.Error(err, diff)
		}
	})
}
