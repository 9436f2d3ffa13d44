package bounce

import "bytes"

// normalize appends text in the form in which rules are compared: ASCII letters
// in lower case, every run of white space one blank, none at the ends.
func normalize(dst []byte, text string) []byte {
	start := len(dst)
	blank := false
	for i := range len(text) {
		b := text[i]
		switch {
		case b == ' ' || '\t' <= b && b <= '\r' || b == 0:
			blank = len(dst) > start
			continue
		case 'A' <= b && b <= 'Z':
			b += 'a' - 'A'
		}
		if blank {
			dst = append(dst, ' ')
			blank = false
		}
		dst = append(dst, b)
	}
	return dst
}

// hidden stands for an address or host name in a text that the built-in rules
// see: what people call their mailboxes and servers says nothing about the
// reason.
const hidden = '~'

// clean prepares a normalized text, in place, for the built-in rules: replies
// of many lines read as one, typographic apostrophes become plain, addresses
// and the names of hosts are hidden.
func clean(text []byte, r reply) []byte {
	if bytes.Contains(text, []byte("\u2019")) {
		text = bytes.ReplaceAll(text, []byte("\u2019"), []byte("'"))
	}
	text = dropContinuations(text, r)
	return hideHosts(hideAddresses(dropCommand(text)))
}

// dropCommand removes what Postfix adds to a reply: "(in reply to RCPT TO
// command)".
func dropCommand(text []byte) []byte {
	start := bytes.LastIndex(text, []byte("(in reply to "))
	if start < 0 {
		return text
	}
	end := bytes.IndexByte(text[start:], ')')
	if end < 0 {
		return text[:start]
	}
	return append(text[:start], text[start+end+1:]...)
}

// aboutSender reports whether a normalized text says that the reply was to the
// command that names the sender.
func aboutSender(text []byte) bool {
	for _, words := range [...]string{"in reply to mail from", "after mail from", "after pipelined mail from", "reply to: mail from"} {
		if bytes.Contains(text, []byte(words)) {
			return true
		}
	}
	return false
}

// dropContinuations removes the reply code and status that begin the further
// lines of a reply, which was "550-5.1.1 one\r\n550 5.1.1 two".
func dropContinuations(text []byte, r reply) []byte {
	if r.code == 0 || r.end >= len(text) {
		return text
	}
	code := text[r.end-3 : r.end]
	out := text[:r.end]
	for i := r.end; i < len(text); {
		n := continuation(text[i:], code)
		if n > 0 && out[len(out)-1] == ' ' {
			i += n
			continue
		}
		out = append(out, text[i])
		i++
	}
	return out
}

// continuation gives the length of a repeated reply code with its status and
// the blank after it, 0 if there is none.
func continuation(text, code []byte) int {
	if len(text) < 5 || !bytes.HasPrefix(text, code) || text[3] != '-' && text[3] != ' ' {
		return 0
	}
	n := 4
	if _, length := enhancedAt(text[n:]); length > 0 {
		n += length
		if n < len(text) && text[n] == ' ' {
			n++
		}
	} else if text[3] == ' ' {
		return 0 // a number in the text
	}
	return n
}

// hideAddresses replaces every mail address.
func hideAddresses(text []byte) []byte {
	if bytes.IndexByte(text, '@') < 0 {
		return text
	}
	out := text[:0]
	for i := 0; i < len(text); i++ {
		if text[i] != '@' {
			out = append(out, text[i])
			continue
		}
		for len(out) > 0 && isAddressByte(out[len(out)-1]) {
			out = out[:len(out)-1]
		}
		for i+1 < len(text) && isHostByte(text[i+1]) {
			i++
		}
		out = append(out, hidden)
	}
	return out
}

func isAddressByte(b byte) bool {
	return isHostByte(b) || b == '_' || b == '+' || b == '%' || b == hidden
}

func isHostByte(b byte) bool { return isWordByte(b) || b == '.' || b == '-' }

// hideHosts replaces names of hosts of at least three labels, except those that
// say something about block lists and filters. Names in URLs stay.
func hideHosts(text []byte) []byte {
	out := text[:0]
	for i := 0; i < len(text); {
		n := 0
		for i+n < len(text) && isHostByte(text[i+n]) {
			n++
		}
		if n == 0 {
			out = append(out, text[i])
			i++
			continue
		}
		name := text[i : i+n]
		inURL := len(out) > 0 && (out[len(out)-1] == '/' || out[len(out)-1] == '=') || i+n < len(text) && text[i+n] == '/'
		i += n
		if inURL || !isHostName(name) || isTelling(name) {
			out = append(out, name...)
		} else {
			out = append(out, hidden)
		}
	}
	return out
}

// isHostName reports whether a word is a host name of at least three labels.
func isHostName(name []byte) bool {
	name = bytes.TrimRight(name, ".")
	last := bytes.LastIndexByte(name, '.')
	if last < 0 || bytes.Count(name, []byte(".")) < 2 || len(name)-last < 3 {
		return false
	}
	for _, b := range name[last+1:] {
		if b < 'a' || b > 'z' {
			return false
		}
	}
	return true
}

// isTelling reports whether a host name is that of a block list or filter.
func isTelling(name []byte) bool {
	for label := range bytes.SplitSeq(name, []byte(".")) {
		if bytes.HasSuffix(label, []byte("bl")) || bytes.HasSuffix(label, []byte("rbls")) {
			return true
		}
		switch string(label) {
		case "spamhaus", "spamcop", "sorbs", "barracudacentral", "barracuda", "mimecast", "proofpoint", "senderbase", "senderscore",
			"abuseat", "spamrats", "invaluement", "manitu", "njabl", "backscatterer", "uceprotect", "surriel", "dronebl", "blocklist", "blacklist", "protection", "trendmicro",
			"cloudmark", "symanteccloud", "messagelabs", "truncate", "wpbl", "csi":
			return true
		}
	}
	return false
}
