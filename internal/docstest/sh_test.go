package docstest

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

var (
	runLine  = regexp.MustCompile(`(?m)^go run \./examples/`)
	runName  = regexp.MustCompile(`go run \./examples/([a-z]+)`)
	exitMark = regexp.MustCompile(`^exit=(\d+)$`)
)

// Blocks of sh that begin with a program of the examples run, and end with
// the exit status that they say.
func TestSh(t *testing.T) {
	bin := programs(t)
	for _, b := range blocksOf(t, "sh") {
		if !strings.HasPrefix(b.Text, "go run ./examples/") || b.Has("by-hand") {
			continue
		}
		t.Run(b.Position(), func(t *testing.T) {
			want := 0
			for _, mark := range b.Marks {
				if m := exitMark.FindStringSubmatch(mark); m != nil {
					want, _ = strconv.Atoi(m[1])
				}
			}
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
			defer cancel()
			cmd := exec.CommandContext(ctx, "sh", "-ec", runLine.ReplaceAllString(b.Text, bin+"/"))
			cmd.Dir = root
			out, err := cmd.CombinedOutput()
			got := 0
			var exit *exec.ExitError
			switch {
			case errors.As(err, &exit):
				got = exit.ExitCode()
			case err != nil:
				t.Fatal(err)
			}
			if got != want {
				t.Errorf("exit status %d, want %d:\n%s", got, want, out)
			}
		})
	}
}

// Programs that pages name exist, also where a block is not run.
func TestPrograms(t *testing.T) {
	for _, p := range pages(t) {
		for _, m := range runName.FindAllStringSubmatch(p.content, -1) {
			if _, err := os.Stat(filepath.Join(root, "examples", m[1])); err != nil {
				t.Errorf("%s: %v", p.name, err)
			}
		}
	}
}
