package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const output = `goos: linux
BenchmarkDecode/plain/this-2         	  100	   2000 ns/op	 500.00 MB/s	  64 B/op	       2 allocs/op
BenchmarkDecode/plain/this-2         	  100	   1000 ns/op	 1000.00 MB/s	  64 B/op	       2 allocs/op
BenchmarkDecode/plain/enmime-2       	  100	   3000 ns/op	 300.00 MB/s	  64 B/op	       9 allocs/op
BenchmarkParse/events-2              	  100	   1500000 ns/op
BenchmarkParse/events_stdlib-2       	  100	   750000 ns/op
BenchmarkInc/strict/goroutines=1-2   	  100	   5 ns/op
BenchmarkInc/peer=atomic/goroutines=1-2  	  100	   6 ns/op
BenchmarkVerify/text-2               	  100	   42000 ns/op	 1.16 x-floor
PASS
`

func TestTable(t *testing.T) {
	var b strings.Builder
	writeTable(&b, parse([]byte(output)))
	want := `| work | time | rate | allocations | peers: their time divided by ours |
| --- | --- | --- | --- | --- |
| Decode/plain | 1 µs | 1000 MB/s | 2 | enmime 3.00 |
| Parse/events | 1.5 ms |  |  | stdlib 0.50 |
| Inc/strict/goroutines=1 | 5 ns |  |  | atomic 1.20 |
| Verify/text | 42 µs, 1.16 x-floor |  |  |  |
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Error(diff)
	}
}
