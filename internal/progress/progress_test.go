package progress_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/internal/progress"
)

// clock is a time that steps advance.
type clock struct{ t time.Time }

func (c *clock) now() time.Time { return c.t }

func TestLine(t *testing.T) {
	for _, tt := range []struct {
		name            string
		terminal        bool
		total, steps    int
		each            time.Duration
		want, wantAfter string // before and after Done
	}{
		{"quick on a terminal", true, 9, 9, 100 * time.Millisecond, "", ""},
		{"quick elsewhere", false, 99, 99, 100 * time.Millisecond, "", ""},
		{"terminal", true, 4, 3, 600 * time.Millisecond,
			"\r2 of 4 mails, about 1s left\x1b[K\r3 of 4 mails, about 1s left\x1b[K", "\r\x1b[K"},
		{"not too often", true, 100, 14, 100 * time.Millisecond,
			"\r10 of 100 mails, about 9s left\x1b[K\r12 of 100 mails, about 9s left\x1b[K\r14 of 100 mails, about 9s left\x1b[K", "\r\x1b[K"},
		{"elsewhere", false, 10, 5, 6 * time.Second, "2 of 10 mails, about 48s left\n4 of 10 mails, about 36s left\n", ""},
		{"unknown total", false, 0, 2, 6 * time.Second, "2 mails in 12s\n", ""},
		{"more than expected", false, 1, 2, 6 * time.Second, "2 of 1 mails, about 0s left\n", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out strings.Builder
			c := &clock{time.Unix(0, 0)}
			l := progress.New(&out, "mails", tt.total, &progress.Options{Terminal: &tt.terminal, Now: c.now})
			for range tt.steps {
				c.t = c.t.Add(tt.each)
				l.Step()
			}
			if diff := cmp.Diff(tt.want, out.String()); diff != "" {
				t.Error(diff)
			}
			l.Done()
			l.Done()
			if diff := cmp.Diff(tt.want+tt.wantAfter, out.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestNilLine(t *testing.T) {
	var l *progress.Line
	l.Step()
	l.Done()
}

func TestIsTerminal(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if progress.IsTerminal(f) || progress.IsTerminal(&strings.Builder{}) {
		t.Error("a file and a buffer are no terminals")
	}
	pty, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skipf("no terminal to look at: %v", err)
	}
	defer pty.Close()
	if !progress.IsTerminal(pty) {
		t.Error("a terminal is one")
	}
}

func ExampleNew() {
	c := &clock{time.Unix(0, 0)}
	l := progress.New(os.Stdout, "files", 4, &progress.Options{Now: c.now, Terminal: new(bool)})
	for range 4 {
		c.t = c.t.Add(6 * time.Second)
		l.Step()
	}
	l.Done()
	fmt.Println("done")
	// Output:
	// 2 of 4 files, about 12s left
	// 4 of 4 files, about 0s left
	// done
}
