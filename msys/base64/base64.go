// Package base64 encodes and decodes base64 (RFC 4648 section 4, RFC 2045
// section 6.8) as mail needs it: output folded into lines on demand, input
// with white space between and without padding at its end accepted, text
// converted to or from a character set on the way.
//
// Its Lua face is the module msys.base64.
//
// [Encode] and [Decode] work on byte slices, [NewEncoder] and [NewDecoder] on
// streams of any length in constant memory. All functions may be called from
// any number of goroutines; a single encoder or decoder belongs to one.
package base64

import (
	"encoding/base64"
	"fmt"

	"golang.org/x/text/encoding"
)

// LineLength is the number of characters in a full line of folded output, the
// most that RFC 2045 allows.
const LineLength = 76

// lineBytes is how many bytes a full line stands for.
const lineBytes = LineLength / 4 * 3

// EncodeOptions says how to encode. Nil is the default: one line, bytes taken
// as they are.
type EncodeOptions struct {
	// Fold writes CRLF after every 76 characters that more output follows;
	// there is none at the end.
	Fold bool
	// Charset is what the input, which must be UTF-8 then, is converted to
	// before it is encoded. If nil, the bytes are encoded as they are.
	Charset encoding.Encoding
}

// DecodeOptions says how to decode. Nil is the default: bytes returned as they
// are.
type DecodeOptions struct {
	// Charset is the character set of the decoded bytes, which are converted
	// from it to UTF-8; bytes that mean nothing in it become U+FFFD. If nil,
	// the decoded bytes are returned as they are.
	Charset encoding.Encoding
}

// CorruptInputError reports input that is no base64: a byte outside the
// alphabet, data after padding, or a last character that stands alone.
type CorruptInputError struct {
	// Offset is the position of the offending byte in the input, from 0.
	Offset int64
}

// Error gives the reason with its position.
func (e *CorruptInputError) Error() string {
	return fmt.Sprintf("base64: invalid base64 data at offset %d", e.Offset)
}

// Encode gives src in base64, padded. It fails only if src cannot be converted
// to the character set that o asks for.
func Encode(src []byte, o *EncodeOptions) ([]byte, error) {
	if o == nil {
		o = &EncodeOptions{}
	}
	if o.Charset != nil {
		converted, err := o.Charset.NewEncoder().Bytes(src)
		if err != nil {
			return nil, fmt.Errorf("base64: converting text: %w", err)
		}
		src = converted
	}
	size := base64.StdEncoding.EncodedLen(len(src))
	if !o.Fold {
		dst := make([]byte, size)
		base64.StdEncoding.Encode(dst, src)
		return dst, nil
	}
	dst := make([]byte, size+max(size-1, 0)/LineLength*2)
	n := 0
	for len(src) > lineBytes {
		base64.StdEncoding.Encode(dst[n:], src[:lineBytes])
		n += LineLength
		dst[n], dst[n+1] = '\r', '\n'
		n += 2
		src = src[lineBytes:]
	}
	base64.StdEncoding.Encode(dst[n:], src)
	return dst, nil
}

// Decode gives the bytes that src stands for. ASCII white space is skipped
// anywhere and missing padding is accepted; a [*CorruptInputError] says where
// src is something else. The bytes before the fault are returned with it,
// converted only if there is none.
func Decode(src []byte, o *DecodeOptions) ([]byte, error) {
	dst := make([]byte, base64.StdEncoding.DecodedLen(len(src)))
	n, err := base64.StdEncoding.Decode(dst, src)
	if err == nil {
		dst = dst[:n]
	} else {
		var s sextets
		if dst, err = s.decode(dst[:0], src); err == nil {
			dst, err = s.finish(dst)
		}
		if err != nil {
			return dst, err
		}
	}
	if o == nil || o.Charset == nil {
		return dst, nil
	}
	converted, err := o.Charset.NewDecoder().Bytes(dst)
	if err != nil {
		return dst, fmt.Errorf("base64: converting text: %w", err)
	}
	return converted, nil
}
