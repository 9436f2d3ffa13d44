package spamd

import (
	"bufio"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What is accepted can be said in the usual form and means the same.
func FuzzAnswer(f *testing.F) {
	for _, s := range []string{
		"SPAMD/1.1 0 EX_OK\r\nContent-length: 5\r\nSpam: True ; 7.12 / 5.00\r\n\r\nA,B\r\n",
		"SPAMD/1.5 0 EX_OK\nspam: no;-1/5\n\n", "SPAMD/1.0 76 EX_PROTOCOL\r\n", "SPAMD/1.1 0 EX_OK\r\nSpam: true ; 1e5 / 5\r\nA,B",
		"SPAMD/1.1 0 EX_OK\r\nSpam: True ; inf / nan\r\n\r\n", "SPAMD/2.0 0 EX_OK\r\n\r\n", "", "SPAMD/1.1 0 EX_OK\r\nContent-length: 99999999\r\n\r\n",
		"SPAMD/1.1 -0 EX_OK\r\nSpam: Yes ; 0x1p-2 / 5\r\n\r\n, ,A,\x00",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := readAnswer(bufio.NewReader(strings.NewReader(s)), Symbols)
		if err != nil {
			return
		}
		if len(a.body) > max(len(s), 1) {
			t.Fatalf("a body of %d bytes of %d", len(a.body), len(s))
		}
		res, err := a.result(Symbols)
		if err != nil {
			return
		}
		if math.IsNaN(res.Score) || math.IsInf(res.Score, 0) || math.IsNaN(res.Threshold) || math.IsInf(res.Threshold, 0) {
			t.Fatalf("%+v", res)
		}
		line := strings.Join(res.Symbols, ",")
		again := fmt.Sprintf("SPAMD/1.1 0 EX_OK\r\nContent-length: %d\r\nSpam: %v ; %v / %v\r\n\r\n%s\r\n", len(line)+2, res.Spam, res.Score, res.Threshold, line)
		b, err := readAnswer(bufio.NewReader(strings.NewReader(again)), Symbols)
		if err != nil {
			t.Fatalf("%q: %v", again, err)
		}
		res2, err := b.result(Symbols)
		if diff := cmp.Diff(res, res2); err != nil || diff != "" {
			t.Errorf("%q: %v %s", again, err, diff)
		}
	})
}
