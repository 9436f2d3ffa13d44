package rfc3464

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/message"
)

// queue keeps what is injected.
type queue struct {
	mails []*message.Message
	to    [][]string
	err   error
}

func (q *queue) Inject(_ context.Context, m *message.Message, _ string, to []string) error {
	if q.err != nil {
		return q.err
	}
	q.mails, q.to = append(q.mails, m), append(q.to, to)
	return nil
}

var now = time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC)

// testOptions are options whose results are always the same.
func testOptions() *Options {
	return &Options{
		Hostname: "mx.example.com",
		Now:      func() time.Time { return now },
		NewID:    func() string { return "0123456789abcdef" },
	}
}

const original = "From: a@b.example\r\nSubject: hello\r\n\r\nbody\r\n"

func newMessage(t testing.TB, content, from, to string) *message.Message {
	t.Helper()
	m, err := message.ParseBytes([]byte(content), message.Envelope{From: from, NullFrom: from == "", To: to}, &message.Options{Injector: &queue{}})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// failedMessage is a message that a server refused.
func failedMessage(t testing.TB) *message.Message {
	t.Helper()
	m := newMessage(t, original, "s@sender.example", "r@d")
	if _, err := m.SetCode(550, "5.1.1 unknown"); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestCompute(t *testing.T) {
	m := failedMessage(t)
	m.SetStatus(message.Status{Created: now.Add(-time.Hour), Final: now.Add(-time.Minute)})
	m.ContextSet(message.ContextConn, "ehlo_domain", "client.example")
	m.ContextSet(message.ContextMess, "mailfrom_string", "MAIL FROM:<s@sender.example> SIZE=5 ENVID=QQ314159+2Bx RET=HDRS")
	m.ContextSet(message.ContextMess, "rcptto_string", "RCPT TO:<r@d> NOTIFY=FAILURE orcpt=RFC822;r+2Borig@d")
	o := testOptions()
	o.Attempt = func(*message.Message) Attempt {
		return Attempt{RemoteMTA: "mx.d", RetryUntil: now.Add(time.Hour)}
	}
	want := &Report{
		Message: Fields{
			{"Original-Envelope-Id", "QQ314159+x"},
			{"Reporting-MTA", "dns; mx.example.com"},
			{"Received-From-MTA", "dns; client.example"},
			{"Arrival-Date", "Mon, 06 May 2024 06:08:09 +0000"},
		},
		Recipients: []Fields{{
			{"Original-Recipient", "rfc822; r+orig@d"},
			{"Final-Recipient", "rfc822; r@d"},
			{"Action", "failed"},
			{"Status", "5.1.1"},
			{"Remote-MTA", "dns; mx.d"},
			{"Diagnostic-Code", "smtp; 550 5.1.1 unknown"},
			{"Last-Attempt-Date", "Mon, 06 May 2024 07:07:09 +0000"},
		}},
	}
	if diff := cmp.Diff(want, Compute(m, Failed, o)); diff != "" {
		t.Error(diff)
	}
	delayed := Compute(m, Delayed, o).First()
	if got := delayed.Get("will-retry-until"); got != "Mon, 06 May 2024 08:08:09 +0000" || delayed.Get("Action") != "delayed" {
		t.Errorf("delayed: %v", delayed)
	}
}

// TestComputeKnowsLittle checks that nothing is there that is not known.
func TestComputeKnowsLittle(t *testing.T) {
	m := newMessage(t, "", "", "")
	m.SetStatus(message.Status{})
	want := &Report{
		Message:    Fields{{"Reporting-MTA", "dns; mx.example.com"}},
		Recipients: []Fields{{{"Action", "relayed"}, {"Status", "2.0.0"}, {"Last-Attempt-Date", "Mon, 06 May 2024 07:08:09 +0000"}}},
	}
	if diff := cmp.Diff(want, Compute(m, Relayed, testOptions())); diff != "" {
		t.Error(diff)
	}
}

func TestStatus(t *testing.T) {
	tests := []struct {
		reply string
		a     Action
		want  string
	}{
		{"550 5.1.1 unknown", Failed, "5.1.1"},
		{"550-5.1.1 a\r\n550 5.1.1 b", Failed, "5.1.1"},
		{"550 unknown (#5.1.1)", Failed, "5.1.1"},
		{"554 5.4.7 [internal] exceeded max time", Failed, "5.4.7"},
		{"450 4.2.2 full", Failed, "4.2.2"},
		{"550 unknown", Failed, "5.0.0"},
		{"450 later", Failed, "4.0.0"},
		{"550 see 192.0.2.1 and 5.1.1.1", Failed, "5.0.0"},
		{"550 5.1.1000 x", Failed, "5.0.0"},
		{"", Failed, "5.0.0"},
		{"", Delayed, "4.0.0"},
		{"", Delivered, "2.0.0"},
		{"", Expanded, "2.0.0"},
		{"whatever", Delayed, "4.0.0"},
	}
	for _, tt := range tests {
		if got := statusOf(tt.reply, tt.a); got != tt.want {
			t.Errorf("statusOf(%q, %s) = %s, want %s", tt.reply, tt.a, got, tt.want)
		}
	}
}

func TestComputeText(t *testing.T) {
	tests := []struct{ reply, action, status string }{
		{"250 2.0.0 ok", "delivered", "2.0.0"},
		{"451 4.3.0 later", "delayed", "4.3.0"},
		{"550 no", "failed", "5.0.0"},
		{"no", "failed", "5.0.0"},
	}
	for _, tt := range tests {
		text := ComputeText(tt.reply, testOptions()).String()
		want := "Reporting-MTA: dns; mx.example.com\r\n\r\nAction: " + tt.action + "\r\nStatus: " + tt.status +
			"\r\nDiagnostic-Code: smtp; " + tt.reply + "\r\nLast-Attempt-Date: Mon, 06 May 2024 07:08:09 +0000\r\n"
		if diff := cmp.Diff(want, text); diff != "" {
			t.Error(diff)
		}
	}
}

func TestReportString(t *testing.T) {
	r := &Report{Recipients: []Fields{{{"Diagnostic-Code", "smtp; 550 " + strings.Repeat("word ", 20) + strings.Repeat("x", 100)}}, {{"Action", "failed"}}}}
	text := r.String()
	for line := range strings.SplitSeq(text, "\r\n") {
		if len(line) > 76 && !strings.Contains(line, "xxx") {
			t.Errorf("line of %d: %s", len(line), line)
		}
	}
	if diff := cmp.Diff(r.Recipients, ParseReport([]byte(text)).Recipients); diff != "" {
		t.Error(diff)
	}
}

// parts takes a notification apart with the standard library.
func parts(t *testing.T, dsn *message.Message) (mail.Header, []string, []string) {
	t.Helper()
	var raw bytes.Buffer
	if _, err := dsn.WriteTo(&raw); err != nil {
		t.Fatal(err)
	}
	parsed, err := mail.ReadMessage(&raw)
	if err != nil {
		t.Fatal(err)
	}
	typ, params, err := mime.ParseMediaType(parsed.Header.Get("Content-Type"))
	if err != nil || typ != "multipart/report" || params["report-type"] != "delivery-status" {
		t.Fatalf("%s %v, %v", typ, params, err)
	}
	var types, bodies []string
	r := multipart.NewReader(parsed.Body, params["boundary"])
	for {
		p, err := r.NextPart()
		if err == io.EOF {
			return parsed.Header, types, bodies
		}
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(p)
		if err != nil {
			t.Fatal(err)
		}
		typ := p.Header.Get("Content-Type")
		if cte := p.Header.Get("Content-Transfer-Encoding"); cte != "" {
			typ += " " + cte
		}
		types, bodies = append(types, typ), append(bodies, string(body))
	}
}

func TestCreate(t *testing.T) {
	m := failedMessage(t)
	dsn, err := Create(context.Background(), m, Failed, testOptions())
	if err != nil {
		t.Fatal(err)
	}
	if dsn.Sender() != "" || dsn.Recipient() != "s@sender.example" || dsn.ID() == m.ID() {
		t.Errorf("envelope %+v", dsn.Envelope())
	}
	var names []string
	for _, f := range dsn.Header().Fields() {
		names = append(names, f.Name())
	}
	if diff := cmp.Diff([]string{"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"}, names); diff != "" {
		t.Error(diff)
	}
	header, types, bodies := parts(t, dsn)
	for name, want := range map[string]string{
		"From": "Mail Delivery System <mailer-daemon@mx.example.com>", "To": "s@sender.example", "Subject": "Mail Delivery Failure",
		"Date": "Mon, 06 May 2024 07:08:09 +0000", "Message-Id": "<0123456789abcdef@mx.example.com>", "Auto-Submitted": "auto-replied",
	} {
		if got := header.Get(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	if diff := cmp.Diff([]string{"text/plain; charset=UTF-8", "message/delivery-status", "text/rfc822-headers"}, types); diff != "" {
		t.Error(diff)
	}
	want := []string{
		"This is the mail system at mx.example.com.\r\n\r\n" +
			"Your message could not be delivered to the recipient below. This is a\r\npermanent error: delivery will not be tried again.\r\n\r\n" +
			"    r@d\r\n\r\nThe mail system said:\r\n\r\n    550 5.1.1 unknown\r\n",
		Compute(m, Failed, testOptions()).String(),
		"From: a@b.example\r\nSubject: hello\r\n",
	}
	if diff := cmp.Diff(want, bodies); diff != "" {
		t.Error(diff)
	}
	if !strings.Contains(bodies[1], "\r\n\r\nFinal-Recipient: rfc822; r@d\r\n") {
		t.Errorf("no empty line before the recipient:\n%s", bodies[1])
	}
	if m.Sender() != "s@sender.example" || m.Header().Get("Subject") != "hello" {
		t.Error("the original changed")
	}
	report, err := Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Compute(m, Failed, testOptions()), report); diff != "" {
		t.Error(diff)
	}
}

func TestSubjects(t *testing.T) {
	want := map[Action]string{
		Failed: "Mail Delivery Failure", Delayed: "Delayed Mail (still being retried)", Delivered: "Mail Delivered",
		Relayed: "Mail Relayed", Expanded: "Mail Expanded",
	}
	for a, subject := range want {
		dsn, err := Create(context.Background(), failedMessage(t), a, testOptions())
		if err != nil {
			t.Fatal(err)
		}
		if got := dsn.Header().Get("Subject"); got != subject {
			t.Errorf("%s: %s", a, got)
		}
	}
	if _, err := Create(context.Background(), failedMessage(t), 5, nil); err == nil {
		t.Error("action 5 is accepted")
	}
}

func TestInlineOriginal(t *testing.T) {
	tests := []struct {
		name, content string
		inline        Inline
		typ, body     string
	}{
		{"all", original, InlineAll, "message/rfc822", original},
		{"all of 8-bit mail", "Subject: x\r\n\r\ncaf\xe9\r\n", InlineAll, "message/rfc822 8bit", "Subject: x\r\n\r\ncaf\xe9\r\n"},
		{"all without final line break", "Subject: x\r\n\r\nend", InlineAll, "message/rfc822", "Subject: x\r\n\r\nend"},
		{"headers", original, "", "text/rfc822-headers", "From: a@b.example\r\nSubject: hello\r\n"},
		{"8-bit headers", "Subject: \xc3\xa9\r\n\r\nx", InlineHeaders, "text/rfc822-headers 8bit", "Subject: \xc3\xa9\r\n"},
		{"only headers", "Subject: x", InlineHeaders, "text/rfc822-headers", "Subject: x\r\n"},
		{"a line with a dot", "Subject: x\r\n\r\na\r\n.\r\n", InlineAll, "message/rfc822", "Subject: x\r\n\r\na\r\n.\r\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := testOptions()
			o.InlineOriginal = tt.inline
			dsn, err := Create(context.Background(), newMessage(t, tt.content, "s@x.example", "r@d"), Failed, o)
			if err != nil {
				t.Fatal(err)
			}
			header, types, bodies := parts(t, dsn)
			if len(types) != 3 || types[2] != tt.typ || bodies[2] != tt.body {
				t.Errorf("%q %q", types, bodies)
			}
			if eight := strings.HasSuffix(tt.typ, "8bit"); (header.Get("Content-Transfer-Encoding") == "8bit") != eight {
				t.Errorf("transfer encoding %q", header.Get("Content-Transfer-Encoding"))
			}
		})
	}
	o := testOptions()
	o.InlineOriginal = InlineNone
	dsn, err := Create(context.Background(), failedMessage(t), Failed, o)
	if err != nil {
		t.Fatal(err)
	}
	if _, types, _ := parts(t, dsn); len(types) != 2 {
		t.Errorf("parts %q", types)
	}
	dsn, err = Create(context.Background(), newMessage(t, "", "s@x.example", "r@d"), Failed, testOptions())
	if err != nil {
		t.Fatal(err)
	}
	if _, types, _ := parts(t, dsn); len(types) != 2 {
		t.Errorf("parts for a message without content: %q", types)
	}
}

func TestNonASCII(t *testing.T) {
	m := newMessage(t, original, "jörg@bücher.example", "käthe@d")
	if _, err := m.SetCode(550, "5.1.1 käthe \xff unknown"); err != nil {
		t.Fatal(err)
	}
	dsn, err := Create(context.Background(), m, Failed, testOptions())
	if err != nil {
		t.Fatal(err)
	}
	_, types, bodies := parts(t, dsn)
	if diff := cmp.Diff([]string{"text/plain; charset=UTF-8 8bit", "message/global-delivery-status 8bit", "text/rfc822-headers"}, types); diff != "" {
		t.Error(diff)
	}
	for _, want := range []string{"Final-Recipient: utf-8; käthe@d\r\n", "Diagnostic-Code: smtp; 550 5.1.1 käthe ? unknown\r\n"} {
		if !strings.Contains(bodies[1], want) {
			t.Errorf("no %q in\n%s", want, bodies[1])
		}
	}
	r, err := Parse(dsn)
	if err != nil || r.Recipients[0].Address("Final-Recipient") != "käthe@d" {
		t.Errorf("%v, %v", r, err)
	}
}

func TestLongReply(t *testing.T) {
	m := failedMessage(t)
	if _, err := m.SetCode(550, strings.Repeat("lorem ipsum ", 300)); err != nil {
		t.Fatal(err)
	}
	dsn, err := Create(context.Background(), m, Failed, testOptions())
	if err != nil {
		t.Fatal(err)
	}
	_, _, bodies := parts(t, dsn)
	for line := range strings.SplitSeq(bodies[0]+bodies[1], "\r\n") {
		if len(line) > 80 {
			t.Errorf("line of %d characters", len(line))
		}
	}
}

func TestRefusals(t *testing.T) {
	ctx := context.Background()
	o := testOptions()
	null := newMessage(t, original, "", "r@d")
	if _, err := Create(ctx, null, Failed, o); !errors.Is(err, ErrNullSender) {
		t.Errorf("null sender: %v", err)
	}
	o.FailuresNotify = "postmaster@mx.example.com"
	dsn, err := Create(ctx, null, Failed, o)
	if err != nil || dsn.Recipient() != o.FailuresNotify || dsn.Sender() != "" {
		t.Errorf("notification of the postmaster: %v", err)
	}
	if err := Send(ctx, null, Failed, o); !errors.Is(err, ErrNullSender) {
		t.Errorf("Send for the null sender: %v", err)
	}
	if _, err := Create(ctx, dsn, Failed, o); !errors.Is(err, ErrLoop) {
		t.Errorf("notification about the postmaster's notification: %v", err)
	}

	m := failedMessage(t)
	for notify, wanted := range map[string][]Action{
		"":                      {Failed, Delayed, Delivered},
		" NOTIFY=NEVER":         nil,
		" NOTIFY=FAILURE":       {Failed},
		" notify=success,DELAY": {Delayed, Delivered},
	} {
		m.ContextSet(message.ContextMess, "rcptto_string", "RCPT TO:<r@d>"+notify)
		for _, a := range []Action{Failed, Delayed, Delivered} {
			_, err := Create(ctx, m, a, nil)
			want := false
			for _, w := range wanted {
				want = want || w == a
			}
			if want != (err == nil) || err != nil && !errors.Is(err, ErrNotWanted) {
				t.Errorf("%q, %s: %v", notify, a, err)
			}
		}
	}
}

func TestSend(t *testing.T) {
	q := &queue{}
	m, err := message.ParseBytes([]byte(original), message.Envelope{From: "s@x.example", To: "r@d"}, &message.Options{Injector: q})
	if err != nil {
		t.Fatal(err)
	}
	if err := Send(context.Background(), m, Failed, testOptions()); err != nil {
		t.Fatal(err)
	}
	if len(q.mails) != 1 || q.mails[0].Sender() != "" || q.to[0][0] != "s@x.example" || q.mails[0].Depth() != 1 {
		t.Errorf("%d mails", len(q.mails))
	}
	if _, ok := q.mails[0].Code(); ok {
		t.Error("the notification has the original's reply")
	}
	q.err = errors.New("disk full")
	if err := Send(context.Background(), m, Failed, testOptions()); !errors.Is(err, q.err) {
		t.Errorf("error = %v", err)
	}
	bare := newMessage(t, original, "s@x.example", "r@d")
	bare.SetContext(&message.MemoryContext{})
	other, err := message.ParseBytes([]byte(original), message.Envelope{From: "s@x.example", To: "r@d"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := Send(context.Background(), other, Failed, testOptions()); !errors.Is(err, message.ErrNoInjector) {
		t.Errorf("without injector: %v", err)
	}
}

// policy are hooks with fixed answers.
type policy struct {
	dsn               *message.Message
	handled           bool
	preamble, part    string
	created           int
	err               error
	hasPart, hasWords bool
}

func (p *policy) Notification(context.Context, *message.Message, Action) (*message.Message, bool, error) {
	return p.dsn, p.handled, p.err
}

func (p *policy) Preamble(context.Context, *message.Message, Action) (string, bool, error) {
	return p.preamble, p.hasWords, nil
}

func (p *policy) Fragment(context.Context, *message.Message, Action) (string, bool, error) {
	return p.part, p.hasPart, nil
}

func (p *policy) Created(_ context.Context, _, _ *message.Message, _ Action) error {
	p.created++
	return nil
}

func TestHooks(t *testing.T) {
	ctx := context.Background()
	m := failedMessage(t)
	o := testOptions()
	own := newMessage(t, "Subject: own\r\n\r\n", "", "x@y.example")
	o.Hooks = &policy{handled: true, dsn: own}
	if dsn, err := Create(ctx, m, Failed, o); err != nil || dsn != own {
		t.Errorf("own notification: %v", err)
	}
	o.Hooks = &policy{handled: true}
	if _, err := Create(ctx, m, Failed, o); !errors.Is(err, ErrSuppressed) {
		t.Errorf("suppressed: %v", err)
	}
	broken := errors.New("script failed")
	o.Hooks = &policy{err: broken}
	if _, err := Create(ctx, m, Failed, o); !errors.Is(err, broken) {
		t.Errorf("failing hook: %v", err)
	}
	p := &policy{hasWords: true, preamble: "Désolé", hasPart: true, part: "Content-Type: text/x-own\r\n\r\nown part"}
	o.Hooks = p
	dsn, err := Create(ctx, m, Failed, o)
	if err != nil {
		t.Fatal(err)
	}
	_, types, bodies := parts(t, dsn)
	if bodies[0] != "Désolé\r\n" || types[2] != "text/x-own" || bodies[2] != "own part" || p.created != 1 {
		t.Errorf("%q %q, created %d", types, bodies, p.created)
	}
	p.part = ""
	if dsn, err = Create(ctx, m, Failed, o); err != nil {
		t.Fatal(err)
	}
	if _, types, _ := parts(t, dsn); len(types) != 2 {
		t.Errorf("parts %q", types)
	}
}
