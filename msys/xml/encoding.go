package xml

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// toUTF8 gives the document in UTF-8, without byte order mark.
func toUTF8(data []byte) (string, error) {
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		return checkedUTF8(data[3:])
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
		text, err := unicode.UTF16(unicode.BigEndian, unicode.ExpectBOM).NewDecoder().Bytes(data)
		if err != nil {
			return "", &SyntaxError{1, "invalid UTF-16"}
		}
		return string(text), nil
	}
	switch name := declaredEncoding(data); strings.ToLower(name) {
	case "", "utf-8", "utf8":
		return checkedUTF8(data)
	case "us-ascii", "ascii":
		for i, b := range data {
			if b >= utf8.RuneSelf {
				return "", &SyntaxError{lineAt(data, i), "byte that is not ASCII"}
			}
		}
		return string(data), nil
	case "iso-8859-1", "latin1":
		text, err := charmap.ISO8859_1.NewDecoder().Bytes(data)
		return string(text), err
	default:
		return "", fmt.Errorf("%w %q", ErrEncoding, name)
	}
}

func checkedUTF8(data []byte) (string, error) {
	if utf8.Valid(data) {
		return string(data), nil
	}
	for i := 0; ; {
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size <= 1 {
			return "", &SyntaxError{lineAt(data, i), "invalid UTF-8"}
		}
		i += size
	}
}

func lineAt[T string | []byte](data T, offset int) int {
	return strings.Count(string(data[:offset]), "\n") + 1
}

// declaredEncoding gives the encoding that the XML declaration names, "" if
// there is none.
func declaredEncoding(data []byte) string {
	if !bytes.HasPrefix(data, []byte("<?xml")) {
		return ""
	}
	end := bytes.Index(data, []byte("?>"))
	if end < 0 {
		return ""
	}
	_, rest, found := strings.Cut(string(data[:end]), "encoding")
	rest = strings.TrimLeft(rest, " \t\r\n=")
	if !found || rest == "" || rest[0] != '"' && rest[0] != '\'' {
		return ""
	}
	name, _, _ := strings.Cut(rest[1:], rest[:1])
	return name
}
