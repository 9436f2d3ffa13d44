// Gendocs writes the Lua reference under docs/lua from the declarations in
// the packages. With -check it writes nothing and fails if a page is not what
// it would write.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/bind/refdoc"
	"github.com/gomsys/gomsys/msys/modules"
)

func main() {
	dir := flag.String("dir", "docs/lua", "`DIR` of the pages")
	check := flag.Bool("check", false, "write nothing; fail if a page is out of date")
	flag.Parse()
	if err := run(*dir, *check); err != nil {
		fmt.Fprintln(os.Stderr, "gendocs:", err)
		os.Exit(1)
	}
}

func run(dir string, check bool) error {
	rt, err := msys.New(msys.Config{Modules: modules.All(modules.Options{})})
	if err != nil {
		return err
	}
	defer rt.Close()
	declared := rt.API()
	pages := append(refdoc.Pages(declared), refdoc.Page{Name: "msys.lua", Text: refdoc.Definitions(declared)})
	if !check {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	known := map[string]bool{}
	var stale []string
	for _, p := range pages {
		known[p.Name] = true
		file := filepath.Join(dir, p.Name)
		if old, err := os.ReadFile(file); err == nil && string(old) == p.Text {
			continue
		}
		if check {
			stale = append(stale, p.Name)
			continue
		}
		if err := os.WriteFile(file, []byte(p.Text), 0o644); err != nil {
			return err
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if known[e.Name()] {
			continue
		}
		if check {
			stale = append(stale, e.Name()+" (no such module any more)")
			continue
		}
		if err := os.Remove(filepath.Join(dir, e.Name())); err != nil {
			return err
		}
	}
	if len(stale) > 0 {
		return fmt.Errorf("out of date: %s; run go run ./internal/gendocs", strings.Join(stale, ", "))
	}
	return nil
}
