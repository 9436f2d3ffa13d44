package outbound

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/emersion/go-smtp"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/vctx"
)

// dsnOptions gives the parameters of DSN (RFC 3461) that a message came with,
// for the next hop if it has the extension. What is malformed is left out.
func dsnOptions(m *message.Message) (mail smtp.MailOptions, rcpt smtp.RcptOptions) {
	from, to := received(m, vctx.KeyMailfromString), received(m, vctx.KeyRcpttoString)
	switch ret := smtp.DSNReturn(strings.ToUpper(from["RET"])); ret {
	case smtp.DSNReturnFull, smtp.DSNReturnHeaders:
		mail.Return = ret
	}
	if id := decodeXtext(from["ENVID"]); printable(id) {
		mail.EnvelopeID = id
	}
	rcpt.Notify = notify(to["NOTIFY"])
	kind, address, _ := strings.Cut(to["ORCPT"], ";")
	switch t := smtp.DSNAddressType(strings.ToUpper(kind)); {
	case t == smtp.DSNAddressTypeRFC822 && printable(decodeXtext(address)):
		rcpt.OriginalRecipientType, rcpt.OriginalRecipient = t, decodeXtext(address)
	case t == smtp.DSNAddressTypeUTF8:
		rcpt.OriginalRecipientType, rcpt.OriginalRecipient = t, decodeUnicode(address)
	}
	return mail, rcpt
}

// addDSN adds the parameters as they are written in MAIL FROM and RCPT TO.
func addDSN(from, to msys.SMTPArgs, mail *smtp.MailOptions, rcpt *smtp.RcptOptions) {
	if mail.Return != "" {
		from["RET"] = string(mail.Return)
	}
	if mail.EnvelopeID != "" {
		from["ENVID"] = encodeXtext(mail.EnvelopeID)
	}
	if len(rcpt.Notify) > 0 {
		words := make([]string, len(rcpt.Notify))
		for i, n := range rcpt.Notify {
			words[i] = string(n)
		}
		to["NOTIFY"] = strings.Join(words, ",")
	}
	switch rcpt.OriginalRecipientType {
	case smtp.DSNAddressTypeRFC822:
		to["ORCPT"] = "RFC822;" + encodeXtext(rcpt.OriginalRecipient)
	case smtp.DSNAddressTypeUTF8:
		to["ORCPT"] = "UTF-8;" + encodeUnicode(rcpt.OriginalRecipient)
	}
}

// received gives the parameters of a command that a context variable keeps;
// names are in upper case.
func received(m *message.Message, key string) map[string]string {
	line, _ := m.ContextGet(message.ContextMess, key)
	path, err := vctx.ParsePath(line)
	if err != nil {
		return nil
	}
	values := map[string]string{}
	for _, p := range path.Params {
		name, value, _ := strings.Cut(p, "=")
		values[strings.ToUpper(name)] = value
	}
	return values
}

// notify gives the keywords of NOTIFY, none if they are wrong.
func notify(value string) (list []smtp.DSNNotify) {
	seen := map[smtp.DSNNotify]bool{}
	for word := range strings.SplitSeq(strings.ToUpper(value), ",") {
		n := smtp.DSNNotify(word)
		switch n {
		case smtp.DSNNotifyNever, smtp.DSNNotifyDelayed, smtp.DSNNotifyFailure, smtp.DSNNotifySuccess:
		default:
			return nil
		}
		if !seen[n] {
			list = append(list, n)
		}
		seen[n] = true
	}
	if seen[smtp.DSNNotifyNever] && len(list) > 1 {
		return nil
	}
	return list
}

var (
	hexChar   = regexp.MustCompile(`\+[0-9A-F]{2}`)
	hexPoint  = regexp.MustCompile(`\\x\{[0-9A-F]{2,6}\}`)
	printable = regexp.MustCompile(`^[ -~]*$`).MatchString
)

// decodeXtext replaces the +XX of RFC 3461 section 4 by the bytes that they
// stand for.
func decodeXtext(s string) string {
	return hexChar.ReplaceAllStringFunc(s, func(h string) string {
		n, _ := strconv.ParseUint(h[1:], 16, 8)
		return string([]byte{byte(n)})
	})
}

// encodeXtext undoes decodeXtext.
func encodeXtext(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c > '~' || c == '+' || c == '=' {
			fmt.Fprintf(&b, "+%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// encodeUnicode undoes decodeUnicode, in the form that is ASCII.
func encodeUnicode(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r <= ' ' || r > '~' || strings.ContainsRune(`\+=`, r) {
			fmt.Fprintf(&b, `\x{%02X}`, r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// decodeUnicode replaces the \x{XX} of RFC 6533 section 3 by the characters.
func decodeUnicode(s string) string {
	return hexPoint.ReplaceAllStringFunc(s, func(h string) string {
		n, _ := strconv.ParseUint(h[3:len(h)-1], 16, 32)
		return string(rune(n))
	})
}
