package lualib_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/gomsys/gomsys/msys/lualib"
)

func roots(list ...fs.FS) *lualib.Options { return &lualib.Options{Roots: list} }

func files(contents map[string]string) fstest.MapFS {
	m := fstest.MapFS{}
	for name, content := range contents {
		m[name] = &fstest.MapFile{Data: []byte(content)}
	}
	return m
}

func TestRequire(t *testing.T) {
	testScripts(t, roots(
		files(map[string]string{
			"plain.lua":       `print("plain runs", ...) return {v = 1}`,
			"a/b.lua":         `print("a/b runs") return "ab"`,
			"a/c/init.lua":    `return "init"`,
			"first.lua":       `return "first root"`,
			"nothing.lua":     ``,
			"broken.lua":      "local x =\n= 1",
			"fails.lua":       `error("boom")`,
			"cycle1.lua":      `return require "cycle2"`,
			"cycle2.lua":      `return require "cycle1"`,
			"false.lua":       `print("false runs") return false`,
			"self.lua":        `package.loaded[...] = "own"`,
			"shell.lua":       "#!/usr/bin/rclua\nreturn debug.getinfo(1, 'l').currentline",
			"both.lua":        `return "file"`,
			"both/init.lua":   `return "init"`,
			"dialect.lua":     `return 7 \ 2 + (6 & 3)`,
			"dots.in.dir.lua": `return 1`,
		}),
		files(map[string]string{"first.lua": `return "second root"`, "second.lua": `return "second"`, "both.lua": "return 2"}),
	), []script{
		{"once", `print(require("plain").v, require("plain") == require("plain"), package.loaded.plain.v)`, "plain runs\tplain\tplain.lua\n1\ttrue\t1"},
		{"the ways to name a file are one module", `print(require "a.b", require "a/b", require "a/b.lua")`, "a/b runs\nab\tab\tab"},
		{"init.lua", `print(require "a.c", require "a/c")`, "init\tinit"},
		{"roots in order", `print(require "first", require "second", require "both")`, "first root\tsecond\tfile"},
		{"no value is true", `print(require "nothing", package.loaded.nothing)`, "true\ttrue"},
		{"false is kept", `print(require "false", package.loaded["false"])`, "false runs\nfalse\tfalse"},
		{"a module that sets itself", `print(require "self")`, "own"},
		{"a first line for the shell", `print(require "shell")`, "2"},
		{"the dialect", `print(require "dialect")`, "5"},
		{"every place is listed", `print(pcall(require, "no.where"))`,
			"false\tmodule 'no.where' not found:\n\tno field package.preload['no.where']\n\tno file 'no/where.lua'\n\tno file 'no/where/init.lua'"},
		{"nothing outside the roots", `
			for _, name in ipairs{"../x", "/etc/passwd", "a/../../x", "..", "a\\..\\b"} do
				local ok, m = pcall(require, name) print(ok, m:match("refused: outside the script directories"))
			end`, "false\trefused: outside the script directories\nfalse\trefused: outside the script directories\n" +
			"false\trefused: outside the script directories\nfalse\trefused: outside the script directories\nfalse\trefused: outside the script directories"},
		{"absolute templates are refused", `package.path = "/etc/?.lua;?.lua" print(require "a.b") print((select(2, pcall(require, "q"))))`,
			"a/b runs\nab\nmodule 'q' not found:\n\tno field package.preload['q']\n\tno file '/etc/q.lua' (refused: outside the script directories)\n\tno file 'q.lua'"},
		{"syntax errors", `print(pcall(require, "broken"))`,
			"false\terror loading module 'broken' from file 'broken.lua':\n\tbroken.lua:2: unexpected symbol near '='"},
		{"errors while it runs", `print(pcall(require, "fails")) print(pcall(require, "fails"))`,
			"false\tfails.lua:1: boom\nfalse\tloop or previous error loading module 'fails'"},
		{"cycles", `print(pcall(require, "cycle1"))`, "false\tcycle2.lua:1: loop or previous error loading module 'cycle1'"},
		{"preload", `package.preload.p = function(name) return "pre " .. name end print(require "p")`, "pre p"},
		{"searchers", `
			table.insert(package.searchers, 1, function(name) if name == "s" then return function(...) return {...} end, "extra" end end)
			local r = require "s" print(r[1], r[2], package.loaders == package.searchers)
			package.searchers = nil print(pcall(require, "zz"))`, "s\textra\ttrue\nfalse\t'package.searchers' must be a table"},
		{"searchpath", `
			print(package.searchpath("a.b", package.path)) print(package.searchpath("a/b", "?.lua;x/?.lua"))
			print(package.searchpath("a-b", "?.lua", "-")) print(package.searchpath("zz", "?.lua;y/?"))`,
			"a/b.lua\na/b.lua\na/b.lua\nnil\t\n\tno file 'zz.lua'\n\tno file 'y/zz'"},
		{"standard libraries are loaded", `
			for _, n in ipairs{"string", "table", "math", "os", "io", "debug", "coroutine", "package", "thread", "buffer", "bit32", "_G"} do
				assert(require(n) == _G[n], n)
			end print(package.loadlib("x", "y"))`, "nil\tdynamic libraries not enabled; check your Lua installation\tabsent"},
		{"dofile and loadfile", `
			print(dofile("a/b.lua")) print(loadfile("none.lua")) print(pcall(dofile, "../x")) print(loadfile("both.lua")())
			print(loadfile("broken.lua"))
			local env = {} print(setfenv and loadfile("both.lua", "t", env)(), pcall(loadfile))`,
			"a/b runs\nab\nnil\tcannot open none.lua: No such file or directory\n" +
				"false\tcannot open ../x: refused: outside the script directories\nfile\n" +
				"nil\tbroken.lua:2: unexpected symbol near '='\n" +
				"file\tfalse\tbad argument #1 to 'loadfile' (string expected, got no value)"},
	})
	testScripts(t, &lualib.Options{Roots: []fs.FS{}}, []script{
		{"without roots nothing is found", `print((pcall(require, "lualib"))) print(loadfile("lualib.go"))`,
			"false\nnil\tcannot open lualib.go: No such file or directory"},
	})
}

func TestRequireSymbolicLinks(t *testing.T) {
	outside, root := t.TempDir(), t.TempDir()
	write := func(dir, name, content string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(outside, "secret.lua", `return "secret"`)
	write(root, "real.lua", `return "real"`)
	if err := os.Mkdir(filepath.Join(root, "sub"), 0o700); err != nil {
		t.Fatal(err)
	}
	rel, err := filepath.Rel(root, outside)
	if err != nil {
		t.Fatal(err)
	}
	for link, target := range map[string]string{
		"abs.lua": filepath.Join(outside, "secret.lua"), "rel.lua": filepath.Join(rel, "secret.lua"),
		"dir": outside, "fine.lua": "real.lua", "sub/up.lua": "../real.lua", "loop.lua": "loop.lua",
	} {
		if err := os.Symlink(target, filepath.Join(root, link)); err != nil {
			t.Skip(err)
		}
	}
	testScripts(t, roots(os.DirFS(root)), []script{
		{"links", `
			print(require "fine", require "sub.up")
			for _, name in ipairs{"abs", "rel", "dir.secret", "loop"} do
				local ok, m = pcall(require, name) print(ok, m:match("%((.-)%)"))
			end`,
			"real\treal\nfalse\trefused: outside the script directories\nfalse\trefused: outside the script directories\n" +
				"false\trefused: outside the script directories\nfalse\ttoo many symbolic links"},
	})
}

func TestRequireCurrentDirectory(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("here.lua", []byte("return 'here'"), 0o600); err != nil {
		t.Fatal(err)
	}
	testScripts(t, nil, []script{{"current directory", `print(require "here", dofile("here.lua"))`, "here\there"}})
}
