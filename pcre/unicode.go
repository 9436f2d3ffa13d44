package pcre

import (
	"strings"
	"unicode"
)

// propertySet adds the characters of the Unicode property name to s and reports
// whether there is such a property. Names are compared without regard to case,
// blanks, hyphens and underscores.
func propertySet(s *charSet, name string, fold bool) bool {
	key := looseName(name)
	for _, prefix := range []string{"script:", "script=", "sc:", "sc=", "scx:", "scx=", "scriptextensions:", "scriptextensions="} {
		if rest, ok := strings.CutPrefix(key, prefix); ok {
			return addNamed(s, unicode.Scripts, scriptAlias(rest))
		}
	}
	if fold && (key == "lu" || key == "ll" || key == "lt") {
		key = "l&"
	}
	if addSpecial(s, key) || addCategory(s, key) {
		return true
	}
	return addNamed(s, unicode.Scripts, scriptAlias(key)) || addNamed(s, unicode.Properties, key)
}

func looseName(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ' || r == '-' || r == '_' || r == '\t':
			return -1
		case 'A' <= r && r <= 'Z':
			return r + 'a' - 'A'
		}
		return r
	}, name)
}

func addSpecial(s *charSet, key string) bool {
	switch key {
	case "any":
		s.add(0, unicode.MaxRune)
	case "ascii":
		s.add(0, 0x7f)
	case "l&", "lc":
		s.addTable(unicode.Lu)
		s.addTable(unicode.Ll)
		s.addTable(unicode.Lt)
	case "xan":
		s.addTable(unicode.L)
		s.addTable(unicode.N)
	case "xsp", "xps":
		addUnicodeSpace(s)
	case "xwd":
		addUnicodeWord(s)
	case "xuc":
		s.add('$', '$')
		s.add('@', '@')
		s.add('`', '`')
		s.add(0xa0, 0xd7ff)
		s.add(0xe000, unicode.MaxRune)
	case "c":
		s.addTable(unicode.C)
		addUnassigned(s)
	case "cn":
		addUnassigned(s)
	case "unknown", "zzzz":
		addUnassigned(s)
		s.addTable(unicode.Cs)
		s.addTable(unicode.Co)
	default:
		return false
	}
	return true
}

func addUnicodeSpace(s *charSet) {
	s.addTable(unicode.Z)
	s.add('\t', '\r')
	s.add(0x85, 0x85)
	s.add(0x180e, 0x180e)
}

func addUnicodeWord(s *charSet) {
	s.addTable(unicode.L)
	s.addTable(unicode.N)
	s.addTable(unicode.Mn)
	s.addTable(unicode.Pc)
}

func addUnassigned(s *charSet) {
	var assigned charSet
	for _, t := range []*unicode.RangeTable{unicode.C, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S, unicode.Z} {
		assigned.addTable(t)
	}
	assigned.normalize(true)
	s.addSet(assigned.complement(true))
}

func addCategory(s *charSet, key string) bool {
	if len(key) > 2 {
		return false
	}
	name := strings.ToUpper(key[:min(1, len(key))]) + key[min(1, len(key)):]
	t, ok := unicode.Categories[name]
	if ok {
		s.addTable(t)
	}
	return ok
}

func addNamed(s *charSet, tables map[string]*unicode.RangeTable, key string) bool {
	for name, t := range tables {
		if len(name) >= len(key) && looseName(name) == key {
			s.addTable(t)
			return true
		}
	}
	return false
}

// scriptAlias turns the four-letter ISO 15924 code of a common script into its name.
func scriptAlias(key string) string {
	switch key {
	case "arab":
		return "arabic"
	case "armn":
		return "armenian"
	case "beng":
		return "bengali"
	case "cyrl":
		return "cyrillic"
	case "deva":
		return "devanagari"
	case "ethi":
		return "ethiopic"
	case "geor":
		return "georgian"
	case "grek":
		return "greek"
	case "hang":
		return "hangul"
	case "hani":
		return "han"
	case "hebr":
		return "hebrew"
	case "hira":
		return "hiragana"
	case "kana":
		return "katakana"
	case "latn":
		return "latin"
	case "mong":
		return "mongolian"
	case "thaa":
		return "thaana"
	case "tibt":
		return "tibetan"
	case "zyyy":
		return "common"
	case "zinh", "qaai":
		return "inherited"
	}
	return key
}
