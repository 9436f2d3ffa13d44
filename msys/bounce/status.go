package bounce

import "strings"

// reply is the SMTP reply that a text begins with or quotes.
type reply struct {
	code int // 0 if there is none
	end  int // where the three digits end
	// class is the first digit of the reply code, or of the enhanced status
	// code if there is no reply code, 0 if there is neither.
	class int
	// status is the enhanced status code, zero if there is none.
	status status
}

// status is an enhanced status code (RFC 3463).
type status struct{ class, subject, detail int }

// parseReply finds the reply in a normalized text: at its beginning, or after a
// colon or semicolon as in "host x said: 550 5.1.1 …".
func parseReply(text []byte) reply {
	var r reply
	for i := 0; i < len(text); i++ {
		if i > 0 && !(text[i-1] == ' ' && i > 1 && (text[i-2] == ':' || text[i-2] == ';')) && text[i-1] != ';' {
			continue
		}
		if code := replyCodeAt(text[i:]); code != 0 {
			r.code, r.end, r.class = code, i+3, code/100
			break
		}
	}
	r.status = findStatus(text, r)
	if r.class == 0 {
		r.class = r.status.class
	}
	return r
}

func replyCodeAt(text []byte) int {
	if len(text) < 3 || text[0] != '2' && text[0] != '4' && text[0] != '5' || !isDigit(text[1]) || !isDigit(text[2]) {
		return 0
	}
	if len(text) > 3 && text[3] != ' ' && text[3] != '-' && text[3] != ':' {
		return 0
	}
	return int(text[0]-'0')*100 + int(text[1]-'0')*10 + int(text[2]-'0')
}

func isDigit(b byte) bool { return '0' <= b && b <= '9' }

// findStatus finds the enhanced status code: that right after the reply code,
// else the first in the text that is no part of a longer number, and of the
// same class as the reply.
func findStatus(text []byte, r reply) status {
	if r.code != 0 && r.end+1 < len(text) {
		if s, n := enhancedAt(text[r.end+1:]); n > 0 {
			return s
		}
	}
	for i := range text {
		if i > 0 && (isWordByte(text[i-1]) || text[i-1] == '.') {
			continue
		}
		if s, n := enhancedAt(text[i:]); n > 0 && s.class != 2 && (r.code == 0 || s.class == r.class) {
			return s
		}
	}
	return status{}
}

// enhancedAt gives the enhanced status code that text begins with, and its
// length.
func enhancedAt(text []byte) (status, int) {
	if len(text) < 5 || text[0] != '2' && text[0] != '4' && text[0] != '5' || text[1] != '.' {
		return status{}, 0
	}
	subject, n := numberAt(text[2:])
	at := 2 + n
	if n == 0 || at >= len(text) || text[at] != '.' {
		return status{}, 0
	}
	detail, m := numberAt(text[at+1:])
	at += 1 + m
	if m == 0 || at < len(text) && (isWordByte(text[at]) || text[at] == '.' && at+1 < len(text) && isDigit(text[at+1])) {
		return status{}, 0
	}
	return status{int(text[0] - '0'), subject, detail}, at
}

// numberAt reads up to three digits.
func numberAt(text []byte) (value, length int) {
	for length < len(text) && isDigit(text[length]) {
		if length == 3 {
			return 0, 0
		}
		value = value*10 + int(text[length]-'0')
		length++
	}
	return value, length
}

// code gives the class of a status code that says why by itself.
func (s status) code() int {
	switch s.subject {
	case 1:
		switch s.detail {
		case 0, 1, 3, 4, 6, 10:
			return InvalidRecipient
		case 2:
			return SoftDNS
		case 7, 8:
			return BlockMail
		}
	case 2:
		switch s.detail {
		case 1:
			return InvalidRecipient
		case 2:
			return SoftMailboxFull
		case 3:
			return SoftTooLarge
		}
	case 3:
		switch s.detail {
		case 1, 2, 3:
			return Soft
		case 4:
			return SoftTooLarge
		}
	case 4:
		switch s.detail {
		case 1, 7:
			return SoftTimeout
		case 2, 3:
			return Soft
		case 4:
			return SoftDNS
		case 5:
			return Transient
		}
	case 7:
		if s.detail == 17 {
			return InvalidRecipient
		}
		return BlockMail
	}
	return Generic
}

// replyClass gives the class of a reply code that says why by itself.
func replyClass(code int) int {
	switch {
	case code >= 400 && code < 500:
		return Transient
	case code == 551 || code == 553:
		return InvalidRecipient
	case code == 552:
		return SoftMailboxFull
	}
	return Undetermined
}

// parseStatus reads an enhanced status code as a Status field has it, and
// reports whether it is one.
func parseStatus(text string) (status, bool) {
	text = strings.TrimSpace(text)
	if i := strings.IndexAny(text, " \t("); i >= 0 {
		text = text[:i]
	}
	s, n := enhancedAt([]byte(text))
	return s, n > 0 && n == len(text)
}
