package adaptive

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/gomsys/gomsys/msys/delivery"
)

// Event is something that a [Notifier] can be told of.
type Event string

// Events, by the names that Momentum's configuration has for them.
const (
	ThrottleEvent   Event = "throttle"
	SuspensionEvent Event = "suspension"
	BlackholeEvent  Event = "blackhole"
)

// Alert is what a [Notifier] is told.
type Alert struct {
	Event Event
	Key   delivery.Key
	Time  time.Time
	// Rule and Message are those of the rule that fired.
	Rule, Message string
	// Reply is the reply that fired it; none if a sweep did.
	Reply delivery.Reply
	// Applied is what was done.
	Applied delivery.Applied
}

// Notifier tells people of what the engine does, by mail for instance. Notify
// is called by the goroutine whose reply fired the rule, so it should not wait
// for long; it may be called concurrently. Errors are logged.
type Notifier interface {
	Notify(ctx context.Context, a Alert) error
}

// NotifierFunc is a function that is a [Notifier].
type NotifierFunc func(ctx context.Context, a Alert) error

// Notify calls f.
func (f NotifierFunc) Notify(ctx context.Context, a Alert) error { return f(ctx, a) }

// notify tells the notifier, unless it has just been told. No lock is held.
func (e *Engine) notify(ctx context.Context, p *pair, a Alert) {
	if e.o.Notifier == nil || !e.events[a.Event] {
		return
	}
	a.Time = e.now()
	p.mu.Lock()
	last, told := p.notified[a.Event]
	told = told && a.Time.Sub(last) < e.o.NotificationInterval
	if !told {
		if p.notified == nil {
			p.notified = map[Event]time.Time{}
		}
		p.notified[a.Event] = a.Time
	}
	p.mu.Unlock()
	if told {
		return
	}
	if err := e.o.Notifier.Notify(ctx, a); err != nil {
		e.log.ErrorContext(ctx, "adaptive: notice was not sent", "event", a.Event, "binding", a.Key.Binding, "domain", a.Key.Domain, "error", err)
	}
}

// changed logs a change for a key.
func (e *Engine) changed(k delivery.Key, text string) {
	e.log.Info("adaptive: "+text, "binding", k.Binding, "domain", k.Domain)
	e.lines.write(e.now(), k, "NOTICE", text)
}

// skipped logs what was not done for a key.
func (e *Engine) skipped(k delivery.Key, text string) {
	e.log.Debug("adaptive: "+text, "binding", k.Binding, "domain", k.Domain)
	e.lines.write(e.now(), k, "INFO", text)
}

// lineLog writes the adaptive log: fields parted by @, of which only the last
// may have one.
type lineLog struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *lineLog) write(now time.Time, k delivery.Key, level, text string) {
	if l.w == nil {
		return
	}
	line := fmt.Sprintf("%d@1@G@%s@%s@%s@%s\n", now.Unix(), field.Replace(k.Binding), field.Replace(k.Domain), level, oneLine.Replace(text))
	l.mu.Lock()
	defer l.mu.Unlock()
	_, _ = io.WriteString(l.w, line) // a log that cannot be written must not stop mail
}

var (
	oneLine = strings.NewReplacer("\r", " ", "\n", " ")
	field   = strings.NewReplacer("@", "_", "\r", " ", "\n", " ")
)
