package vctx

import "time"

// Limits bound what a session may do. Policy changes them through the fields
// of mc, and the host reads them back before it acts on them. Zero means the
// host's own limit.
type Limits struct {
	IdleTimeout        time.Duration // silence of the client
	ConnectionMessages int           // messages per connection
	ConnectionRcpts    int           // recipients per connection
	MessageRcpts       int           // recipients per message
	MaxMessageSize     int64         // bytes of a message's content
}

// CurrentLimits gives the limits as policy left them.
func (c *Conn) CurrentLimits() Limits {
	l := c.state()
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.limits
}

// UpdateLimits changes the limits. change must not call methods of c.
func (c *Conn) UpdateLimits(change func(*Limits)) {
	l := c.state()
	l.mu.Lock()
	defer l.mu.Unlock()
	change(&l.limits)
}

// Texts that policy may set through fields of mc.
const (
	NameBanner       = "banner_hostname"   // the server's name in the banner
	NameReceived     = "received_hostname" // the server's name in Received
	NameStaticBanner = "static_banner"     // the text of the whole banner
)

// Name gives one of the texts Name…. Unless policy set it, it is
// Conn.Hostname, and "" for NameStaticBanner: the host makes the banner.
func (c *Conn) Name(field string) string {
	l := c.state()
	l.mu.Lock()
	defer l.mu.Unlock()
	if text, ok := l.names[field]; ok {
		return text
	}
	if field == NameStaticBanner {
		return ""
	}
	return c.Hostname
}

// SetName sets one of the texts Name….
func (c *Conn) SetName(field, text string) {
	l := c.state()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.names == nil {
		l.names = map[string]string{}
	}
	l.names[field] = text
}
