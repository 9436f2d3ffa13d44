package scantest

import (
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"testing"
)

// rspamdRules are the rules of StartRspamd.
const rspamdRules = `
local function rule(name, score, f)
  rspamd_config[name] = { callback = f, score = score }
end
rule("TEST_WATCHES", 7, function(task) return tostring(task:get_content()):find("buy cheap watches", 1, true) ~= nil end)
rule("TEST_OFFER", 1.5, function(task) return (task:get_header("Subject") or ""):find("offer", 1, true) ~= nil end)
rule("TEST_VIRUS", 20, function(task)
  if tostring(task:get_content()):find("virus", 1, true) then return true, 1, "Test.Virus" end
end)
rule("TEST_ENVELOPE", 0.1, function(task)
  local list = {task:get_queue_id() or "", task:get_helo() or "", task:get_user() or "", tostring(task:get_ip() or "")}
  for _, kind in ipairs({task:get_from("smtp") or {}, task:get_recipients("smtp") or {}}) do
    for _, a in ipairs(kind) do list[#list + 1] = a.addr end
  end
  return true, 1, table.concat(list, " ")
end)
`

// StartRspamd starts the real Rspamd with rules of its own: a body with "buy
// cheap watches" scores 7, a subject with "offer" 1.5, a body with "virus" 20
// with the option Test.Virus. TEST_ENVELOPE scores 0.1 and tells the envelope.
// From 6 a mail is marked, from 15 rejected. It asks no name server.
func StartRspamd(t testing.TB) *Daemon {
	t.Helper()
	d := newDaemon(t, "rspamd", "rspamd")
	dir := t.TempDir()
	// Few suffixes and no languages: reading its own takes seconds.
	file(t, filepath.Join(dir, "suffixes"), "com\norg\n")
	conf := file(t, filepath.Join(dir, "rspamd.conf"), fmt.Sprintf(`options {
  filters = "regexp";
  url_tld = "%[1]s/suffixes";
  tempdir = "%[1]s";
  hs_cache_dir = "%[1]s";
  allow_raw_input = true;
  check_all_filters = true;
  max_message = 100M;
  task_timeout = 300s;
  dns { nameserver = ["127.0.0.1:1:1"]; timeout = 1s; retransmits = 0; }
}
logging { type = "console"; level = "info"; }
lang_detection { languages = "%[1]s/none"; }
actions { reject = 15; add_header = 6; greylist = 4; }
lua = "%[2]s";
worker "normal" { bind_socket = "%[3]s"; count = 1; task_timeout = 300s; }
`, dir, file(t, filepath.Join(dir, "rules.lua"), rspamdRules), d.Addr))
	d.args = []string{"--no-fork", "--insecure", "--config", conf}
	d.ready = func() bool { return httpPong(d.Addr) }
	d.Start()
	return d
}

// httpPong reports whether an Rspamd answers.
func httpPong(addr string) bool {
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Get("http://" + addr + "/ping")
	if err != nil {
		return false
	}
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, resp.Body)
	return err == nil && resp.StatusCode == http.StatusOK
}
