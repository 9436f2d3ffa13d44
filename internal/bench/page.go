package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// smtpNote says how whole mails are measured.
const smtpNote = "Each server is a process of its own, and so is the load generator: 16 clients that send a mail of 4 KB " +
	"without pipelining, over loopback, all on the same processors. The servers take turns. " +
	"None keeps the mail: bare go-smtp reads and drops it, the others write it to nowhere once policy has accepted it. " +
	"The reference policy counts connections, matches recipients with a pattern and adds a header field, " +
	"in Lua (`internal/bench/smtpbench/policies`) and in JavaScript (`internal/bench/smtpbench/haraka`). " +
	"`examples/mailserver` has an event loop for each processor. " +
	"CPU is user and system time of the server's processes."

// writeHead writes the beginning of the page.
func (s *settings) writeHead(w io.Writer, now time.Time) {
	fmt.Fprintf(w, `# Speed

Measured on %s by the benchmarks of the repository, beside their peers on the
same work in the same run. Of %d runs of %v the fastest counts; whole mails over
SMTP are measured for %v each time. A ratio above 1 says how many times faster
than the peer we are.

%s

Repeat it on a quiet machine; this page is written anew:

`+"```sh by-hand\ngo run ./internal/bench -time %v -count %d -o docs/performance.md\n```"+`

Node and npm, which installs Haraka from its registry, and Debian's `+"`lua5.1`"+` take
part if they are there. `+"`-only TITLE`"+` runs a part.
%s`, now.UTC().Format("2 January 2006"), s.count, s.duration, 10*s.duration, machine(), s.duration, s.count, s.partly())
}

// partly says that the page has only a part of the tables.
func (s *settings) partly() string {
	if s.only == "" {
		return ""
	}
	return fmt.Sprintf("This page has only the tables about %q.\n", s.only)
}

// machine describes what the numbers were measured on.
func machine() string {
	parts := []string{field("/proc/cpuinfo", "model name", ":", "an unknown processor"), fmt.Sprintf("%d threads", runtime.NumCPU())}
	if memory := field("/proc/meminfo", "MemTotal", ":", ""); memory != "" {
		parts = append(parts, memory+" of memory")
	}
	parts = append(parts, strings.Trim(field("/etc/os-release", "PRETTY_NAME", "=", runtime.GOOS), "\"")+" ("+runtime.GOOS+"/"+runtime.GOARCH+")", runtime.Version())
	for _, tool := range [][]string{{"node", "--version"}, {"lua5.1", "-v"}} {
		if out, err := exec.Command(tool[0], tool[1]).CombinedOutput(); err == nil {
			line, _, _ := strings.Cut(string(out), "\n")
			parts = append(parts, strings.TrimSpace(tool[0]+" "+strings.TrimPrefix(strings.Join(strings.Fields(line)[:min(2, len(strings.Fields(line)))], " "), "Lua ")))
		}
	}
	return "Machine: " + strings.Join(parts, ", ") + "."
}

// field gives the value behind a name in a file of lines, or other.
func field(file, name, separator, other string) string {
	b, err := os.ReadFile(file)
	if err != nil {
		return other
	}
	for line := range strings.Lines(string(b)) {
		if n, value, ok := strings.Cut(line, separator); ok && strings.TrimSpace(n) == name {
			return strings.TrimSpace(value)
		}
	}
	return other
}
