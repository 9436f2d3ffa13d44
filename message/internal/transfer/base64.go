// Package transfer has the content transfer encodings of MIME (RFC 2045).
// The decoders are lenient and never fail.
package transfer

// Sextet tables: one for each place in a group of four characters, with the
// bits where they belong in the 24-bit result. Bit 31 marks a byte that is
// not of the alphabet.
type sextets [256]uint32

const foreign = 1 << 31

var place0, place1, place2, place3 = table(18), table(12), table(6), table(0)

func table(shift uint) (t sextets) {
	for i := range t {
		t[i] = foreign
	}
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	for i := range len(alphabet) {
		t[alphabet[i]] = uint32(i) << shift
	}
	return t
}

// Base64 decodes a stream of base64 text. Bytes that are not of the alphabet
// are skipped; the text ends at the first padding. An incomplete group at the
// end gives the bytes it has.
type Base64 struct {
	group uint32 // sextets of an unfinished group
	have  uint8
	done  bool
}

// Decode appends the bytes that src stands for to dst, and holds back those
// of an unfinished group. last tells that src ends the stream.
func (d *Base64) Decode(dst, src []byte, last bool) []byte {
	for len(src) > 0 && !d.done {
		if d.have == 0 {
			var n int
			dst, n = groups(dst, src)
			src = src[n:]
		}
		dst, src = d.slow(dst, src)
	}
	if last {
		dst = d.flush(dst)
		d.done = true
	}
	return dst
}

// groups decodes whole groups up to the first byte that is not of the
// alphabet and gives how many bytes of src it used.
func groups(dst, src []byte) ([]byte, int) {
	most := len(src) / 4 * 3
	if cap(dst)-len(dst) < most {
		dst = append(make([]byte, 0, len(dst)*2+most), dst...)
	}
	out := dst[len(dst) : len(dst)+most]
	n, o := 0, 0
	for {
		s := src[n:]
		t := out[o:]
		i, j := 0, 0
		for len(s) >= i+8 && len(t) >= j+6 {
			q := s[i : i+8 : i+8]
			v := place0[q[0]] | place1[q[1]] | place2[q[2]] | place3[q[3]]
			w := place0[q[4]] | place1[q[5]] | place2[q[6]] | place3[q[7]]
			if (v|w)&foreign != 0 {
				break
			}
			p := t[j : j+6 : j+6]
			p[0], p[1], p[2] = byte(v>>16), byte(v>>8), byte(v)
			p[3], p[4], p[5] = byte(w>>16), byte(w>>8), byte(w)
			i += 8
			j += 6
		}
		for len(s) >= i+4 && len(t) >= j+3 {
			q := s[i : i+4 : i+4]
			v := place0[q[0]] | place1[q[1]] | place2[q[2]] | place3[q[3]]
			if v&foreign != 0 {
				break
			}
			p := t[j : j+3 : j+3]
			p[0], p[1], p[2] = byte(v>>16), byte(v>>8), byte(v)
			i += 4
			j += 3
		}
		n += i
		o += j
		skip := lineEnd(src[n:])
		if skip == 0 {
			return dst[:len(dst)+o], n
		}
		n += skip
	}
}

// lineEnd gives the length of the line end at the start of s.
func lineEnd(s []byte) int {
	switch {
	case len(s) >= 2 && s[0] == '\r' && s[1] == '\n':
		return 2
	case len(s) >= 1 && s[0] == '\n':
		return 1
	}
	return 0
}

// slow takes one byte after another until a group is complete.
func (d *Base64) slow(dst, src []byte) ([]byte, []byte) {
	for i, c := range src {
		v := place3[c]
		switch {
		case c == '=' && d.have != 1:
			d.done = true
			return d.flush(dst), nil
		case v&foreign != 0:
			continue
		}
		d.group = d.group<<6 | v
		if d.have++; d.have == 4 {
			dst = append(dst, byte(d.group>>16), byte(d.group>>8), byte(d.group))
			d.group, d.have = 0, 0
			return dst, src[i+1:]
		}
	}
	return dst, nil
}

// flush writes the bytes of an unfinished group.
func (d *Base64) flush(dst []byte) []byte {
	switch d.have {
	case 2:
		dst = append(dst, byte(d.group>>4))
	case 3:
		dst = append(dst, byte(d.group>>10), byte(d.group>>2))
	}
	d.group, d.have = 0, 0
	return dst
}
