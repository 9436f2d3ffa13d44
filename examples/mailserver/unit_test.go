package main

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

func unit(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile("mailserver.service")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// The unit's command lines are right for the program, its paths are those of
// the sample configuration, and it waits longer for the end than the server.
func TestUnit(t *testing.T) {
	text := unit(t)
	commands := regexp.MustCompile(`(?m)^Exec\w+=/usr/local/bin/mailserver (.*)$`).FindAllStringSubmatch(text, -1)
	if len(commands) != 2 {
		t.Fatalf("%d commands", len(commands))
	}
	for _, m := range commands {
		args := strings.Fields(strings.ReplaceAll(m[1], "/etc/mailserver/mailserver.toml", "mailserver.toml"))
		in, err := parse(args, io.Discard)
		if err != nil {
			t.Errorf("%s: %v", m[0], err)
			continue
		}
		for _, dir := range []string{in.maildir, in.console} {
			if !strings.HasPrefix(dir, "/var/lib/mailserver/") && !strings.HasPrefix(dir, "/run/mailserver/") {
				t.Errorf("the unit does not let the server write %s", dir)
			}
		}
		timeout := regexp.MustCompile(`(?m)^TimeoutStopSec=(\d+)$`).FindStringSubmatch(text)
		if timeout == nil {
			t.Fatal("no TimeoutStopSec")
		}
		if d, err := time.ParseDuration(timeout[1] + "s"); err != nil || d <= in.grace {
			t.Errorf("TimeoutStopSec=%s, and shutdown-grace is %v", timeout[1], in.grace)
		}
	}
}

func TestUnitVerifies(t *testing.T) {
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Skip("systemd-analyze is not installed (Debian package systemd)")
	}
	verify := func(text string) string {
		t.Helper()
		program := filepath.Join(t.TempDir(), "mailserver")
		if err := os.WriteFile(program, []byte("#!/bin/sh\n"), 0o755); err != nil {
			t.Fatal(err)
		}
		file := writeFile(t, "mailserver.service", strings.ReplaceAll(text, "/usr/local/bin/mailserver", program))
		var out bytes.Buffer
		cmd := exec.Command(analyze, "verify", "--man=no", "--recursive-errors=no", file)
		cmd.Stdout, cmd.Stderr = &out, &out
		if err := cmd.Run(); err != nil {
			out.WriteString(err.Error())
		}
		return out.String()
	}
	if out := verify(strings.Replace(unit(t), "NoNewPrivileges=yes", "NoNewPrivilegs=yes", 1)); !strings.Contains(out, "NoNewPrivilegs") {
		t.Skipf("systemd-analyze does not find mistakes here:\n%s", out)
	}
	if out := verify(unit(t)); out != "" {
		t.Errorf("systemd-analyze verify:\n%s", out)
	}
}
