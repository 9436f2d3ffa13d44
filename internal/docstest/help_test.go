package docstest

import (
	"bytes"
	"errors"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Every program teaches with -h: its usage, an invocation to copy, its exit
// statuses; and -h is no error, an unknown flag is one.
func TestHelp(t *testing.T) {
	sources, err := filepath.Glob(filepath.Join(root, "examples", "*", "main.go"))
	if err != nil || len(sources) == 0 {
		t.Fatalf("no programs: %v", err)
	}
	bin := programs(t)
	for _, p := range sources {
		name := filepath.Base(filepath.Dir(p))
		t.Run(name, func(t *testing.T) {
			run := func(flag string) (string, int) {
				t.Helper()
				var out bytes.Buffer
				cmd := exec.CommandContext(t.Context(), filepath.Join(bin, name), flag)
				cmd.Stdout, cmd.Stderr = &out, &out
				err := cmd.Run()
				var exit *exec.ExitError
				if err != nil && !errors.As(err, &exit) {
					t.Fatal(err)
				}
				return out.String(), cmd.ProcessState.ExitCode()
			}
			help, code := run("-h")
			if code != 0 {
				t.Errorf("-h: exit status %d", code)
			}
			if !strings.HasPrefix(help, "Usage: "+name) || !strings.Contains(help, "\nExit status: 0 ") {
				t.Errorf("-h lacks the usage or the exit statuses:\n%s", help)
			}
			example := regexp.MustCompile(`(?m)^ +(go run \./examples/` + name + `|` + name + `)( |$)`)
			if !example.MatchString(help) {
				t.Errorf("-h has no invocation to copy:\n%s", help)
			}
			if out, code := run("-no-such-flag"); code != 2 || !strings.Contains(out, "no-such-flag") {
				t.Errorf("unknown flag: exit status %d\n%s", code, out)
			}
		})
	}
}
