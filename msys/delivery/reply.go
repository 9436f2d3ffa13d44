package delivery

import (
	"strconv"
	"strings"
)

// Key is what a delivery is limited and judged by: the binding that mail
// leaves from and the routing domain that it goes to.
type Key struct {
	Binding, Domain string
}

// Reply is the answer to a delivery attempt. The zero value is no answer.
type Reply struct {
	// Code is the SMTP code, 200 to 599. If zero, there was none.
	Code int
	// Text is the text behind the code, an enhanced code included.
	Text string
	// Lines are the lines of a reply that has several, without the code. If
	// nil, Text is all; else they come before Text.
	Lines []string
	// Internal says that no remote host spoke: the text is the server's own.
	Internal bool
}

// ParseReply reads a reply of one or more lines, such as "250 2.0.0 ok". Text
// without a code gives a Reply whose Code is 0. The reply is internal if its
// text has Momentum's mark for that, "[internal]".
func ParseReply(s string) Reply {
	s = strings.TrimRight(s, "\r\n")
	lines := strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n")
	code := codeOf(lines[0])
	for i, line := range lines {
		lines[i] = withoutCode(line, code)
	}
	r := Reply{Code: code, Text: lines[0], Internal: strings.Contains(s, internalMark)}
	if len(lines) > 1 {
		r.Lines = lines
	}
	return r
}

// TextLines gives the lines of the text without codes, at least one.
func (r Reply) TextLines() []string {
	lines := r.Lines
	if len(lines) == 0 {
		lines = strings.Split(strings.ReplaceAll(r.Text, "\r\n", "\n"), "\n")
	}
	out := make([]string, len(lines))
	for i, line := range lines {
		out[i] = withoutCode(line, r.Code)
	}
	return out
}

// String gives the reply on one line: the code once and the lines of the text,
// parted by spaces. Rules and bounce classes are matched against it.
func (r Reply) String() string {
	if len(r.Lines) == 0 && !strings.Contains(r.Text, "\n") {
		return join(r.Code, withoutCode(r.Text, r.Code))
	}
	return join(r.Code, strings.Join(r.TextLines(), " "))
}

func join(code int, text string) string {
	switch {
	case code == 0:
		return text
	case text == "":
		return strconv.Itoa(code)
	}
	return strconv.Itoa(code) + " " + text
}

// codeOf gives the number that a line begins with, else 0.
func codeOf(line string) int {
	if len(line) < 3 || len(line) > 3 && line[3] != ' ' && line[3] != '-' {
		return 0
	}
	n, err := strconv.ParseUint(line[:3], 10, 16)
	if err != nil || n < 200 || n > 599 {
		return 0
	}
	return int(n)
}

// withoutCode drops the code from the front of a line.
func withoutCode(line string, code int) string {
	if code == 0 || codeOf(line) != code {
		return line
	}
	return strings.TrimLeft(line[3:], " -")
}
