package lualib_test

import "testing"

func TestStrict(t *testing.T) {
	testScripts(t, nil, []script{
		{"undeclared variables", `
			require "strict"
			print(pcall(function() return undeclared end))
			print(pcall(function() undeclared = 1 end))
			declared = nil
			print(declared, pcall(function() declared = 2 return declared end))
			_TLS.x = 1 print(_TLS.x, print ~= nil, rawget(_G, "undeclared"))`,
			"false\tt.lua:3: variable 'undeclared' is not declared\nfalse\tt.lua:4: assign to undeclared variable 'undeclared'\n" +
				"nil\ttrue\t2\n1\ttrue\tnil"},
		{"in the chunk itself", `require "strict" print(missing)`, "error: t.lua:1: variable 'missing' is not declared"},
		{"metamethods that were there before", `
			local log = {}
			setmetatable(_G, {__index = {fallback = 5}, __newindex = function(t, k, v) log[#log + 1] = k rawset(t, k, v) end})
			require "strict"
			g = 1 print(fallback, g, log[1], missing)`, "5\t1\tg\tnil"},
	})
	testScripts(t, roots(files(map[string]string{"strict.lua": `return "own"`})), []script{
		{"a file comes first", `print(require "strict")`, "own"},
	})
}
