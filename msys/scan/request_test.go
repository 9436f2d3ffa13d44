package scan_test

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"net"
	"net/netip"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/scan"
	"github.com/gomsys/gomsys/msys/scan/internal/scantest"
	"github.com/gomsys/gomsys/vctx"
)

func parse(t testing.TB, mail string) *message.Message {
	t.Helper()
	m, err := message.Parse(context.Background(), strings.NewReader(mail), message.Envelope{From: "ann@example.org", To: "bob@example.com"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.Close() })
	return m
}

func content(t testing.TB, r *scan.Request) string {
	t.Helper()
	body, err := r.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer body.Close()
	b, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// facts are the fields of a request that can be compared.
type facts struct {
	Size                                       int64
	Part                                       bool
	FileName, ContentType, MessageID           string
	Helo, MailFrom, User, Remote, Local, Rcpts string
}

func factsOf(r *scan.Request) facts {
	f := facts{r.Size, r.Part, r.FileName, r.ContentType, r.MessageID, r.Helo, r.MailFrom, r.User, "", "", strings.Join(r.Recipients, " ")}
	if r.Remote.IsValid() {
		f.Remote = r.Remote.String()
	}
	if r.Local.IsValid() {
		f.Local = r.Local.String()
	}
	return f
}

func TestNewRequest(t *testing.T) {
	m := parse(t, scantest.Multipart)
	m.SetReception(message.Reception{ID: "id", Remote: &net.TCPAddr{IP: net.IPv4(192, 0, 2, 7), Port: 99}, Local: &net.UnixAddr{Name: "/x", Net: "unix"}})
	r := scan.NewRequest(m, nil)
	want := facts{Size: int64(len(scantest.Multipart)), MessageID: "id", MailFrom: "ann@example.org", Remote: "192.0.2.7:99", Rcpts: "bob@example.com"}
	if diff := cmp.Diff(want, factsOf(r)); diff != "" {
		t.Error(diff)
	}
	for range 2 {
		if content(t, r) != scantest.Multipart {
			t.Error("the content is another")
		}
	}

	conn := vctx.NewConn(vctx.Conn{Remote: netip.MustParseAddrPort("192.0.2.8:1"), Local: netip.MustParseAddrPort("198.51.100.1:25")})
	v := vctx.NewContext(conn, nil)
	v.SetEhlo("EHLO mx.example.org")
	v.SetAuth("PLAIN", "pass", "ann")
	v.SetMailFrom("MAIL FROM:<ann@example.org>")
	for _, to := range []string{"bob@example.com", "carl@example.com"} {
		if err := v.AcceptRecipient(to); err != nil {
			t.Fatal(err)
		}
	}
	m.SetBatch(true)
	want = facts{Size: want.Size, MessageID: "id", MailFrom: "ann@example.org", Remote: "192.0.2.8:1", Local: "198.51.100.1:25",
		Helo: "mx.example.org", User: "ann", Rcpts: "bob@example.com carl@example.com"}
	if diff := cmp.Diff(want, factsOf(scan.NewRequest(m, v))); diff != "" {
		t.Error(diff)
	}
	m.SetBatch(false)
	if got := factsOf(scan.NewRequest(m, v)).Rcpts; got != "bob@example.com" {
		t.Error(got)
	}
}

// A request has the content as it was when it was made.
func TestRequestIsSnapshot(t *testing.T) {
	m := parse(t, scantest.Mail)
	r := scan.NewRequest(m, nil)
	if err := m.Header().Prepend("X-New", "1"); err != nil {
		t.Fatal(err)
	}
	if content(t, r) != scantest.Mail {
		t.Error("changed")
	}
}

func TestPartRequest(t *testing.T) {
	m := parse(t, scantest.Multipart)
	top, err := m.MIME(message.ReadOnly)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := scan.NewPartRequest(top, nil); !errors.Is(err, scan.ErrContainer) {
		t.Error(err)
	}
	r, err := scan.NewPartRequest(top.First().Next(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if content(t, r) != "attached bytes" {
			t.Error("wrong bytes")
		}
	}
	if !r.Part || r.FileName != "a.bin" || r.ContentType != "application/octet-stream" || r.MailFrom != "ann@example.org" {
		t.Errorf("%+v", factsOf(r))
	}
	if n, err := r.Length(); n != 14 || err != nil {
		t.Error(n, err)
	}
	leaf := top.First()
	m.Close()
	if _, err := scan.NewPartRequest(leaf, nil); err == nil {
		t.Error("the message is closed")
	}
}

func TestCutBody(t *testing.T) {
	for _, tc := range []struct {
		mail  string
		limit int64
		want  string
	}{
		{"A: b\r\n\r\n0123456789", 4, "A: b\r\n\r\n0123"},
		{"A: b\n\n0123456789", 4, "A: b\n\n0123"},
		{"A: b\r\n\r\n0123", 4, "A: b\r\n\r\n0123"},
		{"A: b\r\n\r\n0123", 0, "A: b\r\n\r\n"},
		{"A: b\r\n\r\n0123", -1, "A: b\r\n\r\n0123"},
		{"\r\n0123", 2, "\r\n01"},
		{"A: b", 2, "A: b"},
		{"A: " + strings.Repeat("x", 5000) + "\r\n\r\n0123", 2, "A: " + strings.Repeat("x", 5000) + "\r\n\r\n01"},
		{"A: " + strings.Repeat("x", 4093) + "\n\n0123", 2, "A: " + strings.Repeat("x", 4093) + "\n\n01"},
		{"", 2, ""},
	} {
		for _, known := range []bool{true, false} {
			r := text(tc.mail)
			if !known {
				r.Size = 0
			}
			cut, err := r.CutBody(tc.limit)
			if err != nil {
				t.Fatal(err)
			}
			if got := content(t, cut); got != tc.want || cut.Size > 0 && cut.Size != int64(len(got)) {
				t.Errorf("%.20q to %d: %.20q, size %d", tc.mail, tc.limit, got, cut.Size)
			}
		}
	}
	part := text("A: b\r\n\r\n0123")
	part.Part = true
	if cut, err := part.CutBody(3); err != nil || content(t, cut) != "A: " {
		t.Error("a part has no header")
	}
	broken := &scan.Request{Open: func() (io.ReadCloser, error) { return io.NopCloser(iotest.ErrReader(scantest.ErrBroken)), nil }}
	if _, err := broken.CutBody(1); !errors.Is(err, scantest.ErrBroken) {
		t.Error(err)
	}
}

const nested = "Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n" +
	"--b\r\n\r\none\r\n--b\r\nContent-Transfer-Encoding: base64\r\n\r\ndHdv\r\n--b--\r\n--a\r\n\r\nthree\r\n--a--\r\n"

func TestDecompose(t *testing.T) {
	var seen []string
	engine := func(answers map[string]scan.Result, failing string) scan.Engine {
		return scan.EngineFunc(func(_ context.Context, r *scan.Request) (*scan.Result, error) {
			c := content(t, r)
			seen = append(seen, c)
			if c == failing {
				return nil, scantest.ErrBroken
			}
			res := answers[c]
			return &res, nil
		})
	}
	infected, unscannable := scan.Result{Verdict: scan.Infected, Name: "V"}, scan.Result{Verdict: scan.Unscannable}
	for _, tc := range []struct {
		name    string
		mail    string
		answers map[string]scan.Result
		failing string
		want    scan.Verdict
		fails   bool
		seen    string
	}{
		{"clean", nested, nil, "", scan.Clean, false, "one two three"},
		{"infected", nested, map[string]scan.Result{"two": infected}, "", scan.Infected, false, "one two"},
		{"unscannable", nested, map[string]scan.Result{"one": unscannable}, "", scan.Unscannable, false, "one two three"},
		{"worst", nested, map[string]scan.Result{"one": unscannable, "three": infected}, "", scan.Infected, false, "one two three"},
		{"failure", nested, nil, "two", 0, true, "one two three"},
		{"failure and unscannable", nested, map[string]scan.Result{"three": unscannable}, "two", scan.Unscannable, false, "one two three"},
		{"not streamable", nested, map[string]scan.Result{"one": {Verdict: scan.NotStreamable}}, "", scan.NotStreamable, false, "one two three"},
		{"no MIME", "A: b\r\n\r\nbody", nil, "", scan.Clean, false, "body"},
		{"no parts", "Content-Type: multipart/mixed; boundary=a\r\n\r\nnothing", nil, "", scan.Clean, false, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			m := parse(t, tc.mail)
			for _, r := range []*scan.Request{scan.NewRequest(m, nil), text(tc.mail)} {
				seen = nil
				set := newSet(t, scan.Slot{Name: "av", Kind: scan.Antivirus, Engine: engine(tc.answers, tc.failing), Options: &scan.Options{MIMEDecompose: true}})
				res, err := set.Scan(ctx, "av", r)
				if (err != nil) != tc.fails || err == nil && res.Verdict != tc.want {
					t.Errorf("%+v %v", res, err)
				}
				if got := strings.Join(seen, " "); tc.name != "no parts" && got != tc.seen {
					t.Errorf("%q", got)
				}
			}
		})
	}
}

func TestParanoid(t *testing.T) {
	many := func(n int) string {
		return "Content-Type: multipart/mixed; boundary=a\r\n\r\n" + strings.Repeat("--a\r\n\r\nx\r\n", n) + "--a--\r\n"
	}
	for _, tc := range []struct{ name, mail, want string }{
		{"plain", scantest.Mail, ""},
		{"multipart", nested, ""},
		{"99 leaves", many(99), ""},
		{"100 leaves", many(100), "Paranoid.TooManyParts"},
		{"two types", "Content-Type: text/plain\r\nContent-type: text/html\r\n\r\nx", "Paranoid.DuplicateContentType"},
		{"two types in a part", "Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\nContent-Type: text/plain\r\nContent-Type: text/html\r\n\r\nx\r\n--a--\r\n", "Paranoid.DuplicateContentType"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			for _, decompose := range []bool{false, true} {
				set := newSet(t, scan.Slot{Name: "av", Kind: scan.Antivirus, Engine: reading(nil), Options: &scan.Options{Paranoid: true, MIMEDecompose: decompose}})
				res, err := set.Scan(ctx, "av", text(tc.mail))
				if err != nil {
					t.Fatal(err)
				}
				if res.Name != tc.want || (res.Verdict == scan.Infected) != (tc.want != "") {
					t.Errorf("%+v", res)
				}
			}
		})
	}
}

// Parts that the message's own limits hide are suspicious.
func TestParanoidDepth(t *testing.T) {
	m, err := message.ParseBytes([]byte(nested), message.Envelope{}, &message.Options{MaxMIMEDepth: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	set := newSet(t, scan.Slot{Name: "av", Engine: reading(nil), Options: &scan.Options{Paranoid: true}})
	if res, err := set.Scan(ctx, "av", scan.NewRequest(m, nil)); err != nil || res.Name != "Paranoid.TooDeep" {
		t.Errorf("%+v %v", res, err)
	}
}

// Engines get the bytes as received, or with the changes of scripts.
func TestReceived(t *testing.T) {
	var seen string
	note := reading(func(c string, _ *scan.Request) { seen = c })
	set := newSet(t, scan.Slot{Name: "received", Engine: note}, scan.Slot{Name: "changed", Engine: note, Options: &scan.Options{NoWireRep: true}})
	m := parse(t, scantest.Mail)
	check := func(m *message.Message, name, want string) {
		t.Helper()
		if _, err := set.Scan(ctx, name, scan.NewRequest(m, nil)); err != nil || seen != want {
			t.Errorf("%s: %q %v", name, seen, err)
		}
	}
	if err := set.KeepReceived(ctx, nil, m); err != nil {
		t.Fatal(err)
	}
	if err := m.Header().Prepend("X-New", "1"); err != nil {
		t.Fatal(err)
	}
	if err := set.KeepReceived(ctx, nil, m); err != nil { // the first counts
		t.Fatal(err)
	}
	check(m, "received", scantest.Mail)
	check(m, "changed", "X-New: 1\r\n"+scantest.Mail)
	copied, err := m.ForRecipient("carl@example.com")
	if err != nil {
		t.Fatal(err)
	}
	defer copied.Close()
	check(copied, "received", scantest.Mail)
	other := parse(t, scantest.Mail)
	if err := other.Header().Prepend("X-New", "2"); err != nil {
		t.Fatal(err)
	}
	check(other, "received", "X-New: 2\r\n"+scantest.Mail)
	cut, err := scan.NewRequest(m, nil).CutBody(2)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := set.Scan(ctx, "received", cut); err != nil || seen != strings.TrimSuffix(scantest.Mail, " Bob\r\n") {
		t.Errorf("%q %v", seen, err)
	}
	runtime.KeepAlive(m)
}

// What was received is let go with the message.
func TestReceivedIsForgotten(t *testing.T) {
	set := newSet(t)
	gone := make(chan struct{})
	func() {
		m, err := message.Parse(ctx, strings.NewReader(scantest.Mail), message.Envelope{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := set.KeepReceived(ctx, nil, m); err != nil {
			t.Fatal(err)
		}
		runtime.AddCleanup(m, func(struct{}) { close(gone) }, struct{}{})
	}()
	for deadline := time.Now().Add(20 * time.Second); ; {
		runtime.GC()
		select {
		case <-gone:
			return
		default:
		}
		if time.Now().After(deadline) {
			t.Fatal("the message is still held")
		}
	}
}

// base64Mail is a mail with an attachment of that many bytes.
func base64Mail(size int) string {
	var b strings.Builder
	b.Grow(size*3/2 + 1000)
	b.WriteString("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n")
	line := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", 57))) + "\r\n"
	for range size / 57 {
		b.WriteString(line)
	}
	b.WriteString("--b--\r\n")
	return b.String()
}
