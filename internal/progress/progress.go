// Package progress tells a person who waits how far a command is.
//
// On a terminal one line is written over and over, from the first second on,
// and wiped in the end. Elsewhere, say in the log of a job, a whole line
// appears every ten seconds; a run that takes less leaves no trace:
//
//	p := progress.New(os.Stderr, "mails", len(files), nil)
//	defer p.Done()
//	for range files {
//		…
//		p.Step()
//	}
package progress

import (
	"fmt"
	"io"
	"os"
	"time"
)

// When lines appear.
const (
	terminalDelay, terminalInterval = time.Second, 200 * time.Millisecond
	logInterval                     = 10 * time.Second
)

// Options are the settings of a progress line; nil works.
type Options struct {
	// Terminal says that lines can be written over. If nil, the writer is
	// looked at.
	Terminal *bool
	// Now is the clock. If nil, time.Now.
	Now func() time.Time
}

// Line is the progress of one run. It is not safe for concurrent use. A nil
// Line writes nothing.
type Line struct {
	w        io.Writer
	what     string
	total    int
	terminal bool
	now      func() time.Time

	done        int
	began, next time.Time
	shown       bool
}

// New begins a run of total steps; what names them, in the plural. If total is
// zero or less, it is not known.
func New(w io.Writer, what string, total int, o *Options) *Line {
	l := &Line{w: w, what: what, total: total, now: time.Now, terminal: IsTerminal(w)}
	if o != nil && o.Now != nil {
		l.now = o.Now
	}
	if o != nil && o.Terminal != nil {
		l.terminal = *o.Terminal
	}
	l.began = l.now()
	l.next = l.began.Add(logInterval)
	if l.terminal {
		l.next = l.began.Add(terminalDelay)
	}
	return l
}

// IsTerminal reports whether w is a file that a person looks at.
func IsTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// Step notes that one more step is done.
func (l *Line) Step() {
	if l == nil {
		return
	}
	l.done++
	now := l.now()
	if now.Before(l.next) {
		return
	}
	text := l.text(now.Sub(l.began))
	if l.terminal {
		l.next = now.Add(terminalInterval)
		fmt.Fprintf(l.w, "\r%s\x1b[K", text)
	} else {
		l.next = now.Add(logInterval)
		fmt.Fprintln(l.w, text)
	}
	l.shown = true
}

// Done wipes the line from a terminal.
func (l *Line) Done() {
	if l != nil && l.terminal && l.shown {
		fmt.Fprint(l.w, "\r\x1b[K")
		l.shown = false
	}
}

// text is the line after a time.
func (l *Line) text(took time.Duration) string {
	if l.total <= 0 {
		return fmt.Sprintf("%d %s in %v", l.done, l.what, took.Round(time.Second))
	}
	left := time.Duration(float64(took) / float64(l.done) * float64(max(l.total-l.done, 0)))
	return fmt.Sprintf("%d of %d %s, about %v left", l.done, l.total, l.what, left.Round(time.Second))
}
