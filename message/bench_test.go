package message

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"math/rand/v2"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"slices"
	"strings"
	"testing"

	gomessage "github.com/emersion/go-message"
	"github.com/jhillyerd/enmime/v2"
)

// benchMail is a mail that is parsed in the benchmarks.
type benchMail struct {
	name  string
	mail  []byte
	parts int
}

func benchMails() []benchMail {
	return []benchMail{
		{"plain-2KB", plainMail(2 << 10), 1},
		{"alternative-60KB", alternativeMail(60 << 10), 3},
		{"base64-10MB", attachmentMail(10 << 20), 3},
		{"nested-200", nestedMail(200), 200},
	}
}

const benchHeader = "Return-Path: <sender@example.com>\r\n" +
	"Received: from mx.example.com (mx.example.com [192.0.2.7])\r\n\tby mail.example.org (Postfix) with ESMTPS id 4XyZ01\r\n" +
	"\tfor <rcpt@example.org>; Mon,  6 May 2024 07:08:09 +0000 (UTC)\r\n" +
	"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.com; s=s1;\r\n\th=from:to:subject:date; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=;\r\n" +
	"\tb=dGVzdCBzaWduYXR1cmUgdGhhdCBpcyBub3QgcmVhbCBidXQgbG9uZyBlbm91Z2g=\r\n" +
	"From: =?utf-8?q?J=C3=B6rg?= <sender@example.com>\r\n" +
	"To: Recipient <rcpt@example.org>\r\n" +
	"Subject: A subject of the usual length, in plain ASCII\r\n" +
	"Date: Mon, 6 May 2024 07:08:09 +0000\r\n" +
	"Message-ID: <20240506070809.1234@example.com>\r\n" +
	"MIME-Version: 1.0\r\n"

var benchWords = strings.Fields("the quick brown fox jumps over a lazy dog and finds häuser größer straße été garçon while other words remain plain ASCII text for most of the message")

func benchText(r *rand.Rand, size int, html bool) string {
	var b strings.Builder
	for b.Len() < size {
		if html && r.IntN(12) == 0 {
			b.WriteString(`<span style="color: #333; margin=0">`)
		}
		b.WriteString(benchWords[r.IntN(len(benchWords))])
		b.WriteByte(' ')
		if r.IntN(14) == 0 {
			b.WriteString("\r\n")
		}
	}
	return b.String()
}

func benchRand() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }

func plainMail(size int) []byte {
	head := benchHeader + "Content-Type: text/plain; charset=utf-8\r\n\r\n"
	return []byte(head + benchText(benchRand(), size-len(head), false))
}

func alternativeMail(size int) []byte {
	var b bytes.Buffer
	b.WriteString(benchHeader + "Content-Type: multipart/alternative; boundary=\"=_alternative_0001\"\r\n\r\n")
	r := benchRand()
	for _, typ := range []string{"plain", "html"} {
		b.WriteString("--=_alternative_0001\r\nContent-Type: text/" + typ + "; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n")
		w := quotedprintable.NewWriter(&b)
		_, _ = io.WriteString(w, benchText(r, size*3/8, typ == "html"))
		_ = w.Close()
		b.WriteString("\r\n")
	}
	b.WriteString("--=_alternative_0001--\r\n")
	return b.Bytes()
}

func wrapBase64(b *bytes.Buffer, content []byte) {
	s := base64.StdEncoding.EncodeToString(content)
	for len(s) > 0 {
		n := min(76, len(s))
		b.WriteString(s[:n] + "\r\n")
		s = s[n:]
	}
}

func attachmentMail(size int) []byte {
	r := benchRand()
	content := make([]byte, size/78*57)
	for i := range content {
		content[i] = byte(r.Uint32())
	}
	var b bytes.Buffer
	b.WriteString(benchHeader + "Content-Type: multipart/mixed; boundary=\"=_mixed_0001\"\r\n\r\n" +
		"--=_mixed_0001\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nSee the attachment.\r\n" +
		"--=_mixed_0001\r\nContent-Type: application/octet-stream; name=data.bin\r\nContent-Transfer-Encoding: base64\r\n" +
		"Content-Disposition: attachment; filename=data.bin\r\n\r\n")
	wrapBase64(&b, content)
	b.WriteString("--=_mixed_0001--\r\n")
	return b.Bytes()
}

// nestedMail has that many parts: every tenth is a multipart within the last.
func nestedMail(parts int) []byte {
	r := benchRand()
	var b bytes.Buffer
	b.WriteString(benchHeader)
	var open []string
	begin := func() {
		boundary := fmt.Sprintf("=_nested_%04d", len(open))
		b.WriteString("Content-Type: multipart/mixed; boundary=\"" + boundary + "\"\r\n\r\n")
		open = append(open, boundary)
	}
	begin()
	for i := 1; i < parts; i++ {
		b.WriteString("--" + open[len(open)-1] + "\r\n")
		switch {
		case i%10 == 0:
			begin()
		case i%3 == 0:
			b.WriteString("Content-Type: image/png; name=i.png\r\nContent-Transfer-Encoding: base64\r\nContent-ID: <i@x>\r\n\r\n")
			wrapBase64(&b, []byte(benchText(r, 300, false)))
		default:
			b.WriteString("Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n")
			w := quotedprintable.NewWriter(&b)
			_, _ = io.WriteString(w, benchText(r, 400, true))
			_ = w.Close()
			b.WriteString("\r\n")
		}
	}
	for i := len(open) - 1; i >= 0; i-- {
		b.WriteString("--" + open[i] + "--\r\n")
	}
	return b.Bytes()
}

// BenchmarkIndex finds all parts and decodes nothing.
func BenchmarkIndex(b *testing.B) {
	for _, bm := range benchMails() {
		b.Run(bm.name, func(b *testing.B) {
			b.SetBytes(int64(len(bm.mail)))
			b.ReportAllocs()
			for b.Loop() {
				m, err := ParseBytes(bm.mail, Envelope{}, nil)
				if err != nil {
					b.Fatal(err)
				}
				n := 0
				for p, _ := m.MIME(ReadOnly); p != nil; p = p.Thread() {
					n++
				}
				if n != bm.parts {
					b.Fatalf("%d parts", n)
				}
			}
		})
	}
}

// BenchmarkDecode finds all parts and decodes each.
func BenchmarkDecode(b *testing.B) {
	ways := []struct {
		name   string
		decode func([]byte) (int, error)
	}{
		{"this", decodeThis}, {"net", decodeNet}, {"go-message", decodeGoMessage}, {"enmime", decodeEnmime},
	}
	for _, bm := range benchMails() {
		for _, w := range ways {
			b.Run(bm.name+"/"+w.name, func(b *testing.B) {
				b.SetBytes(int64(len(bm.mail)))
				b.ReportAllocs()
				for b.Loop() {
					n, err := w.decode(bm.mail)
					if err != nil || n != bm.parts {
						b.Fatalf("%d parts, %v", n, err)
					}
				}
			})
		}
	}
}

func decodeThis(b []byte) (int, error) {
	m, err := ParseBytes(b, Envelope{}, nil)
	if err != nil {
		return 0, err
	}
	n := 0
	for p, _ := m.MIME(ReadOnly); p != nil; p = p.Thread() {
		n++
		if p.IsContainer() {
			continue
		}
		if _, err := io.Copy(io.Discard, p.Decoded()); err != nil {
			return n, err
		}
	}
	return n, nil
}

func decodeNet(b []byte) (int, error) {
	m, err := mail.ReadMessage(bytes.NewReader(b))
	if err != nil {
		return 0, err
	}
	return decodeNetPart(m.Header.Get("Content-Type"), m.Header.Get("Content-Transfer-Encoding"), m.Body)
}

func decodeNetPart(typ, encoding string, r io.Reader) (int, error) {
	t, params, err := mime.ParseMediaType(typ)
	if err != nil {
		return 0, err
	}
	if strings.HasPrefix(t, "multipart/") {
		mr := multipart.NewReader(r, params["boundary"])
		n := 1
		for {
			p, err := mr.NextRawPart()
			if err == io.EOF {
				return n, nil
			}
			if err != nil {
				return n, err
			}
			k, err := decodeNetPart(p.Header.Get("Content-Type"), p.Header.Get("Content-Transfer-Encoding"), p)
			if err != nil {
				return n, err
			}
			n += k
		}
	}
	switch encoding {
	case "base64":
		r = base64.NewDecoder(base64.StdEncoding, r)
	case "quoted-printable":
		r = quotedprintable.NewReader(r)
	}
	_, err = io.Copy(io.Discard, r)
	return 1, err
}

func decodeGoMessage(b []byte) (int, error) {
	e, err := gomessage.Read(bytes.NewReader(b))
	if err != nil {
		return 0, err
	}
	return decodeEntity(e)
}

func decodeEntity(e *gomessage.Entity) (int, error) {
	mr := e.MultipartReader()
	if mr == nil {
		_, err := io.Copy(io.Discard, e.Body)
		return 1, err
	}
	n := 1
	for {
		p, err := mr.NextPart()
		if err == io.EOF {
			return n, nil
		}
		if err != nil {
			return n, err
		}
		k, err := decodeEntity(p)
		if err != nil {
			return n, err
		}
		n += k
	}
}

func decodeEnmime(b []byte) (int, error) {
	p, err := enmime.ReadParts(bytes.NewReader(b))
	if err != nil {
		return 0, err
	}
	n := 0
	p.DepthMatchAll(func(*enmime.Part) bool { n++; return false })
	return n, nil
}

func BenchmarkHeaderGet(b *testing.B) {
	m := parse(b, string(plainMail(2<<10)))
	h := m.Header()
	for _, name := range []string{"Subject", "From", "X-None"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				h.Values(name)
			}
		})
	}
	b.Run("From-first", func(b *testing.B) {
		f := h.Fields()[slices.IndexFunc(h.Fields(), func(f Field) bool { return f.Name() == "From" })]
		b.ReportAllocs()
		for b.Loop() {
			f.Value()
		}
	})
}

// BenchmarkHeaderAppend appends a field to a message of 10 MB and writes it.
func BenchmarkHeaderAppend(b *testing.B) {
	mail := attachmentMail(10 << 20)
	for _, write := range []bool{false, true} {
		b.Run(fmt.Sprintf("write=%v", write), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				m, err := ParseBytes(mail, Envelope{}, nil)
				if err == nil {
					err = m.Header().Append("X-Scanned", "yes")
				}
				if err == nil && write {
					_, err = m.WriteTo(io.Discard)
				}
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkRender(b *testing.B) {
	m := parse(b, string(alternativeMail(60<<10)))
	b.SetBytes(m.Size())
	b.ReportAllocs()
	for b.Loop() {
		if _, err := m.Render(io.Discard, 0); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkText(b *testing.B) {
	m := parse(b, string(alternativeMail(60<<10)))
	b.SetBytes(m.Size())
	b.ReportAllocs()
	for b.Loop() {
		if _, err := m.Text(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkParse reads a message through the temporary file and finds its
// parts.
func BenchmarkParse(b *testing.B) {
	mail := attachmentMail(10 << 20)
	o := &Options{SpoolDir: b.TempDir()}
	b.SetBytes(int64(len(mail)))
	b.ReportAllocs()
	for b.Loop() {
		m, err := Parse(context.Background(), bytes.NewReader(mail), Envelope{}, o)
		if err == nil {
			_, err = m.MIME(ReadOnly)
		}
		if err != nil {
			b.Fatal(err)
		}
		_ = m.Close()
	}
}

// TestAppendAllocates checks that an edit does not copy the content.
func TestAppendAllocates(t *testing.T) {
	mail := attachmentMail(10 << 20)
	r := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			m, err := ParseBytes(mail, Envelope{}, nil)
			must(b, err)
			must(b, m.Header().Append("X-Scanned", "yes"))
			_, err = m.WriteTo(io.Discard)
			must(b, err)
		}
	})
	if got := r.AllocedBytesPerOp(); got >= 64<<10 {
		t.Errorf("%d bytes allocated", got)
	}
}
