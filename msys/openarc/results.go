package openarc

import "strings"

const blanks = " \t\r\n"

// parseResults takes the value of an ARC-Authentication-Results field apart:
// the instance, 0 if it is wrong, and the rest, unfolded.
func parseResults(value string) (instance int, payload string) {
	rest := skipCFWS(value)
	rest, ok := strings.CutPrefix(rest, "i")
	if !ok {
		return 0, ""
	}
	if rest, ok = strings.CutPrefix(skipCFWS(rest), "="); !ok {
		return 0, ""
	}
	rest = skipCFWS(rest)
	end := 0
	for end < len(rest) && rest[end] >= '0' && rest[end] <= '9' {
		end++
	}
	number := rest[:end]
	if rest, ok = strings.CutPrefix(skipCFWS(rest[end:]), ";"); !ok {
		return 0, ""
	}
	return parseInstance(number), unfold(rest)
}

// skipCFWS takes white space and comments (RFC 5322 section 3.2.2) off the
// front. A comment that is not closed stays.
func skipCFWS(s string) string {
	for {
		s = strings.TrimLeft(s, blanks)
		end := commentEnd(s)
		if end == 0 {
			return s
		}
		s = s[end:]
	}
}

// commentEnd gives the length of the comment that s begins with, 0 if there
// is none.
func commentEnd(s string) int {
	if !strings.HasPrefix(s, "(") {
		return 0
	}
	depth := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return 0
}

// unfold takes line ends out and white space off both ends.
func unfold(s string) string {
	return strings.Trim(strings.NewReplacer("\r", "", "\n", "").Replace(s), blanks)
}
