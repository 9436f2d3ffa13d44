package hostile_test

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	wire "github.com/miekg/dns"
	_ "modernc.org/sqlite" // the driver "sqlite"

	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/curl"
	"github.com/gomsys/gomsys/msys/db"
	"github.com/gomsys/gomsys/msys/dns"
	httpclient "github.com/gomsys/gomsys/msys/http"
	"github.com/gomsys/gomsys/msys/iowrap"
	"github.com/gomsys/gomsys/msys/modules"
	"github.com/gomsys/gomsys/timer"
)

// confined has files in one directory alone, and no program and no web.
func confined(t *testing.T, o *modules.Options, _ *msys.Config) {
	t.Helper()
	dir := t.TempDir()
	outside := filepath.Join(dir, "secret")
	root := filepath.Join(dir, "root")
	err := errors.Join(os.WriteFile(outside, []byte("root:secret"), 0o600), os.Mkdir(root, 0o700),
		os.Symlink(outside, filepath.Join(root, "link")), os.Symlink("/etc", filepath.Join(root, "etc")))
	if err != nil {
		t.Fatal(err)
	}
	if o.Files, err = iowrap.New(&iowrap.Options{
		Roots: []string{root}, ReadOnly: true, Schemes: map[string]iowrap.Scheme{"http": nil, "https": nil},
		PathMap: []iowrap.Mapping{{From: "/root", To: root}},
	}); err != nil {
		t.Fatal(err)
	}
	o.Curl = curl.New(&curl.Options{Files: curl.Dir(root), AllowURL: onlyFiles})
	o.HTTP = httpclient.New(&httpclient.Options{AllowURL: nothing})
	t.Cleanup(func() { o.Files.Close(); o.Curl.Close(); o.HTTP.Close() })
}

var errAddress = errors.New("address not allowed")

func nothing(*url.URL) error { return errAddress }

func onlyFiles(u *url.URL) error {
	if u.Scheme != "file" {
		return errAddress
	}
	return nil
}

func TestFilesAndAddresses(t *testing.T) {
	attacks := []attack{
		{name: "readfile", script: `for _, n in ipairs{"/etc/passwd", "../secret", "/root/../secret", "/root/link", "/root/etc/passwd", "file:///etc/passwd", "/root/../../etc/passwd\0x"} do print(pcall(msys.readfile, n)) end`},
		{name: "readfile of a URL", script: `print(pcall(msys.readfile, "http://169.254.169.254/latest/meta-data"))`},
		{name: "io_wrapper_open", script: `for _, n in ipairs{"/etc/passwd", "file:///etc/passwd", "pipe:cat /etc/passwd", "/root/link"} do local ok, f = pcall(msys.core.io_wrapper_open, n) print(ok, f) if ok and f then print(pcall(f.read, f, "*a")) end end`},
		{name: "io_wrapper_open to write", script: `for _, n in ipairs{"/root/new", "/tmp/new.hostile"} do print(pcall(msys.core.io_wrapper_mkpath_and_open, n, 577)) end`},
		{name: "language's files", script: `print(io.open("/etc/passwd")) print(pcall(io.lines, "/etc/passwd")) print(pcall(dofile, "/etc/passwd")) print(loadfile("/etc/passwd"))`},
		{name: "curl of a file", script: `
			require("curl")
			for _, u in ipairs{"file:///etc/passwd", "file:///../secret", "file:///link", "file:///etc/passwd", "http://127.0.0.1:1/", "gopher://127.0.0.1:1/", "dict://127.0.0.1:1/"} do
			  local c, got = curl.new(), ""
			  c:setopt(curl.OPT_URL, u) c:setopt(curl.OPT_WRITEFUNCTION, function(s) got = got .. tostring(s) return #tostring(s) end)
			  print(pcall(c.perform, c)) print(got) c:close()
			end`},
		{name: "http client", script: `local c = require("msys.http.client").new() print(c:do_request("GET", "http://127.0.0.1:1/")) print(c:do_request("GET", "file:///etc/passwd"))`},
		{name: "key file of DKIM", script: `require("msys.validate.opendkim") print(pcall(msys.validate.opendkim.sign, msg, vctx, {domain = "d.example", selector = "s", keyfile = "/etc/passwd"}))`},
		{name: "key file outside", script: `require("msys.validate.opendkim") print(pcall(msys.validate.opendkim.sign, msg, vctx, {domain = "../../d", selector = "../s", keyfile = "../../../../etc/passwd"}))`},
		{name: "query of a file", script: `require("msys.db") print(pcall(msys.db.query, "none", "/etc/passwd"))`},
	}
	for i := range attacks {
		attacks[i].services = confined
		attacks[i].check = func(t *testing.T, o *outcome) {
			if o.printed == "" || strings.Contains(o.printed, "root:") {
				t.Errorf("printed %q", clip(o.printed))
			}
		}
	}
	play(t, attacks)
}

// server is a hostile web server; the script gets its address as url.
func server(h http.HandlerFunc) func(*testing.T, *modules.Options, *msys.Config) {
	return func(t *testing.T, o *modules.Options, c *msys.Config) {
		s := httptest.NewServer(h)
		t.Cleanup(s.Close)
		o.HTTP = httpclient.New(&httpclient.Options{MaxBody: 1 << 20, HTTP: s.Client()})
		t.Cleanup(func() { o.HTTP.Close() })
		c.ConfigSource = msys.NewConfigMap(nil)
		c.Context = nil
		c.Hostname = s.URL
	}
}

const fetch = `local c = require("msys.http.client").new() c:set_timeout(1) local ok, err = c:do_request("GET", gethostname()) print(ok, err) print(#c:get_body() <= 1048576)`

func TestAnswers(t *testing.T) {
	var refused atomic.Int64
	play(t, []attack{
		{name: "endless body", script: fetch, prints: "nil\t", services: server(func(w http.ResponseWriter, r *http.Request) {
			for block := make([]byte, 64<<10); ; {
				if _, err := w.Write(block); err != nil {
					return
				}
			}
		})},
		{name: "body of gzip", script: fetch, prints: "nil\t", services: server(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			for range 64 {
				if _, err := z.Write(make([]byte, 1<<20)); err != nil {
					return
				}
			}
			z.Close()
		})},
		{name: "body that drips", script: fetch, prints: "nil\ttimeout", services: server(func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				io.WriteString(w, "x")
				w.(http.Flusher).Flush()
				select {
				case <-r.Context().Done():
				case <-time.After(20 * time.Millisecond):
				}
			}
		})},
		{name: "answer to another question", script: `print(msys.dnsLookup("bank.example", "txt"))`, prints: "nil", services: answering(func(q *wire.Msg) *wire.Msg {
			m := new(wire.Msg).SetReply(q)
			m.Question[0].Name = "evil.example."
			m.Answer = []wire.RR{text("evil.example.", "evil")}
			return m
		})},
		{name: "record of another name", script: `local r = msys.dnsLookup("bank.example", "txt") print(r == nil or #r == 0)`, prints: "true", services: answering(func(q *wire.Msg) *wire.Msg {
			m := new(wire.Msg).SetReply(q)
			m.Answer = []wire.RR{text("evil.example.", "evil")}
			return m
		})},
		{name: "aliases in a circle", script: `local r = msys.dnsLookup("bank.example", "txt") print(r == nil or #r == 0)`, prints: "true", services: answering(func(q *wire.Msg) *wire.Msg {
			m := new(wire.Msg).SetReply(q)
			for _, s := range []string{"bank.example. 1 IN CNAME b.example.", "b.example. 1 IN CNAME bank.example."} {
				rr, _ := wire.NewRR(s)
				m.Answer = append(m.Answer, rr)
			}
			return m
		})},
		{name: "SQL in values", script: `require("msys.db")
			for _, v in ipairs{"x'; drop table users; --", "' or '1'='1", "\0'", "x\\'"} do
			  for r in msys.db.query("users", "select name from users where name = ?", {v}) do print("found " .. r.name) end
			  for r in msys.db.query("users", "select name from users where name = :n", {n = v}) do print("found " .. r.name) end
			end
			for r in msys.db.query("users", "select count(*) as n from users") do print(r.n) end`, prints: "2", services: users,
			check: func(t *testing.T, o *outcome) {
				if strings.Contains(o.printed, "found") {
					t.Error(o.printed)
				}
			}},
		{name: "timers by the thousand", script: `require("msys.timer") for i = 1, 3000 do msys.timer.after(1000, function() end) end print("on")`, prints: "on",
			services: func(t *testing.T, o *modules.Options, _ *msys.Config) {
				o.Timers = timer.New(&timer.Options{MaxTimers: 1000, OnError: func(_ string, err error) {
					if errors.Is(err, timer.ErrTooMany) {
						refused.Add(1)
					}
				}})
				t.Cleanup(o.Timers.Close)
			},
			check: func(t *testing.T, _ *outcome) {
				if n := refused.Load(); n != 2000 {
					t.Errorf("%d timers were refused", n)
				}
			}},
	})
}

func text(name, s string) wire.RR {
	return &wire.TXT{Hdr: wire.RR_Header{Name: name, Rrtype: wire.TypeTXT, Class: wire.ClassINET, Ttl: 60}, Txt: []string{s}}
}

// answering has DNS answered by f.
func answering(f func(q *wire.Msg) *wire.Msg) func(*testing.T, *modules.Options, *msys.Config) {
	return func(t *testing.T, o *modules.Options, _ *msys.Config) {
		var err error
		o.DNS, err = dns.New(&dns.Options{Attempts: 1, Exchange: func(_ context.Context, q *wire.Msg, _, _ string) (*wire.Msg, error) { return f(q), nil }})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// users has a datasource with two users.
func users(t *testing.T, o *modules.Options, _ *msys.Config) {
	var err error
	o.DB, err = db.New(&db.Options{Sources: map[string]db.Config{"users": {URI: []string{"sqlite:" + filepath.Join(t.TempDir(), "users.db")}, NoCache: true}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { o.DB.Close() })
	s, err := o.DB.Source("users")
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range []string{"create table users (name text)", "insert into users values ('ann'), ('bob')"} {
		if _, err := s.Query(context.Background(), q, nil, nil); err != nil {
			t.Fatal(err)
		}
	}
}

// A stranger's commands do nothing, and commands cannot end the program.
func TestConsoleOfStrangers(t *testing.T) {
	g := newTarget(t, "", func(_ *testing.T, _ *modules.Options, c *msys.Config) {
		c.Authorize = func(_ context.Context, user string, _ []string, _ string) error {
			if user != "admin" {
				return errors.New("no")
			}
			return nil
		}
	})
	if err := g.rt.LoadString("console.lua", `
msys.registerControl("secret", function(cc) ran = (ran or 0) + 1 return "done " .. ran end)
msys.registerControl("loop", function(cc) while true do end end)`); err != nil {
		t.Fatal(err)
	}
	ask := func(user, line string) (string, error) {
		out, _, err := g.rt.Control(context.Background(), msys.ControlRequest{User: user, Line: line})
		return out, err
	}
	for _, line := range []string{"secret", " secret", `"secret"`, "secret\x00", "secret " + strings.Repeat("a ", 100_000)} {
		if out, err := ask("stranger", line); err == nil && strings.Contains(out, "done") {
			t.Errorf("%q by a stranger: %q", clip(line), out)
		}
	}
	if out, err := ask("admin", "secret"); err != nil || out != "done 1" {
		t.Errorf("by the admin: %q %v", out, err)
	}
	if out, err := ask("admin", "loop"); err == nil {
		t.Errorf("a command that loops: %q", out)
	}
	g.served()
}

// Reloads without end, some of broken scripts, leave sessions alone.
func TestReloadStorm(t *testing.T) {
	g := newTarget(t, "", nil)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 15 {
				if err := g.rt.Reload(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for range 10 {
		g.served()
	}
	wg.Wait()
	g.served()
}
