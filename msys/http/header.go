package httpclient

import (
	"errors"
	"iter"
	"net/textproto"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// ErrHeader is returned for a line that is no "Name: value" or has a CR or LF
// in it.
var ErrHeader = errors.New("invalid header")

// headerLine is a header that a client sends; without a value it suppresses
// the default one.
type headerLine struct{ name, value string }

func parseHeaderLine(line string) (headerLine, error) {
	name, value, ok := strings.Cut(line, ":")
	h := headerLine{textproto.CanonicalMIMEHeaderKey(name), strings.Trim(value, " \t")}
	if !ok || !httpguts.ValidHeaderFieldName(name) || !httpguts.ValidHeaderFieldValue(h.value) {
		return headerLine{}, ErrHeader
	}
	return h, nil
}

// Fields are the headers of a response by name, in the order of their first
// appearance. The letter case of a name does not matter.
type Fields struct {
	names  []string          // as spelled first
	values map[string]string // by lower-case name
}

// ParseHeaders reads lines such as [Client.Headers] gives; a line may also be
// several, separated by line ends. Lines that are no headers, such as the
// status line, are left out; a line that begins with white space goes on with
// the one before. The values of a repeated name are joined by ", ", those of
// Set-Cookie by a line feed.
func ParseHeaders(lines ...string) *Fields {
	f := &Fields{values: map[string]string{}}
	name, value := "", ""
	flush := func() {
		if name != "" {
			f.add(name, value)
		}
		name = ""
	}
	for _, text := range lines {
		for line := range strings.SplitSeq(text, "\n") {
			line = strings.TrimSuffix(line, "\r")
			if line != "" && (line[0] == ' ' || line[0] == '\t') {
				value = strings.TrimSpace(value + " " + strings.TrimSpace(line))
				continue
			}
			flush()
			n, v, ok := strings.Cut(line, ":")
			if n = strings.TrimRight(n, " \t"); ok && !strings.ContainsAny(n, " \t") {
				name, value = n, strings.TrimSpace(v)
			}
		}
	}
	flush()
	return f
}

func (f *Fields) add(name, value string) {
	key := strings.ToLower(name)
	old, ok := f.values[key]
	switch {
	case !ok:
		f.names = append(f.names, name)
	case key == "set-cookie":
		value = old + "\n" + value
	default:
		value = old + ", " + value
	}
	f.values[key] = value
}

// Get gives the value of a header and whether it is there.
func (f *Fields) Get(name string) (value string, ok bool) {
	value, ok = f.values[strings.ToLower(name)]
	return value, ok
}

// All iterates over the headers, with their names as spelled first.
func (f *Fields) All() iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		for _, name := range f.names {
			if !yield(name, f.values[strings.ToLower(name)]) {
				return
			}
		}
	}
}
