package bounce

import (
	"io"
	"regexp"
	"strings"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/message/addr"
)

// letter is what people read of a mail.
type letter struct {
	subject string
	text    string // the first text, as far as it is looked at
	sender  string // of the envelope
	from    string // of the header
	to      string // who got the mail
	failed  string // X-Failed-Recipients

	automatic bool // the header says that it was sent by itself
}

func readLetter(m *message.Message, limit int) *letter {
	h := m.Header()
	l := &letter{
		subject: strings.TrimSpace(h.Get("Subject")),
		sender:  m.Sender(),
		to:      m.Recipient(),
		failed:  h.Get("X-Failed-Recipients"),
	}
	if list := h.Addresses("From"); len(list) > 0 {
		l.from = list[0].String()
	}
	l.automatic = strings.HasPrefix(strings.ToLower(h.Get("Auto-Submitted")), "auto-replied") ||
		h.Has("X-Autoreply") || h.Has("X-Autorespond") || strings.EqualFold(h.Get("Precedence"), "auto_reply")
	l.text = limited(firstText(m, limit), limit)
	return l
}

// firstText gives the first plain text of a mail, or what its first HTML text
// shows.
func firstText(m *message.Message, limit int) string {
	top, err := m.MIME(message.ReadOnly)
	if err != nil {
		return ""
	}
	html, unread := "", (*message.Part)(nil)
	for p := top; p != nil; p = p.Thread() {
		if p.IsContainer() {
			if p.First() == nil && unread == nil {
				unread = p
			}
			continue
		}
		switch p.Type().MIMEType {
		case "text/plain":
			if text := leafText(p, limit); strings.TrimSpace(text) != "" {
				return text
			}
		case "text/html":
			if html == "" {
				html = visibleText(leafText(p, 4*limit))
			}
		default:
			if unread == nil && (p == top || strings.HasPrefix(p.Type().MIMEType, "multipart/")) {
				unread = p
			}
		}
	}
	if html == "" && unread != nil {
		return rawText(unread, limit) // broken MIME: what is there can still be read
	}
	return html
}

func rawText(p *message.Part, limit int) string {
	var r io.Reader = p.Body()
	if !p.IsContainer() {
		r = p.Decoded()
	}
	data, err := io.ReadAll(io.LimitReader(r, int64(limit)))
	if err != nil {
		return ""
	}
	return string(data)
}

// leafText gives the text of a part; of a long one only the beginning, as it
// is in the mail's character set.
func leafText(p *message.Part, limit int) string {
	if start, end := p.BodyRange(); end-start <= int64(8*limit) {
		if texts, err := p.Text(); err == nil && len(texts) > 0 {
			return texts[0]
		}
	}
	return rawText(p, limit)
}

// visibleText takes the markup off HTML, roughly.
func visibleText(html string) string {
	var b strings.Builder
	for html != "" {
		text, rest, found := strings.Cut(html, "<")
		b.WriteString(text)
		if !found {
			break
		}
		tag, after, _ := strings.Cut(rest, ">")
		name := strings.ToLower(strings.TrimLeft(tag, "/"))
		switch {
		case strings.HasPrefix(name, "br"), strings.HasPrefix(name, "p"), strings.HasPrefix(name, "div"), strings.HasPrefix(name, "t"), strings.HasPrefix(name, "li"), strings.HasPrefix(name, "h"):
			b.WriteByte('\n')
		case strings.HasPrefix(name, "style"), strings.HasPrefix(name, "script"):
			if _, end, ok := strings.Cut(after, "</"); ok && tag[0] != '/' {
				after = "</" + end
			}
		}
		html = after
	}
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&quot;", `"`, "&#39;", "'", "&nbsp;", " ", "&amp;", "&").Replace(b.String())
}

// fromDaemon reports whether the mail was sent by a mail system.
func (l *letter) fromDaemon() bool {
	return l.sender == "" || isDaemon(l.sender) || isDaemon(l.from) || l.failed != ""
}

// looksLikeBounce reports whether the mail says that it is a bounce, so that
// no sign of an automatic reply counts: some systems mark their bounces so.
func (l *letter) looksLikeBounce() bool { return l.failed != "" || isDaemon(l.from) }

func isDaemon(address string) bool {
	local, _, _ := strings.Cut(strings.ToLower(address), "@")
	switch local {
	case "mailer-daemon", "postmaster", "post_master", "mail-daemon", "mailerdaemon", "mailer_daemon", "maildaemon":
		return true
	}
	return strings.HasPrefix(local, "mailer-daemon") || strings.HasPrefix(local, "microsoftexchange")
}

// originalMark begins the copy of the original message in bounces that have it
// in their text.
var originalMark = regexp.MustCompile(`(?im)^[-=> \t*]*(?:` +
	`(?:below this line|this|here|below) is (?:a|the) copy of (?:the|your)|` +
	`(?:[-=]+ *)(?:(?:begin )?(?:original|returned|unsent|failed|copy of)\b.{0,30}message|message (?:text|body|headers?)|included is|original mail)|` +
	`(?:original|returned) message(?: follows|:)|messages? headers? follows?|unsent message follows|` +
	`return-path: *<|received: *(?:from|by|\(qmail))`)

// report gives the text before the copy of the original message.
func (l *letter) report() string {
	if at := originalMark.FindStringIndex(l.text); at != nil {
		return l.text[:at[0]]
	}
	return l.text
}

// replyLine finds lines that quote a server or give a status code.
var replyLine = regexp.MustCompile(`(^|[\s:;(<#\[>])[45][0-9]{2}([- ]|$)|(^|[^0-9.])[45]\.[0-9]{1,3}\.[0-9]{1,3}([^0-9.]|$)`)

// paragraphs gives the report by paragraphs.
func (l *letter) paragraphs() []string {
	var out []string
	var b strings.Builder
	for line := range strings.Lines(l.report() + "\n\n") {
		if strings.TrimSpace(line) != "" {
			b.WriteString(line)
		} else if b.Len() > 0 {
			out = append(out, b.String())
			b.Reset()
		}
	}
	return out
}

// diagnostics gives the lines of the report that quote a server, each with the
// line that leads to it and the rest of the paragraph.
func (l *letter) diagnostics() []string {
	var out []string
	lines := strings.Split(l.report(), "\n")
	for i := 0; i < len(lines); i++ {
		line := strings.TrimSpace(lines[i])
		if !replyLine.MatchString(line) {
			continue
		}
		if i > 0 {
			if before := strings.TrimSpace(lines[i-1]); strings.HasSuffix(before, ":") {
				line = before + " " + line
			}
		}
		for ; i+1 < len(lines) && strings.TrimSpace(lines[i+1]) != ""; i++ {
			line += "\n" + strings.TrimSpace(lines[i+1])
		}
		out = append(out, line)
	}
	return out
}

// introductions come before the recipient in bounces written for people.
var introductions = [...]string{
	"following address", "following recipient", "could not be delivered", "following e-mail address", "following email address", "following destination",
	"wasn't able to deliver", "unable to deliver", "was not able to deliver", "couldn't be delivered", "wasn't delivered", "was not delivered", "not be delivered to",
	"delivery to", "failed to deliver", "failed recipient", "did not reach", "undeliverable to", "permanent fatal errors", "transient non-fatal errors", "delivery failed", "failed addresses",
	"addresses had", "message to", "mail to", "mailbox", "rcpt to:", "recipient address:",
}

// failedRecipient gives the address that the mail is about.
func (l *letter) failedRecipient() string {
	if list := addr.Parse(l.failed); len(list) > 0 {
		return list[0].String()
	}
	if !l.fromDaemon() {
		return ""
	}
	lines := strings.Split(l.text, "\n")
	for _, line := range lines {
		for _, name := range [...]string{"final-recipient:", "original-recipient:"} {
			if rest, ok := cutPrefixFold(strings.TrimSpace(line), name); ok {
				if _, value, typed := strings.Cut(rest, ";"); typed {
					rest = value
				}
				if a := l.addressIn(rest); a != "" {
					return a
				}
			}
		}
	}
	lines = strings.Split(l.report(), "\n")
	for i, line := range lines {
		lower := strings.ToLower(line)
		for _, introduction := range introductions {
			if !strings.Contains(lower, introduction) {
				continue
			}
			for _, near := range lines[i:min(i+4, len(lines))] {
				if a := l.addressIn(near); a != "" {
					return a
				}
			}
		}
	}
	if a := l.leadingAddress(lines); a != "" {
		return a
	}
	for _, text := range l.diagnostics() {
		if a := l.addressIn(text); a != "" {
			return a
		}
	}
	for _, line := range lines {
		if complaint.MatchString(line) {
			if a := l.addressIn(line); a != "" {
				return a
			}
		}
	}
	return ""
}

// complaint finds lines that may say what was wrong with an address.
var complaint = regexp.MustCompile(`(?i)\b(?:unknown|user|userid|mailbox|address|recipient|invalid|full|quota|reject|fail|error)`)

// leadingAddress gives the address of the first line that begins with one.
func (l *letter) leadingAddress(lines []string) string {
	for _, line := range lines {
		line = strings.TrimSpace(line)
		first, _, _ := strings.Cut(line, " ")
		if strings.Contains(first, "@") && !strings.HasPrefix(strings.ToLower(line), "from") {
			if a := l.addressIn(first); a != "" {
				return a
			}
		}
	}
	return ""
}

var mailAddress = regexp.MustCompile(`[^\s<>()\[\]"',;:@|]+@[A-Za-z0-9\x80-\xff](?:[A-Za-z0-9.\x80-\xff-]*[A-Za-z0-9\x80-\xff])?`)

// addressIn gives the first address in a line that is not that of a mail
// system or of the sender who got the mail.
func (l *letter) addressIn(line string) string {
	for _, a := range mailAddress.FindAllString(line, 8) {
		if !isDaemon(a) && !strings.EqualFold(a, l.to) {
			return a
		}
	}
	return ""
}

func cutPrefixFold(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return "", false
	}
	return s[len(prefix):], true
}
