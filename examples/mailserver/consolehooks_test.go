package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// consoleTest is a policy of one callout about console commands.
type consoleTest struct {
	name, hook string
	code       string
	line, out  string // a command and its output
	calls      string // what the callout was called with
}

func consoleTests() []consoleTest {
	const fixed = "Not Authorized for this command\n"
	return []consoleTest{
		{"handles", "core_control_pre_command", `if a1.argv[0] == "greet" then a2:write("hello\n", 6) return 1 end`, "greet ann", "hello\n", "cc(greet ann) str()"},
		{"leaves", "core_control_pre_command", `return 0`, "module list", "p (p.lua): core_control_pre_command, init\n", "cc(module list) str()"},
		{"adds", "core_control_post_command", `a2:write("done\n", 5)`, "module list", "p (p.lua): core_control_post_command, init\ndone\n", "cc(module list) str(p (p.lua): core_control_post_command, init\n)"},
		{"refuses", "core_control_allow_writable_config", `return 0`, "config set x 1", fixed, "cc(config set x 1) str()"},
		{"allows", "core_control_allow_writable_config", `return 1`, "config set x 1", "x = \"1\"\n", "cc(config set x 1) str()"},
		{"refuses", "core_control_allow_writable_config2", `record(a3[0], a3[1]) return 0`, "config set x 1", fixed, "cc(config set x 1) 4 argv str() str()|config set"},
		{"allows", "core_control_allow_writable_config2", `return 1`, "config set x 1", "x = \"1\"\n", "cc(config set x 1) 4 argv str() str()"},
	}
}

// Policy decides about what people say on the console.
func TestConsoleCallouts(t *testing.T) {
	for _, tt := range consoleTests() {
		t.Run(tt.hook+" "+tt.name, func(t *testing.T) {
			r := start(t, options{}, map[string]string{"p.lua": recorder + "function mod:" + tt.hook + "(...)\n  local a1, a2, a3, a4, a5, a6 = ...\n" +
				"  if a1.argv[0] == 'calls' then return end\n  record(...)\n" + tt.code + "\nend\nmsys.registerModule('p', mod)\n"})
			path := filepath.Join(t.TempDir(), "console")
			con, err := openConsole(r.server, path)
			if err != nil {
				t.Fatal(err)
			}
			defer con.Close()
			var out, calls strings.Builder
			_ = say(path, tt.line, &out) // the output says what failed
			if diff := cmp.Diff(tt.out, out.String()); diff != "" {
				t.Errorf("output: %s", diff)
			}
			if err := say(path, "calls", &calls); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.ReplaceAll(tt.calls, "|", "\n")+"\n", calls.String()); diff != "" {
				t.Errorf("arguments: %s", diff)
			}
		})
	}
}
