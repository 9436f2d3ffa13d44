package journal_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/gomsys/gomsys/msys/iowrap/journal"
)

// childDir names the journal in the environment of the process that
// TestKilled starts.
const childDir = "JOURNAL_TEST_DIR"

// TestAppendForever is that process: it says of each record that Append
// returned.
func TestAppendForever(t *testing.T) {
	dir := os.Getenv(childDir)
	if dir == "" {
		t.Skip("this is the other process of TestKilled")
	}
	j, err := journal.Open(dir, &journal.Options{SegmentSize: 4000})
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; ; i++ {
		rec := fmt.Sprintf("%d.%d %s", os.Getpid(), i, strings.Repeat("x", i%500))
		if err := j.Append([]byte(rec)); err != nil {
			t.Fatal(err)
		}
		fmt.Println(rec)
	}
}

// TestKilled kills a process that writes, again and again: every record that
// it could tell of is there, in order.
func TestKilled(t *testing.T) {
	dir := t.TempDir()
	var told []string
	for range 4 {
		cmd := exec.Command(os.Args[0], "-test.run=^TestAppendForever$", "-test.v=false")
		cmd.Env = append(os.Environ(), childDir+"="+dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for range 200 {
			if !lines.Scan() {
				break
			}
			told = append(told, lines.Text())
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Error(err)
		}
		for lines.Scan() { // what was in the pipe
			told = append(told, lines.Text())
		}
		_ = cmd.Wait() // it was killed
	}
	if len(told) < 800 {
		t.Fatalf("only %d records", len(told))
	}
	found := rest(t, reader(t, open(t, dir, nil), "m"))
	next := 0
	for _, rec := range found {
		if next < len(told) && rec == told[next] {
			next++
		}
	}
	// The last line of each process may be a part of one.
	for ; next < len(told); next++ {
		if !partOfAny(told[next], found) {
			t.Fatalf("record %.40q is missing, after %d of %d", told[next], next, len(told))
		}
	}
}

func partOfAny(line string, records []string) bool {
	for _, rec := range records {
		if strings.HasPrefix(rec, line) {
			return true
		}
	}
	return false
}
