package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const broken = "require('msys.core')\nlocal mod = {}\nfunction mod:validate_connect(ac, vctx)\n  vctx:set_kode(550)\n  return 0\nend\nmsys.registerModule('x', mod)\n"

func TestRun(t *testing.T) {
	dir := t.TempDir()
	bad := filepath.Join(dir, "bad.lua")
	if err := os.WriteFile(bad, []byte(broken), 0o600); err != nil {
		t.Fatal(err)
	}
	good := filepath.Join(dir, "good.lua")
	if err := os.WriteFile(good, []byte(strings.ReplaceAll(broken, "kode", "code")), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name        string
		args        []string
		code        int
		out, errOut string
	}{
		{"bundled policies", []string{"-strict", "../policy/bundled", "../mailserver/policies"}, 0, "all of them are supported", ""},
		{"mistake", []string{bad}, 1, bad + ":4: error: there is no method vctx:set_kode [unknown]\n", ""},
		{"directory", []string{dir}, 1, "not supported: vctx:set_kode\n1 error, 0 warnings\n", ""},
		{"clean", []string{"-used", good}, 0, "uses vctx:set_code\n", ""},
		{"no argument", nil, 2, "", "Usage: check"},
		{"unknown flag", []string{"-x"}, 2, "", "-x"},
		{"help", []string{"-h"}, 0, "", "Exit status"},
		{"missing file", []string{filepath.Join(dir, "none.lua")}, 2, "", "no such file"},
		{"no scripts", []string{t.TempDir()}, 2, "", "no scripts"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out, errOut bytes.Buffer
			if code := run(tt.args, &out, &errOut); code != tt.code {
				t.Errorf("exit status %d, want %d", code, tt.code)
			}
			if !strings.Contains(out.String(), tt.out) || !strings.Contains(errOut.String(), tt.errOut) {
				t.Errorf("stdout:\n%s\nstderr:\n%s", &out, &errOut)
			}
		})
	}
	var out bytes.Buffer
	run([]string{"-json", dir}, &out, &out)
	var report struct{ Scripts int }
	if err := json.Unmarshal(out.Bytes(), &report); err != nil || report.Scripts != 2 {
		t.Errorf("%v in %s", err, &out)
	}
}
