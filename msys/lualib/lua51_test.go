package lualib

import (
	"fmt"
	"os/exec"
	"strconv"
	"strings"
	"testing"
)

// BenchLua51 measures code, whose result is a function that does the work n
// times, on the interpreter in C as a process. It reports the processor time
// of the function alone, for as many times as take 50 ms or more.
func BenchLua51(b *testing.B, code string) {
	program, err := exec.LookPath("lua5.1")
	if err != nil {
		b.Skip("lua5.1 is not installed")
	}
	cmd := exec.Command(program, "-")
	cmd.Stdin = strings.NewReader(fmt.Sprintf(`
local f = (function() %s end)()
local n, took = 1, 0
while took < 0.05 do
  n = n * 2
  local began = os.clock()
  f(n)
  took = os.clock() - began
end
io.write(string.format("%%.12f", took / n))`, code))
	out, err := cmd.CombinedOutput()
	if err != nil {
		b.Fatal(err, string(out))
	}
	seconds, err := strconv.ParseFloat(string(out), 64)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(seconds*1e9, "ns/op")
}
