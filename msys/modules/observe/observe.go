// Package observe has observers of callouts for msys.Config.Observer: one that
// writes records, and one that hands on to several. Package promobserve has
// one for Prometheus.
package observe

import (
	"context"
	"log/slog"
	"time"

	"github.com/gomsys/gomsys/msys"
)

// LogOptions are the settings of [Log]; nil works.
type LogOptions struct {
	// Level is that of callouts that ended well. If nil, slog.LevelDebug.
	// Callouts that failed have slog.LevelError.
	Level slog.Leveler
	// Slow is the duration from which on a callout is logged with
	// slog.LevelWarn. If zero, none is.
	Slow time.Duration
}

// Log gives an observer that writes a record at the end of each callout, with
// the attributes callout, module, phase, conn, duration, calls, code, return
// and error. It may be used by several runtimes.
func Log(logger *slog.Logger, o *LogOptions) msys.Observer {
	l := &logObserver{logger: logger, level: slog.LevelDebug}
	if o != nil {
		l.slow = o.Slow
		if o.Level != nil {
			l.level = o.Level
		}
	}
	return l
}

type logObserver struct {
	logger *slog.Logger
	level  slog.Leveler
	slow   time.Duration
}

func (l *logObserver) CalloutStart(msys.CalloutTrace) {}

func (l *logObserver) CalloutEnd(t msys.CalloutTrace) {
	level := l.level.Level()
	switch {
	case t.Error != "":
		level = slog.LevelError
	case l.slow > 0 && t.Duration >= l.slow:
		level = slog.LevelWarn
	}
	ctx := context.Background()
	if !l.logger.Enabled(ctx, level) {
		return
	}
	attrs := []slog.Attr{
		slog.String("callout", t.Callout), slog.String("module", t.Module), slog.String("phase", t.Phase),
		slog.Duration("duration", t.Duration), slog.Int("calls", t.Calls),
	}
	if t.Session != "" {
		attrs = append(attrs, slog.String("conn", t.Session), slog.Int("code", t.Code))
	}
	if t.Return != "" {
		attrs = append(attrs, slog.String("return", t.Return))
	}
	if t.Error != "" {
		attrs = append(attrs, slog.String("error", t.Error))
	}
	l.logger.LogAttrs(ctx, level, "callout", attrs...)
}

// All gives an observer that tells each of list, in order.
func All(list ...msys.Observer) msys.Observer { return all(list) }

type all []msys.Observer

func (a all) CalloutStart(t msys.CalloutTrace) {
	for _, o := range a {
		o.CalloutStart(t)
	}
}

func (a all) CalloutEnd(t msys.CalloutTrace) {
	for _, o := range a {
		o.CalloutEnd(t)
	}
}
