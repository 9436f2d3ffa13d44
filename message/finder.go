package message

import (
	"context"
	"io"
	"unicode/utf8"

	"github.com/gomsys/gomsys/pcre"
)

// finder finds the matches in a stream one after the other. Short subjects
// are held as a whole; of long ones a window slides along, with as much again
// behind it for look-behind.
type finder struct {
	ctx    context.Context
	re     *pcre.Regexp
	r      io.Reader
	window int       // the longest match that is sure to be found; 0: hold all
	out    io.Writer // receives what no match covers, if not nil

	buf    []byte
	base   int64 // of buf in the subject
	n      int   // usable bytes of buf: all but a character that is cut off
	pos    int   // where to search on
	last   int64 // end of the last match
	begun  bool
	retry  bool // the last match was empty
	eof    bool
	copied int // bytes of buf that have been written to out

	iter    *pcre.Iter   // without a window
	subject pcre.Subject // with one: what is usable of buf
}

// next finds the next match. Its offsets are in s.buf and good until the next
// call.
func (s *finder) next() ([]int, bool, error) {
	for {
		if err := s.fill(); err != nil {
			return nil, false, err
		}
		loc, err := s.find()
		if err != nil {
			return nil, false, err
		}
		limit := s.n
		if !s.eof {
			limit -= s.window
		}
		switch {
		case loc == nil && s.eof:
			return nil, false, s.finish()
		case loc == nil:
			if s.pos < limit {
				s.pos, s.retry = limit, false
			}
			err = s.slide()
		case s.eof || loc[1] <= limit:
			s.accept(loc)
			return loc, true, nil
		case loc[0] >= s.window+utf8.UTFMax:
			if s.pos < loc[0] {
				s.pos, s.retry = loc[0], false
			}
			err = s.slide()
		default: // longer than the window
			s.pos, s.retry = max(s.pos, limit, loc[0]+1), false
			err = s.slide()
		}
		if err != nil {
			return nil, false, err
		}
	}
}

// find searches the buffer from s.pos on.
func (s *finder) find() ([]int, error) {
	if s.window == 0 {
		if s.iter == nil {
			s.iter = s.re.Iter(s.ctx, s.buf)
		}
		if s.iter.Next() {
			return s.iter.Index(), nil
		}
		return nil, s.iter.Err()
	}
	var fl pcre.Flags
	if s.base > 0 {
		fl |= pcre.NotBOL
	}
	if !s.eof {
		fl |= pcre.NotEOL
	}
	if s.retry {
		fl |= pcre.NotEmptyAtStart
	}
	return s.subject.MatchContext(s.ctx, nil, s.pos, fl)
}

// accept notes a match and where to go on.
func (s *finder) accept(loc []int) {
	if s.window == 0 {
		return
	}
	end := s.base + int64(loc[1])
	stuck := s.begun && end <= s.last && loc[0] != loc[1] // \K in a look-around
	s.begun, s.last = true, end
	s.retry = loc[0] >= loc[1]
	s.pos = max(s.pos, loc[1])
	if stuck {
		s.retry = s.pos >= s.n
		for s.pos < s.n {
			if s.pos++; s.pos == s.n || utf8.RuneStart(s.buf[s.pos]) {
				break
			}
		}
	}
}

// fill reads up to the end of the subject or of the buffer.
func (s *finder) fill() error {
	if s.eof {
		return nil
	}
	if s.buf == nil && s.window > 0 {
		s.buf = make([]byte, 0, 3*s.window+2*utf8.UTFMax)
	}
	filled := false
	for !s.eof && (s.window == 0 || len(s.buf) < cap(s.buf)) {
		filled = true
		if err := s.ctx.Err(); err != nil {
			return err
		}
		if len(s.buf) == cap(s.buf) {
			s.buf = append(s.buf, 0)[:len(s.buf)]
		}
		n, err := s.r.Read(s.buf[len(s.buf):cap(s.buf)])
		s.buf = s.buf[:len(s.buf)+n]
		if err == io.EOF {
			s.eof = true
		} else if err != nil {
			return err
		}
	}
	s.n = len(s.buf)
	if !s.eof {
		s.n -= cutCharacter(s.buf)
	}
	if s.window > 0 && filled {
		s.subject = s.re.Subject(s.buf[:s.n])
	}
	return nil
}

// cutCharacter gives how many bytes at the end of b begin a character of UTF-8
// that is not complete.
func cutCharacter(b []byte) int {
	for i := 1; i < utf8.UTFMax && i <= len(b); i++ {
		c := b[len(b)-i]
		if utf8.RuneStart(c) {
			if !utf8.FullRune(b[len(b)-i:]) {
				return i
			}
			return 0
		}
	}
	return 0
}

// slide drops what is more than a window before s.pos.
func (s *finder) slide() error {
	from := max(s.pos-s.window, 0)
	for from > 0 && from > s.pos-s.window-utf8.UTFMax && !utf8.RuneStart(s.buf[from]) {
		from--
	}
	if s.out != nil && from > s.copied {
		if _, err := s.out.Write(s.buf[s.copied:from]); err != nil {
			return err
		}
		s.copied = from
	}
	s.buf = s.buf[:copy(s.buf, s.buf[from:])]
	s.base += int64(from)
	s.pos -= from
	s.copied -= min(from, s.copied)
	return nil
}

// replace writes what stands before a match, and text instead of it.
func (s *finder) replace(loc []int, text []byte) error {
	if loc[0] > s.copied {
		if _, err := s.out.Write(s.buf[s.copied:loc[0]]); err != nil {
			return err
		}
	}
	s.copied = max(s.copied, loc[1])
	_, err := s.out.Write(text)
	return err
}

// finish writes what stands behind the last match.
func (s *finder) finish() error {
	if s.out == nil || s.copied >= len(s.buf) {
		return nil
	}
	_, err := s.out.Write(s.buf[s.copied:])
	s.copied = len(s.buf)
	return err
}
