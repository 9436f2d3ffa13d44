package lualib_test

import (
	"testing"
	"testing/fstest"
)

func TestEnvironments(t *testing.T) {
	testScripts(t, nil, []script{
		{"setfenv of a function", `
			local function f() return x end
			x = 1 print(f(), setfenv(f, {x = 2}) == f, f(), x, getfenv(f).x)`, "1\ttrue\t2\t1\t2"},
		{"setfenv of a level", `
			local function f() local print = print setfenv(1, {y = 5}) print(y) end f()
			local function caller() local function set() setfenv(2, {z = 6}) end local print = print set() print(z) end caller()`, "5\n6"},
		{"functions made later have it too", `
			local function f() return function() return v end end
			setfenv(f, {v = "own"}) print(f()())`, "own"},
		{"getfenv", `
			print(getfenv() == _G, getfenv(0) == _G, getfenv(print) == _G, getfenv(1) == _G, getfenv(function() return x end) == _G)`,
			"true\ttrue\ttrue\ttrue\ttrue"},
		{"a function without globals takes one", `
			local function f() return 1 end local e = {} print(setfenv(f, e) == f, getfenv(f) == e, f())`, "true\ttrue\t1"},
		{"wrong arguments", `
			print(pcall(setfenv, print, {})) print(pcall(setfenv, 1, 2)) print(pcall(getfenv, -1)) print(pcall(getfenv, 99))`,
			"false\t'setfenv' cannot change environment of given object\nfalse\tbad argument #2 to 'setfenv' (table expected, got number)\n" +
				"false\tbad argument #1 to 'getfenv' (level must be non-negative)\nfalse\tbad argument #1 to 'getfenv' (invalid level)"},
		{"module", `
			local g = print
			module("a.b.c", package.seeall)
			x = 1 function f() return x, print == g end
			g(_NAME, _PACKAGE, _M == _G.a.b.c, _G.package.loaded["a.b.c"] == _M, f())`, "a.b.c\ta.b.\ttrue\ttrue\t1\ttrue"},
		{"module without seeall", `local g = print module("solo") g(print)`, "nil"},
		{"module conflicts", `tab = 1 print(pcall(module, "tab.x")) print(pcall(module, "q"))`,
			"false\tname conflict for module 'tab.x'\nfalse\t'module' not called from a Lua function"},
		{"load with an environment", `
			local f = load("a = 1 return b", "=x", "t", {b = 2}) print(f(), a)
			print(load("return _ENV", "=x", "t", 5)())`, "2\tnil\n5"},
		{"load", `
			local parts = {"return ", "1 + ", "2"} local i = 0
			print(load(function() i = i + 1 return parts[i] end)())
			print(load(function() error("reader") end)) print(load(function() return 1 == 1 end))
			print(loadstring("return ...", "=n")(1, 2)) print(load("x", "=n")) print(load("\27Lua"))
			print(pcall(load)) print(load("#x"))`,
			"3\nnil\tt.lua:4: reader\nnil\treader function must return a string\n1\t2\nnil\tn:1: '=' expected near '<eof>'\n" +
				"nil\tbinary chunks are not supported\nfalse\tbad argument #1 to 'load' (function expected, got no value)\n" +
				"nil\t[string \"#x\"]:1: unexpected symbol near '#'"},
		{"setmetatable on globals", `setmetatable(_G, {__index = function(_, k) return "no " .. k end}) print(undefined)`, "no undefined"},
	})
}

func TestModulesSeeEachOther(t *testing.T) {
	testScripts(t, roots(fstest.MapFS{
		"inbound/rbl.lua": {Data: []byte(`module("inbound.rbl", package.seeall) conf = {zone = "rbl.example"} function check() return conf.zone end`)},
		"other.lua":       {Data: []byte(`require "inbound.rbl" return inbound.rbl.conf.zone`)},
	}), []script{{"module from another file", `print(require "other", inbound.rbl.check(), require("inbound.rbl") == inbound.rbl)`,
		"rbl.example\trbl.example\ttrue"}})
}
