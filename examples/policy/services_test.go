package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// printed gives the lines that scripts printed.
func printed(t *testing.T, out string) (lines []string) {
	t.Helper()
	for _, l := range decode(t, out).Log {
		lines = append(lines, string(l))
	}
	return lines
}

func TestLookups(t *testing.T) {
	files := script(`
function mod:validate_connect(ac, v)
  print(table.concat(msys.dnsLookup("d.example", "mx"), ","), msys.dnsLookup("nx.example"))
  return 0
end`)
	files["zone"] = "d.example. MX 20 b.example.\nd.example. MX 10 A.example.\n"
	out, stderr, _ := runIn(t, files, "", "-json", "-dns", "DIR/zone", "-script", "DIR/policy.lua", "DIR/mail.eml")
	if diff := cmp.Diff([]string{"A.example,b.example\tnil\tNXDOMAIN"}, printed(t, out)); diff != "" {
		t.Error(diff, stderr)
	}
}

func TestDatasource(t *testing.T) {
	files := script(`
require("msys.db")
function mod:validate_connect(ac, v)
  msys.db.execute("site", "create table users (name text, quota integer)")
  msys.db.execute("site", "insert into users values (:name, :quota)", {name = "ann", quota = 7})
  for row in msys.db.query("site", "select name as NAME, quota as QUOTA from users where quota > ?", {5}) do print(row.NAME, row.QUOTA + 1) end
  print(msys.db.fetch_row("site", "select 1 from users where name = $name", {name = "bob"}))
  print(pcall(msys.db.query, "nowhere", "select 1"))
  return 0
end`)
	out, stderr, _ := runIn(t, files, "", "-json", "-ds", "site=sqlite:DIR/site.db", "-script", "DIR/policy.lua", "DIR/mail.eml")
	if diff := cmp.Diff([]string{"ann\t8", "nil", "false\tunknown datasource 'nowhere'"}, printed(t, out)); diff != "" {
		t.Error(diff, stderr)
	}
}

func TestMappedFiles(t *testing.T) {
	files := script(`
function mod:validate_connect(ac, v)
  print(msys.readfile("/opt/msys/etc/list.txt"), msys.readfile("local.txt"))
  print(msys.readfile("/etc/passwd"))
  print((select(2, msys.readfile("/opt/msys/etc/../../etc/passwd"))))
  local io = msys.core.io_wrapper_open("/opt/msys/etc/log", msys.core.O_CREAT | msys.core.O_APPEND, 0640)
  print(io:write("line\n", 4), io:close())
  print(msys.readfile("/opt/msys/etc/log"), msys.core.io_wrapper_open("jlog:///tmp/x", msys.core.O_WRONLY))
  return 0
end`)
	files["etc/list.txt"], files["local.txt"] = "mapped", "local"
	out, stderr, _ := runIn(t, files, "", "-json", "-map", "/opt/msys/etc=DIR/etc", "-script", "DIR/policy.lua", "DIR/mail.eml")
	want := []string{
		"mapped\tlocal", "nil\t/etc/passwd: No such file or directory", "/opt/msys/etc/../../etc/passwd: No such file or directory", "4\ttrue",
		"line\tnil\tunknown I/O scheme 'jlog'\t22",
	}
	if diff := cmp.Diff(want, printed(t, out)); diff != "" {
		t.Error(diff, stderr)
	}
}
