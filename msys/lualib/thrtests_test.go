package lualib_test

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// vendorSkipped are the scripts of the vendor's suite that need libraries
// which are not part of this package.
var vendorSkipped = map[string]string{
	"t/curl.lua":  "needs curl and a network",
	"t/java.lua":  "needs a Java machine",
	"t/json.lua":  "needs json",
	"t/lpeg.lua":  "needs LPeg",
	"t/mathx.lua": "needs mathx",
	"t/pcre.lua":  "needs pcre",
	"t/xml.lua":   "needs xml",
	"t/yaml.lua":  "needs YAML",
}

// vendorExclusions are lines that are left out.
var vendorExclusions = map[string][]exclusion{
	"t/baselib.lua":         {{9, 11, noDump}},
	"t/basic/metatable.lua": {{132, 132, "tables have __len, as in Lua 5.2"}},
}

// vendorGoal is the part of the assertions that must hold.
const vendorGoal = 0.97

// TestVendorSuite runs the scripts that test the vendor's own interpreter;
// they print what they find in the Test Anything Protocol.
func TestVendorSuite(t *testing.T) {
	dir := suiteDir(t, "GOMSYS_THRLUA_TESTS")
	work := t.TempDir()
	t.Setenv("LUA_EXECUTABLE", "true")
	for _, part := range []string{"t", "etc"} {
		if err := os.CopyFS(filepath.Join(work, part), os.DirFS(filepath.Join(dir, part))); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(work)
	var scripts []string
	for _, pattern := range []string{"t/*.lua", "t/basic/*.lua", "t/bugs/*.lua", "t/test_lua51/*.lua"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		scripts = append(scripts, found...)
	}
	passed, planned := 0, 0
	for _, script := range scripts {
		if reason := vendorSkipped[script]; reason != "" {
			t.Logf("%s: left out: %s", script, reason)
			continue
		}
		out, err := runSuiteFile(t, script, script, vendorExclusions[script],
			`package.path = "./?.lua;./etc/?.lua;./etc/?/init.lua" platform = {osname = "linux"}`)
		ok, failed, plan := readTAP(out)
		if err != nil {
			t.Logf("%s: %s\n%s", script, err.Message, err.Traceback)
		}
		for _, line := range failed {
			t.Logf("%s: %s", script, line)
		}
		if plan = max(plan, ok+len(failed)); ok < plan {
			t.Logf("%s: %d of %d", script, ok, plan)
		}
		passed, planned = passed+ok, planned+plan
	}
	t.Logf("%d of %d assertions hold", passed, planned)
	if float64(passed) < vendorGoal*float64(planned) {
		t.Errorf("less than %v", vendorGoal)
	}
}

// readTAP counts the assertions that hold, collects those that do not, with
// what follows them, and gives the number that was announced.
func readTAP(out string) (ok int, failed []string, plan int) {
	scan := bufio.NewScanner(strings.NewReader(out))
	scan.Buffer(nil, 1<<20)
	for scan.Scan() {
		line := scan.Text()
		switch {
		case strings.HasPrefix(line, "ok ") || strings.HasPrefix(line, "ok\t"):
			ok++
		case strings.HasPrefix(line, "not ok "):
			failed = append(failed, line)
		case strings.HasPrefix(line, "1.."):
			for _, c := range line[len("1.."):] {
				if c < '0' || c > '9' {
					break
				}
				plan = plan*10 + int(c-'0')
			}
		case strings.HasPrefix(line, "#") && len(failed) > 0:
			failed[len(failed)-1] += "\n" + line
		}
	}
	return ok, failed, plan
}
