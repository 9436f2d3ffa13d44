package vctx

import (
	"strconv"
	"strings"
)

// Reply is an SMTP reply (RFC 5321 section 4.2).
type Reply struct {
	// Code is from 200 to 599. Any other number is sent as 451.
	Code int
	// Lines are the text without code and line ends. None makes one empty
	// line.
	Lines []string
}

// NewReply makes a reply of a code and a text, whose lines are separated by
// "\n" or CRLF. An enhanced status code (RFC 3463) is part of the text; the
// code is never looked for in it.
func NewReply(code int, text string) Reply {
	return Reply{Code: code, Lines: strings.Split(CleanText(text), "\n")}
}

// Format gives the lines to send, without their CRLF: "550-first" and "550
// last". Control bytes in the text are spaces there, so that nothing in it can
// begin a second reply.
func (r Reply) Format() []string {
	lines := make([]string, max(1, len(r.Lines)))
	prefix := strconv.Itoa(r.sentCode())
	for i := range lines {
		text := ""
		if i < len(r.Lines) {
			text = cleanLine(r.Lines[i])
		}
		sep := "-"
		if i == len(lines)-1 {
			sep = " "
		}
		lines[i] = prefix + sep + text
	}
	return lines
}

func (r Reply) sentCode() int {
	if checkCode(r.Code) != nil {
		return 451
	}
	return r.Code
}

// String gives the reply as it is sent, each line with its CRLF.
func (r Reply) String() string { return strings.Join(r.Format(), "\r\n") + "\r\n" }

// FormatReply gives the lines of NewReply(code, text).
func FormatReply(code int, text string) []string { return NewReply(code, text).Format() }

// CleanText makes a reply's text harmless: its lines are separated by "\n",
// other control bytes are spaces, and line ends at its end are dropped. All
// other bytes stay.
func CleanText(s string) string {
	if !hasControl(s) {
		return s
	}
	s = strings.TrimRight(strings.ReplaceAll(s, "\r\n", "\n"), "\r\n")
	return cleanBytes(s, '\n')
}

func cleanLine(s string) string {
	if !hasControl(s) {
		return s
	}
	return cleanBytes(s, 0)
}

// cleanBytes makes control bytes spaces; keep, if not 0, stays.
func cleanBytes(s string, keep byte) string {
	b := []byte(s)
	for i, c := range b {
		if (c < ' ' || c == 0x7f) && (c != keep || keep == 0) {
			b[i] = ' '
		}
	}
	return string(b)
}

// ParseReply takes "421 4.7.0 text" apart. A text that does not begin with a
// code gets the code def.
func ParseReply(s string, def int) Reply {
	code, text := SplitReply(s, def)
	return NewReply(code, text)
}

// SplitReply takes "421 4.7.0 text" apart into its code and its text, cleaned.
// A text that does not begin with a code gets the code def.
func SplitReply(s string, def int) (code int, text string) {
	if len(s) >= 3 && isDigits(s[:3]) && (len(s) == 3 || strings.IndexByte(" -\r\n", s[3]) >= 0) {
		if n, err := strconv.Atoi(s[:3]); err == nil && checkCode(n) == nil {
			return n, CleanText(strings.TrimLeft(s[3:], " -\r\n"))
		}
	}
	return def, CleanText(s)
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// DefaultText gives the text for a code that came without one.
func DefaultText(code int) string {
	switch code {
	case 220:
		return "ready"
	case 221:
		return "2.0.0 closing connection"
	case 235:
		return "2.7.0 authentication succeeded"
	case 354:
		return "send message content"
	case 421:
		return "4.3.2 service not available, closing connection"
	case 452:
		return "4.3.1 insufficient system storage"
	case 454:
		return "4.7.0 temporary authentication failure"
	case 503:
		return "5.5.1 bad sequence of commands"
	case 530:
		return "5.7.0 authentication required"
	case 535:
		return "5.7.8 authentication failed"
	case 552:
		return "5.3.4 message size limit exceeded"
	case 553:
		return "5.1.3 mailbox name not allowed"
	}
	switch {
	case code >= 500:
		return "5.7.1 request refused by policy"
	case code >= 400:
		return "4.7.1 request deferred by policy"
	case code >= 300:
		return "go on"
	}
	return "2.0.0 OK"
}

// DefaultText gives the text for a code that came without one, for the reply
// of a state: as the function DefaultText does, but an accepting code says
// what was accepted.
func (s State) DefaultText(code int) string {
	if code == codeOther {
		switch s {
		case StateMailFrom, StateMailFromResponse:
			return "2.1.0 sender ok"
		case StateRcptTo, StateRcptToResponse:
			return "2.1.5 recipient ok"
		case StateData, StateBody, StateBodyResponse, StateAsyncBodyResponse:
			return "2.6.0 message accepted"
		}
	}
	return DefaultText(code)
}
