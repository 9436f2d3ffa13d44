// Check finds mistakes in policy scripts without running them: functions,
// constants and methods that do not exist, callouts that nothing calls,
// functions used outside of their phases, missing require lines, variables
// that are global by accident. See -h.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/gomsys/gomsys/internal/progress"
	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/modules"
	"github.com/gomsys/gomsys/msys/policycheck"
)

const usage = `Usage: check [flags] DIR|FILE…

Reads the Lua scripts in the directories and those below them, and the files,
as one policy, and reports one mistake a line:

    file:line: error: there is no function msys.counter.ink [unknown]

  go run ./examples/check my/policies
  go run ./examples/check -strict -used my/policies/inbound.lua
  go run ./examples/check -json my/policies >findings.json

An error fails wherever its line runs. A warning depends on what the script
means. At the end a summary says how many functions of Momentum the scripts
use and whether all of them are supported.

Exit status: 0 no errors · 1 errors, or warnings with -strict · 2 usage, or a
file that cannot be read

Flags:
`

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("check", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() { fmt.Fprint(stderr, usage); flags.PrintDefaults() }
	asJSON := flags.Bool("json", false, "print one JSON object: scripts, findings, used, unsupported, callouts")
	strict := flags.Bool("strict", false, "warnings give exit status 1, too")
	list := flags.Bool("used", false, "list the functions that the scripts use")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	case flags.NArg() == 0:
		flags.Usage()
		return 2
	}
	report, err := check(flags.Args(), stderr)
	if err != nil {
		fmt.Fprintln(stderr, "check:", err)
		return 2
	}
	if *asJSON {
		err = json.NewEncoder(stdout).Encode(report)
	} else {
		err = write(stdout, report, *list)
	}
	switch {
	case err != nil:
		fmt.Fprintln(stderr, "check: writing the report:", err)
		return 2
	case report.Errors() > 0, *strict && len(report.Findings) > 0:
		return 1
	}
	return 0
}

// check checks the scripts at paths as one policy, and says on stderr how far
// it is if that takes long.
func check(paths []string, stderr io.Writer) (*policycheck.Report, error) {
	set, err := modules.New(modules.Options{})
	if err != nil {
		return nil, err
	}
	defer set.Close()
	rt, err := msys.New(msys.Config{Modules: set.Libraries()})
	if err != nil {
		return nil, err
	}
	defer rt.Close()
	c := modules.NewChecker(rt)
	files, err := scripts(paths)
	if err != nil {
		return nil, err
	}
	line := progress.New(stderr, "scripts", len(files), nil)
	defer line.Done()
	for _, name := range files {
		source, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		c.Add(filepath.ToSlash(name), source)
		line.Step()
	}
	report := c.Report()
	if report.Scripts == 0 {
		return nil, fmt.Errorf("no scripts (*.lua) in %q: name a file, or a directory that has some", paths)
	}
	return report, nil
}

// scripts lists the scripts at paths. Names in findings begin with the path.
func scripts(paths []string) (files []string, err error) {
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			files = append(files, path)
			continue
		}
		err = filepath.WalkDir(path, func(name string, d os.DirEntry, err error) error {
			if err == nil && !d.IsDir() && filepath.Ext(name) == ".lua" {
				files = append(files, name)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return files, nil
}

func write(w io.Writer, r *policycheck.Report, list bool) error {
	for _, f := range r.Findings {
		if _, err := fmt.Fprintln(w, f); err != nil {
			return err
		}
	}
	if list {
		for _, name := range r.Used {
			if _, err := fmt.Fprintln(w, "uses", name); err != nil {
				return err
			}
		}
	}
	_, err := fmt.Fprintln(w, r.Summary())
	return err
}
