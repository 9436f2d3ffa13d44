package iowrap

import (
	"context"
	"io/fs"
	"strings"
)

// Syslog says where records of syslog: URIs go.
type Syslog struct {
	// Network and Address are those of a daemon, as for [net.Dial]. If both
	// are empty, the local one.
	Network, Address string
	// Tag begins the records. If empty, the program's name.
	Tag string
}

// facilities and priorities by their usual names (RFC 5424 section 6.2.1).
var (
	facilities = map[string]int{
		"kern": 0, "user": 1, "mail": 2, "daemon": 3, "auth": 4, "syslog": 5, "lpr": 6, "news": 7, "uucp": 8, "cron": 9,
		"authpriv": 10, "ftp": 11, "local0": 16, "local1": 17, "local2": 18, "local3": 19, "local4": 20, "local5": 21,
		"local6": 22, "local7": 23,
	}
	priorities = map[string]int{
		"emerg": 0, "panic": 0, "alert": 1, "crit": 2, "critical": 2, "err": 3, "error": 3, "warn": 4, "warning": 4,
		"notice": 5, "info": 6, "debug": 7,
	}
)

// openSyslog opens syslog://?facility=mail&priority=error, which are the
// defaults.
func (f *FS) openSyslog(_ context.Context, uri string, flags int, _ fs.FileMode) (Object, error) {
	if err := writeOnly(flags); err != nil {
		return nil, err
	}
	_, query, _ := strings.Cut(uri, "?")
	v, err := parameters(query)
	if err != nil {
		return nil, err
	}
	choose := func(names map[string]int, key, def string) int {
		name := strings.ToLower(v.Get(key))
		if name == "" {
			name = def
		}
		n, ok := names[strings.TrimPrefix(name, "log_")]
		if !ok {
			err = ErrInvalidURI
		}
		return n
	}
	facility, priority := choose(facilities, "facility", "mail"), choose(priorities, "priority", "error")
	if err != nil {
		return nil, err
	}
	return f.o.Syslog.dial(facility, priority)
}
