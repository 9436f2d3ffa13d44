package docstest

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

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

var packageName = regexp.MustCompile("`((?:msys|message|vctx|pcre|counter|timer|audit|examples)(?:/[a-z0-9]+)*)`")

// The table of the README names all packages that others can import, and
// programs, and no others.
func TestPackages(t *testing.T) {
	var want []string
	err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		name, err := filepath.Rel(root, file)
		if err != nil || name == "." {
			return err
		}
		name = filepath.ToSlash(name)
		switch d.Name()[0] {
		case '.', '_':
			return filepath.SkipDir
		}
		if d.Name() == "internal" || d.Name() == "testdata" || path.Dir(path.Dir(name)) == "examples" {
			return filepath.SkipDir
		}
		sources, err := filepath.Glob(filepath.Join(file, "*.go"))
		if len(sources) > 0 {
			want = append(want, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(readme), "| Package |")
	var got []string
	for _, m := range packageName.FindAllStringSubmatch(table, -1) {
		if m[1] != "examples" {
			got = append(got, m[1])
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, slices.Compact(got)); diff != "" {
		t.Errorf("packages and README differ:\n%s", diff)
	}
}

var hookRow = regexp.MustCompile("(?m)^\\| `([a-z][a-z0-9_]+)\\(([^)]*)\\)` \\| (\\w+) \\|")

// Callouts in the tables of pages have the arguments and returns that the
// runtime knows, and all that are called are listed.
func TestCallouts(t *testing.T) {
	returns := map[msys.HookKind]string{
		msys.KindValidate: "validate", msys.KindInt: "number", msys.KindString: "text", msys.KindVoid: "ignored",
	}
	want := map[string]string{}
	for _, h := range newRuntime(t).Hooks() {
		if h.Called() {
			want[h.Name] = "(" + h.Args + ") " + returns[h.Kind]
		}
	}
	for _, name := range []string{"init", "rsrc_setup", "deinit"} {
		want[name] = "() true" // they are told apart from other hooks without results
	}
	got := map[string]string{}
	for _, p := range pages(t) {
		for _, m := range hookRow.FindAllStringSubmatch(p.content, -1) {
			got[m[1]] = "(" + m[2] + ") " + m[3]
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("runtime and pages differ:\n%s", diff)
	}
}

var runtimeMethod = regexp.MustCompile("`(Runtime|Session)\\.([A-Z]\\w+)`")

// Methods of the runtime and of sessions that pages name exist.
func TestMethods(t *testing.T) {
	types := map[string]reflect.Type{"Runtime": reflect.TypeFor[*msys.Runtime](), "Session": reflect.TypeFor[*msys.Session]()}
	for _, p := range pages(t) {
		for _, m := range runtimeMethod.FindAllStringSubmatch(p.content, -1) {
			if _, ok := types[m[1]].MethodByName(m[2]); !ok {
				t.Errorf("%s: there is no %s.%s", p.name, m[1], m[2])
			}
		}
	}
}
