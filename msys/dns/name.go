package dns

import (
	"fmt"
	"net/netip"
	"strings"
	"unicode/utf8"

	wire "github.com/miekg/dns"
	"golang.org/x/net/idna"
)

const (
	maxLabel = 63  // bytes
	maxName  = 253 // bytes, without the dot at the end
)

// fold gives a name in lower case without the dot at its end, as cache keys
// have it. It does not allocate for a name that is so already.
func fold(name string) string {
	if n := len(name); n > 1 && name[n-1] == '.' && name[n-2] != '.' {
		name = name[:n-1]
	}
	for i := range len(name) {
		if c := name[i]; c >= 'A' && c <= 'Z' {
			return lowerASCII(name)
		}
	}
	return name
}

func lowerASCII(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c | 0x20
		}
	}
	return string(b)
}

// profile converts names as UTS #46 says for lookups. Underscores are legal.
func profile() *idna.Profile {
	return idna.New(idna.MapForLookup(), idna.Transitional(false), idna.StrictDomainName(false), idna.BidiRule())
}

// questionName gives the name to ask for, as the wire package writes names. For PTR
// an address stands for its reverse name.
func questionName(name string, t Type) (string, error) {
	if t == PTR {
		if a, err := netip.ParseAddr(name); err == nil {
			return wire.ReverseAddr(a.Unmap().WithZone("").String())
		}
	}
	if name == "." {
		return name, nil
	}
	for i := range len(name) {
		if name[i] >= utf8.RuneSelf {
			ascii, err := profile().ToASCII(name)
			if err != nil || !utf8.ValidString(name) {
				return "", fmt.Errorf("%w: %q cannot be converted to A-labels", ErrName, name)
			}
			name = strings.TrimSuffix(ascii, ".") // written with an ideographic full stop
			break
		}
	}
	return escape(name)
}

// escape checks the lengths and writes a name as the wire package does, with a
// dot at the end.
func escape(name string) (string, error) {
	if len(name) > maxName {
		return "", fmt.Errorf("%w: longer than %d bytes", ErrName, maxName)
	}
	b := make([]byte, 0, len(name)+1)
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || len(label) > maxLabel {
			return "", fmt.Errorf("%w: label of %d bytes", ErrName, len(label))
		}
		for i := range len(label) {
			switch c := label[i]; c {
			case ' ', '\'', '@', ';', '(', ')', '"', '\\':
				b = append(b, '\\', c)
			default:
				if c < ' ' || c > '~' {
					b = fmt.Appendf(b, "\\%03d", c)
					continue
				}
				b = append(b, c)
			}
		}
		b = append(b, '.')
	}
	return string(b), nil
}
