//go:build unix

package iowrap

import (
	"log/syslog"

	"github.com/gomsys/gomsys/msys/luaio"
)

// sysLogger is an open syslog: URI.
type sysLogger struct{ *syslog.Writer }

func (s Syslog) dial(facility, priority int) (Object, error) {
	w, err := syslog.Dial(s.Network, s.Address, syslog.Priority(facility<<3|priority), s.Tag)
	if err != nil {
		return nil, err
	}
	return sysLogger{w}, nil
}

// Read refuses.
func (sysLogger) Read([]byte) (int, error) { return 0, luaio.ErrNotReadable }
