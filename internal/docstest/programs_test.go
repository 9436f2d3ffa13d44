package docstest

import (
	"fmt"
	"os"
	"os/exec"
	"sync"
	"testing"
)

// bin is the directory of the programs.
var bin string

// build makes the programs of the examples, once for all tests; linking them
// takes long.
var build = sync.OnceValue(func() error {
	cmd := exec.Command("go", "build", "-o", bin, "./examples/...")
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("building the examples: %w\n%s", err, out)
	}
	return nil
})

// programs gives the directory of the programs of the examples.
func programs(t *testing.T) string {
	t.Helper()
	if err := build(); err != nil {
		t.Fatal(err)
	}
	return bin
}

func TestMain(m *testing.M) {
	var err error
	if bin, err = os.MkdirTemp("", "programs"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	os.RemoveAll(bin)
	os.Exit(code)
}
