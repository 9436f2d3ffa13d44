package message

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestHeaderGet(t *testing.T) {
	m := parse(t, simpleMail)
	h := m.Header()
	if got := h.Values("SUBJECT"); len(got) != 1 || got[0] != "hello world" {
		t.Errorf("subject: %q", got)
	}
	if got := h.Values("X-None"); len(got) != 0 {
		t.Errorf("missing field: %q", got)
	}
	if got := h.Get("From"); got != "Jörg <jorg+x@Example.COM>" {
		t.Errorf("from: %q", got)
	}
}

func TestHeaderValues(t *testing.T) {
	tests := []struct{ name, field, want string }{
		{"unknown charset kept", "X: =?x-none?q?a?= =?utf-8?q?b=5F?=", "=?x-none?q?a?= b_"},
		{"space before colon", "X \t: v", "v"},
		{"blanks around", "X:   v \t", "v"},
		{"tab fold", "X: a\r\n\tb", "a b"},
		{"blank continuation", "X: a\r\n \r\n b", "a b"},
		{"value on second line", "X:\r\n v", "v"},
		{"LF fold", "X: a\n b", "a b"},
		{"empty", "X:", ""},
		{"words joined", "X: =?utf-8?q?a?=\r\n =?utf-8?q?b?=", "ab"},
		{"character split between words", "X: =?utf-8?q?=C3?= =?utf-8?q?=B6?=", "ö"},
		{"word in text", "X: a=?utf-8?q?b?=c", "abc"},
		{"word in quotes", `X: "=?utf-8?q?b?="`, `"b"`},
		{"space before text kept", "X: =?utf-8?q?a?= b", "a b"},
		{"base64", "X: =?UTF-8?B?w7Y=?=", "ö"},
		{"base64 without padding", "X: =?UTF-8?B?w7Y?=", "ö"},
		{"bad base64", "X: =?UTF-8?B?w7#?=", "=?UTF-8?B?w7#?="},
		{"bad escape", "X: =?UTF-8?Q?=zz?=", "=?UTF-8?Q?=zz?="},
		{"bad encoding letter", "X: =?UTF-8?X?a?=", "=?UTF-8?X?a?="},
		{"space in word", "X: =?UTF-8?Q?a b?=", "a b"},
		{"question mark in word", "X: =?UTF-8?Q?a?b?=", "a?b"},
		{"language", "X: =?utf-8*en?q?a?=", "a"},
		{"latin1", "X: =?iso-8859-1?q?=F6?=", "ö"},
		{"windows-1252", "X: =?windows-1252?q?=80?=", "€"},
		{"shift_jis", "X: =?shift_jis?b?k/qWew==?=", "日本"},
		{"gb2312", "X: =?gb2312?b?1tDOxA==?=", "中文"},
		{"raw 8-bit", "X: \xf6", "\xf6"},
		{"not closed", "X: =?utf-8?q?a", "=?utf-8?q?a"},
		{"empty word", "X: =?utf-8?q??=", ""},
		{"ascii word with 8-bit", "X: =?us-ascii?q?=F6?=", "ö"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := parse(t, "A: 1\r\n"+tt.field+"\r\nB: 2\r\n\r\nbody")
			if got := m.Header().Values("x"); len(got) != 1 || got[0] != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestHeaderModes(t *testing.T) {
	m := parse(t, simpleMail)
	h := m.Header()
	edit := func(want bool, mode HeaderMode, values ...string) {
		t.Helper()
		got, err := h.Edit("X-A", values, mode)
		must(t, err)
		if got != want {
			t.Errorf("Edit(%q, %v) = %v", values, mode, got)
		}
	}
	edit(true, Replace, "1")
	edit(true, Append, "2")
	edit(true, Prepend, "0")
	if diff := cmp.Diff([]string{"0", "1", "2"}, h.Values("X-A")); diff != "" {
		t.Error(diff)
	}
	edit(true, Replace, "9")
	if diff := cmp.Diff([]string{"9"}, h.Values("X-A")); diff != "" {
		t.Error(diff)
	}
	edit(false, Append, "")
	edit(false, Prepend)
	edit(true, Replace, "")
	edit(false, Replace, "")
	edit(false, Replace)
	if got := raw(t, m); got != simpleMail {
		t.Errorf("not the original any more:\n%s", got)
	}
	for _, name := range []string{"X I", "", "X:Y", "X\r\nY", "Jörg", "X\x00"} {
		for _, mode := range []HeaderMode{Replace, Append} {
			if _, err := h.Edit(name, []string{"v"}, mode); err != ErrInvalidHeaderName {
				t.Errorf("name %q: error %v", name, err)
			}
		}
	}
	if _, err := ParseHeaderMode("top"); err != ErrInvalidMode {
		t.Errorf("mode top: error %v", err)
	}
}

func TestHeaderPrependKeepsBytes(t *testing.T) {
	m := parse(t, simpleMail)
	must(t, m.Header().Prepend("X-T", "a", "b"))
	if got, want := raw(t, m), "X-T: a\r\nX-T: b\r\n"+simpleMail; got != want {
		t.Errorf("got:\n%s", got)
	}
}

func TestHeaderReplaceKeepsOthers(t *testing.T) {
	m := parse(t, "A:1\r\nX: 1\r\n  f\r\nb : 2\r\nx: 3\r\nC:\t4\r\n\r\nx: body\r\n")
	must(t, m.Header().Set("X", "v"))
	if got, want := raw(t, m), "A:1\r\nb : 2\r\nC:\t4\r\nX: v\r\n\r\nx: body\r\n"; got != want {
		t.Errorf("got:\n%s", got)
	}
}

func TestHeaderInjection(t *testing.T) {
	tests := []struct{ value, want string }{
		{"a\r\nEvil: 1", "a Evil: 1"},
		{"a\nEvil: 1", "a Evil: 1"},
		{"a\rEvil: 1", "a Evil: 1"},
		{"a\r\n\r\nbody", "a body"},
		{"a\r\n \r\nEvil: 1", "a Evil: 1"},
		{"a\r\n b", "a\r\n b"},
		{"a\n\tb", "a\r\n\tb"},
		{"a\r\n \r\n b", "a\r\n b"},
		{"a\x00b", "ab"},
		{"a\r\n\x00Evil: 1", "a Evil: 1"},
		{"\r\nEvil: 1", "Evil: 1"},
		{"a\r\n", "a"},
		{"a\n \n\n", "a"},
	}
	for _, tt := range tests {
		m := parse(t, simpleMail)
		must(t, m.Header().Set("X-I", tt.value))
		if m.Header().Has("Evil") {
			t.Errorf("%q: field injected", tt.value)
		}
		again := parse(t, raw(t, m))
		if again.Header().Has("Evil") {
			t.Errorf("%q: field injected in the bytes", tt.value)
		}
		if got := string(m.Header().Bytes()); !strings.HasSuffix(got, "\r\nX-I: "+tt.want+"\r\n") {
			t.Errorf("%q: written %q", tt.value, got)
		}
	}
}

func TestHeaderEncoding(t *testing.T) {
	long := strings.Repeat("ü", 60)
	tests := []struct{ name, value, want string }{
		{"From", "Jörg <j@x.example>", "From: =?utf-8?q?J=C3=B6rg?= <j@x.example>\r\n"},
		{"From", `"Jörg Müller" <j@x.example>`, "From: =?utf-8?q?J=C3=B6rg_M=C3=BCller?= <j@x.example>\r\n"},
		{"To", "Ann <a@x>, Jörg Über <j@x>, b@y (für B)", "To: Ann <a@x>, =?utf-8?q?J=C3=B6rg_=C3=9Cber?= <j@x>, b@y\r\n (=?utf-8?q?f=C3=BCr_B?=)\r\n"},
		{"Cc", "Jörg<j@x>", "Cc: =?utf-8?q?J=C3=B6rg?= <j@x>\r\n"},
		{"Cc", "jörg@x", "Cc: jörg@x\r\n"},
		{"X-Any", "Jörg <j@x>", "X-Any: =?utf-8?q?J=C3=B6rg_<j@x>?=\r\n"},
		{"Subject", "=?utf-8?q?as_given?=", "Subject: =?utf-8?q?as_given?=\r\n"},
		{"Subject", "日本", "Subject: =?utf-8?b?5pel5pys?=\r\n"},
		{"Subject", "a\xff", "Subject: =?unknown-8bit?b?Yf8=?=\r\n"},
	}
	for _, tt := range tests {
		m := New(nil, mailTime)
		must(t, m.Header().Set(tt.name, tt.value))
		if got := string(m.Header().Bytes()); got != tt.want {
			t.Errorf("%s: %q\n got %q\nwant %q", tt.name, tt.value, got, tt.want)
		}
	}
	m := New(nil, mailTime)
	must(t, m.Header().Set("Subject", long))
	if got := m.Header().Get("Subject"); got != long {
		t.Errorf("long value read as %q", got)
	}
	for _, line := range strings.Split(string(m.Header().Bytes()), "\r\n") {
		if len(line) > 76 {
			t.Errorf("line of %d bytes: %q", len(line), line)
		}
	}
}

func TestHeaderFolding(t *testing.T) {
	words := strings.TrimSpace(strings.Repeat("word ", 60))
	token := strings.Repeat("x", 900)
	tests := []struct {
		name, value string
		exact       bool // read back as it was set
	}{
		{"words", words, true},
		{"double spaces", strings.Repeat("a  ", 60) + "a", true},
		{"long token", token, true},
		{"token between words", "a " + token + " b", true},
		{"too long token", strings.Repeat("x", 3000), false},
		{"already folded", words + "\r\n " + words, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := parse(t, simpleMail)
			must(t, m.Header().Append("X-Fold", tt.value))
			got := parse(t, raw(t, m)).Header().Get("X-Fold")
			if tt.exact && got != tt.value {
				t.Errorf("read as %q", got)
			}
			if strings.ReplaceAll(got, " ", "") != strings.NewReplacer(" ", "", "\r\n", "").Replace(tt.value) {
				t.Errorf("characters changed: %q", got)
			}
			for _, line := range strings.Split(raw(t, m), "\r\n") {
				if len(line) > 998 {
					t.Errorf("line of %d bytes", len(line))
				}
			}
		})
	}
	m := New(nil, mailTime)
	must(t, m.Header().Set("X-Fold", words))
	lines := strings.Split(strings.TrimSuffix(string(m.Header().Bytes()), "\r\n"), "\r\n")
	for i, line := range lines {
		if len(line) > 76 || i+1 < len(lines) && len(line) < 70 {
			t.Errorf("line of %d bytes: %q", len(line), line)
		}
	}
}

func TestHeaderIdenticalSetIsNoEdit(t *testing.T) {
	m := parse(t, "A: 1\r\nX: v\r\n\r\nbody")
	must(t, m.Header().Set("X", "v"))
	if m.top.edited {
		t.Error("marked as edited")
	}
}

func TestHeaderAddRaw(t *testing.T) {
	m := parse(t, simpleMail)
	must(t, m.Header().AddRaw([]byte("DKIM-Signature: v=1;\r\n\tb=abc\r\n")))
	if got := raw(t, m); got != "DKIM-Signature: v=1;\r\n\tb=abc\r\n"+simpleMail {
		t.Errorf("got:\n%s", got)
	}
	for _, bad := range []string{"", "no field", "A: 1\r\nB: 2\r\n", "A: 1\r\n\r\n", " x: y"} {
		if err := m.Header().AddRaw([]byte(bad)); err == nil {
			t.Errorf("%q accepted", bad)
		}
	}
}

func TestAddressHeader(t *testing.T) {
	m := parse(t, "To: =?utf-8?q?a=2C?= <u+d@x.org>, foo\r\nTo: g: b@y.org;\r\n\r\n")
	got := m.Header().AddressParts("to", 4, false)
	if diff := cmp.Diff([]string{"x.org", "y.org"}, got); diff != "" {
		t.Error(diff)
	}
}
