package lualib

// scratch lends a byte buffer to the functions that build strings. A function
// that Lua code interrupts keeps its own; the next one gets another.
type scratch struct{ buf []byte }

// maxScratch is the size up to which a buffer is kept.
const maxScratch = 64 << 10

func (s *scratch) take() []byte {
	buf := s.buf
	s.buf = nil
	return buf[:0]
}

func (s *scratch) put(buf []byte) {
	if cap(buf) <= maxScratch {
		s.buf = buf
	}
}
