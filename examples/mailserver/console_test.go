package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const consolePolicy = `
require("msys.core")
local mod = {}
function mod:init()
  msys.registerControl("greet", function(cc) print("hello", cc.argv[1], cc.auth_info.user) return "bye" end)
  msys.registerControl("fail", function(cc) print("before") error("no", 0) end)
  return true
end
function mod:validate_ehlo() return msys.core.VALIDATE_CONT end
msys.registerModule("console", mod)
`

func TestConsole(t *testing.T) {
	s := start(t, options{}, map[string]string{"console.lua": consolePolicy})
	path := filepath.Join(t.TempDir(), "console")
	c, err := openConsole(s.server, path)
	if err != nil {
		t.Fatal(err)
	}
	if st, err := os.Stat(path); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", st.Mode(), err)
	}
	if _, err := openConsole(s.server, path); err == nil || !strings.Contains(err.Error(), "is in use") {
		t.Errorf("a second console: %v", err)
	}
	for _, tt := range []struct {
		line, out string
		failed    bool
	}{
		{`greet "a b"`, "hello\ta b\tconsole\nbye\n", false},
		{"module list", "console (console.lua): init, validate_ehlo\n", false},
		{"help", "config get|eval|set|unset|show [SCOPE NAME]… OPTION [VALUE]\nfail\ngreet\nhelp\nmodule list\npaniclog [LINES]\nreload\n", false},
		{"reload", "policies reloaded\n", false},
		{"greet\nx", "hello\tx\tconsole\nbye\n", false},
		{"", "", false},
		{"nosuch", "unknown command: nosuch (try help)\n", true},
		{"fail", "before\nmsys: control fail: no\n", true},
	} {
		var out strings.Builder
		err := say(path, tt.line, &out)
		if out.String() != tt.out || errors.Is(err, errCommand) != tt.failed || err != nil && !tt.failed {
			t.Errorf("%q: %q %v", tt.line, out.String(), err)
		}
	}
	// A broken policy is reported, and the running one stays.
	file := filepath.Join(s.o.policies, "console.lua")
	if err := os.WriteFile(file, []byte("this is no Lua"), 0o644); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := say(path, "reload", &out); !errors.Is(err, errCommand) || !strings.Contains(out.String(), "console.lua:1:") {
		t.Errorf("reload of a broken policy: %q %v", out.String(), err)
	}
	out.Reset()
	if err := say(path, "greet x", &out); err != nil || out.String() != "hello\tx\tconsole\nbye\n" {
		t.Errorf("after it: %q %v", out.String(), err)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	if err := say(path, "help", &out); err == nil {
		t.Error("the console answers after Close")
	}
	again, err := openConsole(s.server, path)
	if err != nil {
		t.Fatal(err)
	}
	again.Close()
}
