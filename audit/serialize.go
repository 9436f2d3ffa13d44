package audit

import (
	"bufio"
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"time"
)

// seriesLogger writes the windows of a series to files as they end.
type seriesLogger struct {
	a     *Audit
	s     *series
	alarm *alarm

	mu      sync.Mutex
	started bool
	ended   bool
	next    int64 // the first window that is not written yet
}

func (a *Audit) newSeriesLogger(s *series) *seriesLogger {
	l := &seriesLogger{a: a, s: s}
	l.alarm = a.newAlarm(l.run)
	return l
}

// start begins with the current window.
func (l *seriesLogger) start() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.started || l.ended {
		return
	}
	l.started = true
	l.next = l.s.counts.window(l.a.now.unix())
	l.arm()
}

// end stops writing for good.
func (l *seriesLogger) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ended = true
	l.alarm.end()
}

// arm waits for the end of the current window; l.mu is held.
func (l *seriesLogger) arm() {
	now := l.a.clock.Now()
	interval := l.s.counts.interval
	end := time.Unix((now.Unix()/interval+1)*interval, 0)
	l.alarm.set(end.Sub(now))
}

// run writes the windows that have ended.
func (l *seriesLogger) run() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ended || !l.s.spec.Load().Serialize {
		l.started = false
		return
	}
	c := &l.s.counts
	cur := c.window(l.a.now.unix())
	for w := max(l.next, cur-int64(c.windows)+1); w < cur; w++ {
		if err := l.write(w); err != nil {
			l.a.logger().Error("audit series not logged", "series", l.s.name, "error", err)
		}
	}
	l.next = max(l.next, cur)
	l.arm()
}

// write writes one window, if it has counts: lines "item TAB count", sorted.
func (l *seriesLogger) write(w int64) error {
	type line struct {
		k Key
		n int64
	}
	var lines []line
	c := &l.s.counts
	c.each(c.window(l.a.now.unix()), func(k Key, window, n int64) bool {
		if window == w {
			lines = append(lines, line{k, n})
		}
		return true
	})
	slices.SortFunc(lines, func(a, b line) int {
		if a.k.isText {
			return cmp.Compare(a.k.text, b.k.text)
		}
		if c := a.k.prefix.Addr().Compare(b.k.prefix.Addr()); c != 0 {
			return c
		}
		return cmp.Compare(a.k.prefix.Bits(), b.k.prefix.Bits())
	})
	if len(lines) == 0 {
		return nil
	}
	name := fileName(l.s.name) + "." + formatTime((w+1)*c.interval)
	return writeFile(filepath.Join(l.a.o.LogDir, name), func(out *bufio.Writer) error {
		for _, line := range lines {
			if _, err := fmt.Fprintf(out, "%s\t%d\n", itemText(line.k), line.n); err != nil {
				return err
			}
		}
		return nil
	})
}
