package rspamd

import (
	"math"
	"slices"
	"testing"

	"github.com/gomsys/gomsys/msys/scan"
)

func FuzzAnswer(f *testing.F) {
	for _, s := range []string{
		`{"score":7.5,"required_score":15,"action":"add header","symbols":{"A":{"score":1,"options":["x"]},"B":{}},"message-id":"1@x"}`,
		`{"score":0,"action":"reject","symbols":{"CLAM_VIRUS":{"options":["Eicar"]}}}`, `{"error":"x"}`, `{"score":1e999}`, `[]`, `null`, ``,
		`{"score":0,"is_skipped":true}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		res, err := parseAnswer(b, []string{"CLAM_VIRUS"})
		if err != nil {
			if res != nil {
				t.Error("both a result and an error")
			}
			return
		}
		if math.IsNaN(res.Score) || math.IsInf(res.Score, 0) || !slices.IsSorted(res.Symbols) || res.Detail["action"] != res.Code {
			t.Errorf("%+v", res)
		}
		if infected := slices.Contains(res.Symbols, "CLAM_VIRUS"); infected != (res.Verdict == scan.Infected) {
			t.Errorf("%+v", res)
		}
	})
}
