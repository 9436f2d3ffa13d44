package vctx

import (
	"maps"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"sync"
)

// Protocols by which mail comes in, msys.core.P_*. Scripts compare with the
// number of ESMTP.
const (
	ProtocolInternal = 1
	ProtocolESMTP    = 2
	ProtocolECStream = 5
	ProtocolHTTP     = 7
)

// Conn is an inbound connection, ac in Lua: what the host knows when it
// accepts it, and what policy changes about it. The host fills the fields in
// and gives the struct to [NewConn], and does not change them after that.
// Copies of a Conn that NewConn made share what policy changes.
type Conn struct {
	// Remote is the client, Local the listener's address.
	Remote, Local netip.AddrPort
	// RemotePath and LocalPath are the paths of a UNIX socket.
	RemotePath, LocalPath string
	// Service names the listener's kind. If empty, "SMTP".
	Service string
	// Protocol is the number of the protocol. If zero, it follows from
	// Service: ProtocolESMTP, ProtocolECStream, otherwise ProtocolHTTP.
	Protocol int
	// ConnID identifies the connection in logs. If empty, one is made.
	ConnID string
	// Hostname is the server's name, in the banner and in Received.
	Hostname string
	// Capabilities are the lines of the EHLO reply that the host offers.
	Capabilities []string
	// CanRelay says that this client may relay without authentication.
	CanRelay bool
	// CanAuth says that the host offers authentication.
	CanAuth bool
	// Context are connection variables that the host's configuration gives to
	// connections of this listener or peer.
	Context map[string]string
	// Limits are the limits that policy may change.
	Limits Limits
	// Counter counts open sessions for policy. If nil, scripts are told that
	// this session is the only one.
	Counter SessionCounter

	live *liveConn
}

// liveConn is what policy changes, shared by the copies of a Conn.
type liveConn struct {
	mu           sync.Mutex
	capabilities []string
	limits       Limits
	names        map[string]string
}

// NewConn makes the connection of a session from what the host knows.
func NewConn(c Conn) *Conn {
	if c.Service == "" {
		c.Service = serviceSMTP
	}
	if c.Protocol == 0 {
		c.Protocol = protocolOf(c.Service)
	}
	if c.ConnID == "" {
		c.ConnID = NewID()
	}
	c.Context = maps.Clone(c.Context)
	made := &struct {
		conn Conn
		live liveConn
	}{conn: c}
	made.live.capabilities, made.live.limits = slices.Clone(c.Capabilities), c.Limits
	made.conn.live = &made.live
	return &made.conn
}

const serviceSMTP = "SMTP"

func protocolOf(service string) int {
	switch strings.ToLower(service) {
	case "smtp":
		return ProtocolESMTP
	case "ecstream":
		return ProtocolECStream
	}
	return ProtocolHTTP
}

func (c *Conn) newLive() *liveConn {
	return &liveConn{capabilities: slices.Clone(c.Capabilities), limits: c.Limits}
}

// state gives what policy changes. For a Conn that NewConn did not make it is
// a fresh one: nothing is kept, and nothing breaks.
func (c *Conn) state() *liveConn {
	if c.live == nil {
		return c.newLive()
	}
	return c.live
}

// NewID makes an id in the form of Momentum's connection and message ids,
// such as "18/00-07149-D7E16B94". Ids are random.
func NewID() string {
	r, n := rand.Uint64(), rand.N(100000)
	id := []byte("hh/hh-00000-hhhhhhhh")
	hexID(id[0:2], r>>56)
	hexID(id[3:5], r>>48)
	for i := 10; i > 5; i-- {
		id[i] = byte('0' + n%10)
		n /= 10
	}
	hexID(id[12:], r)
	return string(id)
}

// hexID fills b with the last digits of n.
func hexID(b []byte, n uint64) {
	for i := len(b) - 1; i >= 0; i-- {
		b[i] = "0123456789ABCDEF"[n&15]
		n >>= 4
	}
}

// ID gives the connection's id.
func (c *Conn) ID() string { return c.ConnID }

// RemoteAddr gives the client's address.
func (c *Conn) RemoteAddr() Addr { return Addr{AddrPort: c.Remote, Path: c.RemotePath} }

// LocalAddr gives the listener's address.
func (c *Conn) LocalAddr() Addr { return Addr{AddrPort: c.Local, Path: c.LocalPath} }

// IsSMTP reports whether the connection belongs to an SMTP listener.
func (c *Conn) IsSMTP() bool {
	return c.Service == "" || strings.EqualFold(c.Service, serviceSMTP)
}

// AddContext adds connection variables to those in Context, over which they
// win. It has an effect before [NewContext] only.
func (c *Conn) AddContext(vars map[string]string) {
	if c.Context == nil {
		c.Context = map[string]string{}
	}
	maps.Copy(c.Context, vars)
}
