package pcre

import "unicode"

// A classKind is a predefined class that has an ASCII and a Unicode meaning.
type classKind uint8

const (
	classDigit classKind = iota
	classSpace
	classWord
	classHorizontal // \h
	classVertical   // \v
)

// addClass adds a predefined class. Horizontal and vertical space are the same in every mode.
func addClass(s *charSet, k classKind, unicodeProps bool) {
	switch k {
	case classDigit:
		if unicodeProps {
			s.addTable(unicode.Nd)
		} else {
			s.add('0', '9')
		}
	case classSpace:
		if unicodeProps {
			addUnicodeSpace(s)
		} else {
			s.add('\t', '\r')
			s.add(' ', ' ')
		}
	case classWord:
		if unicodeProps {
			addUnicodeWord(s)
		} else {
			s.addSet(&asciiWord)
		}
	case classHorizontal:
		for _, r := range horizontalSpace {
			s.add(r.lo, r.hi)
		}
	case classVertical:
		s.add('\n', '\r')
		s.add(0x85, 0x85)
		s.add(0x2028, 0x2029)
	}
}

var (
	asciiWord = charSet{bits: [4]uint64{0x03ff_0000_0000_0000, 0x07ff_fffe_87ff_fffe}}

	horizontalSpace = []runeRange{
		{'\t', '\t'}, {' ', ' '}, {0xa0, 0xa0}, {0x1680, 0x1680}, {0x180e, 0x180e},
		{0x2000, 0x200a}, {0x202f, 0x202f}, {0x205f, 0x205f}, {0x3000, 0x3000},
	}
)

// addPOSIX adds the POSIX class name, reporting whether there is one.
func addPOSIX(s *charSet, name string, unicodeProps, unicodeDigits, fold bool) bool {
	if fold && (name == "lower" || name == "upper") {
		name = "alpha"
		if unicodeProps {
			return addSpecial(s, "l&")
		}
	}
	if unicodeProps && addUnicodePOSIX(s, name, unicodeDigits) {
		return true
	}
	ranges, ok := asciiPOSIX(name)
	for i := 0; i+1 < len(ranges); i += 2 {
		s.add(rune(ranges[i]), rune(ranges[i+1]))
	}
	return ok
}

// asciiPOSIX returns the members of a POSIX class in the C locale, as pairs of first and last.
func asciiPOSIX(name string) (pairs string, ok bool) {
	switch name {
	case "alpha":
		return "AZaz", true
	case "lower":
		return "az", true
	case "upper":
		return "AZ", true
	case "alnum":
		return "09AZaz", true
	case "ascii":
		return "\x00\x7f", true
	case "blank":
		return "\t\t  ", true
	case "cntrl":
		return "\x00\x1f\x7f\x7f", true
	case "digit":
		return "09", true
	case "graph":
		return "!~", true
	case "print":
		return " ~", true
	case "punct":
		return "!/:@[`{~", true
	case "space":
		return "\t\r  ", true
	case "word":
		return "09AZ__az", true
	case "xdigit":
		return "09AFaf", true
	}
	return "", false
}

func addUnicodePOSIX(s *charSet, name string, digits bool) bool {
	switch name {
	case "alpha":
		s.addTable(unicode.L)
	case "lower":
		s.addTable(unicode.Ll)
	case "upper":
		s.addTable(unicode.Lu)
	case "alnum":
		s.addTable(unicode.L)
		s.addTable(unicode.N)
	case "blank":
		addClass(s, classHorizontal, true)
	case "cntrl":
		s.addTable(unicode.Cc)
	case "digit":
		if !digits {
			return false
		}
		s.addTable(unicode.Nd)
	case "space":
		addUnicodeSpace(s)
	case "word":
		addUnicodeWord(s)
	case "graph", "print":
		addGraph(s)
		if name == "print" {
			s.addTable(unicode.Zs)
		}
	case "punct":
		s.addTable(unicode.P)
		for _, c := range "$+<=>^`|~" {
			s.add(c, c)
		}
	default:
		return false
	}
	return true
}

func addGraph(s *charSet) {
	for _, t := range []*unicode.RangeTable{unicode.L, unicode.M, unicode.N, unicode.P, unicode.S} {
		s.addTable(t)
	}
	var cf charSet
	cf.addTable(unicode.Cf)
	cf.normalize(true)
	for _, hidden := range []rune{0x61c, 0x180e, 0x2066, 0x2067, 0x2068, 0x2069} {
		var one charSet
		one.add(hidden, hidden)
		one.normalize(true)
		cf = *cf.intersect(one.complement(true), true)
	}
	s.addSet(&cf)
}
