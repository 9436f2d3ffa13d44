package lualib

import (
	"bytes"
	"errors"
	"io"
)

// stream reads ahead and, if it is told to, writes behind. Files are not
// buffered for writing until a script asks for it with setvbuf: what it wrote
// is there even if it never closes the file.
type stream struct {
	r     io.Reader    // nil if it cannot be read
	w     io.Writer    // nil if it cannot be written
	s     io.Seeker    // nil if it has no places
	close func() error // nil if there is nothing to do

	// interrupt, if not nil, makes what waits for the file return. Only
	// files have it that one may have to wait for: pipes and standard input.
	interrupt func()
	busy      bool // somebody waits for it

	ahead   []byte // read and not taken yet
	space   []byte // what ahead is a part of
	behind  []byte // written and not passed on yet
	size    int    // of behind; 0: nothing is held back
	byLines bool   // what is held back goes on at the end of a line
}

const readAhead = 8 << 10

var errTooLarge = errors.New("resulting string too large")

// newStream returns the stream of an open file.
func newStream(f File) *stream {
	s := &stream{r: f, w: f, close: f.Close}
	s.s, _ = f.(io.Seeker)
	return s
}

// fill makes sure that ahead is not empty. It returns io.EOF at the end.
func (s *stream) fill() error {
	if len(s.ahead) > 0 {
		return nil
	}
	if s.r == nil {
		return errNotReadable
	}
	if err := s.flush(); err != nil {
		return err
	}
	if s.space == nil {
		s.space = make([]byte, readAhead)
	}
	for range 100 { // a reader may give nothing, but not for ever
		n, err := s.r.Read(s.space)
		if n > 0 {
			s.ahead = s.space[:n]
			return nil
		}
		if err != nil {
			return err
		}
	}
	return io.ErrNoProgress
}

// readLine appends the next line to dst, without or with its newline.
func (s *stream) readLine(dst []byte, newline bool, limit int) ([]byte, error) {
	for begin := len(dst); ; {
		if err := s.fill(); err == io.EOF && len(dst) > begin {
			return dst, nil
		} else if err != nil {
			return dst, err
		}
		i := bytes.IndexByte(s.ahead, '\n')
		end := i + 1
		if i < 0 {
			end = len(s.ahead)
		}
		if len(dst)+end > limit {
			return dst, errTooLarge
		}
		dst = append(dst, s.ahead[:end]...)
		s.ahead = s.ahead[end:]
		if i >= 0 {
			if !newline {
				dst = dst[:len(dst)-1]
			}
			return dst, nil
		}
	}
}

// readBytes appends up to n bytes to dst, all there are if n is negative.
func (s *stream) readBytes(dst []byte, n, limit int) ([]byte, error) {
	for begin := len(dst); n < 0 || len(dst)-begin < n; {
		if err := s.fill(); err == io.EOF && (n < 0 || len(dst) > begin) {
			break
		} else if err != nil {
			return dst, err
		}
		k := len(s.ahead)
		if n >= 0 {
			k = min(k, n-(len(dst)-begin))
		}
		if len(dst)+k > limit {
			return dst, errTooLarge
		}
		dst = append(dst, s.ahead[:k]...)
		s.ahead = s.ahead[k:]
	}
	return dst, nil
}

// write writes p, or holds it back.
func (s *stream) write(p []byte) error {
	if s.w == nil {
		return errNotReadable
	}
	if len(s.ahead) > 0 { // the file's place is after what was read ahead
		if _, err := s.seek(0, io.SeekCurrent); err != nil {
			return err
		}
	}
	if s.size == 0 {
		return s.pass(p)
	}
	s.behind = append(s.behind, p...)
	if s.byLines {
		if i := bytes.LastIndexByte(s.behind, '\n'); i >= 0 {
			return s.flushFirst(i + 1)
		}
	}
	if len(s.behind) > s.size {
		return s.flush()
	}
	return nil
}

// pass hands p on.
func (s *stream) pass(p []byte) error {
	if len(p) == 0 {
		return nil
	}
	n, err := s.w.Write(p)
	if err == nil && n < len(p) {
		err = io.ErrShortWrite
	}
	return err
}

func (s *stream) flush() error { return s.flushFirst(len(s.behind)) }

// flushFirst hands on the first n bytes that were held back.
func (s *stream) flushFirst(n int) error {
	if n == 0 {
		return nil
	}
	err := s.pass(s.behind[:n])
	s.behind = s.behind[:copy(s.behind, s.behind[n:])]
	return err
}

// seek changes the place in the file and returns the new one.
func (s *stream) seek(offset int64, whence int) (int64, error) {
	if s.s == nil {
		return 0, errNotSeekable
	}
	if err := s.flush(); err != nil {
		return 0, err
	}
	if whence == io.SeekCurrent {
		offset -= int64(len(s.ahead))
	}
	place, err := s.s.Seek(offset, whence)
	if err == nil {
		s.ahead = nil
	}
	return place, err
}

// setBuffer makes the stream hold back up to size bytes, 0 for none.
func (s *stream) setBuffer(size int, byLines bool) error {
	err := s.flush()
	s.size, s.byLines = size, byLines
	return err
}

// end flushes and closes, once.
func (s *stream) end() error {
	err := s.flush()
	if s.close != nil {
		if cerr := s.close(); err == nil {
			err = cerr
		}
		s.close = nil
	}
	return err
}
