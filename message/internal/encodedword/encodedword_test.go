package encodedword

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestEncode(t *testing.T) {
	tests := []struct {
		in    string
		where Context
		first int
		want  string
	}{
		{"Jörg", Phrase, 75, "=?utf-8?q?J=C3=B6rg?="},
		{"ö.bcd", Phrase, 75, "=?utf-8?q?=C3=B6=2Ebcd?="},
		{"ö.b, c", Text, 75, "=?utf-8?q?=C3=B6.b,_c?="},
		{"ö=?_", Text, 75, "=?utf-8?b?w7Y9P18=?="},
		{"日本語", Text, 75, "=?utf-8?b?5pel5pys6Kqe?="},
		{"\xff", Text, 75, "=?unknown-8bit?b?/w==?="},
		{"", Text, 75, ""},
	}
	for _, tt := range tests {
		if got := Encode(tt.in, tt.where, tt.first); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.in, got, tt.want)
		}
	}
}

// FuzzEncode checks that what is encoded decodes to what it was, in words that
// are not too long.
func FuzzEncode(f *testing.F) {
	for _, s := range []string{"Jörg", "日本語", "a b", "=?utf-8?q?x?=", strings.Repeat("ö", 100), "\xff"} {
		f.Add(s, true, 75)
	}
	f.Fuzz(func(t *testing.T, s string, phrase bool, first int) {
		where := Text
		if phrase {
			where = Phrase
		}
		enc := Encode(s, where, first)
		for _, w := range strings.Fields(enc) {
			if len(w) > MaxLength {
				t.Errorf("word %q", w)
			}
		}
		if utf8.ValidString(s) && Decode(enc) != s {
			t.Errorf("%q encoded is %q and decoded %q", s, enc, Decode(enc))
		}
	})
}

// FuzzDecode checks that text without encoded-words stays as it is, and that
// decoding does not make text longer than its charset can.
func FuzzDecode(f *testing.F) {
	for _, s := range []string{"=?utf-8?q?a?= =?utf-8?b?YQ==?=", "=?=?utf-8?q?a?=", "=?utf-16?b?AAA=?=", "=?x?q??="} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Decode(s)
		if !strings.Contains(s, "=?") && got != s {
			t.Errorf("%q has become %q", s, got)
		}
		if len(got) > 4*len(s) {
			t.Errorf("%d bytes have become %d", len(s), len(got))
		}
	})
}
