package macro

import "strconv"

// TLSUse says whether a delivery used TLS. The zero value is that it is not
// known.
type TLSUse int

const (
	TLSUnknown TLSUse = iota
	TLSOff            // plain SMTP
	TLSOn
)

// String gives what %{outbound_tls:outbound_tls} shows.
func (u TLSUse) String() string {
	switch u {
	case TLSOff:
		return "SMTP"
	case TLSOn:
		return "TLS"
	}
	return "unknown"
}

// OutboundTLS is how a message was delivered, for the family outbound_tls.
type OutboundTLS struct {
	Use              TLSUse
	Type             string // what was configured: "no", "ifavailable" or "required"
	LocalIP          string
	Cipher           string
	AlgBits, UseBits int // of the cipher; zero shows nothing
	Protocol         string
	Verified         bool // the certificate, also its subject
	Issuer, Subject  string
}

// value gives a macro of the family and whether there is one. t may be nil:
// before a delivery all are empty.
func (t *OutboundTLS) value(name string) (value string, known bool) {
	before := t == nil
	if before {
		t = &OutboundTLS{}
	}
	switch name {
	case "outbound_tls":
		value = t.Use.String()
	case "outbound_tls_type":
		value = t.Type
	case "local_ip":
		value = t.LocalIP
	case "outbound_tls_cipher":
		value = t.Cipher
	case "outbound_tls_cipher_algbits":
		value = positive(t.AlgBits)
	case "outbound_tls_cipher_usebits":
		value = positive(t.UseBits)
	case "outbound_tls_protocol":
		value = t.Protocol
	case "outbound_tls_verified":
		value = "unverified"
		if t.Verified {
			value = "verified"
		}
	case "outbound_tls_issuer":
		value = t.Issuer
	case "outbound_tls_subject":
		value = t.Subject
	default:
		return "", false
	}
	if before {
		return "", true
	}
	return value, true
}

func positive(n int) string {
	if n <= 0 {
		return ""
	}
	return strconv.Itoa(n)
}
