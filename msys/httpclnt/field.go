package httpclnt

import (
	"errors"
	"strings"
)

// Field is one header field as it is written.
type Field struct {
	Name, Value string
}

// fields is a header in order.
type fields []Field

// get gives the values of a name in any case.
func (h fields) get(name string) []string {
	var out []string
	for _, f := range h {
		if strings.EqualFold(f.Name, name) {
			out = append(out, f.Value)
		}
	}
	return out
}

func (h fields) first(name string) (string, bool) {
	for _, f := range h {
		if strings.EqualFold(f.Name, name) {
			return f.Value, true
		}
	}
	return "", false
}

// set makes one field of the name remain, with its spelling, and reports
// whether there was one; if not, it is appended.
func (h *fields) set(name, value string) bool {
	kept, found := (*h)[:0], false
	for _, f := range *h {
		if strings.EqualFold(f.Name, name) {
			if found {
				continue
			}
			f.Value, found = value, true
		}
		kept = append(kept, f)
	}
	*h = kept
	if !found {
		*h = append(*h, Field{name, value})
	}
	return found
}

// remove drops all fields of the name and reports whether there was one.
func (h *fields) remove(name string) bool {
	n := len(*h)
	kept := (*h)[:0]
	for _, f := range *h {
		if !strings.EqualFold(f.Name, name) {
			kept = append(kept, f)
		}
	}
	*h = kept
	return len(kept) < n
}

// Conditions of a request that cannot be sent.
var (
	// ErrInvalidName is for a header name that is no token (RFC 9110, 5.6.2).
	ErrInvalidName = errors.New("httpclnt: invalid header name")
	// ErrInvalidValue is for a value with a line end or NUL, which would
	// begin another field.
	ErrInvalidValue = errors.New("httpclnt: line end or NUL in header value")
	// ErrInvalidLine is for a method, URI or version that does not fit into a
	// request line.
	ErrInvalidLine = errors.New("httpclnt: invalid request line")
)

func checkField(name, value string) error {
	if !isToken(name) {
		return ErrInvalidName
	}
	if strings.ContainsAny(value, "\r\n\x00") {
		return ErrInvalidValue
	}
	return nil
}

func isToken(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.IndexByte("!#$%&'*+-.^_`|~", c) >= 0:
		default:
			return false
		}
	}
	return s != ""
}

// isTarget reports whether s fits between the blanks of a request line.
func isTarget(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] <= ' ' || s[i] == 0x7F {
			return false
		}
	}
	return s != ""
}
