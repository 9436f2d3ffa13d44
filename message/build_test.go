package message

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// countedBoundaries makes boundaries in order.
type countedBoundaries struct{ n int }

func (c *countedBoundaries) NewBoundary() string {
	c.n++
	return "boundary" + string(rune('0'+c.n))
}

func build(t *testing.T, d Draft, o *Options) *Message {
	t.Helper()
	if o == nil {
		o = &Options{}
	}
	o.Boundaries = &countedBoundaries{}
	m := New(o, mailTime)
	must(t, m.Build(context.Background(), d))
	return m
}

func TestBuild(t *testing.T) {
	m := build(t, Draft{
		Header: map[string][]string{
			"X-Z": {"1", "2"}, "x-a": {"a\r\nEvil: 1"}, "Subject": {"s"}, "From": {"a@b.example"}, "Content-Type": {"x/y"},
		},
		Parts: map[string]string{
			"text/html": "<b>é</b>", "text/plain": "e=mc", "text/x-amp-html; charset=utf-8": "amp", "application/x": "x",
		},
	}, nil)
	want := "From: a@b.example\r\nSubject: s\r\nx-a: a Evil: 1\r\nX-Z: 1\r\nX-Z: 2\r\nMIME-Version: 1.0\r\n" +
		"Content-Type: multipart/mixed; boundary=\"boundary2\"\r\n\r\n" +
		"--boundary2\r\nContent-Type: multipart/alternative; boundary=\"boundary1\"\r\n\r\n" +
		"--boundary1\r\nContent-Type: text/plain\r\nContent-Disposition: inline\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\ne=3Dmc\r\n" +
		"--boundary1\r\nContent-Type: text/x-amp-html; charset=utf-8\r\nContent-Disposition: inline\r\nContent-Transfer-Encoding: base64\r\n\r\nYW1w\r\n\r\n" +
		"--boundary1\r\nContent-Type: text/html; charset=utf-8\r\nContent-Disposition: inline\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<b>=C3=A9</b>\r\n" +
		"--boundary1\r\nContent-Type: application/x\r\nContent-Disposition: inline\r\nContent-Transfer-Encoding: base64\r\n\r\neA==\r\n\r\n" +
		"--boundary1--\r\n\r\n--boundary2--\r\n"
	if diff := cmp.Diff(want, raw(t, m)); diff != "" {
		t.Error(diff)
	}
	if err := m.Build(context.Background(), Draft{}); err != ErrNotEmpty {
		t.Errorf("error %v", err)
	}
	if diff := cmp.Diff(outline(t, top(t, m, ReadOnly), ""), outline(t, top(t, parse(t, want), ReadOnly), "")); diff != "" {
		t.Error(diff)
	}
	m = build(t, Draft{Header: map[string][]string{"X": {"1"}}}, nil)
	if got := raw(t, m); got != "X: 1\r\n\r\n" {
		t.Errorf("header only: %q", got)
	}
	for _, d := range []Draft{
		{Header: map[string][]string{"X Y": {"1"}}},
		{Parts: map[string]string{"text": "x"}},
		{Attachments: []Attachment{{Type: "multipart/mixed", Text: []byte{}}}},
		{Attachments: []Attachment{{Name: "f"}}},
	} {
		m := New(nil, mailTime)
		if err := m.Build(context.Background(), d); err == nil || m.Size() != 0 {
			t.Errorf("%+v accepted", d)
		}
	}
}

type dirFiles struct{ fs.FS }

func (d dirFiles) Open(name string) (io.ReadSeekCloser, error) {
	f, err := d.FS.Open(strings.TrimPrefix(name, "./"))
	if err != nil {
		return nil, err
	}
	return f.(*os.File), nil
}

func TestAttachments(t *testing.T) {
	dir := t.TempDir()
	must(t, os.WriteFile(dir+"/a.bin", []byte("file"), 0o600))
	o := &Options{Files: dirFiles{os.DirFS(dir)}}
	binary := "\x00\xff" + strings.Repeat("x", 100)
	m := build(t, Draft{Attachments: []Attachment{
		{Type: "text/plain", Name: "dir/n.txt", Header: "X-1: a\r\nContent-ID: <b>\r\nno field\r\nContent-Type: x/y", Text: []byte("ö=\n")},
		{Name: "raw.bin", Reader: strings.NewReader(binary)},
		{Name: "ready.bin", Reader: strings.NewReader("AAEC\r\nAw==\r\n")},
		{Name: "./a.bin", Type: "image/png"},
		{Name: "ä\"b.txt", Text: []byte("x"), Header: "Content-Disposition: inline"},
		{Message: parse(t, simpleMail), Type: "ignored"},
	}}, o)
	all := parts(t, m)
	if len(all) != 7 {
		t.Fatalf("%d parts", len(all))
	}
	if got := string(all[1].Header().Bytes()); got != "Content-Type: text/plain; name=\"n.txt\"\r\nContent-Disposition: attachment; filename=\"n.txt\"\r\n"+
		"Content-Transfer-Encoding: quoted-printable\r\nX-1: a\r\nContent-ID: <b>\r\n" {
		t.Errorf("header %q", got)
	}
	if got := read(t, all[1].Body()); got != "=C3=B6=3D\r\n" {
		t.Errorf("text %q", got)
	}
	if got := read(t, all[2].Decoded()); got != binary {
		t.Errorf("binary %q", got)
	}
	if got := read(t, all[3].Body()); got != "AAEC\r\nAw==\r\n" {
		t.Errorf("ready base64 %q", got)
	}
	if got := read(t, all[4].Decoded()); got != "file" || all[4].Type().Filename != "a.bin" || all[4].Type().MIMEType != "image/png" {
		t.Errorf("file %q, %+v", got, all[4].Type())
	}
	if got := all[5].Type(); got.Filename != "ä\"b.txt" || all[5].Header().Get("Content-Disposition") != "inline" {
		t.Errorf("type %+v", got)
	}
	if got := read(t, all[6].Body()); got != simpleMail || all[6].Header().Get("Content-Type") != `message/rfc822; name="Attached Message"` {
		t.Errorf("message %q", got)
	}
	if err := New(o, mailTime).Build(context.Background(), Draft{Attachments: []Attachment{{Name: "none"}}}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error %v", err)
	}
}

type assembled struct{ original, forwarded *Message }

func (a *assembled) Assembled(_ context.Context, original, forwarded *Message) error {
	a.original, a.forwarded = original, forwarded
	return forwarded.Header().Append("X-Hook", "1")
}

func TestForward(t *testing.T) {
	var box outbox
	var hook assembled
	o := &Options{Injector: &box, ForwardHook: &hook, Clock: fixedClock(mailTime), Boundaries: &countedBoundaries{}, Hostname: "h"}
	m, err := ParseBytes([]byte(simpleMail), Envelope{}, o)
	must(t, err)
	must(t, m.Forward(context.Background(), Forward{From: "f@x", To: []string{"a@y", "<b@z>"}, Text: "see\nbelow"}))
	if hook.original != m || len(box.mails) != 1 {
		t.Fatal("hook or injector not called")
	}
	got := box.mails[0]
	id := got.Header().Get("Message-ID")
	want := "From: <f@x>\r\nTo: <a@y>, <b@z>\r\nSubject: Fwd: hello world\r\nDate: Mon, 06 May 2024 07:08:09 +0000\r\nMessage-ID: " + id +
		"\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"boundary1\"\r\nX-Hook: 1\r\n\r\n" +
		"--boundary1\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\nsee\r\nbelow\r\n" +
		"--boundary1\r\nContent-Type: message/rfc822\r\n\r\n" + simpleMail + "\r\n--boundary1--\r\n"
	if diff := cmp.Diff(want, raw(t, got)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([][]string{{"a@y", "b@z"}}, box.to); diff != "" || box.from[0] != "f@x" {
		t.Error(diff, box.from)
	}
	must(t, m.Forward(context.Background(), Forward{To: []string{"a@y"}, Text: "ö", Subject: "S"}))
	text := parts(t, box.mails[1])[1]
	if got := text.Type(); got.Charset != "utf-8" || got.Encoding != "quoted-printable" || box.mails[1].Header().Get("Subject") != "S" {
		t.Errorf("type %+v", got)
	}
	if got := box.mails[1].Header().Get("From"); got != "<>" {
		t.Errorf("from %q", got)
	}
	if err := m.Forward(context.Background(), Forward{To: []string{"a@y"}, Charset: "x-none"}); err != ErrUnknownCharset {
		t.Errorf("error %v", err)
	}
	if err := New(o, mailTime).Forward(context.Background(), Forward{To: []string{"a@y"}}); err != ErrNoContent {
		t.Errorf("error %v", err)
	}
	if err := m.Forward(context.Background(), Forward{}); err != ErrNoRecipients {
		t.Errorf("error %v", err)
	}
	if raw(t, m) != simpleMail {
		t.Error("original changed")
	}
}

func TestEntity(t *testing.T) {
	e, err := parse(t, mixedMail).Entity()
	must(t, err)
	r := e.MultipartReader()
	p, err := r.NextPart()
	must(t, err)
	if got := read(t, p.Body); got != "caf" {
		t.Errorf("first part %q", got)
	}
}
