package docstest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Blocks of Go compile and pass vet in a module of their own, as in a reader's
// project. Those with tests are run.
func TestGo(t *testing.T) {
	repository, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	mod, err := os.ReadFile(filepath.Join(repository, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	_, requires, _ := strings.Cut(string(mod), "\n") // all but the line with the module's name
	write(t, filepath.Join(dir, "go.mod"), fmt.Sprintf(
		"module pages\n%s\nrequire github.com/gomsys/gomsys v0.0.0\n\nreplace github.com/gomsys/gomsys => %s\n", requires, repository))
	sums, err := os.ReadFile(filepath.Join(repository, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "go.sum"), string(sums))
	for i, b := range blocksOf(t, "go") {
		text, err := Program(b)
		if err != nil {
			t.Error(err)
			continue
		}
		name := "block.go"
		if strings.Contains(text, "func Test") {
			name = "block_test.go"
		}
		// Messages of the compiler name the directory, which names the page.
		sub := fmt.Sprintf("%02d_%s_%d", i, strings.TrimSuffix(filepath.Base(b.Page), ".md"), b.Line)
		write(t, filepath.Join(dir, sub, name), text)
	}
	for _, args := range [][]string{{"vet", "./..."}, {"test", "./..."}} {
		cmd := exec.CommandContext(t.Context(), "go", args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
}

func write(t *testing.T, file, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}
