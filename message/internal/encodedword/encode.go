package encodedword

import (
	"encoding/base64"
	"strings"
	"unicode/utf8"
)

// MaxLength is the most characters in an encoded-word.
const MaxLength = 75

// Context says where encoded-words stand, which decides what may stand
// unescaped in them.
type Context int

const (
	Text   Context = iota // unstructured text
	Phrase                // a display name or a comment
)

const upperHex = "0123456789ABCDEF"

// Encode gives s as encoded-words in UTF-8, with single spaces between them.
// The first has at most first characters as long as that is enough for one
// letter, the others [MaxLength]; a character is never split between words.
// Text that is not valid UTF-8 is labelled unknown-8bit.
func Encode(s string, where Context, first int) string {
	if s == "" {
		return ""
	}
	open, valid := "=?utf-8?q?", utf8.ValidString(s)
	size := func(part string) int { return widthQ(part, where) }
	write := func(b *strings.Builder, part string) { writeQ(b, part, where) }
	if !valid || mostlyEscaped(s, where) {
		open = "=?utf-8?b?"
		if !valid {
			open = "=?unknown-8bit?b?"
		}
		size = func(part string) int { return base64.StdEncoding.EncodedLen(len(part)) }
		write = func(b *strings.Builder, part string) { b.WriteString(base64.StdEncoding.EncodeToString([]byte(part))) }
	}
	const smallest = 12 // four bytes in base64 or Q
	room := min(first, MaxLength) - len(open) - len("?=")
	if room < smallest {
		room = MaxLength - len(open) - len("?=")
	}
	var b strings.Builder
	for s != "" {
		n := fit(s, room, size, valid)
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(open)
		write(&b, s[:n])
		b.WriteString("?=")
		s = s[n:]
		room = MaxLength - len(open) - len("?=")
	}
	return b.String()
}

// fit gives how many bytes of s go into a word, whole characters.
func fit(s string, room int, size func(string) int, valid bool) int {
	n := 0
	for n < len(s) {
		step := 1
		if valid {
			_, step = utf8.DecodeRuneInString(s[n:])
		}
		if n > 0 && size(s[:n+step]) > room {
			break
		}
		n += step
	}
	return n
}

func mostlyEscaped(s string, where Context) bool {
	escaped := 0
	for i := 0; i < len(s); i++ {
		if s[i] != ' ' && !plain(s[i], where) {
			escaped++
		}
	}
	return escaped*3 > len(s)*2
}

// plain tells whether c stands for itself in a Q word.
func plain(c byte, where Context) bool {
	switch {
	case 'a' <= c|0x20 && c|0x20 <= 'z', '0' <= c && c <= '9':
		return true
	case where == Phrase:
		return strings.IndexByte("!*+-/", c) >= 0
	}
	return c > ' ' && c < 0x7F && c != '=' && c != '?' && c != '_'
}

func widthQ(s string, where Context) int {
	n := len(s)
	for i := 0; i < len(s); i++ {
		if s[i] != ' ' && !plain(s[i], where) {
			n += 2
		}
	}
	return n
}

func writeQ(b *strings.Builder, s string, where Context) {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == ' ':
			b.WriteByte('_')
		case plain(c, where):
			b.WriteByte(c)
		default:
			b.WriteByte('=')
			b.WriteByte(upperHex[c>>4])
			b.WriteByte(upperHex[c&15])
		}
	}
}
