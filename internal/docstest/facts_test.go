package docstest

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/gomsys/gomsys/msys"
)

var link = regexp.MustCompile(`\]\(([^)#\s]+)(#[^)]*)?\)`)

// Links to files of the repository lead somewhere.
func TestLinks(t *testing.T) {
	for _, p := range pages(t) {
		for _, m := range link.FindAllStringSubmatch(p.content, -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			if _, err := os.Stat(filepath.Join(root, path.Dir(p.name), m[1])); err != nil {
				t.Errorf("%s: %s: %v", p.name, m[1], err)
			}
		}
	}
}

var testName = regexp.MustCompile("`((?:Test|Fuzz|Benchmark)[A-Z]\\w*)`")

// Tests and benchmarks that pages name exist.
func TestNamedTests(t *testing.T) {
	declared := map[string]bool{}
	declaration := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz|Benchmark)\w+)\(`)
	err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(file, "_test.go") {
			return err
		}
		source, err := os.ReadFile(file)
		for _, m := range declaration.FindAllSubmatch(source, -1) {
			declared[string(m[1])] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range pages(t) {
		for _, m := range testName.FindAllStringSubmatch(p.content, -1) {
			if !declared[m[1]] {
				t.Errorf("%s: there is no %s", p.name, m[1])
			}
		}
	}
}

var hookRow = regexp.MustCompile("(?m)^\\| `([a-z][a-z0-9_]+)\\(([^)]*)\\)` \\|")

// Callouts in the tables of pages exist, are called, and have the arguments
// that the runtime gives.
func TestCallouts(t *testing.T) {
	hooks := newRuntime(t).Hooks()
	rows := 0
	for _, p := range pages(t) {
		for _, m := range hookRow.FindAllStringSubmatch(p.content, -1) {
			rows++
			name, args := m[1], m[2]
			i := slices.IndexFunc(hooks, func(h msys.HookDef) bool { return h.Name == name })
			switch {
			case i < 0:
				t.Errorf("%s: %s is no callout", p.name, name)
			case !hooks[i].Called():
				t.Errorf("%s: nothing calls %s", p.name, name)
			case hooks[i].Args != args:
				t.Errorf("%s: %s has the arguments %q, not %q", p.name, name, hooks[i].Args, args)
			}
		}
	}
	if rows == 0 {
		t.Error("no page lists callouts")
	}
}
