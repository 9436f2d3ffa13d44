package clamd

import (
	"bufio"
	"strings"
	"testing"

	"github.com/gomsys/gomsys/msys/scan"
)

// An answer is clean only if it says so word for word, and an infection always
// has a name.
func FuzzAnswer(f *testing.F) {
	for _, s := range []string{
		"stream: OK\x00", "stream: Eicar-Test FOUND\x00", "1: stream: OK\x00", "stream:  FOUND\x00", "INSTREAM size limit exceeded. ERROR\x00",
		"stream: Can't open file ERROR\n", "UNKNOWN COMMAND\x00", "stream: OK FOUND\x00", "stream: a\x00b", "", "\x00", "12:", "PONG\x00",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		answer, err := readAnswer(bufio.NewReader(strings.NewReader(s)))
		if err != nil {
			return
		}
		if len(answer) > maxAnswer || strings.ContainsAny(answer, "\x00\n") || !strings.HasPrefix(s, answer) {
			t.Fatalf("%q gave %q", s, answer)
		}
		answer = withoutNumber(answer)
		res, err := parseAnswer(answer)
		switch {
		case err != nil:
			if res != nil {
				t.Error("both a result and an error")
			}
		case res.Verdict == scan.Clean && answer != "stream: OK":
			t.Errorf("%q is clean", answer)
		case res.Verdict == scan.Infected && (strings.TrimSpace(res.Name) == "" || answer != "stream: "+res.Name+" FOUND"):
			t.Errorf("%q: %+v", answer, res)
		case res.Verdict != scan.Clean && res.Name == "":
			t.Errorf("%q: no name", answer)
		}
	})
}
