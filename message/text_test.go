package message

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestText(t *testing.T) {
	tests := []struct {
		name, mail string
		want       []string
	}{
		{"mixed", mixedMail, []string{"caf", "<b>café</b>"}},
		{"simple", simpleMail, []string{"line1\r\n.dot\r\nbye\r\n"}},
		{"image only", "Content-Type: image/png\r\n\r\nx", nil},
		{"empty", "A: 1\r\n\r\n", nil},
		{"quoted-printable", "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: Quoted-Printable\r\n\r\na=C3=B6=\r\nb=ZZ \r\n", []string{"aöb=ZZ\r\n"}},
		{"8-bit without charset", "A: 1\r\n\r\nö\xf6", []string{"Ã¶ö"}},
		{"UTF-8 without charset", "A: 1\r\n\r\nö", []string{"ö"}},
		{"unknown charset", "Content-Type: text/plain; charset=x-none\r\n\r\n\xf6", []string{"ö"}},
		{"bad UTF-8", "Content-Type: text/plain; charset=utf-8\r\n\r\na\xffb", []string{"a\uFFFDb"}},
		{"bad base64", "Content-Transfer-Encoding: base64\r\n\r\nYW*Jj\r\nZA==YWJj", []string{"abcd"}},
		{"message/rfc822", "Content-Type: message/rfc822\r\n\r\n" + simpleMail, nil},
		{"unknown encoding", "Content-Transfer-Encoding: x-uu\r\n\r\nabc", []string{"abc"}},
		{"windows-1252", "Content-Type: text/plain; charset=\"Windows-1252\"\r\n\r\n\x80", []string{"€"}},
		{"iso-2022-jp", "Content-Type: text/plain; charset=ISO-2022-JP\r\n\r\n\x1b$BF|K\\\x1b(B", []string{"日本"}},
		{"utf-16", "Content-Type: text/plain; charset=utf-16\r\nContent-Transfer-Encoding: base64\r\n\r\n/v8A9g==", []string{"ö"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := parse(t, tt.mail).Text()
			must(t, err)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestPartText(t *testing.T) {
	all := parts(t, parse(t, mixedMail))
	for i, want := range [][]string{{"caf", "<b>café</b>"}, {"caf"}, {"<b>café</b>"}, {"%PDF"}} {
		got, err := all[i].Text()
		must(t, err)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("part %d: %s", i, diff)
		}
	}
}

func TestSetText(t *testing.T) {
	tests := []struct {
		name, mail       string
		value, typ, cset string
		want             string
	}{
		{"plain", "A: 1\r\n\r\nx", "new\nlines\rhere", "", "", "A: 1\r\nMIME-Version: 1.0\r\n\r\nnew\r\nlines\r\nhere"},
		{"8-bit", "A: 1\r\n\r\nx", "an ö in some text", "", "",
			"A: 1\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\nMIME-Version: 1.0\r\n\r\nan =C3=B6 in some text"},
		{"mostly 8-bit", "MIME-Version: 1.0\r\n\r\nx", "日本", "", "",
			"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n5pel5pys\r\n"},
		{"type and charset", "MIME-Version: 1.0\r\n\r\nx", "<b>ö</b> and more", "text/html", "iso-8859-1",
			"MIME-Version: 1.0\r\nContent-Type: text/html; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<b>=F6</b> and more"},
		{"charset in type", "MIME-Version: 1.0\r\n\r\nx", "o", "text/html; charset=iso-8859-1; x=y", "",
			"MIME-Version: 1.0\r\nContent-Type: text/html; charset=iso-8859-1; x=\"y\"\r\n\r\no"},
		{"charset kept", "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=ISO-8859-1\r\nContent-Transfer-Encoding: 8bit\r\nB: 2\r\n\r\nx", "ö", "", "",
			"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=ISO-8859-1\r\nContent-Transfer-Encoding: 8bit\r\nB: 2\r\n\r\n\xf6"},
		{"charset does not fit", "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=iso-8859-1; format=flowed\r\nContent-Transfer-Encoding: base64\r\nB: 2\r\n\r\nx", "€", "", "",
			"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8; format=\"flowed\"\r\nContent-Transfer-Encoding: base64\r\nB: 2\r\n\r\n4oKs\r\n"},
		{"container", mixedMail, "x\r\n", "", "",
			"From: a@x.example\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\nx\r\n"},
		{"NUL", "MIME-Version: 1.0\r\n\r\nx", "a\x00b", "", "",
			"MIME-Version: 1.0\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\na=00b"},
		{"utf-16", "MIME-Version: 1.0\r\n\r\nx", "ö", "text/plain", "utf-16be",
			"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-16be\r\nContent-Transfer-Encoding: base64\r\n\r\nAPY=\r\n"},
		{"empty", "A: 1\r\n\r\nx", "", "", "", "A: 1\r\nMIME-Version: 1.0\r\n\r\n"},
		{"same", "A: 1\r\n\r\nx", "x", "", "", "A: 1\r\n\r\nx"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := parse(t, tt.mail)
			must(t, m.SetText(tt.value, tt.typ, tt.cset))
			if diff := cmp.Diff(tt.want, raw(t, m)); diff != "" {
				t.Error(diff)
			}
			got, err := m.Text()
			must(t, err)
			want := strings.NewReplacer("\r\n", "\r\n", "\r", "\r\n", "\n", "\r\n").Replace(tt.value)
			if s := strings.Join(got, "|"); s != want {
				t.Errorf("text %q, want %q", s, want)
			}
		})
	}
	m := parse(t, simpleMail)
	if err := m.SetText("x", "image/png", ""); err != ErrInvalidType {
		t.Errorf("error %v", err)
	}
	if err := m.SetText("x", "", "x-none"); err != ErrUnknownCharset {
		t.Errorf("error %v", err)
	}
	if raw(t, m) != simpleMail {
		t.Error("changed in spite of the error")
	}
	long := strings.Repeat("x", 2000)
	must(t, m.SetText(long, "", ""))
	for _, line := range strings.Split(raw(t, m), "\r\n") {
		if len(line) > 76 {
			t.Errorf("line of %d bytes", len(line))
		}
	}
}

func TestPartSetText(t *testing.T) {
	m := parse(t, mixedMail)
	all := parts(t, m)
	must(t, all[2].SetText("<b>tea</b>", "", ""))
	want := strings.Replace(mixedMail, "PGI+Y2Fm6TwvYj4=", "PGI+dGVhPC9iPg==", 1)
	if diff := cmp.Diff(want, raw(t, m)); diff != "" {
		t.Error(diff)
	}
	must(t, all[3].SetText("pdf", "", ""))
	if got := all[3].Type(); got.MIMEType != "text/plain" || got.Encoding != "base64" {
		t.Errorf("type %+v", got)
	}
}
