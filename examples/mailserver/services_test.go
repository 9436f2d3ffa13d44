package main

import (
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const servicePolicy = `require("msys.core")
require("msys.counter")
require("msys.httpsrv")
require("msys.db")
local mod = {}
function mod:rsrc_setup()
  msys.httpsrv.register("GET", "/status", function(session)
    session:response_status_set_std(200, "quota " .. msys.db.fetch_row("site", "select 7 as QUOTA").QUOTA)
    return msys.httpsrv.DONE
  end)
  return true
end
function mod:validate_connect(ac, vctx)
  msys.counter.inc("/site/connects")
  local io = msys.core.io_wrapper_open(FILE, msys.core.O_CREAT | msys.core.O_APPEND, 0640)
  io:write("connect\n")
  io:close()
  print((msys.readfile("/etc/passwd")))
  return msys.core.VALIDATE_CONT
end
msys.registerModule("services", mod)`

// Scripts reach datasources, files and the web, and the metrics show them.
func TestServices(t *testing.T) {
	dir := t.TempDir()
	log := filepath.Join(dir, "log")
	s := start(t, options{serviceOptions: serviceOptions{
		http: "127.0.0.1:0", files: list{dir}, datasources: pairs{"site=sqlite:" + filepath.Join(dir, "site.db")}, checks: "spf,dkim,arc,senderid",
	}}, map[string]string{"services.lua": strings.ReplaceAll(servicePolicy, "FILE", "'"+log+"'")})
	c := s.dial()
	c.reply()
	c.say("QUIT")
	get := func(path string) string {
		t.Helper()
		resp, err := http.Get("http://" + s.services.http.Addr + path)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		b, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	if got := get("/status"); got != "quota 7" {
		t.Errorf("endpoint: %q", got)
	}
	metrics := get("/metrics")
	for _, want := range []string{`msys_counter{path="/site/connects"} 1`, `msys_callout_seconds_count{callout="validate_connect",module="services"} 1`} {
		if !strings.Contains(metrics, want) {
			t.Errorf("metrics lack %s:\n%s", want, metrics)
		}
	}
	if b, err := os.ReadFile(log); err != nil || string(b) != "connect\n" {
		t.Errorf("file: %q %v", b, err)
	}
}

func TestWrongServices(t *testing.T) {
	for _, o := range []serviceOptions{{checks: "spf,nonsense"}, {checks: "virus"}, {datasources: pairs{"x"}}, {http: "nowhere:x"}} {
		all := &options{serviceOptions: o, policies: t.TempDir(), maildir: t.TempDir(), logger: slog.New(slog.DiscardHandler)}
		if s, err := newServer(all); err == nil {
			s.end()
			t.Errorf("%+v: no error", o)
		}
	}
}
