package bounce

import (
	"context"
	"fmt"
	"strings"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/message/addr"
	"github.com/gomsys/gomsys/msys/rfc3464"
)

// ClassifyMessage gives the class of a mail that came back, or looks like it,
// and the recipient that it is about, "" if that cannot be told. A mail that is
// no bounce is [Undetermined]. The error is that of the context, or of reading
// the message; the class is Undetermined then.
func (c *Classifier) ClassifyMessage(ctx context.Context, m *message.Message) (Class, string, error) {
	v, recipient, err := c.judgeMail(ctx, m)
	if err != nil {
		return c.classes[Undetermined], "", fmt.Errorf("bounce: classifying message: %w", err)
	}
	return c.classes[v.code], recipient, nil
}

func (c *Classifier) judgeMail(ctx context.Context, m *message.Message) (verdict, string, error) {
	if err := ctx.Err(); err != nil {
		return verdict{}, "", err
	}
	if err := m.Err(); err != nil {
		return verdict{}, "", err
	}
	rules := c.current(c.opts.Now())
	if report, err := rfc3464.Parse(m); err == nil && len(report.Recipients) > 0 {
		v, recipient := c.judgeReport(rules, m, report)
		return v, recipient, nil
	}
	l := readLetter(m, c.opts.ScanLimit)
	return c.judgeLetter(rules, l), l.failedRecipient(), nil
}

// judgeReport classifies a delivery status notification by what it says about
// the first recipient that failed.
func (c *Classifier) judgeReport(rules *overrides, m *message.Message, report *rfc3464.Report) (verdict, string) {
	fields := report.Recipients[0]
	for _, f := range report.Recipients {
		if strings.EqualFold(f.Get("Action"), "failed") {
			fields = f
			break
		}
	}
	recipient := bare(fields.Address("Original-Recipient"))
	final := bare(fields.Address("Final-Recipient"))
	if recipient == "" {
		recipient = final
	}
	action := strings.ToLower(fields.Get("Action"))
	switch action, _, _ = strings.Cut(action, " "); action {
	case "delivered", "relayed", "expanded":
		return verdict{code: Undetermined}, recipient
	}
	_, domain, _ := strings.Cut(final, "@")
	v := c.judgeDiagnostic(rules, fields, domain)
	if v.vague {
		// The reason may stand only where people look for it.
		l := readLetter(m, c.opts.ScanLimit)
		if w := c.judgeTexts(append(l.diagnostics(), l.paragraphs()...)); w.by == byBuiltin && !w.vague {
			v = w
		}
	}
	switch {
	case !v.vague:
	case action == "delayed":
		v.code = Transient
	case v.by == byNothing && recipient == "":
		v.code = GenericNoRcpt
	case v.by == byNothing:
		v.code = Generic
	}
	return v, recipient
}

// judgeDiagnostic classifies the Diagnostic-Code and Status of a recipient.
func (c *Classifier) judgeDiagnostic(rules *overrides, fields rfc3464.Fields, domain string) verdict {
	known, _ := parseStatus(fields.Get("Status"))
	text := normalize(nil, limited(fields.Address("Diagnostic-Code"), c.opts.ScanLimit))
	if v := rules.mail(text); v.by != byNothing {
		return v
	}
	if v := rules.reply(text, canonicalDomain(domain)); v.by != byNothing {
		return v
	}
	return c.builtin.reply(text, known)
}

// judgeTexts classifies a mail by that of its texts whose reason counts first.
func (c *Classifier) judgeTexts(texts []string) verdict {
	best := verdict{code: Undetermined, vague: true}
	for _, text := range texts {
		v := c.builtin.reply(normalize(nil, limited(text, c.opts.ScanLimit)), status{})
		if v.before(best) {
			best = v
		}
	}
	return best
}

// before reports whether v tells more than w: rules tell more than codes, and
// earlier rules count before later ones.
func (v verdict) before(w verdict) bool {
	switch {
	case v.vague != w.vague:
		return w.vague
	case w.by == byNothing || v.by == byNothing:
		return v.by != byNothing
	case v.by == byBuiltin && w.by == byBuiltin:
		return v.rule.rank < w.rule.rank
	}
	return v.by == byBuiltin && w.by != byBuiltin
}

// judgeLetter classifies a mail that has no report for machines.
func (c *Classifier) judgeLetter(rules *overrides, l *letter) verdict {
	text := normalize(nil, l.text)
	if v := rules.mail(text); v.by != byNothing {
		return v
	}
	if !l.looksLikeBounce() {
		if v := c.judgeRequest(l, text); v.by != byNothing {
			return v
		}
	}
	if !l.fromDaemon() {
		return verdict{code: Undetermined}
	}
	v := c.judgeTexts(append(l.diagnostics(), l.paragraphs()...))
	if v.vague {
		if r, ok := c.builtin.delay.find(normalize(nil, l.subject+" "+l.report()), ""); ok {
			return verdict{code: r.code, by: byBuiltin, rule: r}
		}
	}
	if v.by == byNothing && l.failed != "" {
		return verdict{code: Generic, vague: true, by: byBuiltin, rule: rule{text: "X-Failed-Recipients"}}
	}
	return v
}

// judgeRequest classifies mails that want something of the sender, or answer
// by themselves.
func (c *Classifier) judgeRequest(l *letter, text []byte) verdict {
	subject := normalize(nil, l.subject)
	if r, ok := c.builtin.autoReply.find(subject, ""); ok {
		return verdict{code: r.code, by: byBuiltin, rule: r}
	}
	if l.automatic {
		return verdict{code: AutoReply, by: byBuiltin, rule: rule{text: "header of an automatic reply"}}
	}
	word, _, _ := strings.Cut(string(text), " ")
	for _, w := range [...]string{string(subject), word} {
		switch strings.Trim(w, ".!") {
		case "subscribe":
			return verdict{code: Subscribe, by: byBuiltin, rule: rule{text: w}}
		case "unsubscribe", "remove":
			return verdict{code: Unsubscribe, by: byBuiltin, rule: rule{text: w}}
		}
	}
	if r, ok := c.builtin.challenge.find(append(append(subject, ' '), text...), ""); ok {
		return verdict{code: r.code, by: byBuiltin, rule: r}
	}
	return verdict{}
}

// reply finds the rule from outside for a server's reply.
func (o *overrides) reply(text []byte, domain string) verdict {
	if r, ok := o.userSMTP.find(text, domain); ok {
		return verdict{code: r.code, by: byUser, rule: r}
	}
	if r, ok := o.systemSMTP.find(text, domain); ok {
		return verdict{code: r.code, by: bySystem, rule: r}
	}
	return verdict{}
}

// mail finds the rule from outside for the text of a mail.
func (o *overrides) mail(text []byte) verdict {
	if r, ok := o.userMDN.find(text, ""); ok {
		return verdict{code: r.code, by: byUser, rule: r}
	}
	if r, ok := o.systemMDN.find(text, ""); ok {
		return verdict{code: r.code, by: bySystem, rule: r}
	}
	return verdict{}
}

// bare gives the address of a field without what may surround it.
func bare(address string) string {
	if list := addr.Parse(address); len(list) > 0 {
		return list[0].String()
	}
	return strings.Trim(address, "<> ")
}
