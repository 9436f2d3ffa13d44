package vctx

import (
	"strconv"
	"strings"
)

// CleanText makes a reply's text harmless: lines are separated by "\n", other
// control bytes are spaces, and an empty line at the end is dropped. Nothing
// in a text can begin a second reply.
func CleanText(s string) string {
	if strings.IndexFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f }) < 0 {
		return s
	}
	s = strings.ReplaceAll(s, "\r\n", "\n")
	b := []byte(strings.TrimRight(s, "\r\n"))
	for i, c := range b {
		if c != '\n' && (c < ' ' || c == 0x7f) {
			b[i] = ' '
		}
	}
	return string(b)
}

// FormatReply gives the lines of an SMTP reply without their CRLF: "550-first"
// and "550 last" (RFC 5321 section 4.2). The code is always put in front; the
// text is cleaned by CleanText.
func FormatReply(code int, text string) []string {
	prefix := strconv.Itoa(code)
	lines := strings.Split(CleanText(text), "\n")
	for i, line := range lines {
		sep := "-"
		if i == len(lines)-1 {
			sep = " "
		}
		lines[i] = prefix + sep + line
	}
	return lines
}

// SplitReply takes "421 4.7.0 text" apart; a text without a code gets def.
func SplitReply(reply string, def int) (code int, text string) {
	if len(reply) >= 3 && (len(reply) == 3 || reply[3] == ' ' || reply[3] == '-') {
		if n, err := strconv.Atoi(reply[:3]); err == nil && n >= 200 && n <= 599 {
			return n, CleanText(strings.TrimPrefix(reply[3:], " "))
		}
	}
	return def, CleanText(reply)
}

// DefaultText gives the text for a code that came without one.
func DefaultText(code int) string {
	switch {
	case code == 220:
		return "ready"
	case code == 221:
		return "2.0.0 closing connection"
	case code == 421:
		return "4.3.2 service not available, closing connection"
	case code == 450:
		return "4.7.1 request deferred by policy"
	case code == 451:
		return "4.7.1 request deferred by policy"
	case code == 452:
		return "4.3.1 insufficient system storage"
	case code == 503:
		return "5.5.1 bad sequence of commands"
	case code == 550:
		return "5.7.1 request refused by policy"
	case code == 552:
		return "5.3.4 message size limit exceeded"
	case code == 553:
		return "5.1.3 mailbox name not allowed"
	case code == 554:
		return "5.7.1 request refused by policy"
	case code >= 500:
		return "5.7.1 request refused by policy"
	case code >= 400:
		return "4.7.1 request deferred by policy"
	}
	return "2.0.0 OK"
}
