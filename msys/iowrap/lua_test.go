package iowrap_test

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/iowrap"
	"github.com/gomsys/gomsys/msys/iowrap/journal"
	"github.com/gomsys/gomsys/msys/lualib"
	"github.com/gomsys/gomsys/msys/policykit"
)

func newKit(t *testing.T, o *iowrap.Options) *policykit.Kit {
	t.Helper()
	f := newFS(t, o)
	return policykit.New(t, &policykit.Options{
		Modules: iowrap.Libraries(f),
		Config:  msys.Config{OpenFile: f.OpenMode},
	})
}

func TestLua(t *testing.T) {
	dir := t.TempDir()
	k := newKit(t, nil)
	script, err := os.ReadFile("testdata/io.lua")
	if err != nil {
		t.Fatal(err)
	}
	k.LoadString("io.lua", fmt.Sprintf("DIR = %q\n%s", dir, script))

	info, err := os.Stat(filepath.Join(dir, "log"))
	if err != nil || info.Mode().Perm() != 0o640 {
		t.Error(info.Mode(), err)
	}
	j, err := journal.Open(filepath.Join(dir, "j"), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	r, err := j.Reader("m")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for _, want := range []string{"record one", "record two\n"} {
		if rec, err := r.Read(); err != nil || string(rec.Data) != want {
			t.Errorf("%q %v, want %q", rec.Data, err, want)
		}
	}
	if err := r.Checkpoint(); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Read(); err != io.EOF {
		t.Error(err)
	}
}

// TestLuaInSession writes a log from a callout, through a pool as the
// reference shows it, and reads a table in init.
func TestLuaInSession(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "etc", "greylist.txt"), "sender.example\n")
	k := newKit(t, &iowrap.Options{
		Roots:   []string{dir},
		PathMap: []iowrap.Mapping{{"/opt/msys/ecelerity", dir}, {"/var/log/ecelerity", filepath.Join(dir, "log")}},
	})
	k.LoadString("policy.lua", `
		local mod, listed, FLAGS = {}, {}, msys.core.O_CREAT | msys.core.O_APPEND | msys.core.O_WRONLY
		function mod:init()
			for line in io.lines("/opt/msys/ecelerity/etc/greylist.txt") do listed[line] = true end
			assert(msys.readfile("/opt/msys/ecelerity/etc/greylist.txt") == "sender.example\n")
			self.log = assert(msys.core.io_wrapper_mkpath_and_open("/var/log/ecelerity/policy/custom.log", FLAGS, 0755, 0644))
			return true
		end
		function mod:validate_mailfrom(str, accept, vctx)
			local line = tostring(str) .. "\n"
			msys.runInPool("IO", function()
				self.log:write(line, #line)
			end)
			assert(not msys.core.io_wrapper_open("/etc/passwd"))
			return msys.core.VALIDATE_CONT
		end
		function mod:validate_data_spool(msg)
			local log = msys.core.io_wrapper_open("jlog://var/log/ecelerity/mail=>m", FLAGS, 0660)
			log:write(msg:header("Subject")[1])
			return msys.core.VALIDATE_CONT
		end
		msys.registerModule("policy", mod)
	`)
	s := k.Session("192.0.2.7:4321")
	s.Connect()
	s.Ehlo("client.example")
	if got := s.MailFrom("ann@sender.example"); got != "250" {
		t.Fatal(got, k.Log())
	}
	s.RcptTo("bob@example.com")
	if got := s.Data(policykit.Mail); got != "250" {
		t.Fatal(got, k.Log())
	}
	if text, err := os.ReadFile(filepath.Join(dir, "log/policy/custom.log")); err != nil || string(text) != "ann@sender.example\n" {
		t.Errorf("%q %v", text, err)
	}
	j, err := journal.Open(filepath.Join(dir, "log/mail"), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	r, err := j.Reader("m")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if rec, err := r.Read(); err != nil || string(rec.Data) != "hello" {
		t.Errorf("%q %v", rec.Data, err)
	}
	if errs := k.Errors(); errs != nil {
		t.Error(errs)
	}
}

// TestLuaBareState works without a runtime.
func TestLuaBareState(t *testing.T) {
	l := lua.NewState()
	lualib.Open(l)
	bind.Preload(l, iowrap.Libraries(newFS(t, nil))...)
	bind.OpenPreloaded(l)
	if err := lua.DoString(l, `
		local h = msys.core.io_wrapper_open("memory:x", msys.core.O_CREAT + msys.core.O_RDWR)
		h:write("text")
		assert(msys.readfile("memory:x") == "text")
	`); err != nil {
		t.Error(err)
	}
	for _, m := range iowrap.Modules(newFS(t, nil)) { // the examples of the reference
		for _, f := range m.Funcs {
			if err := lua.DoString(l, f.Example); err != nil {
				t.Errorf("%s: %v", f.Name, err)
			}
		}
	}
}
