package vctx

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// ErrPath is the cause of errors about an address of the envelope.
var ErrPath = errors.New("invalid envelope address")

// maxAddress bounds the address of a path, in bytes. RFC 5321 section
// 4.5.3.1.3 asks for 256 only.
const maxAddress = 1000

// Path is a reverse-path or forward-path (RFC 5321 section 4.1.2), as in the
// commands MAIL FROM and RCPT TO. All bytes are as they were in the command:
// quotes stay in a local part, UTF-8 (RFC 6531) and letter case are kept.
type Path struct {
	// Address is the mailbox without brackets and source route, "" for the
	// null path.
	Address string
	// Local and Domain are its parts. Domain is empty for a bare local part,
	// as in <postmaster>.
	Local, Domain string
	// Params are the ESMTP parameters of the command.
	Params []string
}

// ParsePath takes apart a MAIL FROM or RCPT TO line, or what follows the
// keyword in one: brackets, a source route (RFC 5321 appendix C) and
// parameters are optional. The error wraps [ErrPath]; the Path then holds what
// could be made out.
func ParsePath(line string) (Path, error) {
	path, rest, fault := cutPath(trimVerb(strings.Trim(line, " \t\r\n")))
	p := Path{Params: strings.Fields(rest)}
	if strings.HasPrefix(path, "@") {
		i := indexOutsideLiteral(path, ':')
		if i < 0 || i == len(path)-1 {
			return p, pathError(line, "source route without an address")
		}
		path = path[i+1:]
	}
	p.Address = path
	p.Local, p.Domain = SplitAddress(path)
	if fault == "" {
		fault = addressFault(path, p.Local, p.Domain)
	}
	if fault == "" && slices.ContainsFunc(p.Params, func(s string) bool { return !validParam(s) }) {
		fault = "malformed parameter"
	}
	if fault != "" {
		return p, pathError(line, fault)
	}
	return p, nil
}

// cutPath parts a path, without its brackets, from what follows, and says what
// is wrong with them.
func cutPath(s string) (path, rest, fault string) {
	if !strings.HasPrefix(s, "<") {
		if i := indexUnquoted(s, ' '); i >= 0 {
			return s[:i], s[i:], ""
		}
		return s, "", ""
	}
	end := indexUnquoted(s, '>')
	if end < 0 {
		return s[1:], "", "no closing bracket"
	}
	rest = s[end+1:]
	if rest != "" && rest[0] != ' ' && rest[0] != '\t' {
		fault = "text after the bracket"
	}
	return s[1:end], rest, fault
}

func pathError(line, why string) error {
	if len(line) > 100 {
		line = line[:100] + "..."
	}
	return fmt.Errorf("vctx: %w %q: %s", ErrPath, line, why)
}

// validParam checks the keyword of an ESMTP parameter (RFC 5321 section
// 4.1.2). Its value may be anything, as it is not for us to judge.
func validParam(s string) bool {
	keyword, value, _ := strings.Cut(s, "=")
	for i := range len(keyword) {
		c := keyword[i]
		if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' && i > 0) {
			return false
		}
	}
	return keyword != "" && !hasControl(value)
}

// trimVerb drops "MAIL FROM:" or "RCPT TO:" and the blanks after it.
func trimVerb(s string) string {
	if s == "" || s[0]|0x20 != 'm' && s[0]|0x20 != 'r' {
		return s
	}
	verb, rest, ok := strings.Cut(s, ":")
	if !ok || len(verb) > 16 {
		return s
	}
	verb = strings.TrimSpace(verb)
	i := strings.IndexAny(verb, " \t\r\n\v\f")
	if i < 0 {
		return s
	}
	first, second := verb[:i], strings.TrimSpace(verb[i:])
	if strings.EqualFold(first, "MAIL") && strings.EqualFold(second, "FROM") ||
		strings.EqualFold(first, "RCPT") && strings.EqualFold(second, "TO") {
		return strings.TrimLeft(rest, " \t")
	}
	return s
}

// indexUnquoted finds c outside of a quoted local part.
func indexUnquoted(s string, c byte) int {
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

// indexOutsideLiteral finds c outside of an address literal.
func indexOutsideLiteral(s string, c byte) int {
	literal := false
	for i := range len(s) {
		switch {
		case s[i] == '[':
			literal = true
		case s[i] == ']':
			literal = false
		case !literal && s[i] == c:
			return i
		}
	}
	return -1
}

// SplitAddress parts an address at the @ after its local part, which may be
// quoted. An address without a domain is all local part.
func SplitAddress(addr string) (local, domain string) {
	at := strings.LastIndexByte(addr, '@')
	if strings.HasPrefix(addr, `"`) {
		if end := endOfQuote(addr); end > 0 {
			at = strings.LastIndexByte(addr[end:], '@')
			if at >= 0 {
				at += end
			}
		}
	}
	if at < 0 {
		return addr, ""
	}
	return addr[:at], addr[at+1:]
}

// endOfQuote gives the index after the quote that closes the one at the
// beginning of s, or -1.
func endOfQuote(s string) int {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return -1
}

// addressFault says what is wrong with an address, "" for nothing. The null
// path is right.
func addressFault(addr, local, domain string) string {
	switch {
	case addr == "":
		return ""
	case len(addr) > maxAddress:
		return "too long"
	case !validLocal(local):
		return "malformed local part"
	case len(addr) > len(local) && !validDomain(domain):
		return "malformed domain"
	}
	return ""
}

// validLocal accepts a quoted string, and any run of bytes that need no
// quotes; stray dots are common in real addresses.
func validLocal(s string) bool {
	if strings.HasPrefix(s, `"`) {
		return endOfQuote(s) == len(s) && !hasControl(s)
	}
	for i := range len(s) {
		c := s[i]
		if 'a' <= c && c <= 'z' || '0' <= c && c <= '9' {
			continue
		}
		if c <= ' ' || c == 0x7f || strings.IndexByte(`()<>[]:;@\,"`, c) >= 0 {
			return false
		}
	}
	return s != ""
}

// validDomain accepts host names, also with underscores and in UTF-8, and
// address literals.
func validDomain(s string) bool {
	if strings.HasPrefix(s, "[") {
		return len(s) > 2 && strings.IndexByte(s, ']') == len(s)-1 && !hasControl(s) && !strings.ContainsAny(s, " <>@\"\\")
	}
	dot := true // also at the beginning
	for i := range len(s) {
		c := s[i]
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
		if c == '.' && dot || c != '.' && !letter && c != '-' && c != '_' && c < 0x80 {
			return false
		}
		dot = c == '.'
	}
	return !dot
}

func hasControl(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] == 0x7f {
			return true
		}
	}
	return false
}

// ValidAddress reports whether addr may stand in an envelope; "" is the null
// path.
func ValidAddress(addr string) bool {
	local, domain := SplitAddress(addr)
	return addressFault(addr, local, domain) == ""
}

// SameAddress compares two addresses: local parts exactly, domains without
// regard to case (RFC 5321 section 2.4).
func SameAddress(a, b string) bool {
	la, da := SplitAddress(a)
	lb, db := SplitAddress(b)
	return la == lb && strings.EqualFold(da, db)
}

// PathOf gives the address in a MAIL FROM or RCPT TO line, or in a path, as
// far as [ParsePath] can make it out.
func PathOf(line string) string {
	p, _ := ParsePath(line)
	return p.Address
}

// MailFromLine gives the command line of MAIL FROM for a sender without
// brackets, "" for the null sender, and its ESMTP parameters.
func MailFromLine(addr string, params ...string) string {
	return commandLine("MAIL FROM:<", addr, params)
}

// RcptToLine gives the command line of RCPT TO.
func RcptToLine(addr string, params ...string) string {
	return commandLine("RCPT TO:<", addr, params)
}

func commandLine(verb, addr string, params []string) string {
	if strings.HasPrefix(addr, "<") && strings.HasSuffix(addr, ">") {
		addr = addr[1 : len(addr)-1]
	}
	line := verb + addr + ">"
	if len(params) > 0 {
		line += " " + strings.Join(params, " ")
	}
	return line
}
