// Package qp encodes and decodes quoted-printable text (RFC 2045 section 6.7)
// as mail needs it: text converted to or from a character set on the way, and
// lines that begin with a dot only because of a soft line break stuffed for
// SMTP on demand.
//
// Its Lua face is the module msys.qp.
//
// [Encode] and [Decode] work on byte slices, [NewEncoder] and [NewDecoder] on
// streams of any length in constant memory. All functions may be called from
// any number of goroutines; a single encoder or decoder belongs to one.
package qp

import (
	"fmt"

	"golang.org/x/text/encoding"
)

// LineLength is the most characters in a line of encoded text, CRLF not
// counted.
const LineLength = 76

// EncodeOptions says how to encode. Nil is the default: bytes taken as they
// are, no dot-stuffing.
type EncodeOptions struct {
	// Charset is what the input, which must be UTF-8 then, is converted to
	// before it is encoded. If nil, the bytes are encoded as they are.
	Charset encoding.Encoding
	// DotStuffing puts a second dot before the dot that begins a line, if the
	// line begins there because of a soft line break. Lines of the input are
	// left to whoever stuffs the whole message.
	DotStuffing bool
}

// DecodeOptions says how to decode. Nil is the default: bytes returned as they
// are.
type DecodeOptions struct {
	// Charset is the character set of the decoded bytes, which are converted
	// from it to UTF-8; bytes that mean nothing in it become U+FFFD. If nil,
	// the decoded bytes are returned as they are.
	Charset encoding.Encoding
}

// CorruptInputError reports an equals sign that begins neither an escape nor a
// soft line break.
type CorruptInputError struct {
	// Offset is the position of the equals sign in the input, from 0.
	Offset int64
}

// Error gives the reason with its position.
func (e *CorruptInputError) Error() string {
	return fmt.Sprintf("qp: invalid quoted-printable sequence at offset %d", e.Offset)
}

// Encode gives src in quoted-printable, in lines of at most 76 characters.
// CRLF and LF become CRLF, a CR alone becomes =0D, blanks and tabs stay unless
// they end a line. It fails only if src cannot be converted to the character
// set that o asks for.
func Encode(src []byte, o *EncodeOptions) ([]byte, error) {
	if o == nil {
		o = &EncodeOptions{}
	}
	if o.Charset != nil {
		converted, err := o.Charset.NewEncoder().Bytes(src)
		if err != nil {
			return nil, fmt.Errorf("qp: converting text: %w", err)
		}
		src = converted
	}
	w := lineWriter{stuff: o.DotStuffing, dst: make([]byte, 0, len(src)+len(src)/8+16)}
	w.write(src)
	w.finish()
	return w.dst, nil
}

// Decode gives the bytes that src stands for. Soft line breaks go, also at the
// very end, and so do blanks and tabs at the end of a line; line breaks stay
// as they are, and so do bytes that should have been escaped. A
// [*CorruptInputError] says where an equals sign is out of place; the bytes
// before it are returned with the error, converted only if there is none.
func Decode(src []byte, o *DecodeOptions) ([]byte, error) {
	var u unescaper
	dst, err := u.decode(make([]byte, 0, len(src)), src)
	if err == nil {
		dst, err = u.finish(dst)
	}
	if err != nil {
		return dst, err
	}
	if o == nil || o.Charset == nil {
		return dst, nil
	}
	converted, err := o.Charset.NewDecoder().Bytes(dst)
	if err != nil {
		return dst, fmt.Errorf("qp: converting text: %w", err)
	}
	return converted, nil
}
