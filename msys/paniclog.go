package msys

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"time"
)

// PanicLogOptions are the options of PanicLog.
type PanicLogOptions struct {
	// Micro adds microseconds to the time.
	Micro bool
	// Level is the least level that is written. If nil, slog.LevelInfo.
	Level slog.Leveler
}

// PanicLog returns a handler that writes the classic line of Momentum's
// paniclog: "1251200446:scriptlet: text". The attributes of a record are not
// shown. It is safe for concurrent use.
func PanicLog(w io.Writer, o *PanicLogOptions) slog.Handler {
	h := &panicLog{mu: new(sync.Mutex), w: w}
	if o != nil {
		h.opts = *o
	}
	return h
}

type panicLog struct {
	mu   *sync.Mutex
	w    io.Writer
	opts PanicLogOptions
}

func (h *panicLog) Enabled(_ context.Context, level slog.Level) bool {
	if h.opts.Level == nil {
		return level >= slog.LevelInfo
	}
	return level >= h.opts.Level.Level()
}

func (h *panicLog) Handle(_ context.Context, r slog.Record) error {
	stamp := strconv.FormatInt(r.Time.Unix(), 10)
	if h.opts.Micro {
		stamp += fmt.Sprintf(".%06d", r.Time.Nanosecond()/1000)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	_, err := fmt.Fprintf(h.w, "%s:scriptlet: %s\n", stamp, r.Message)
	return err
}

func (h *panicLog) WithAttrs([]slog.Attr) slog.Handler { return h }
func (h *panicLog) WithGroup(string) slog.Handler      { return h }

// panicRing keeps the last failures for the console command paniclog.
type panicRing struct {
	mu    sync.Mutex
	lines []string
}

// maxPanics is how many failures are kept.
const maxPanics = 500

func (p *panicRing) add(now time.Time, text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.lines) >= maxPanics {
		p.lines = append(p.lines[:0], p.lines[1:]...)
	}
	p.lines = append(p.lines, fmt.Sprintf("%d:scriptlet: %s", now.Unix(), text))
}

// tail gives the last lines, as many as the first argument says, else 10.
func (p *panicRing) tail(args []string) string {
	n := 10
	if len(args) > 0 {
		if v, err := strconv.Atoi(args[0]); err == nil && v > 0 {
			n = v
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	lines := p.lines[max(len(p.lines)-n, 0):]
	if len(lines) == 0 {
		return ""
	}
	return strings.Join(lines, "\n") + "\n"
}

// slogLevel maps the levels of msys.core.LOG_* to slog's.
func slogLevel(level int) slog.Level {
	switch level {
	case logDebug:
		return slog.LevelDebug
	case logInfo:
		return slog.LevelInfo
	case logNotice:
		return slog.LevelInfo + 1
	case logWarning:
		return slog.LevelWarn
	}
	return slog.LevelError
}

// Levels of msys.log, msys.core.LOG_*.
const (
	logCritical = iota
	logError
	logWarning
	logNotice
	logInfo
	logDebug
)
