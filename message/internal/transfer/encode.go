package transfer

import "encoding/base64"

const lineLength = 76

const upperHex = "0123456789ABCDEF"

// EncodeBase64 gives src in lines of 76 characters, each ended with CRLF.
func EncodeBase64(src []byte) []byte {
	const perLine = lineLength / 4 * 3
	size := base64.StdEncoding.EncodedLen(len(src))
	dst := make([]byte, 0, size+2*(size/lineLength+1))
	for len(src) > 0 {
		n := min(perLine, len(src))
		dst = base64.StdEncoding.AppendEncode(dst, src[:n])
		dst = append(dst, '\r', '\n')
		src = src[n:]
	}
	return dst
}

// EncodeQuotedPrintable gives src in lines of at most 76 characters. CRLF and
// LF stay as line ends, written CRLF; a CR alone is escaped. binary escapes
// the line ends as well.
func EncodeQuotedPrintable(src []byte, binary bool) []byte {
	dst := make([]byte, 0, len(src)+len(src)/8+2)
	start := 0 // of the line in dst
	for i := 0; i < len(src); i++ {
		c := src[i]
		if !binary {
			if n := lineEnd(src[i:]); n > 0 {
				dst = append(dst, '\r', '\n')
				start = len(dst)
				i += n - 1
				continue
			}
		}
		atEnd := i+1 == len(src) || !binary && lineEnd(src[i+1:]) > 0
		width := 1
		if plain := c > ' ' && c < 0x7F && c != '='; !plain && (!isBlank(c) || atEnd) {
			width = 3
		}
		room := lineLength - 1
		if atEnd {
			room = lineLength
		}
		if len(dst)-start+width > room {
			dst = append(dst, '=', '\r', '\n')
			start = len(dst)
		}
		if width == 1 {
			dst = append(dst, c)
		} else {
			dst = append(dst, '=', upperHex[c>>4], upperHex[c&15])
		}
	}
	return dst
}
