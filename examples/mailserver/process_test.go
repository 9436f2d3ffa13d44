package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/gomsys/gomsys/internal/loopback"
)

// runAsServer has the test program be the mail server, with these arguments.
const runAsServer = "TEST_RUN_AS_MAILSERVER"

func TestMain(m *testing.M) {
	if args := os.Getenv(runAsServer); args != "" {
		os.Exit(run(strings.Split(args, "\n"), os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

// process is a mail server in a process of its own.
type process struct {
	t   *testing.T
	cmd *exec.Cmd
	log *bufio.Scanner
}

func startProcess(t *testing.T, args ...string) *process {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := &process{t: t, cmd: exec.Command(self)}
	p.cmd.Env = append(os.Environ(), runAsServer+"="+strings.Join(args, "\n"))
	stderr, err := p.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.log = bufio.NewScanner(stderr)
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	kill := time.AfterFunc(time.Minute, func() { _ = p.cmd.Process.Kill() })
	t.Cleanup(func() {
		kill.Stop()
		_ = p.cmd.Process.Kill()
		_ = p.cmd.Wait()
	})
	return p
}

// await reads the log up to a record.
func (p *process) await(msg string) {
	p.t.Helper()
	var seen []string
	for p.log.Scan() {
		seen = append(seen, p.log.Text())
		var record struct{ Msg string }
		if json.Unmarshal(p.log.Bytes(), &record) == nil && record.Msg == msg {
			return
		}
	}
	p.t.Fatalf("the log ended before %q:\n%s", msg, strings.Join(seen, "\n"))
}

func (p *process) signal(s os.Signal) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		p.t.Fatal(err)
	}
}

// The program as it runs at a site: from a configuration file, with SIGHUP
// that drops no session and SIGTERM that lets a transaction end.
func TestProcess(t *testing.T) {
	dir, address := t.TempDir(), loopback.Addr(t)
	policy := filepath.Join(dir, "policies", "p.lua")
	body := `function mod:validate_connect(ac, v) v:set_code(220, "VERSION") return 0 end`
	if err := os.Mkdir(filepath.Dir(policy), 0o700); err != nil {
		t.Fatal(err)
	}
	load := func(version string) {
		t.Helper()
		if err := os.WriteFile(policy, []byte(strings.ReplaceAll(policyWith(body)["p.lua"], "VERSION", version)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	load("one")
	config := writeFile(t, "c.toml", fmt.Sprintf("listen = %q\npolicies = %q\nmaildir = %q\nhostname = 'mx.test'\nlog-format = 'json'\n",
		address, filepath.Dir(policy), filepath.Join(dir, "mail")))
	p := startProcess(t, "-config", config)
	p.await("listening")
	dial := func() *client {
		t.Helper()
		conn, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		conn.SetDeadline(time.Now().Add(20 * time.Second))
		return &client{t, conn, bufio.NewReader(conn)}
	}
	c := dial()
	c.expect("", "220 one")
	c.say("EHLO mx.b.example")
	c.expect("MAIL FROM:<a@b.example>", "250 2.0.0 Roger, accepting mail from <a@b.example>")

	load("two")
	p.signal(syscall.SIGHUP)
	p.await("policies reloaded")
	next := dial()
	next.expect("", "220 two")
	c.expect("RCPT TO:<x@x.example>", "250 2.0.0 I'll make sure <x@x.example> gets this")

	if err := os.WriteFile(policy, []byte("no Lua"), 0o600); err != nil {
		t.Fatal(err)
	}
	p.signal(syscall.SIGHUP)
	p.await("reload failed; what ran before stays")

	p.signal(syscall.SIGTERM)
	p.await("shutting down")
	closing := "421 4.3.2 mx.test is shutting down, try later"
	next.expect("", closing)
	c.expect("DATA", "354 Go ahead. End your data with <CR><LF>.<CR><LF>", "Subject: x\r\n\r\n.", "250 2.0.0 OK: queued", "", closing, "", "closed")
	for p.log.Scan() { // to the end of the process
	}
	if err := p.cmd.Wait(); err != nil {
		t.Errorf("the server ended with %v", err)
	}
	if files, _ := filepath.Glob(filepath.Join(dir, "mail", "new", "*")); len(files) != 1 {
		t.Errorf("%d mails stored", len(files))
	}
}
