package dkimsig

import (
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// ASCIIName gives a domain name with its labels as DNS has them (RFC 8616):
// those in UTF-8 become A-labels. A name that cannot be converted stays.
func ASCIIName(name string) string {
	for i := range len(name) {
		if name[i] >= utf8.RuneSelf {
			profile := idna.New(idna.MapForLookup(), idna.Transitional(false), idna.StrictDomainName(false))
			if ascii, err := profile.ToASCII(name); err == nil && utf8.ValidString(name) {
				return ascii
			}
			return name
		}
	}
	return name
}
