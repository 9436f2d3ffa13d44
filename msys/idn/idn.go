// Package idn converts internationalised domain names between their two
// forms: UTF-8 as people write them, and the ASCII form with xn-- labels that
// DNS carries (RFC 5890, UTS #46 non-transitional processing).
//
// Its Lua face is the module msys.idn.
//
// The package is lenient where mail must be: underscores, address literals
// and whatever else is plain ASCII without blanks pass. Names that need no
// conversion keep their case; in all others every label becomes lower case.
// The functions may be called from any number of goroutines.
package idn

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// The reasons why a name cannot be converted, for errors.Is.
var (
	// ErrEmpty reports an empty name or an empty label inside a name.
	ErrEmpty = errors.New("empty label")
	// ErrTooLong reports a label of more than 63 bytes or a name of more than
	// 253 bytes, both counted in ASCII form and without a final dot.
	ErrTooLong = errors.New("name too long")
	// ErrInvalid reports characters that no domain name may have, invalid
	// UTF-8, or an xn-- label that is not Punycode of an allowed name.
	ErrInvalid = errors.New("invalid name")
)

const (
	maxLabel  = 63
	maxName   = 253
	acePrefix = "xn--"
)

// ToASCII gives name with every label in ASCII form. An ideographic full stop
// counts as a dot, a final dot is kept. The error wraps [ErrEmpty],
// [ErrTooLong] or [ErrInvalid].
func ToASCII(name string) (string, error) {
	ascii, err := toASCII(name)
	if err != nil {
		return "", fmt.Errorf("idn: converting %q: %w", name, err)
	}
	return ascii, nil
}

// ToUnicode gives name with every label in UTF-8; labels that are already are
// brought into the form that converting them there and back gives. The error
// wraps [ErrEmpty], [ErrTooLong] or [ErrInvalid].
func ToUnicode(name string) (string, error) {
	ascii, err := toASCII(name)
	if err == nil {
		ascii, err = fromASCII(ascii)
	}
	if err != nil {
		return "", fmt.Errorf("idn: converting %q: %w", name, err)
	}
	return ascii, nil
}

func toASCII(name string) (string, error) {
	if !utf8.ValidString(name) || strings.ContainsFunc(name, forbidden) {
		return "", ErrInvalid
	}
	if isASCII(name) {
		return name, checkLengths(name)
	}
	labels := strings.Split(strings.Map(plainDot, name), ".")
	for i, label := range labels {
		ascii, err := labelToASCII(label)
		if err != nil {
			return "", err
		}
		labels[i] = ascii
	}
	name = strings.Join(labels, ".")
	return name, checkLengths(name)
}

// plainDot replaces what UTS #46 takes as a separator of labels.
func plainDot(r rune) rune {
	switch r {
	case '\u3002', '\uff0e', '\uff61':
		return '.'
	}
	return r
}

// forbidden tells blanks and control characters, which the conversion itself
// would let pass.
func forbidden(r rune) bool { return r <= ' ' || r == 0x7f }

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// profile gives the processing of one label.
func profile() *idna.Profile {
	return idna.New(
		idna.MapForLookup(),
		idna.Transitional(false),
		idna.StrictDomainName(false),
		idna.BidiRule(),
	)
}

func labelToASCII(label string) (string, error) {
	if isASCII(label) {
		return strings.ToLower(label), nil
	}
	if len(label) >= len(acePrefix) && strings.EqualFold(label[:len(acePrefix)], acePrefix) {
		return "", ErrInvalid // Punycode is ASCII
	}
	ascii, err := profile().ToASCII(label)
	switch {
	case err != nil || strings.ContainsFunc(ascii, forbidden) || strings.Contains(ascii, "."):
		return "", ErrInvalid
	case ascii == "":
		return "", ErrEmpty
	}
	return ascii, nil
}

// checkLengths checks a name in ASCII form.
func checkLengths(name string) error {
	name = strings.TrimSuffix(name, ".")
	if len(name) > maxName {
		return ErrTooLong
	}
	for label := range strings.SplitSeq(name, ".") {
		switch {
		case label == "":
			return ErrEmpty
		case len(label) > maxLabel:
			return ErrTooLong
		}
	}
	return nil
}

// fromASCII converts the xn-- labels of a name in ASCII form.
func fromASCII(name string) (string, error) {
	if !strings.Contains(strings.ToLower(name), acePrefix) {
		return name, nil
	}
	labels := strings.Split(strings.ToLower(name), ".")
	converted := false
	for i, label := range labels {
		if !strings.HasPrefix(label, acePrefix) {
			continue
		}
		u, err := profile().ToUnicode(label)
		if err != nil || isASCII(u) {
			return "", ErrInvalid
		}
		labels[i], converted = u, true
	}
	if !converted {
		return name, nil
	}
	return strings.Join(labels, "."), nil
}
