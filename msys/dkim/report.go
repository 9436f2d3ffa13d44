package dkim

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"strings"
	"time"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/message/addr"
	"github.com/gomsys/gomsys/vctx"
)

// Reasons why no report is asked for.
var (
	ErrReportState   = errors.New("dkim: no transaction to report about")
	ErrReportAddress = errors.New("dkim: invalid address of a report")
)

// Report is a mail about the result of a message's verification.
type Report struct {
	Sender    string
	Receivers []string // the first is To, the others see no trace of each other
	Subject   string   // if empty, "DKIM verification result"
	Note      string   // text in front of the results
}

// pendingReport is the variable that holds a report until the result is there.
const pendingReport = "#dkim_report"

// RequestReport makes the [Validator] send a report once the message of the
// session's transaction has been verified; the last request counts. The
// errors are [ErrReportState] and [ErrReportAddress].
func RequestReport(c *vctx.Context, r Report) error {
	if c == nil || !c.InTransaction() {
		return ErrReportState
	}
	for _, mailbox := range append([]string{r.Sender}, r.Receivers...) {
		if list := addr.Parse(mailbox); len(list) != 1 || list[0].Domain == "" || hasControl(mailbox) {
			return ErrReportAddress
		}
	}
	if len(r.Receivers) == 0 {
		return ErrReportAddress
	}
	text, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("dkim: noting a report: %w", err)
	}
	c.Set(vctx.MessScope, pendingReport, string(text))
	return nil
}

func hasControl(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f }) >= 0
}

// report sends the report that was asked for.
func (v *Validator) report(ctx context.Context, c *vctx.Context, m *message.Message, res *Result) error {
	if c == nil {
		return nil
	}
	text, ok := c.Lookup(vctx.MessScope, pendingReport)
	if !ok {
		return nil
	}
	c.Delete(vctx.MessScope, pendingReport)
	var r Report
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		return fmt.Errorf("dkim: reading a noted report: %w", err)
	}
	mail, err := m.Copy()
	if err != nil {
		return fmt.Errorf("dkim: making a report: %w", err)
	}
	defer mail.Close()
	if err := mail.SetContent(ctx, strings.NewReader(r.content(m, res, v.Verifier.now()))); err != nil {
		return fmt.Errorf("dkim: making a report: %w", err)
	}
	if err := mail.Inject(ctx, bare(r.Sender), bares(r.Receivers)); err != nil {
		return fmt.Errorf("dkim: sending a report: %w", err)
	}
	return nil
}

func bare(mailbox string) string {
	a := addr.Parse(mailbox)[0]
	return a.Local + "@" + a.Domain
}

func bares(mailboxes []string) []string {
	var list []string
	for _, m := range mailboxes {
		list = append(list, bare(m))
	}
	return list
}

// content gives the mail of a report.
func (r *Report) content(m *message.Message, res *Result, now time.Time) string {
	subject := r.Subject
	if subject == "" {
		subject = "DKIM verification result"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "From: <%s>\r\nTo: <%s>\r\nSubject: %s\r\nDate: %s\r\n", bare(r.Sender), bare(r.Receivers[0]), mime.QEncoding.Encode("utf-8", oneLine(subject)), now.Format(time.RFC1123Z))
	b.WriteString("Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n")
	if r.Note != "" {
		b.WriteString(strings.ReplaceAll(strings.ReplaceAll(strings.TrimRight(r.Note, "\r\n"), "\r\n", "\n"), "\n", "\r\n") + "\r\n\r\n")
	}
	for _, name := range []string{"From", "Subject", "Date", "Message-ID"} {
		if value := m.Header().Get(name); value != "" {
			fmt.Fprintf(&b, "%s: %s\r\n", name, oneLine(value))
		}
	}
	b.WriteString("\r\n")
	if len(res.Signatures) == 0 {
		b.WriteString("dkim=none (message not signed)\r\n")
	}
	for _, s := range res.Signatures {
		fmt.Fprintf(&b, "dkim=%s header.d=%s header.s=%s\r\n", s.Result(), oneLine(s.Domain()), oneLine(s.Selector()))
	}
	return b.String()
}

// oneLine makes control bytes blanks.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, s)
}
