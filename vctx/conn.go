package vctx

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"
)

// Protocols by which mail comes in, msys.core.P_*. Scripts compare with the
// number of ESMTP.
const (
	ProtocolInternal = 1
	ProtocolESMTP    = 2
	ProtocolHTTP     = 6
)

// Conn is an inbound connection: what the host knows when it accepts it, and
// what policy changes about it. The exported fields are set by the host
// before the session begins and not changed afterwards.
type Conn struct {
	// Remote is the client, Local the listener's address.
	Remote, Local netip.AddrPort
	// RemotePath and LocalPath are the paths of a UNIX socket.
	RemotePath, LocalPath string
	// Service names the listener's kind: "SMTP" if empty.
	Service string
	// Protocol is one of the Protocol constants. If zero, ProtocolESMTP for
	// the service SMTP, else ProtocolHTTP.
	Protocol int
	// ConnID identifies the connection in logs. If empty, one is made.
	ConnID string
	// Hostname is the server's name in the banner.
	Hostname string
	// Capabilities are the EHLO lines that the host offers.
	Capabilities []string
	// Context are connection variables that the host's configuration gives.
	Context map[string]string
	// Limits are the limits that policy may change.
	Limits Limits

	state *connState
}

// Limits bound what a session may do. Zero means the host's own limit. Policy
// changes them through mc; the host reads them back.
type Limits struct {
	IdleTimeout        time.Duration
	ConnectionMessages int   // messages per connection
	ConnectionRcpts    int   // recipients per connection
	MessageRcpts       int   // recipients per message
	MaxMessageSize     int64 // bytes
}

type connState struct {
	mu     sync.Mutex
	caps   []string
	limits Limits
	names  map[string]string // banner_hostname and the like
}

// NewConn makes the connection of a session from what the host knows.
func NewConn(c Conn) *Conn {
	if c.Service == "" {
		c.Service = "SMTP"
	}
	if c.Protocol == 0 {
		c.Protocol = ProtocolHTTP
		if strings.EqualFold(c.Service, "SMTP") {
			c.Protocol = ProtocolESMTP
		}
	}
	if c.ConnID == "" {
		c.ConnID = NewID()
	}
	c.state = &connState{caps: slices.Clone(c.Capabilities), limits: c.Limits}
	return &c
}

// NewID makes an id in the form of Momentum's connection and message ids.
func NewID() string {
	r := rand.Uint64()
	return fmt.Sprintf("%02X/%02X-%05d-%08X", byte(r>>56), byte(r>>48), rand.N(100000), uint32(r))
}

// ID gives the connection's id.
func (c *Conn) ID() string { return c.ConnID }

// RemoteAddr and LocalAddr give the ends of the connection.
func (c *Conn) RemoteAddr() Addr { return Addr{AddrPort: c.Remote, Path: c.RemotePath} }

// LocalAddr gives the listener's end.
func (c *Conn) LocalAddr() Addr { return Addr{AddrPort: c.Local, Path: c.LocalPath} }

// IsSMTP reports whether the connection belongs to an SMTP listener.
func (c *Conn) IsSMTP() bool { return strings.EqualFold(c.Service, "SMTP") }

// ErrNotSMTP is given for capabilities of another kind of listener.
var ErrNotSMTP = fmt.Errorf("session is not attached to an SMTP listener")

// AddCapability adds a line to the EHLO reply, verbatim; a line with the same
// first word, without regard to case, is replaced. CR and LF are refused.
func (c *Conn) AddCapability(line string) error {
	if !c.IsSMTP() {
		return ErrNotSMTP
	}
	if strings.ContainsAny(line, "\r\n") || strings.TrimSpace(line) == "" {
		return fmt.Errorf("invalid capability %q", line)
	}
	c.state.mu.Lock()
	defer c.state.mu.Unlock()
	if i := c.state.find(line); i >= 0 {
		c.state.caps[i] = line
		return nil
	}
	c.state.caps = append(c.state.caps, line)
	return nil
}

// RemoveCapability takes a line out of the EHLO reply, found by its first word
// without regard to case.
func (c *Conn) RemoveCapability(name string) error {
	if !c.IsSMTP() {
		return ErrNotSMTP
	}
	c.state.mu.Lock()
	defer c.state.mu.Unlock()
	if i := c.state.find(name); i >= 0 {
		c.state.caps = slices.Delete(c.state.caps, i, i+1)
	}
	return nil
}

func (s *connState) find(line string) int {
	word, _, _ := strings.Cut(line, " ")
	return slices.IndexFunc(s.caps, func(have string) bool {
		w, _, _ := strings.Cut(have, " ")
		return strings.EqualFold(w, word)
	})
}

// EHLO lists the lines of the EHLO reply as policy left them.
func (c *Conn) EHLO() []string {
	c.state.mu.Lock()
	defer c.state.mu.Unlock()
	return slices.Clone(c.state.caps)
}

// CurrentLimits gives the limits as policy left them.
func (c *Conn) CurrentLimits() Limits {
	c.state.mu.Lock()
	defer c.state.mu.Unlock()
	return c.state.limits
}

// UpdateLimits changes the limits.
func (c *Conn) UpdateLimits(f func(*Limits)) {
	c.state.mu.Lock()
	defer c.state.mu.Unlock()
	f(&c.state.limits)
}

// Name gives a name that policy may set: banner_hostname, received_hostname,
// static_banner. Unset ones are the host's name, or "" for the banner.
func (c *Conn) Name(key string) string {
	c.state.mu.Lock()
	defer c.state.mu.Unlock()
	if v, ok := c.state.names[key]; ok {
		return v
	}
	if key == "static_banner" {
		return ""
	}
	return c.Hostname
}

// SetName sets a name.
func (c *Conn) SetName(key, value string) {
	c.state.mu.Lock()
	defer c.state.mu.Unlock()
	if c.state.names == nil {
		c.state.names = map[string]string{}
	}
	c.state.names[key] = value
}
