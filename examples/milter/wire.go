package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"sync"
	"time"

	"github.com/emersion/go-milter"
)

// maxPacket bounds what one packet of the MTA may hold; bodies come in chunks
// of 64 KB.
const maxPacket = 1 << 20

// protocolVersion is the newest version of the milter protocol that is
// spoken.
const protocolVersion = 6

var errPacketSize = errors.New("milter: packet too large")

// wire is the connection of an MTA. It hands whole packets to go-milter and
// looks at those of which the library does not tell everything: what the MTA
// offers, the client's address as written, ESMTP parameters. All methods but
// drain, setBusy and Close belong to the goroutine of the connection.
type wire struct {
	net.Conn
	timeout time.Duration
	session *session // ends with the connection

	pending []byte // of a packet that is being read
	offered []byte // version, actions, protocol of the MTA; nil when answered
	actions milter.OptAction
	leading bool // header values begin with their blank

	peer   string   // address in the connection packet
	params []string // of the last MAIL or RCPT
	tail   []byte   // body in the packet that ends it

	mu       sync.Mutex
	busy     bool // in a transaction
	draining bool
	once     sync.Once
	closed   func(*wire)
}

// Read implements net.Conn.
func (w *wire) Read(p []byte) (int, error) {
	for len(w.pending) == 0 {
		if err := w.next(); err != nil {
			return 0, err
		}
	}
	n := copy(p, w.pending)
	w.pending = w.pending[n:]
	return n, nil
}

// next reads a packet into pending, which stays empty for one that the
// library must not see.
func (w *wire) next() error {
	if err := w.await(); err != nil {
		return err
	}
	var head [4]byte
	if _, err := io.ReadFull(w.Conn, head[:]); err != nil {
		return w.ended(err)
	}
	n := binary.BigEndian.Uint32(head[:])
	if n > maxPacket {
		return errPacketSize
	}
	packet := make([]byte, 4+n)
	copy(packet, head[:])
	if _, err := io.ReadFull(w.Conn, packet[4:]); err != nil {
		return w.ended(err)
	}
	if n == 0 || w.look(packet[4:]) {
		w.pending = packet
	}
	return nil
}

// look notes what a packet tells and reports whether it is for the library.
func (w *wire) look(packet []byte) bool {
	data := packet[1:]
	switch milter.Code(packet[0]) {
	case milter.CodeOptNeg:
		if len(data) >= 12 {
			w.offered = bytes.Clone(data[:12])
		}
	case milter.CodeConn:
		w.peer = ""
		if _, rest, _ := bytes.Cut(data, []byte{0}); len(rest) > 3 {
			address, _, _ := bytes.Cut(rest[3:], []byte{0})
			w.peer = string(address)
		}
	case milter.CodeMail, milter.CodeRcpt:
		w.params = nil
		_, rest, _ := bytes.Cut(data, []byte{0})
		for _, param := range bytes.Split(rest, []byte{0}) {
			if len(param) > 0 {
				w.params = append(w.params, string(param))
			}
		}
	case milter.CodeEOB:
		w.tail = bytes.Clone(data)
	case milter.CodeQuitNewConn:
		w.session.end()
		return false
	case 'U': // an unknown SMTP command, for which the library would hang up
		packet[0] = byte(milter.CodeData)
	}
	return true
}

// Write implements net.Conn. The library's answer to the MTA's offer names
// whatever the program wants; it is cut down to what the MTA offers.
func (w *wire) Write(p []byte) (int, error) {
	w.Conn.SetWriteDeadline(time.Now().Add(w.timeout))
	if w.offered == nil || len(p) < 17 || p[4] != byte(milter.CodeOptNeg) {
		return w.Conn.Write(p)
	}
	_, err := w.Conn.Write(w.negotiate(p))
	return len(p), err
}

func (w *wire) negotiate(p []byte) []byte {
	offer := func(i int) uint32 { return binary.BigEndian.Uint32(w.offered[4*i:]) }
	wanted := func(i int) uint32 { return binary.BigEndian.Uint32(p[5+4*i:]) }
	w.actions = milter.OptAction(wanted(1) & offer(1))
	protocol := milter.OptProtocol(wanted(2) & offer(2))
	w.leading = protocol&milter.OptHeaderLeadingSpace != 0
	answer := make([]byte, 4, len(p))
	answer = append(answer, byte(milter.CodeOptNeg))
	answer = binary.BigEndian.AppendUint32(answer, min(offer(0), protocolVersion))
	answer = binary.BigEndian.AppendUint32(answer, uint32(w.actions))
	answer = binary.BigEndian.AppendUint32(answer, uint32(protocol))
	if w.actions&milter.OptSetSymList != 0 {
		answer = append(answer, p[17:]...)
	}
	binary.BigEndian.PutUint32(answer, uint32(len(answer)-4))
	w.offered = nil
	return answer
}

// await arms the timeout for the next packet. A connection without a
// transaction ends when the server does.
func (w *wire) await() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.draining && !w.busy {
		return io.EOF
	}
	return w.Conn.SetReadDeadline(time.Now().Add(w.timeout))
}

// setBusy notes whether a transaction is under way.
func (w *wire) setBusy(on bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.busy = on
}

// drain ends the connection now, or after its transaction.
func (w *wire) drain() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.draining = true
	if !w.busy {
		w.Conn.SetReadDeadline(time.Now())
	}
}

// ended gives the error of a failed read: an orderly end if drain did it.
func (w *wire) ended(err error) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.draining && !w.busy {
		return io.EOF
	}
	return err
}

// Close ends the session and the connection.
func (w *wire) Close() error {
	err := w.Conn.Close()
	w.once.Do(func() {
		w.session.cancel()
		w.closed(w)
	})
	return err
}
