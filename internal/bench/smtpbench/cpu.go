package smtpbench

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// cpuTick is the unit of times in /proc, USER_HZ, which is the same on all
// architectures that Go runs on.
const cpuTick = 10 * time.Millisecond

// cpuTime gives the processor time, user and system, that a process and the
// processes that it started have taken so far. It reads /proc; without one,
// ok is false.
func cpuTime(pid int) (d time.Duration, ok bool) {
	parent, ticks := map[int]int{}, map[int]int64{}
	files, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			continue // it has ended
		}
		if p, err := parseStat(b); err == nil {
			parent[p.pid], ticks[p.pid] = p.parent, p.ticks
		}
	}
	_, ok = ticks[pid]
	for p, n := range ticks {
		for at := p; at != 0; at = parent[at] {
			if at == pid {
				d += time.Duration(n) * cpuTick
				break
			}
		}
	}
	return d, ok
}

// stat is what is of interest in /proc/PID/stat.
type stat struct {
	pid, parent int
	ticks       int64
}

// parseStat reads /proc/PID/stat. The name, the second field, is in
// parentheses and may have anything in it.
func parseStat(b []byte) (s stat, err error) {
	open, end := bytes.IndexByte(b, '('), bytes.LastIndexByte(b, ')')
	if open < 1 || end < open {
		return s, fmt.Errorf("smtpbench: no process: %q", b)
	}
	fields := bytes.Fields(b[end+1:]) // from the third one on
	if len(fields) < 13 {
		return s, fmt.Errorf("smtpbench: too few fields: %q", b)
	}
	if s.pid, err = strconv.Atoi(string(bytes.TrimSpace(b[:open]))); err != nil {
		return s, err
	}
	if s.parent, err = strconv.Atoi(string(fields[1])); err != nil {
		return s, err
	}
	for _, f := range fields[11:13] { // utime, stime
		n, err := strconv.ParseInt(string(f), 10, 64)
		if err != nil {
			return s, err
		}
		s.ticks += n
	}
	return s, nil
}
