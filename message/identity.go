package message

import (
	"net"
	"net/netip"
	"strconv"
	"strings"
)

// identity is what tells a message from others and where it came from.
type identity struct {
	id, batch, conn string
	method          Protocol
	remote, local   net.Addr
	generated       bool // made here: Date and Message-ID are ours to add
}

// Reception says how a message came in. Empty ids are made up when they are
// asked for.
type Reception struct {
	ID, BatchID, ConnID string
	// Remote is the peer and Local the listener's address, nil if the message
	// did not come over the network.
	Remote, Local net.Addr
	// Method is the protocol. If zero, [ProtocolESMTP], or
	// [ProtocolInternal] without a Remote.
	Method Protocol
}

// SetAttempted records the peer that the last attempt to deliver the message
// spoke to; the zero address says that there was none.
func (m *Message) SetAttempted(peer netip.Addr) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.attempted = peer
}

// Attempted gives the peer of the last attempt to deliver the message.
func (m *Message) Attempted() netip.Addr {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.attempted
}

// SetReception records how the message came in.
func (m *Message) SetReception(r Reception) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if r.Method == 0 {
		r.Method = ProtocolInternal
		if r.Remote != nil {
			r.Method = ProtocolESMTP
		}
	}
	m.identity = identity{
		id: r.ID, batch: r.BatchID, conn: r.ConnID, method: r.Method,
		remote: r.Remote, local: r.Local, generated: m.identity.generated && r.Method == ProtocolInternal,
	}
}

// ID gives the id of the message.
func (m *Message) ID() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.orNewID(&m.identity.id)
}

// BatchID gives the id that the messages of one transaction share.
func (m *Message) BatchID() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.orNewID(&m.identity.batch)
}

// ConnID gives the id of the connection that the message came over; for mail
// made here it is all zeros.
func (m *Message) ConnID() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.identity.conn == "" && (m.identity.method == ProtocolInternal || m.identity.remote == nil) {
		return noID
	}
	return m.orNewID(&m.identity.conn)
}

func (m *Message) orNewID(id *string) string {
	if *id == "" {
		*id = m.o.IDs.NewID()
	}
	return *id
}

// ReceiveMethod gives the protocol by which the message came in.
func (m *Message) ReceiveMethod() Protocol {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.identity.method == 0 {
		return ProtocolInternal
	}
	return m.identity.method
}

// RemoteAddr gives the peer that sent the message, nil for internal mail.
func (m *Message) RemoteAddr() net.Addr {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.identity.remote
}

// LocalAddr gives the listener's address, nil for internal mail.
func (m *Message) LocalAddr() net.Addr {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.identity.local
}

// Remote gives the peer as text: what is "all" (or ""), "ip" or "port", other
// words give [ErrInvalidFlags]. For internal mail the text is "". All of an
// address is 192.0.2.1:25, or 2001:db8::1.25 for IPv6.
func (m *Message) Remote(what string) (string, error) { return addrText(m.RemoteAddr(), what) }

// Local gives the listener's address as text; see [Message.Remote].
func (m *Message) Local(what string) (string, error) { return addrText(m.LocalAddr(), what) }

func addrText(a net.Addr, what string) (string, error) {
	switch what {
	case "", "all", "ip", "port":
	default:
		return "", ErrInvalidFlags
	}
	if a == nil {
		return "", nil
	}
	ap, ok := addrPort(a)
	switch {
	case !ok && what == "port":
		return "", nil
	case !ok:
		return a.String(), nil
	case what == "ip":
		return ap.Addr().String(), nil
	case what == "port":
		return strconv.Itoa(int(ap.Port())), nil
	case ap.Addr().Is4():
		return ap.String(), nil
	}
	return ap.Addr().String() + "." + strconv.Itoa(int(ap.Port())), nil
}

func addrPort(a net.Addr) (netip.AddrPort, bool) {
	var ap netip.AddrPort
	switch a := a.(type) {
	case *net.TCPAddr:
		ap = a.AddrPort()
	case *net.UDPAddr:
		ap = a.AddrPort()
	default:
		if !strings.HasPrefix(a.Network(), "tcp") {
			return ap, false
		}
		var err error
		if ap, err = netip.ParseAddrPort(a.String()); err != nil {
			return ap, false
		}
	}
	return netip.AddrPortFrom(ap.Addr().Unmap(), ap.Port()), ap.IsValid()
}
