package vctx

import "strings"

// MailFromLine gives the command line of MAIL FROM for a sender without
// brackets, "" for the null sender, and its ESMTP parameters.
func MailFromLine(addr string, params ...string) string {
	return commandLine("MAIL FROM:", addr, params)
}

// RcptToLine gives the command line of RCPT TO.
func RcptToLine(addr string, params ...string) string { return commandLine("RCPT TO:", addr, params) }

func commandLine(verb, addr string, params []string) string {
	return strings.Join(append([]string{verb + "<" + strings.Trim(addr, "<>") + ">"}, params...), " ")
}

// PathOf gives the address in a MAIL FROM or RCPT TO line, or in a path:
// without keyword, brackets, source route (RFC 5321 appendix C) and
// parameters. The bytes of the address stay as they are. "<>" gives "".
func PathOf(line string) string {
	s := strings.TrimSpace(line)
	for _, verb := range []string{"MAIL FROM:", "RCPT TO:"} {
		if len(s) >= len(verb) && strings.EqualFold(s[:len(verb)], verb) {
			s = strings.TrimSpace(s[len(verb):])
			break
		}
	}
	if strings.HasPrefix(s, "<") {
		end := closing(s)
		s = s[1:end]
	} else if i := unquotedIndex(s, ' '); i >= 0 {
		s = s[:i]
	}
	if strings.HasPrefix(s, "@") { // source route
		if i := strings.IndexByte(s, ':'); i >= 0 {
			s = s[i+1:]
		}
	}
	return s
}

// closing gives the index of the bracket that closes a path, or the end.
func closing(s string) int {
	if i := unquotedIndex(s, '>'); i >= 0 {
		return i
	}
	return len(s)
}

// unquotedIndex finds c outside of a quoted local part.
func unquotedIndex(s string, c byte) int {
	quoted := false
	for i := 0; i < len(s); i++ {
		switch {
		case quoted && s[i] == '\\':
			i++
		case s[i] == '"':
			quoted = !quoted
		case !quoted && s[i] == c:
			return i
		}
	}
	return -1
}

// SplitAddress parts an address at the @ that ends its local part, which may
// be quoted. An address without a domain is all local part.
func SplitAddress(addr string) (local, domain string) {
	if i := strings.LastIndexByte(addr, '@'); i >= 0 && !strings.Contains(addr[i:], `"`) {
		return addr[:i], addr[i+1:]
	}
	return addr, ""
}

// SameAddress compares two addresses: local parts exactly, domains without
// regard to case (RFC 5321 section 2.4).
func SameAddress(a, b string) bool {
	la, da := SplitAddress(a)
	lb, db := SplitAddress(b)
	return la == lb && strings.EqualFold(da, db)
}

// ValidAddress reports whether an address may stand in the envelope: no
// control bytes, no blank outside quotes, a local part. "" is the null path.
func ValidAddress(addr string) bool {
	if addr == "" {
		return true
	}
	for i := range len(addr) {
		if c := addr[i]; c < ' ' || c == 0x7f {
			return false
		}
	}
	local, _ := SplitAddress(addr)
	if local == "" || unquotedIndex(addr, ' ') >= 0 || unquotedIndex(addr, '<') >= 0 || unquotedIndex(addr, '>') >= 0 {
		return false
	}
	return !strings.HasPrefix(local, `"`) || len(local) > 1 && strings.HasSuffix(local, `"`)
}
