//go:build unix

package iowrap_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/gomsys/gomsys/msys/iowrap"
	"github.com/gomsys/gomsys/msys/luaio"
	"github.com/gomsys/gomsys/msys/policykit"
)

// TestNamedPipe has nobody at the other end.
func TestNamedPipe(t *testing.T) {
	name := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(name, 0o600); err != nil {
		t.Fatal(err)
	}
	f := newFS(t, nil)
	if got := get(t, f, name); got != "" {
		t.Error(got)
	}
	if err := opened(f.Open(ctx, name, os.O_WRONLY, 0)); !errors.Is(err, syscall.ENXIO) {
		t.Error(err)
	}
	both := open(t, f, name, os.O_RDWR) // a writer that writes nothing
	put(t, both, "x")
	short, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
	defer cancel()
	if _, err := f.ReadFile(short, name); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}

// TestSlowReader has a session that waits for a pipe; others go on, and the
// wait ends with its session.
func TestSlowReader(t *testing.T) {
	name := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(name, 0o600); err != nil {
		t.Fatal(err)
	}
	k := newKit(t, nil)
	k.LoadString("slow.lua", fmt.Sprintf(`
		local mod = {}
		function mod:validate_mailfrom(str)
			if tostring(str):find("slow") then
				local h = msys.core.io_wrapper_open(%q, msys.core.O_RDWR)
				print("waiting")
				h:read(1)
			end
			return msys.core.VALIDATE_CONT
		end
		msys.registerModule("slow", mod)
	`, name))
	slow, quick := k.Session("192.0.2.7:1"), k.Session("192.0.2.7:2")
	for _, s := range []*policykit.Session{slow, quick} {
		s.Connect()
		s.Ehlo("client.example")
	}
	ended, cancel := context.WithCancel(ctx)
	defer cancel()
	result := make(chan error)
	go func() {
		_, err := slow.Session.MailFrom(ended, "slow@example.com")
		result <- err
	}()
	for k.Printed() != "waiting" {
		runtime.Gosched()
	}
	if got := quick.MailFrom("quick@example.com"); got != "250" {
		t.Error(got)
	}
	cancel()
	if err := <-result; !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestSyslog(t *testing.T) {
	at := filepath.Join(t.TempDir(), "log")
	daemon, err := net.ListenPacket("unixgram", at)
	if err != nil {
		t.Fatal(err)
	}
	defer daemon.Close()
	f := newFS(t, &iowrap.Options{Syslog: iowrap.Syslog{Network: "unixgram", Address: at, Tag: "policy"}})
	for _, tt := range []struct{ uri, pri string }{
		{"syslog:", "<19>"}, {"syslog://?facility=local7&priority=debug", "<191>"}, {"SYSLOG://?priority=LOG_INFO", "<22>"},
	} {
		o := open(t, f, tt.uri, os.O_WRONLY)
		put(t, o, "a record")
		if _, err := o.Read(nil); !errors.Is(err, luaio.ErrNotReadable) {
			t.Error(err)
		}
		b := make([]byte, 1000)
		if err := daemon.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
			t.Fatal(err)
		}
		n, _, err := daemon.ReadFrom(b)
		got := string(b[:n])
		if err != nil || !strings.HasPrefix(got, tt.pri) || !strings.Contains(got, "policy[") || !strings.HasSuffix(got, ": a record\n") {
			t.Errorf("%s: %q %v", tt.uri, got, err)
		}
	}
	for _, uri := range []string{"syslog://?facility=none", "syslog://?priority=none", "syslog://?%zz"} {
		if err := opened(f.Open(ctx, uri, os.O_WRONLY, 0)); !errors.Is(err, iowrap.ErrInvalidURI) {
			t.Errorf("%s: %v", uri, err)
		}
	}
	if err := opened(f.Open(ctx, "syslog:", os.O_RDONLY, 0)); !errors.Is(err, iowrap.ErrWriteOnly) {
		t.Error(err)
	}
	none := newFS(t, &iowrap.Options{Syslog: iowrap.Syslog{Network: "unixgram", Address: at + "none"}})
	if err := opened(none.Open(ctx, "syslog:", os.O_WRONLY, 0)); err == nil {
		t.Error("no error")
	}
}

func TestPipe(t *testing.T) {
	dir := t.TempDir()
	f := newFS(t, &iowrap.Options{AllowPipe: true})
	if got := get(t, f, "pipe:///bin/echo?arg2=b%20c&arg1=a&arg10=z&other=1"); got != "a b c z\n" {
		t.Errorf("%q", got)
	}
	if got := get(t, f, "pipe:///usr/bin/env?env1=A=1&env2=B=2"); got != "A=1\nB=2\n" {
		t.Errorf("%q", got)
	}
	out := filepath.Join(dir, "out")
	w := open(t, f, "pipe:///usr/bin/tee?arg1="+out, os.O_WRONLY)
	put(t, w, "some ", "text")
	if err := w.Close(); err != nil {
		t.Error(err)
	}
	if got := get(t, f, out); got != "some text" {
		t.Errorf("%q", got)
	}
	both := open(t, f, "pipe:///bin/cat", os.O_RDWR)
	put(t, both, "echo")
	b := make([]byte, 4)
	if _, err := io.ReadFull(both, b); err != nil || string(b) != "echo" {
		t.Errorf("%q %v", b, err)
	}
	if err := both.Close(); err != nil {
		t.Error(err)
	}
	if err := open(t, f, "pipe:///bin/false", os.O_WRONLY).Close(); err == nil {
		t.Error("no error")
	}
	endless := open(t, f, "pipe:///bin/sleep?arg1=1000", os.O_RDONLY)
	short, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
	defer cancel()
	if _, err := f.ReadFile(short, "pipe:///bin/sleep?arg1=1000"); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	if err := endless.Close(); err != nil {
		t.Error(err)
	}
	for _, uri := range []string{"pipe://relative", "pipe:///no/such/program", "pipe:///bin/cat?%zz"} {
		if err := opened(f.Open(ctx, uri, os.O_RDONLY, 0)); err == nil {
			t.Errorf("%s: no error", uri)
		}
	}
}
