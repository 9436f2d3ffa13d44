package base64

// The meanings of a byte that is no character of the alphabet.
const (
	blank   = 0x40
	padding = 0x41
	invalid = 0x42
)

// meaning gives for every byte its value as a base64 character, or one of the
// above.
var meaning = func() (t [256]byte) {
	for i := range t {
		t[i] = invalid
	}
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	for i := range len(alphabet) {
		t[alphabet[i]] = byte(i)
	}
	for _, b := range []byte(" \t\n\v\f\r") {
		t[b] = blank
	}
	t['='] = padding
	return t
}()

// sextets decodes base64 that arrives in pieces. The zero value is ready.
type sextets struct {
	offset int64  // input bytes consumed so far
	last   int64  // position of the latest character
	bits   uint32 // the characters of the group so far, 6 bits each
	count  int    // how many they are, at most 3
	padded int    // padding characters seen; no data may follow them
}

// decode appends to dst what src completes.
func (s *sextets) decode(dst, src []byte) ([]byte, error) {
	for i, b := range src {
		m := meaning[b]
		switch {
		case m < blank && s.padded == 0:
			s.last = s.offset + int64(i)
			s.bits = s.bits<<6 | uint32(m)
			if s.count++; s.count == 4 {
				dst = append(dst, byte(s.bits>>16), byte(s.bits>>8), byte(s.bits))
				s.bits, s.count = 0, 0
			}
		case m == blank:
		case m == padding && s.count >= 2 && s.count+s.padded < 4:
			s.padded++
		default:
			return dst, &CorruptInputError{s.offset + int64(i)}
		}
	}
	s.offset += int64(len(src))
	return dst, nil
}

// finish appends what the last, incomplete group stands for.
func (s *sextets) finish(dst []byte) ([]byte, error) {
	switch s.count {
	case 1:
		return dst, &CorruptInputError{s.last}
	case 2:
		dst = append(dst, byte(s.bits>>4))
	case 3:
		dst = append(dst, byte(s.bits>>10), byte(s.bits>>2))
	}
	return dst, nil
}
