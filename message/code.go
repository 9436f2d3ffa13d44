package message

import (
	"fmt"
	"strconv"
	"strings"
)

// Code gives the SMTP reply that was set for the message, lines parted by
// CRLF, and whether there is one.
func (m *Message) Code() (string, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.code, m.code != ""
}

// CodeNumber gives the number of the reply, 0 if there is none.
func (m *Message) CodeNumber() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return codeOf(m.code)
}

// SetCode sets the SMTP reply and gives it as stored. The number stands in
// front of each line of text; if it is 0, the text must begin with it. Other
// numbers than 1 to 999, or none, give [ErrInvalidCode].
func (m *Message) SetCode(number int, text string) (string, error) {
	reply, err := formatReply(number, text)
	if err != nil {
		return "", err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.code = reply
	return reply, nil
}

// formatReply writes a reply of one or more lines.
func formatReply(number int, text string) (string, error) {
	if number == 0 {
		number = codeOf(text)
	}
	if number < 1 || number > 999 {
		return "", ErrInvalidCode
	}
	text = strings.TrimRight(strings.ReplaceAll(text, "\x00", ""), "\r\n")
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	for i, line := range lines {
		line = strings.ReplaceAll(line, "\r", " ")
		if n := codeOf(line); n == number {
			line = strings.TrimLeft(line[3:], "- ")
		}
		sep := "-"
		if i == len(lines)-1 {
			sep = " "
		}
		lines[i] = fmt.Sprintf("%03d%s%s", number, sep, line)
	}
	return strings.Join(lines, "\r\n"), nil
}

// codeOf gives the number that a reply begins with, else 0.
func codeOf(reply string) int {
	if len(reply) < 3 || len(reply) > 3 && strings.IndexByte(" -\r\n", reply[3]) < 0 {
		return 0
	}
	for i := range 3 {
		if reply[i] < '0' || reply[i] > '9' {
			return 0
		}
	}
	n, _ := strconv.Atoi(reply[:3])
	return n
}
