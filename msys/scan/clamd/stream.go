package clamd

import (
	"encoding/binary"
	"errors"
	"io"

	"github.com/gomsys/gomsys/msys/scan"
)

const (
	chunkSize  = 64 << 10
	chunkStart = 4 // bytes of length before a chunk
)

// stream is content on its way to clamd, a chunk at a time.
type stream struct {
	body io.ReadCloser
	buf  []byte // room for a length, a chunk, and the end of the stream
	n    int    // bytes of the chunk in buf
	last bool
}

// openStream opens the content and reads the first chunk.
func openStream(r *scan.Request) (*stream, error) {
	body, err := r.Open()
	if err != nil {
		return nil, &scan.ContentError{Err: err}
	}
	size := chunkSize
	if r.Size > 0 && r.Size < chunkSize {
		size = int(r.Size) + 1 // one more, to see the end
	}
	s := &stream{body: body, buf: make([]byte, chunkStart+size+chunkStart)}
	if err := s.fill(); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *stream) close() { _ = s.body.Close() } // everything was read, or is not wanted

func (s *stream) empty() bool { return s.n == 0 && s.last }

// fill reads the next chunk.
func (s *stream) fill() error {
	n, err := io.ReadFull(s.body, s.buf[chunkStart:len(s.buf)-chunkStart])
	s.n = n
	switch {
	case err == io.EOF || errors.Is(err, io.ErrUnexpectedEOF):
		s.last = true
	case err != nil:
		return &scan.ContentError{Err: err}
	}
	return nil
}

// send writes the command and all chunks.
func (s *stream) send(w io.Writer, command string) error {
	if _, err := io.WriteString(w, command); err != nil {
		return err
	}
	for {
		binary.BigEndian.PutUint32(s.buf, uint32(s.n))
		end := chunkStart + s.n
		switch {
		case s.last && s.n == 0:
			end = chunkStart // its length ends the stream
		case s.last:
			end += copy(s.buf[end:], "\x00\x00\x00\x00")
		}
		if _, err := w.Write(s.buf[:end]); err != nil || s.last {
			return err
		}
		if err := s.fill(); err != nil {
			return err
		}
	}
}
