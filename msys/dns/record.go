package dns

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	wire "github.com/miekg/dns"
)

// Type is the type of a record, by its number in the IANA registry.
type Type uint16

// The types that scripts may ask for.
const (
	A    Type = Type(wire.TypeA)
	AAAA Type = Type(wire.TypeAAAA)
	TXT  Type = Type(wire.TypeTXT)
	MX   Type = Type(wire.TypeMX)
	PTR  Type = Type(wire.TypePTR)
	NS   Type = Type(wire.TypeNS)
)

// Further types that Go code asks for, and scripts if Options.ExtraTypes has
// them.
const (
	CNAME Type = Type(wire.TypeCNAME)
	SOA   Type = Type(wire.TypeSOA)
	SRV   Type = Type(wire.TypeSRV)
	TLSA  Type = Type(wire.TypeTLSA)
	CAA   Type = Type(wire.TypeCAA)
)

// String gives the type's name, like "MX".
func (t Type) String() string { return wire.Type(t).String() }

// ErrType is the error for the name of a type that cannot be asked for.
var ErrType = errors.New("unsupported DNS record type")

// ParseType gives the type with a name, in any letter case.
func ParseType(name string) (Type, error) {
	t, ok := wire.StringToType[strings.ToUpper(name)]
	if !ok || !askable(t) {
		return 0, fmt.Errorf("%w '%s'", ErrType, name)
	}
	return Type(t), nil
}

// askable tells types of records from those of other uses (RFC 6895).
func askable(t uint16) bool {
	return t != wire.TypeNone && t != wire.TypeOPT && (t < 128 || t > 255) && t != wire.TypeReserved
}

// Record is one record of an answer.
type Record struct {
	// Value is the record's content. A and AAAA: the address, IPv6 as RFC 5952
	// writes it. TXT: the bytes of all its strings joined. MX, NS, PTR and
	// CNAME: the name, without a dot at its end and in the letter case of the
	// answer; "." for the root, which as an MX means no mail (RFC 7505). Other
	// types: the text that stands in a zone file.
	Value string
	// Preference is that of an MX record.
	Preference uint16
}

// record reads a record; ok is false if there is nothing in it.
func record(rr wire.RR) (r Record, ok bool) {
	switch rr := rr.(type) {
	case *wire.A:
		a, ok := netip.AddrFromSlice(rr.A.To4())
		return Record{Value: a.String()}, ok
	case *wire.AAAA:
		a, ok := netip.AddrFromSlice(rr.AAAA.To16())
		return Record{Value: a.String()}, ok
	case *wire.TXT:
		return Record{Value: joinTexts(rr.Txt)}, true
	case *wire.MX:
		return Record{Value: withoutDot(rr.Mx), Preference: rr.Preference}, true
	case *wire.PTR:
		return Record{Value: withoutDot(rr.Ptr)}, true
	case *wire.NS:
		return Record{Value: withoutDot(rr.Ns)}, true
	case *wire.CNAME:
		return Record{Value: withoutDot(rr.Target)}, true
	}
	return Record{Value: strings.TrimPrefix(rr.String(), rr.Header().String())}, true
}

// withoutDot cuts the dot at the end of a name that is not the root.
func withoutDot(name string) string {
	if name == "." {
		return name
	}
	return strings.TrimSuffix(name, ".")
}

// joinTexts joins the strings of a TXT record as bytes. The wire package keeps
// them as a zone file writes them: "\." is a byte as it is, "\DDD" its number.
func joinTexts(texts []string) string {
	if len(texts) == 1 && !strings.Contains(texts[0], `\`) {
		return texts[0]
	}
	var b strings.Builder
	for _, s := range texts {
		for i := 0; i < len(s); i++ {
			if s[i] != '\\' || i+1 == len(s) {
				b.WriteByte(s[i])
				continue
			}
			i++
			if i+2 < len(s) && digit(s[i]) && digit(s[i+1]) && digit(s[i+2]) {
				b.WriteByte(100*(s[i]-'0') + 10*(s[i+1]-'0') + s[i+2] - '0')
				i += 2
				continue
			}
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

// byPreference sorts mail exchangers, best first, ties as they were.
func byPreference(records []Record) {
	slices.SortStableFunc(records, func(a, b Record) int { return int(a.Preference) - int(b.Preference) })
}
