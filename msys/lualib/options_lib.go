package lualib

import (
	"io"
	"os"
	"time"
)

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
