package db

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
)

// charset converts text that is not UTF-8.
type charset struct {
	encoding encoding.Encoding
	escapes  bool // text in it is ASCII with escape sequences
}

func newCharset(name string) (charset, error) {
	if name == "" {
		name = "ISO-8859-1"
	}
	enc, err := ianaindex.MIME.Encoding(name)
	if err != nil || enc == nil {
		enc, err = htmlindex.Get(name)
	}
	if err != nil || enc == encoding.Replacement {
		return charset{}, fmt.Errorf("unknown character set '%s'", name)
	}
	return charset{enc, strings.HasPrefix(strings.ToLower(name), "iso-2022")}, nil
}

// text gives s in UTF-8. What the character set does not have becomes U+FFFD.
func (c charset) text(s string) string {
	if utf8.ValidString(s) && !(c.escapes && strings.ContainsRune(s, 0x1b)) {
		return s
	}
	converted, err := c.encoding.NewDecoder().String(s)
	if err != nil {
		return strings.ToValidUTF8(s, "\ufffd")
	}
	return converted
}
