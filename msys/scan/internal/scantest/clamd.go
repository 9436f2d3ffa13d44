package scantest

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
)

// Clamd plays a clamd that answers each stream with what Answer says.
type Clamd struct {
	*Server
	// Limit is the size of a stream over which the answer is that of clamd's
	// StreamMaxLength; 0 is no limit.
	Limit int

	mu      sync.Mutex
	answer  func(content []byte) string
	streams [][]byte
}

// NewClamd starts a fake clamd. answer gets a stream and gives what stands
// behind "stream: ".
func NewClamd(t testing.TB, answer func(content []byte) string) *Clamd {
	c := &Clamd{answer: answer}
	c.Server = Serve(t, c.serve)
	return c
}

// Streams gives what was scanned so far.
func (c *Clamd) Streams() [][]byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.streams
}

func (c *Clamd) serve(conn net.Conn) {
	r := bufio.NewReader(conn)
	session, n := false, 0
	for {
		command, err := r.ReadString(0)
		if err != nil {
			return
		}
		prefix := ""
		if n++; session {
			prefix = fmt.Sprintf("%d: ", n-1)
		}
		switch strings.TrimSuffix(command, "\x00") {
		case "zIDSESSION":
			session = true
		case "zPING":
			io.WriteString(conn, prefix+"PONG\x00")
		case "zVERSION":
			io.WriteString(conn, prefix+"ClamAV 1.0.7/27000/Mon Jan  1 09:00:00 2025\x00")
		case "zINSTREAM":
			content, ok := c.stream(r)
			if !ok {
				io.WriteString(conn, prefix+"INSTREAM size limit exceeded. ERROR\x00")
				return
			}
			io.WriteString(conn, prefix+"stream: "+c.answer(content)+"\x00")
		default:
			io.WriteString(conn, prefix+"UNKNOWN COMMAND\x00")
			return
		}
		if !session {
			return
		}
	}
}

// stream reads a stream; ok is false if it exceeds the limit.
func (c *Clamd) stream(r io.Reader) (content []byte, ok bool) {
	for {
		var size uint32
		if binary.Read(r, binary.BigEndian, &size) != nil {
			return content, true
		}
		if size == 0 {
			break
		}
		chunk := make([]byte, size)
		if _, err := io.ReadFull(r, chunk); err != nil {
			return content, true
		}
		if content = append(content, chunk...); c.Limit > 0 && len(content) > c.Limit {
			return nil, false
		}
	}
	c.mu.Lock()
	c.streams = append(c.streams, content)
	c.mu.Unlock()
	return content, true
}
