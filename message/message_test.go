package message

import (
	"bytes"
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var mailTime = time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC)

// wholeMails are inputs that must render byte for byte.
var wholeMails = map[string]string{
	"simple":           simpleMail,
	"mixed":            mixedMail,
	"LF only":          lfOnly(simpleMail),
	"LF mixed":         lfOnly(mixedMail),
	"no header":        "Hello, this is text\r\nwith two lines\r\n",
	"blank first line": "\r\nbody",
	"header only":      "A: 1\r\nB: 2",
	"no separator":     "A: 1\r\nno field here\r\nmore\r\n",
	"empty":            "",
	"CR only":          "A: 1\rB: 2\r\rbody",
	"NUL":              "A: \x00\r\n\r\n\x00",
}

func TestRoundTrip(t *testing.T) {
	for name, mail := range wholeMails {
		t.Run(name, func(t *testing.T) {
			m := parse(t, mail)
			if got := raw(t, m); got != mail {
				t.Errorf("from bytes: got %q", got)
			}
			m.Header().Values("subject")
			for _, threshold := range []int{-1, 0, 1} {
				o := &Options{LargeMessageThreshold: threshold, SpoolDir: t.TempDir()}
				m, err := Parse(context.Background(), strings.NewReader(mail), Envelope{}, o)
				must(t, err)
				if got := raw(t, m); got != mail {
					t.Errorf("threshold %d: got %q", threshold, got)
				}
				must(t, m.Close())
			}
		})
	}
}

func TestRender(t *testing.T) {
	m := parse(t, simpleMail)
	head, body, _ := strings.Cut(simpleMail, "\r\n\r\n")
	stuffed := strings.Replace(simpleMail, "\r\n.dot", "\r\n..dot", 1)
	tests := []struct {
		flags RenderFlags
		want  string
	}{
		{0, stuffed + ".\r\n"},
		{RenderOmitDot, stuffed},
		{RenderUnstuffed, lfOnly(simpleMail)},
		{RenderHeadersOnly | RenderOmitDot, head + "\r\n\r\n"},
		{RenderOmitHeaders | RenderUnstuffed, lfOnly(body)},
		{RenderDebug | RenderAvoidIO, stuffed + ".\r\n"},
	}
	for _, tt := range tests {
		if got := rendered(t, m, tt.flags); got != tt.want {
			t.Errorf("flags %b: got %q", tt.flags, got)
		}
		n, err := m.Render(nil, tt.flags|RenderCalculateLengthOnly)
		if err != nil || n != int64(len(tt.want)) {
			t.Errorf("flags %b: length %d, %v", tt.flags, n, err)
		}
	}
	if _, err := m.Render(&bytes.Buffer{}, RenderXML); err == nil {
		t.Error("XML accepted")
	}
	for mail, want := range map[string]string{
		"":            ".\r\n",
		"A: 1":        "A: 1\r\n.\r\n",
		".a\r\n.":     "..a\r\n..\r\n.\r\n",
		"A: 1\r\n\n.": "A: 1\r\n\n..\r\n.\r\n",
	} {
		if got := rendered(t, parse(t, mail), 0); got != want {
			t.Errorf("%q: wire form %q", mail, got)
		}
	}
}

type failingWriter struct{ left int }

func (w *failingWriter) Write(p []byte) (int, error) {
	if len(p) <= w.left {
		w.left -= len(p)
		return len(p), nil
	}
	return w.left, errors.New("disk full")
}

func TestRenderWriteErrors(t *testing.T) {
	m := parse(t, simpleMail)
	if n, err := m.Render(&failingWriter{10}, 0); err == nil || n != 10 {
		t.Errorf("got %d, %v", n, err)
	}
	if n, err := m.Render(&failingWriter{10}, RenderSuppressWriteErrors); err != nil || n != 10 {
		t.Errorf("suppressed: got %d, %v", n, err)
	}
}

func setBody(t *testing.T, m *Message, body string) {
	t.Helper()
	must(t, m.SetBody(context.Background(), strings.NewReader(body)))
}

func TestSetBody(t *testing.T) {
	head, _, _ := strings.Cut(simpleMail, "\r\n\r\n")
	for _, body := range []string{"x\r\n.\r\n", "x\r\n"} {
		m := parse(t, simpleMail)
		setBody(t, m, body)
		if got := raw(t, m); got != head+"\r\n\r\nx\r\n" {
			t.Errorf("%q: got %q", body, got)
		}
		var b bytes.Buffer
		_, err := b.ReadFrom(m.Body())
		must(t, err)
		if b.String() != "x\r\n" {
			t.Errorf("%q: body %q", body, b.String())
		}
	}
	tests := []struct{ mail, body, want string }{
		{"A: 1", "x", "A: 1\r\n\r\nx"},
		{"A: 1\r\n", "x", "A: 1\r\n\r\nx"},
		{"A: 1\r\n\r\n", "x", "A: 1\r\n\r\nx"},
		{"A: 1\n\ny", "x", "A: 1\n\nx"},
		{"no header", "B: 2", "\r\nB: 2"},
		{"", "x", "\r\nx"},
		{"A: 1\r\n\r\ny", "", "A: 1\r\n\r\n"},
		{"A: 1\r\n\r\ny", ".\r\n", "A: 1\r\n\r\n.\r\n"},
		{"A: 1\r\n\r\ny", "\r\n.\r\n", "A: 1\r\n\r\n\r\n"},
	}
	for _, tt := range tests {
		m := parse(t, tt.mail)
		setBody(t, m, tt.body)
		if got := raw(t, m); got != tt.want {
			t.Errorf("%q with body %q: got %q", tt.mail, tt.body, got)
		}
	}
}

func TestSetContent(t *testing.T) {
	m := parse(t, simpleMail)
	must(t, m.SetContent(context.Background(), strings.NewReader("A: 1\r\n\r\n.x\r\n.\r\n")))
	if got := raw(t, m); got != "A: 1\r\n\r\n.x\r\n" {
		t.Errorf("got %q", got)
	}
	if got := m.Header().Get("a"); got != "1" {
		t.Errorf("header %q", got)
	}
	must(t, m.Load(context.Background(), strings.NewReader("A: 1\r\n\r\n.x\r\n.\r\n")))
	if got := raw(t, m); got != "A: 1\r\n\r\n.x\r\n.\r\n" {
		t.Errorf("loaded %q", got)
	}
}

func TestHeaderOnAwkwardContent(t *testing.T) {
	tests := []struct{ mail, want string }{
		{"A: 1", "A: 1\r\nX: v\r\n"},
		{"A: 1\n", "A: 1\nX: v\r\n"},
		{"no header", "X: v\r\n\r\nno header"},
		{"\r\nbody", "X: v\r\n\r\nbody"},
		{"A: 1\r\nbad line\r\n\r\nb", "A: 1\r\nbad line\r\nX: v\r\n\r\nb"},
		{"From x Mon 10:00\r\nA: 1\r\n\r\nb", "From x Mon 10:00\r\nA: 1\r\nX: v\r\n\r\nb"},
		{" lead\r\nA: 1\r\n\r\nb", "X: v\r\n\r\n lead\r\nA: 1\r\n\r\nb"},
	}
	for _, tt := range tests {
		m := parse(t, tt.mail)
		must(t, m.Header().Append("X", "v"))
		if got := raw(t, m); got != tt.want {
			t.Errorf("%q: got %q", tt.mail, got)
		}
		c, err := m.Copy()
		must(t, err)
		if got := raw(t, c); got != tt.want {
			t.Errorf("%q: copy %q", tt.mail, got)
		}
		must(t, c.Header().Append("Y", "w"))
		if got, want := raw(t, c), strings.Replace(tt.want, "X: v\r\n", "X: v\r\nY: w\r\n", 1); got != want {
			t.Errorf("%q: copy edited %q", tt.mail, got)
		}
	}
}

func TestMalformedLinesDoNotComeFirst(t *testing.T) {
	tests := []struct{ mail, want string }{
		{"X: 1\r\nbroken\r\nA: 1\r\n\r\nbody", "A: 1\r\nbroken\r\n\r\nbody"},
		{"X: 1\r\nbroken\r\nsplit\r\nA: 1\r\nB: 2\r\n\r\nbody", "A: 1\r\nbroken\r\nsplit\r\nB: 2\r\n\r\nbody"},
		{"X: 1\r\nbroken\r\n\r\nbody", "\r\nbody"},
		{"X: 1\r\n\r\nbody", "\r\nbody"},
	}
	for _, tt := range tests {
		m := parse(t, tt.mail)
		_, err := m.Header().Del("X")
		must(t, err)
		if got := raw(t, m); got != tt.want || read(t, parse(t, got).Body()) != "body" {
			t.Errorf("%q: got %q", tt.mail, got)
		}
	}
}

func TestNewIsEmpty(t *testing.T) {
	m := New(nil, mailTime)
	if got := raw(t, m); got != "" {
		t.Errorf("content %q", got)
	}
	must(t, m.Header().Append("X", "1"))
	if got := raw(t, m); got != "X: 1\r\n\r\n" {
		t.Errorf("content %q", got)
	}
	if m.ReceiveMethod() != ProtocolInternal || m.Sender() != "" || !m.Status().Created.Equal(mailTime) {
		t.Errorf("method %v, sender %q, created %v", m.ReceiveMethod(), m.Sender(), m.Status().Created)
	}
	if m.ConnID() != "00/00-00000-00000000" || m.ID() == m.ConnID() {
		t.Errorf("ids %q, %q", m.ConnID(), m.ID())
	}
}

func TestParseRefusals(t *testing.T) {
	tests := []struct {
		name, mail string
		o          Options
		want       error
	}{
		{"header bomb", "A: " + strings.Repeat("x", 100) + "\r\n\r\n", Options{MaxHeaderBytes: 50}, ErrHeaderTooLarge},
		{"header at the limit", "A: x\r\n\r\n" + strings.Repeat("x", 100), Options{MaxHeaderBytes: 6}, nil},
		{"header above the limit", "A: xx\r\n\r\n", Options{MaxHeaderBytes: 6}, ErrHeaderTooLarge},
		{"headers missing", "text\r\n", Options{MissingHeaders: MissingHeadersReject}, ErrNoHeader},
		{"headers empty", "\r\ntext\r\n", Options{MissingHeaders: MissingHeadersReject}, nil},
		{"lone LF in body", "A: 1\r\n\r\na\nb", Options{LoneLFInBody: LoneLFPedantic}, ErrLoneLF},
		{"lone LF in body only", "A: 1\n\na\r\nb", Options{LoneLFInBody: LoneLFPedantic}, nil},
		{"lone LF in headers", "A: 1\n\r\na\r\n", Options{LoneLFInHeaders: LoneLFPedantic}, ErrLoneLF},
		{"lone LF in headers only", "A: 1\r\n\r\na\nb", Options{LoneLFInHeaders: LoneLFPedantic}, nil},
	}
	for _, tt := range tests {
		for _, threshold := range []int{1, -1} {
			o := tt.o
			o.LargeMessageThreshold = threshold
			_, err := Parse(context.Background(), strings.NewReader(tt.mail), Envelope{}, &o)
			if !errors.Is(err, tt.want) {
				t.Errorf("%s: error %v, want %v", tt.name, err, tt.want)
			}
			if _, err = ParseBytes([]byte(tt.mail), Envelope{}, &o); !errors.Is(err, tt.want) {
				t.Errorf("%s: from bytes: error %v, want %v", tt.name, err, tt.want)
			}
		}
	}
}

func TestLoneLFFix(t *testing.T) {
	o := &Options{LoneLFInBody: LoneLFFix, LoneLFInHeaders: LoneLFFix}
	const mail, want = "A: 1\nB: 2\r\n\na\rb\r\r\nc\n\r", "A: 1\r\nB: 2\r\n\r\na\r\nb\r\n\r\nc\r\n\r\n"
	m, err := ParseBytes([]byte(mail), Envelope{}, o)
	must(t, err)
	if got := raw(t, m); got != want {
		t.Errorf("got %q", got)
	}
	m, err = Parse(context.Background(), oneByteReader{strings.NewReader(mail)}, Envelope{}, o)
	must(t, err)
	if got := raw(t, m); got != want {
		t.Errorf("streamed: got %q", got)
	}
}

type oneByteReader struct{ r *strings.Reader }

func (r oneByteReader) Read(p []byte) (int, error) { return r.r.Read(p[:min(1, len(p))]) }

func TestParseContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Parse(ctx, strings.NewReader(simpleMail), Envelope{}, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestEnvelope(t *testing.T) {
	m := New(nil, mailTime)
	m.SetEnvelope(Envelope{To: "bob+d@Example.org"})
	local, domain, null, err := m.EnvelopePart(EnvelopeTo)
	if err != nil || local != "bob+d" || domain != "Example.org" || null {
		t.Errorf("got %q, %q, %v, %v", local, domain, null, err)
	}
	if local, _, _, _ = m.EnvelopePart(EnvelopeTo | EnvelopeComplete); local != "bob+d@Example.org" {
		t.Errorf("complete: %q", local)
	}
	if _, _, null, _ = m.EnvelopePart(EnvelopeFrom); !null || m.Sender() != "" {
		t.Error("sender is not null")
	}
	for _, f := range []EnvelopeFlags{0, EnvelopeComplete, EnvelopeFrom | EnvelopeTo, 64} {
		if _, _, _, err = m.EnvelopePart(f); err != ErrInvalidFlags {
			t.Errorf("flags %b: error %v", f, err)
		}
	}
	for in, want := range map[string]string{
		"a@b": "a@b", "<a@b>": "a@b", "": "", "<>": "", `"a b"@c`: `"a b"@c`, " <a@b> ": "a@b",
	} {
		must(t, m.SetSender(in))
		if got := m.Sender(); got != want {
			t.Errorf("sender %q: got %q", in, got)
		}
	}
	for _, bad := range []string{"a b@c", "a@b\r\n", "a\x00@b", "a@b> SIZE=1", "\"a\nb\"@c"} {
		if err := m.SetSender(bad); err != ErrInvalidAddress {
			t.Errorf("%q: error %v", bad, err)
		}
		if err := m.SetRecipient(bad); err != ErrInvalidAddress {
			t.Errorf("%q: error %v", bad, err)
		}
	}
	m.SetBatch(true)
	must(t, m.SetRecipient("new@x"))
	if got := m.Recipient(); got != "bob+d@Example.org" {
		t.Errorf("recipient of the batch changed to %q", got)
	}
	r, err := m.ForRecipient("c@Y.example")
	must(t, err)
	must(t, r.SetRecipient("new@X.example"))
	if got := r.Recipient(); got != "new@X.example" || r.RoutingDomain(context.Background()) != "x.example" {
		t.Errorf("recipient %q", got)
	}
	if v, _ := r.ContextGet(ContextMess, "rcptto_domain"); v != "Y.example" {
		t.Errorf("rcptto_domain %q", v)
	}
	if r.BatchID() != m.BatchID() || r.ID() == m.ID() {
		t.Error("wrong ids")
	}
}

func TestCode(t *testing.T) {
	tests := []struct {
		number     int
		text, want string
	}{
		{421, "a\nb", "421-a\r\n421 b"},
		{0, "554 5.1.2 x", "554 5.1.2 x"},
		{550, "550 x", "550 x"},
		{550, "550-a\r\n550 b\r\n", "550-a\r\n550 b"},
		{421, "550 x", "421 550 x"},
		{0, "250-a\nb", "250-a\r\n250 b"},
		{250, "", "250 "},
		{0, "250", "250 "},
		{450, "a\rb\x00", "450 a b"},
	}
	for _, tt := range tests {
		m := New(nil, mailTime)
		got, err := m.SetCode(tt.number, tt.text)
		if err != nil || got != tt.want {
			t.Errorf("SetCode(%d, %q) = %q, %v", tt.number, tt.text, got, err)
		}
		if code, ok := m.Code(); code != tt.want || !ok {
			t.Errorf("Code() = %q, %v", code, ok)
		}
	}
	m := New(nil, mailTime)
	for n, text := range map[int]string{1000: "x", -1: "x", 0: "x"} {
		if _, err := m.SetCode(n, text); err != ErrInvalidCode {
			t.Errorf("SetCode(%d, %q): error %v", n, text, err)
		}
	}
	if code, ok := m.Code(); ok || m.CodeNumber() != 0 {
		t.Errorf("fresh code %q", code)
	}
}

func TestDiscard(t *testing.T) {
	for reason, want := range map[string]string{
		"":         "550 5.7.0 discarded by policy",
		"QA drop":  "550 5.7.1 [internal] discarded by policy",
		"554 no":   "554 no",
		"199 no":   "550 5.7.1 [internal] discarded by policy",
		"550":      "550 5.7.1 [internal] discarded by policy",
		"550-a\nb": "550-a\r\n550 b",
	} {
		m := New(nil, mailTime)
		if m.Disposition().Discarded {
			t.Error("fresh message discarded")
		}
		m.SetBatch(true)
		m.Discard(reason)
		if d := m.Disposition(); !d.Discarded || !d.Batch || d.Reason != want {
			t.Errorf("%q: %+v", reason, d)
		}
		if code, _ := m.Code(); code != want {
			t.Errorf("%q: code %q", reason, code)
		}
	}
}

func TestContextVariables(t *testing.T) {
	m := New(nil, mailTime)
	if !m.ContextSet(ContextMess, "k", "1") || m.ContextSet(ContextMess, "k", "1") {
		t.Error("wrong result of setting twice")
	}
	if v, ok := m.ContextGet(ContextMess, "k"); v != "1" || !ok {
		t.Errorf("got %q, %v", v, ok)
	}
	if v, ok := m.ContextGet(ContextConn, "k"); v != "" || ok {
		t.Errorf("other dictionary: %q, %v", v, ok)
	}
	m.ContextSet(ContextMess, "a", "")
	m.ContextSet(ContextMess, "z", "3")
	var keys []string
	for k, ok := m.ContextFirst(ContextMess); ok; k, ok = m.ContextNext(ContextMess, k) {
		keys = append(keys, k)
	}
	if diff := cmp.Diff([]string{"a", "k", "z"}, keys); diff != "" {
		t.Error(diff)
	}
	c, err := m.Copy()
	must(t, err)
	if !m.ContextDelete(ContextMess, "k") || m.ContextDelete(ContextMess, "k") {
		t.Error("wrong result of deleting twice")
	}
	if diff := cmp.Diff([]string{"a", "k", "z"}, c.ContextKeys(ContextMess)); diff != "" {
		t.Error("copy shares the dictionary", diff)
	}
	if ContextType(2).Valid() || m.ContextSet(2, "k", "v") {
		t.Error("third dictionary accepted")
	}
}

func TestBindingAndRouting(t *testing.T) {
	m := parse(t, simpleMail)
	if m.SetBinding("nope") || m.Binding() != "" {
		t.Error("unknown binding accepted")
	}
	if !m.SetBinding("default") || m.Binding() != "default" || m.BindingGroup() != "" {
		t.Error("default binding refused")
	}
	if m.SetBindingGroup(context.Background(), "g") || m.Binding() != "default" {
		t.Error("unknown group accepted")
	}
	var o *Options
	if id, ok := o.BindingID("default"); id != 0 || !ok {
		t.Error("default binding has no id")
	}
	if _, ok := o.BindingID("nope"); ok || o.BindingGroupSize("nope") != 0 {
		t.Error("unknown binding has an id")
	}
	ctx := context.Background()
	if d := m.RoutingDomain(ctx); d != "y.example" {
		t.Errorf("routing domain %q", d)
	}
	if d, err := m.SetRoutingDomain("[IPv6:::1]X"); err != nil || d != "[ipv6:::1]x" || m.RoutingDomain(ctx) != d {
		t.Errorf("set %q, %v", d, err)
	}
	if _, err := m.SetRoutingDomain("a b"); err != ErrInvalidDomain {
		t.Errorf("error %v", err)
	}
	if _, err := m.SetRoutingDomain(""); err != nil || m.RoutingDomain(ctx) != "y.example" {
		t.Error("not reset")
	}
	if m.DeliveryMethod(ctx) != "esmtp" {
		t.Errorf("method %q", m.DeliveryMethod(ctx))
	}
	if m.SetPriority(2) == nil || m.SetPriority(1) != nil || m.Priority() != 1 {
		t.Error("wrong priority")
	}
}

func TestReceptionAddresses(t *testing.T) {
	m := parse(t, simpleMail)
	if s, err := m.Local(""); s != "" || err != nil {
		t.Errorf("internal mail: %q, %v", s, err)
	}
	m.SetReception(Reception{
		ConnID: "c",
		Remote: &net.TCPAddr{IP: net.ParseIP("10.1.2.3"), Port: 25},
		Local:  &net.TCPAddr{IP: net.ParseIP("2001:db8::1"), Port: 25},
	})
	for what, want := range map[string][2]string{
		"": {"10.1.2.3:25", "2001:db8::1.25"}, "all": {"10.1.2.3:25", "2001:db8::1.25"},
		"ip": {"10.1.2.3", "2001:db8::1"}, "port": {"25", "25"},
	} {
		remote, err := m.Remote(what)
		must(t, err)
		local, err := m.Local(what)
		must(t, err)
		if remote != want[0] || local != want[1] {
			t.Errorf("%q: %q, %q", what, remote, local)
		}
	}
	if _, err := m.Remote("host"); err != ErrInvalidFlags {
		t.Errorf("error %v", err)
	}
	if m.ReceiveMethod() != ProtocolESMTP || m.ConnID() != "c" {
		t.Errorf("method %v, connection %q", m.ReceiveMethod(), m.ConnID())
	}
	m.SetReception(Reception{Local: &net.UnixAddr{Name: "/run/s", Net: "unix"}})
	if s, _ := m.Local("all"); s != "/run/s" {
		t.Errorf("socket %q", s)
	}
}

func TestSnapshot(t *testing.T) {
	m := parse(t, simpleMail)
	must(t, m.Header().Append("X-Before", "1"))
	s, err := m.Snapshot()
	must(t, err)
	if s.ID() != m.ID() || !s.IsSnapshot() {
		t.Error("not a snapshot")
	}
	want := raw(t, s)
	if err := s.Header().Set("X", "1"); err != ErrSnapshot {
		t.Errorf("setting a header: %v", err)
	}
	if err := s.SetBody(context.Background(), strings.NewReader("")); err != ErrSnapshot {
		t.Errorf("setting the body: %v", err)
	}
	setBody(t, m, "later")
	must(t, m.Header().Append("X-After", "1"))
	if got := raw(t, s); got != want {
		t.Errorf("snapshot changed: %q", got)
	}
	must(t, s.Close())
	must(t, s.Close())
	if err := s.Err(); err != ErrFreed {
		t.Errorf("after Close: %v", err)
	}
	if _, err := s.WriteTo(&bytes.Buffer{}); err != ErrFreed {
		t.Errorf("writing after Close: %v", err)
	}
	if err := s.Header().Set("X", "1"); err != ErrFreed {
		t.Errorf("setting after Close: %v", err)
	}
	if _, err := s.Copy(); err != ErrFreed {
		t.Errorf("copying after Close: %v", err)
	}
	if s.Header().Values("From") != nil || s.Size() != 0 {
		t.Error("content after Close")
	}
}

func TestReadOnly(t *testing.T) {
	m := parse(t, simpleMail)
	m.SetReadOnly(true)
	if err := m.Header().Append("X", "1"); err != ErrReadOnly {
		t.Errorf("error %v", err)
	}
	if _, err := m.Header().Del("From"); err != ErrReadOnly {
		t.Errorf("error %v", err)
	}
	m.SetReadOnly(false)
	must(t, m.Header().Append("X", "1"))
}

func TestSpooledCopySharesFile(t *testing.T) {
	o := &Options{LargeMessageThreshold: 10, SpoolDir: t.TempDir()}
	m, err := Parse(context.Background(), strings.NewReader(simpleMail), Envelope{}, o)
	must(t, err)
	c, err := m.Copy()
	must(t, err)
	must(t, c.Header().Append("X", "1"))
	must(t, m.Close())
	head, body, _ := strings.Cut(simpleMail, "\r\n\r\n")
	if got := raw(t, c); got != head+"\r\nX: 1\r\n\r\n"+body {
		t.Errorf("got %q", got)
	}
	content := c.Content()
	must(t, c.Close())
	if _, err := content.ReadAt(make([]byte, 10), 0); err == nil {
		t.Error("spool file still open after the last Close")
	}
}
