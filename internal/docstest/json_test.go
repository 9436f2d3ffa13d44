package docstest

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// reportPolicy sends a mail, so that the report has all of its fields.
const reportPolicy = `
require("msys.core")
local mod = {}
function mod:validate_data_spool_each_rcpt(msg, ac, vctx)
  local note = msys.core.ec_message_new()
  note:build({ From = "robot@example.com", Subject = "seen" }, { ["text/plain"] = "x" })
  note:inject("robot@example.com", "boss@example.com")
  return msys.core.VALIDATE_CONT
end
msys.registerModule("report", mod)
`

var fieldRow = regexp.MustCompile("(?m)^\\| `([a-z_\\[\\].]+)` \\|")

// The table of the fields of policy -json lists those that there are.
func TestReportFields(t *testing.T) {
	script := filepath.Join(t.TempDir(), "report.lua")
	write(t, script, reportPolicy)
	cmd := exec.CommandContext(t.Context(), "go", "run", "./examples/policy", "-json", "-script", script,
		"examples/policy/bundled/newsletter.eml", "examples/policy/bundled/newsletter.eml")
	cmd.Dir, cmd.Stderr = root, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for dec := json.NewDecoder(bytes.NewReader(out)); dec.More(); {
		var report any
		if err := dec.Decode(&report); err != nil {
			t.Fatal(err)
		}
		got = fields("", report, got)
	}
	slices.Sort(got)
	got = slices.Compact(got)
	page, err := os.ReadFile(filepath.Join(root, "docs", "migrating.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, table, ok := bytes.Cut(page, []byte("| Field of `policy -json` |"))
	if !ok {
		t.Fatal("the page has no table of the fields")
	}
	var listed []string
	for _, m := range fieldRow.FindAllSubmatch(table, -1) {
		listed = append(listed, string(m[1]))
	}
	slices.Sort(listed)
	if diff := cmp.Diff(got, listed); diff != "" {
		t.Errorf("program and page differ:\n%s", diff)
	}
}

// fields adds the paths of the values in v to list. Variables of messages have
// names of their own.
func fields(path string, v any, list []string) []string {
	switch v := v.(type) {
	case map[string]any:
		if path == "messages[].context" {
			break
		}
		for name, item := range v {
			sub := name
			if path != "" {
				sub = path + "." + name
			}
			list = fields(sub, item, list)
		}
		return list
	case []any:
		if len(v) == 0 {
			break
		}
		if _, ok := v[0].(map[string]any); !ok {
			break
		}
		for _, item := range v {
			list = fields(path+"[]", item, list)
		}
		return list
	}
	return append(list, path)
}
