package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// writeFile writes a file into a new directory.
func writeFile(t *testing.T, name, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// setting is a line of the sample file that sets a key, or would.
var setting = regexp.MustCompile(`(?m)^#?([a-z][a-z-]*) = `)

// The sample file is right as it is, and with all that is commented out in
// it; it has every key that there is, in the form that the key takes.
func TestSampleConfig(t *testing.T) {
	sample, err := os.ReadFile("mailserver.toml")
	if err != nil {
		t.Fatal(err)
	}
	in, err := parse([]string{"-config", "mailserver.toml"}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]any{list{"0.0.0.0:25", "0.0.0.0:587"}, "/etc/mailserver/policies", 30 * time.Second}, []any{in.listen, in.policies, in.grace}); diff != "" {
		t.Error(diff)
	}
	all := regexp.MustCompile(`(?m)^#([a-z][a-z_-]* = )`).ReplaceAllString(string(sample), "$1")
	in, err = parse([]string{"-config", writeFile(t, "all.toml", all)}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]any{
		pairs{"site=sqlite:/var/lib/mailserver/site.db"}, optionValues{"max_outbound_connections": 10, "retry_interval": 1200},
		list{"/etc/mailserver/policies", "/var/lib/mailserver/data"}, list{"example.com", "*.example.com"}, "demo://", "smarthost.example.com:25",
	}, []any{in.datasources, in.values, in.files, in.domains, in.authURI, in.relay}); diff != "" {
		t.Error(diff)
	}
	has := map[string]bool{"ds": true, "option": true} // tables
	for _, m := range setting.FindAllStringSubmatch(string(sample), -1) {
		has[m[1]] = true
	}
	for _, key := range configKeys(new(invocation).flags(io.Discard)) {
		if !has[key] {
			t.Errorf("mailserver.toml lacks a line for the flag -%s: add \"#%s = …\" with a comment", key, key)
		}
	}
	// what is commented out as a default is the default
	def, err := parse(nil, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]any{def.loops, def.maxSize, def.insecureAuth, def.logFormat, def.logLevel, def.grace},
		[]any{in.loops, in.maxSize, in.insecureAuth, in.logFormat, in.logLevel, in.grace}); diff != "" {
		t.Error(diff)
	}
}

// The command line wins, for single values, lists and tables.
func TestFlagsWin(t *testing.T) {
	file := writeFile(t, "c.toml", `
listen = "127.0.0.1:1"
loops = 3
hostname = "from.file"
auth = "demo://"
auth-without-tls = true
shutdown-grace = "1m"
[ds]
a = "sqlite:a"
[option]
retry_interval = 1
`)
	in, err := parse([]string{"-listen", "127.0.0.1:2", "-config", file, "-ds", "b=sqlite:b", "-option", "x=2", "-hostname", "given", "-auth-without-tls=true"}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]any{list{"127.0.0.1:2"}, 3, "given", true, time.Minute, pairs{"b=sqlite:b"}, optionValues{"x": 2}},
		[]any{in.listen, in.loops, in.hostname, in.insecureAuth, in.grace, in.datasources, in.values}); diff != "" {
		t.Error(diff)
	}
}

// Errors name file, line and key, and what would be right. All are told.
func TestConfigErrors(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		args       []string
		want       []string // FILE is the file's name
	}{
		{name: "unknown key", text: "loops = 1\n\nlisten-on = 'x'\n", want: []string{"FILE:3: listen-on: unknown key; known are auth, auth-without-tls, checks,"}},
		{name: "flag of the command line", text: "t = true\n", want: []string{"FILE:1: t: unknown key"}},
		{name: "unknown table", text: "[server]\nlisten = 'x'\n", want: []string{"FILE:1: server: unknown key"}},
		{name: "text for a number", text: "# sizes\nmax-size = '32M'\n", want: []string{"FILE:2: max-size: a whole number expected, got a text"}},
		{name: "fraction", text: "loops = 1.5\n", want: []string{"FILE:1: loops: a whole number expected, got a number with a fraction"}},
		{name: "number for a text", text: "hostname = 7\n", want: []string{"FILE:1: hostname: a text in quotes expected, got a whole number"}},
		{name: "text for a truth value", text: "auth-without-tls = 'yes'\n", want: []string{"FILE:1: auth-without-tls: true or false expected, got a text"}},
		{name: "number for a time", text: "shutdown-grace = 30\n", want: []string{`FILE:1: shutdown-grace: a time such as "30s" in quotes expected, got a whole number`}},
		{name: "no time", text: "shutdown-grace = 'soon'\n", want: []string{`FILE:1: shutdown-grace: "soon": `}},
		{name: "list of numbers", text: "listen = [25]\n", want: []string{"FILE:1: listen: a text in quotes, or a list of them, expected, got a list"}},
		{name: "table for a list", text: "[files]\na = 'b'\n", want: []string{"FILE:1: files: a text in quotes, or a list of them, expected, got a table"}},
		{name: "no table", text: "ds = 'a=sqlite:x'\n", want: []string{"FILE:1: ds: a table expected, got a text"}},
		{name: "in a table", text: "loops = 1\n[option]\nfirst = 1\nsecond = 'many'\n[ds]\nsite = ['x']\n", want: []string{
			`FILE:4: option.second: "second=many": NAME=NUMBER expected`, "FILE:6: ds.site: a text or a number expected, got a list"}},
		{name: "dotted key", text: "option.a = 'b'\n", want: []string{`FILE:1: option.a: "a=b": NAME=NUMBER expected`}},
		{name: "twice", text: "loops = 1\nloops = 2\n", want: []string{"FILE:2: ", "not valid TOML: "}},
		{name: "syntax", text: "loops = 1\nhostname = mx.example.com\n", want: []string{"FILE:2: ", "not valid TOML: "}},
		{name: "all of them", text: "loops = 'x'\nnosuch = 1\n", want: []string{"FILE:1: loops: ", "FILE:2: nosuch: "}},
		{name: "wrong though a flag wins", text: "loops = 'x'\n", args: []string{"-loops", "2"}, want: []string{"FILE:1: loops: a whole number expected"}},
		{name: "wrong element though a flag wins", text: "[option]\na = 'x'\n", args: []string{"-option", "a=2"}, want: []string{"FILE:2: option.a: "}},
		{name: "half a certificate", text: "tls-cert = 'x'\n", want: []string{"tls-cert and tls-key go together: give both or neither"}},
		{name: "authentication in the clear", text: "auth = 'demo://'\n", want: []string{"auth needs tls-cert and tls-key, or auth-without-tls"}},
		{name: "useless", text: "auth-without-tls = true\n", want: []string{"auth-without-tls needs auth"}},
		{name: "too few", text: "loops = 0\nmax-size = -1\n", want: []string{"loops: 1 or more expected", "max-size: more than 0 bytes expected"}},
		{name: "log", text: "log-format = 'xml'\n", want: []string{`log-format: text or json expected, got "xml"`}},
		{name: "log level", text: "log-level = 'loud'\n", want: []string{`log-level: debug, info, warn or error expected, got "loud"`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			file := writeFile(t, "c.toml", tt.text)
			var out, errOut bytes.Buffer
			if code := run(append([]string{"-config", file, "-t"}, tt.args...), &out, &errOut); code != exitUsage {
				t.Errorf("exit status %d", code)
			}
			for _, want := range tt.want {
				if want = strings.ReplaceAll(want, "FILE", file); !strings.Contains(errOut.String(), want) {
					t.Errorf("%q is not in\n%s", want, &errOut)
				}
			}
		})
	}
}

func TestUsage(t *testing.T) {
	for _, tt := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"-h"}, exitDone, "Exit status"},
		{[]string{"-nosuch"}, exitUsage, "not defined: -nosuch"},
		{[]string{"x"}, exitUsage, `unexpected argument "x": flags only; -h explains`},
		{[]string{"-say", "help"}, exitUsage, "say needs console"},
		{[]string{"-config", "/nonexistent/c.toml"}, exitUsage, "no such file or directory: name a readable file with -config, or leave -config out"},
		{[]string{"-tls-cert", "/nonexistent", "-tls-key", "/nonexistent"}, exitUsage, "tls-cert, tls-key: open /nonexistent"},
		{[]string{"-ds", "x"}, exitUsage, "NAME=VALUE expected"},
	} {
		var out, errOut bytes.Buffer
		if code := run(tt.args, &out, &errOut); code != tt.code || !strings.Contains(errOut.String(), tt.want) {
			t.Errorf("%q: exit status %d\n%s", tt.args, code, &errOut)
		}
	}
}

// -t finds what would keep the server from starting, and changes nothing.
func TestTest(t *testing.T) {
	dir := t.TempDir()
	maildir, queue := filepath.Join(dir, "mail"), filepath.Join(dir, "queue.db")
	base := []string{"-t", "-maildir", maildir, "-queue", queue, "-policies", "policies"}
	broken := filepath.Dir(writeFile(t, "x.lua", "local mod = {}\nfunction mod:validate_ehlo(s, ac, v) v:set_kode(1) end\nmsys.registerModule('x', mod)\n"))
	file := writeFile(t, "x", "")
	for _, tt := range []struct {
		name string
		args []string
		code int
		want string
	}{
		{"fine", nil, exitDone, "configuration and policies are in order\n"},
		{"with services", []string{"-http", "127.0.0.1:0", "-checks", "spf,virus", "-clamd", "127.0.0.1:3310", "-ds", "a=sqlite:" + filepath.Join(dir, "a.db"), "-files", dir}, exitDone, "in order\n"},
		{"relay", []string{"-relay", "127.0.0.1:25"}, exitDone, "in order\n"},
		{"unsupported function", []string{"-policies", broken}, exitUsage, "x.lua:2: error: there is no method vctx:set_kode"},
		{"no policies", []string{"-policies", filepath.Join(dir, "none")}, exitUsage, "policies: "},
		{"no certificate", []string{"-tls-cert", "/nonexistent", "-tls-key", "/nonexistent"}, exitUsage, "tls-cert, tls-key: open /nonexistent"},
		{"no address", []string{"-listen", "25"}, exitUsage, `listen: HOST:PORT expected, got "25"`},
		{"no port", []string{"-listen", "127.0.0.1:nosuch"}, exitUsage, "listen: "},
		{"unknown check", []string{"-checks", "spam"}, exitUsage, `checks: unknown check "spam"; known are spf`},
		{"no scanner", []string{"-checks", "virus"}, exitUsage, "checks: virus needs clamd"},
		{"no directory", []string{"-maildir", file}, exitUsage, "maildir: " + file + " is no directory"},
		{"no network", []string{"-relay-hosts", "localhost"}, exitUsage, "relay-hosts: "},
		{"no URL", []string{"-relay", "http:"}, exitUsage, "is no URL"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			if code := run(append(base, tt.args...), &out, &out); code != tt.code || !strings.Contains(out.String(), tt.want) {
				t.Errorf("exit status %d, %q is not in\n%s", code, tt.want, &out)
			}
		})
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(left) > 0 {
		t.Errorf("-t made %v", left)
	}
}
