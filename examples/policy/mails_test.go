package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const countingPolicy = `
require("msys.core")
require("msys.extended.message")
local mod, seen = {}, 0
function mod:init() print("init") return true end
function mod:deinit() print("deinit") return true end
function mod:validate_data(m, ac, v)
  seen = seen + 1
  print("mail " .. seen .. " for " .. m:rcptto())
  if m:header("Subject")[1] == "no" then v:set_code(550, "5.7.1 no") end
  return 0
end
msys.registerModule("counting", mod)
`

// Several messages are sessions of one server: each has a report, scripts
// remember, and the worst exit status counts.
func TestMails(t *testing.T) {
	dir := t.TempDir()
	script := filepath.Join(t.TempDir(), "policy.lua")
	if err := os.WriteFile(script, []byte(countingPolicy), 0o600); err != nil {
		t.Fatal(err)
	}
	file := func(name, text string) string {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	a := file("1.eml", "From: a@b.example\nTo: one@x.example\nSubject: yes\n\nhi\n")
	b := file("2.eml", "From: a@b.example\nTo: two@x.example\nSubject: no\n\nhi\n")
	c := file("3.eml", "Subject: without recipients\n\nhi\n")
	if err := os.Mkdir(filepath.Join(dir, "sub"), 0o700); err != nil {
		t.Fatal(err)
	}
	none := filepath.Join(dir, "none.eml")
	type result struct {
		Message string
		Verdict struct{ Code int }
		Log     []string
		Error   string
	}
	get := func(code int, log ...string) result {
		r := result{Log: log}
		r.Verdict.Code = code
		return r
	}
	named := func(name string, r result) result { r.Message = name; return r }
	failed := func(why string, r result) result { r.Error = why; return r }
	for _, tt := range []struct {
		name  string
		args  []string
		stdin string
		code  int
		want  []result
	}{
		{"one", []string{a}, "", exitAccepted, []result{get(250, "init", "mail 1 for one@x.example", "deinit")}},
		{"two", []string{a, b}, "", exitRefused, []result{
			named(a, get(250, "init", "mail 1 for one@x.example")), named(b, get(550, "mail 2 for two@x.example", "deinit"))}},
		{"directory", []string{dir}, "", exitError, []result{
			named(a, get(250, "init", "mail 1 for one@x.example")), named(b, get(550, "mail 2 for two@x.example")),
			named(c, failed("no recipient: give -rcpt, the message has no To field", get(0, "deinit")))}},
		{"a missing one, and standard input", []string{none, "-"}, "To: in@x.example\n\n", exitError, []result{
			named(none, failed("open "+none+": no such file or directory", get(0, "init"))), named("-", get(250, "mail 1 for in@x.example", "deinit"))}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out, errOut bytes.Buffer
			args := append([]string{"-json", "-script", script}, tt.args...)
			if code := run(context.Background(), args, strings.NewReader(tt.stdin), &out, &errOut); code != tt.code {
				t.Errorf("exit status %d\n%s", code, &errOut)
			}
			var got []result
			for dec := json.NewDecoder(&out); ; {
				var r result
				if err := dec.Decode(&r); errors.Is(err, io.EOF) {
					break
				} else if err != nil {
					t.Fatal(err)
				}
				if len(r.Log) == 0 {
					r.Log = nil
				}
				got = append(got, r)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
			for _, r := range tt.want {
				if r.Error != "" && !strings.Contains(errOut.String(), "policy: "+r.Message+": "+r.Error+"\n") {
					t.Errorf("%q is not in\n%s", r.Error, &errOut)
				}
			}
		})
	}
	var out, errOut bytes.Buffer
	run(context.Background(), []string{"-script", script, a, b}, nil, &out, &errOut)
	for _, want := range []string{"== " + a + "\n", "== " + b + "\n", "accept: 250", "reject: 550 5.7.1 no"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in\n%s", want, &out)
		}
	}
	for _, args := range [][]string{{"-script", script, filepath.Join(dir, "sub")}, {"-script", script}, {"-script", script, a, "-json"}} {
		if code := run(context.Background(), args, nil, &out, &errOut); code != exitError {
			t.Errorf("%q: exit status %d", args, code)
		}
	}
}
