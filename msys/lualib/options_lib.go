package lualib

import (
	"io"
	"os"
	"time"
)

// Options sets the limits of the libraries and what they may reach.
type Options struct {
	// MaxString limits the length of the strings that the library makes, in
	// bytes. If zero, 64 MiB.
	MaxString int
	// PatternSteps limits the steps of one search for a pattern. If zero,
	// pattern.DefaultSteps.
	PatternSteps int
	// AllowExec lets scripts start programs: os.execute and io.popen.
	AllowExec bool
	// AllowExit lets os.exit end the process.
	AllowExit bool
	// Clock tells the time. If nil, time.Now.
	Clock func() time.Time
	// Location is the local time of os.date and os.time. If nil, time.Local.
	Location *time.Location

	// Stdin, Stdout and Stderr are the standard files of the io library. If
	// nil, those of the process.
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	// Open opens a file for the io library. mode is "r", "r+", "w", "w+",
	// "a" or "a+", as for fopen. If nil, files are those of the system, and
	// Remove, Rename and TempFile are not used.
	Open func(name, mode string) (File, error)
	// Remove is os.remove. If nil, it is not permitted.
	Remove func(name string) error
	// Rename is os.rename. If nil, it is not permitted.
	Rename func(from, to string) error
	// TempFile makes a new file for os.tmpname and io.tmpfile and tells its
	// name. If nil, they are not permitted.
	TempFile func() (name string, f File, err error)
}

func (o *Options) maxString() int {
	if o == nil || o.MaxString <= 0 {
		return 64 << 20
	}
	return o.MaxString
}

func (o *Options) clock() func() time.Time {
	if o == nil || o.Clock == nil {
		return time.Now
	}
	return o.Clock
}

func (o *Options) timeZone() *time.Location {
	if o == nil || o.Location == nil {
		return time.Local
	}
	return o.Location
}

func (o *Options) stdin() io.Reader {
	if o == nil || o.Stdin == nil {
		return os.Stdin
	}
	return o.Stdin
}

func (o *Options) stdout() io.Writer {
	if o == nil || o.Stdout == nil {
		return os.Stdout
	}
	return o.Stdout
}

func (o *Options) stderr() io.Writer {
	if o == nil || o.Stderr == nil {
		return os.Stderr
	}
	return o.Stderr
}
