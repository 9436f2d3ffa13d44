package dns

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	wire "github.com/miekg/dns"
)

// udpSize is the size of answers by UDP that EDNS0 allows servers: no larger,
// so that no answer is fragmented.
const udpSize = 1232

// udpBuffer has room for what servers send that do not care for udpSize.
const udpBuffer = 4096

const headerSize = 12

var errMismatch = errors.New("answer to another question")

// newQuestion makes a question with a random id.
func newQuestion(name string, t Type, edns bool) *wire.Msg {
	q := new(wire.Msg)
	q.SetQuestion(name, uint16(t))
	if edns {
		q.SetEdns0(udpSize, false)
	}
	return q
}

// answers reports whether m answers q: the same id and the same question.
// Servers that do not understand a question may leave it out.
func answers(q, m *wire.Msg) bool {
	if m == nil || m.Id != q.Id || !m.Response || m.Opcode != wire.OpcodeQuery {
		return false
	}
	if len(m.Question) == 0 {
		return m.Rcode == wire.RcodeFormatError || m.Rcode == wire.RcodeNotImplemented
	}
	a, b := &q.Question[0], &m.Question[0]
	return len(m.Question) == 1 && a.Qtype == b.Qtype && a.Qclass == b.Qclass && strings.EqualFold(a.Name, b.Name)
}

// exchange asks by the network; it is the Exchange of resolvers without one.
func (r *Resolver) exchange(ctx context.Context, q *wire.Msg, network, server string) (*wire.Msg, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, network, server)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	if deadline, ok := ctx.Deadline(); ok {
		conn.SetDeadline(deadline)
	}
	stop := context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	packet, err := q.Pack()
	if err != nil {
		return nil, fmt.Errorf("packing the question: %w", err)
	}
	if udp, ok := conn.(*net.UDPConn); ok {
		return r.exchangeUDP(udp, q, packet)
	}
	return exchangeTCP(conn, q, packet)
}

func (r *Resolver) exchangeUDP(conn *net.UDPConn, q *wire.Msg, packet []byte) (*wire.Msg, error) {
	if n := r.o.UDPReadBuffer; n > 0 {
		conn.SetReadBuffer(n)
	}
	if n := r.o.UDPWriteBuffer; n > 0 {
		conn.SetWriteBuffer(n)
	}
	if _, err := conn.Write(packet); err != nil {
		return nil, err
	}
	buf := make([]byte, udpBuffer)
	for {
		n, err := conn.Read(buf)
		if err != nil {
			return nil, err
		}
		// Whatever does not match may be forged: the answer may still come.
		if m, err := unpack(q, buf[:n]); !errors.Is(err, errMismatch) {
			return m, err
		}
	}
}

// unpack reads an answer to q. The error is errMismatch if it is none.
func unpack(q *wire.Msg, packet []byte) (*wire.Msg, error) {
	if len(packet) < headerSize || binary.BigEndian.Uint16(packet) != q.Id {
		return nil, errMismatch
	}
	m := new(wire.Msg)
	err := m.Unpack(packet)
	if !answers(q, m) {
		return nil, errMismatch
	}
	if err != nil && !m.Truncated { // what is cut off counts for nothing anyway
		return nil, fmt.Errorf("malformed answer: %w", err)
	}
	return m, nil
}

func exchangeTCP(conn net.Conn, q *wire.Msg, packet []byte) (*wire.Msg, error) {
	framed := binary.BigEndian.AppendUint16(make([]byte, 0, 2+len(packet)), uint16(len(packet)))
	if _, err := conn.Write(append(framed, packet...)); err != nil {
		return nil, err
	}
	var size [2]byte
	if _, err := io.ReadFull(conn, size[:]); err != nil {
		return nil, err
	}
	buf := make([]byte, binary.BigEndian.Uint16(size[:]))
	if _, err := io.ReadFull(conn, buf); err != nil {
		return nil, err
	}
	return unpack(q, buf)
}
