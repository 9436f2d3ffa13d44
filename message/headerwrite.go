package message

import (
	"strings"
	"unicode/utf8"

	"github.com/gomsys/gomsys/message/internal/charset"
	"github.com/gomsys/gomsys/message/internal/encodedword"
)

// newField writes a field. Text that is not ASCII becomes encoded-words if
// encode is set; whatever the value is, it cannot begin another field.
func (s *settings) newField(name, value string, encode bool) (Field, error) {
	if !validName(name) || len(name) > s.MaxLineLength-2 {
		return Field{}, ErrInvalidHeaderName
	}
	value = harmless(value)
	if encode && !charset.IsASCII(value) {
		value = s.encodeValue(name, unfold([]byte(value)))
	}
	var b strings.Builder
	b.Grow(len(name) + len(value) + len(value)/64*3 + 4)
	b.WriteString(name)
	b.WriteByte(':')
	s.fold(&b, value, len(name)+1)
	b.WriteString("\r\n")
	raw := []byte(b.String())
	return Field{raw: raw, name: int32(len(name)), colon: int32(len(name)), off: -1}, nil
}

// encodeValue turns a value into encoded-words: all of it, or in an address
// field only names and comments.
func (s *settings) encodeValue(name, value string) string {
	first := encodedword.MaxLength
	if s.HeaderFoldLength > 0 {
		first = s.HeaderFoldLength - len(name) - 2
	}
	if isAddressField(name) {
		return encodeAddresses(value, first)
	}
	return encodedword.Encode(value, encodedword.Text, first)
}

func isAddressField(name string) bool {
	switch strings.ToLower(name) {
	case "from", "sender", "reply-to", "to", "cc", "bcc",
		"resent-from", "resent-sender", "resent-reply-to", "resent-to", "resent-cc", "resent-bcc":
		return true
	}
	return false
}

// harmless makes sure that a value stays within its field: line ends that are
// followed by a blank stay as folds, unless the line is blank; others become
// spaces. NUL goes.
func harmless(v string) string {
	if !strings.ContainsAny(v, "\r\n\x00") {
		return strings.Trim(v, " \t")
	}
	v = strings.Trim(strings.ReplaceAll(v, "\x00", ""), " \t\r\n")
	var b strings.Builder
	b.Grow(len(v) + 8)
	for v != "" {
		i := strings.IndexAny(v, "\r\n")
		if i < 0 {
			b.WriteString(v)
			break
		}
		b.WriteString(v[:i])
		end := i
		fold := false
		for end < len(v) && isBreakOrBlank(v[end]) {
			fold = end > i && isBlank(v[end]) && v[end-1] == '\n' || fold && isBlank(v[end])
			end++
		}
		if fold {
			blanks := end
			for isBlank(v[blanks-1]) {
				blanks--
			}
			b.WriteString("\r\n")
			b.WriteString(v[blanks:end])
		} else {
			b.WriteByte(' ')
		}
		v = v[end:]
	}
	return b.String()
}

func isBreakOrBlank(c byte) bool { return c == '\r' || c == '\n' || isBlank(c) }

// fold writes value behind the name and colon, which are used bytes long, in
// lines of at most HeaderFoldLength where a lone space allows it. A value that
// has folds already keeps them. Only MaxLineLength breaks within words.
func (s *settings) fold(b *strings.Builder, value string, used int) {
	folded := strings.Contains(value, "\r\n")
	for i, line := range strings.Split(value, "\r\n") {
		if i > 0 {
			b.WriteString("\r\n")
			used = 0
		} else if value != "" {
			b.WriteByte(' ')
			used++
		}
		s.foldLine(b, line, used, folded)
	}
}

func (s *settings) foldLine(b *strings.Builder, line string, used int, keep bool) {
	soft := s.HeaderFoldLength
	if keep || soft < 0 || soft > s.MaxLineLength {
		soft = s.MaxLineLength
	}
	for used+len(line) > soft {
		cut := breakBefore(line, soft-used)
		if cut < 0 {
			cut = breakAfter(line, max(soft-used, 0), s.MaxLineLength+1)
		}
		if cut < 0 || used+cut > s.MaxLineLength {
			if used+len(line) <= s.MaxLineLength {
				break
			}
			cut = breakBefore(line, s.MaxLineLength-used)
		}
		skip := 1
		if cut < 0 {
			cut, skip = hardBreak(line, s.MaxLineLength-used), 0
		}
		b.WriteString(line[:cut])
		b.WriteString("\r\n ")
		line = line[cut+skip:]
		used = 1
	}
	b.WriteString(line)
}

// breakBefore gives the last lone space at which a line of at most n bytes
// can end, or -1.
func breakBefore(line string, n int) int {
	for i := min(n, len(line)-1); i > 0; i-- {
		if loneSpace(line, i) {
			return i
		}
	}
	return -1
}

// breakAfter gives the first lone space from n on and before end, or -1.
func breakAfter(line string, n, end int) int {
	for i := max(n, 1); i < min(end, len(line)-1); i++ {
		if loneSpace(line, i) {
			return i
		}
	}
	return -1
}

func loneSpace(line string, i int) bool {
	return line[i] == ' ' && i+1 < len(line) && !isBlank(line[i+1]) && !isBlank(line[i-1])
}

// hardBreak gives where to break a line without spaces, between characters.
func hardBreak(line string, n int) int {
	n = max(n, 1)
	if n >= len(line) {
		return len(line)
	}
	for i := n; i > n-utf8.UTFMax && i > 0; i-- {
		if utf8.RuneStart(line[i]) {
			return i
		}
	}
	return n
}
