package spf

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// identity gives the sender to check and its domain (RFC 7208 sections 2.4
// and 4.3). domain is "" if there is none that could have a record.
func (r *Request) identity() (sender, domain string) {
	local, domain := "", ""
	if i := strings.LastIndexByte(r.MailFrom, '@'); i >= 0 {
		local, domain = r.MailFrom[:i], r.MailFrom[i+1:]
	} else {
		local = r.MailFrom
	}
	if domain == "" {
		domain = r.Helo
	}
	if local == "" {
		local = "postmaster"
	}
	domain = toASCII(domain)
	if !queryable(domain) {
		domain = ""
	}
	return local + "@" + domain, domain
}

// toASCII gives a domain with A-labels and without a final dot, "" if it
// cannot be one.
func toASCII(domain string) string {
	domain = strings.TrimSuffix(domain, ".")
	for i := range len(domain) {
		if domain[i] >= utf8.RuneSelf {
			ascii, err := idna.New(idna.MapForLookup(), idna.Transitional(false), idna.StrictDomainName(false)).ToASCII(domain)
			if err != nil || !utf8.ValidString(domain) {
				return ""
			}
			return ascii
		}
	}
	return domain
}

const (
	maxName  = 253
	maxLabel = 63
)

// queryable reports whether a domain may have a record: several labels, none
// of them empty or too long, nothing that is no name such as an address
// literal.
func queryable(domain string) bool {
	if len(domain) > maxName || !strings.Contains(domain, ".") {
		return false
	}
	for label := range strings.SplitSeq(domain, ".") {
		if label == "" || len(label) > maxLabel {
			return false
		}
	}
	return strings.IndexFunc(domain, func(r rune) bool { return r <= ' ' || r >= 0x7f || strings.ContainsRune(`[]()<>@,;:\"`, r) }) < 0
}

// fit cuts labels at the left of a name that came out of a macro and is too
// long (RFC 7208 section 7.3).
func fit(name string) string {
	for len(strings.TrimSuffix(name, ".")) > maxName {
		_, rest, found := strings.Cut(name, ".")
		if !found {
			break
		}
		name = rest
	}
	return name
}
