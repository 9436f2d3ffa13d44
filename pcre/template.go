package pcre

import (
	"strings"
)

// A template is a parsed replacement text: literal pieces and groups in turn.
type template struct {
	parts []templatePart
}

// A templatePart is text followed by the first group of groups that took part.
type templatePart struct {
	text   string
	groups []int
}

// Expand appends template to dst and returns the result, with what these stand
// for in it, for a match in src with the offsets loc (as FindSubmatchIndex
// returns them):
//
//	$1 ${1} \1   group 1; all digits that follow belong to the number
//	$0 ${0} \0   the match
//	${name}      the group with the name; of several, the one that took part
//	\\ \$        a backslash, a dollar
//
// A group that does not exist or took no part stands for nothing. A backslash
// or dollar before anything else is dropped.
func (re *Regexp) Expand(dst []byte, template string, src []byte, loc []int) []byte {
	return re.template(template).expand(dst, src, loc)
}

func (t *template) expand(dst, src []byte, loc []int) []byte {
	for _, p := range t.parts {
		dst = append(dst, p.text...)
		for _, g := range p.groups {
			if 2*g+1 < len(loc) && loc[2*g] >= 0 && loc[2*g] <= loc[2*g+1] {
				dst = append(dst, src[loc[2*g]:loc[2*g+1]]...)
				break
			}
		}
	}
	return dst
}

// template parses a replacement text.
func (re *Regexp) template(s string) *template {
	t := &template{}
	var text []byte
	for len(s) > 0 {
		i := strings.IndexAny(s, `\$`)
		if i < 0 {
			text = append(text, s...)
			break
		}
		text = append(text, s[:i]...)
		groups, rest, ok := re.templateGroup(s[i:])
		if ok {
			t.parts = append(t.parts, templatePart{string(text), groups})
			text = text[:0]
			s = rest
			continue
		}
		s = s[i+1:]
		if s != "" && (s[0] == '\\' || s[0] == '$') && rest == "" {
			text = append(text, s[0])
			s = s[1:]
		}
	}
	if len(text) > 0 {
		t.parts = append(t.parts, templatePart{text: string(text)})
	}
	return t
}

// templateGroup parses a group reference at the start of s. Without one, rest
// is "" if s begins with a backslash, which can escape what follows.
func (re *Regexp) templateGroup(s string) (groups []int, rest string, ok bool) {
	if s[0] == '$' && strings.HasPrefix(s, "${") {
		name, after, found := strings.Cut(s[2:], "}")
		if !found {
			return nil, s, false
		}
		if num, n := leadingNumber(name); n > 0 && n == len(name) {
			return []int{num}, after, true
		}
		return re.groups[name], after, true
	}
	if num, n := leadingNumber(s[1:]); n > 0 {
		return []int{num}, s[1+n:], true
	}
	if s[0] == '$' {
		return nil, s, false
	}
	return nil, "", false
}

// leadingNumber reads the digits that s begins with, saturating.
func leadingNumber(s string) (v, n int) {
	for n < len(s) && '0' <= s[n] && s[n] <= '9' {
		v = min(v*10+int(s[n]-'0'), maxRepeatCount+1)
		n++
	}
	return v, n
}
