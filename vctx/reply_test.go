package vctx_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/vctx"
)

func TestFormatReply(t *testing.T) {
	for _, tt := range []struct {
		code int
		text string
		want []string
	}{
		{550, "5.7.1 a\nb", []string{"550-5.7.1 a", "550 b"}},
		{550, "5.7.1 a\r\nb\r\n", []string{"550-5.7.1 a", "550 b"}},
		{550, "no\r\n250 ok", []string{"550-no", "550 250 ok"}},
		{550, "no\r250 ok", []string{"550 no 250 ok"}},
		{550, "a\x00b\tc\x1bd\x7f", []string{"550 a b c d "}},
		{550, "", []string{"550 "}},
		{550, "\n\n", []string{"550 "}},
		{550, "a\n\nb", []string{"550-a", "550-", "550 b"}},
		{550, "550 5.7.1 twice", []string{"550 550 5.7.1 twice"}},
		{250, "grüße \xff\x80", []string{"250 grüße \xff\x80"}},
		{0, "x", []string{"451 x"}},
		{1000, "x", []string{"451 x"}},
		{-1, "", []string{"451 "}},
	} {
		if diff := cmp.Diff(tt.want, vctx.FormatReply(tt.code, tt.text)); diff != "" {
			t.Errorf("%d %q: %s", tt.code, tt.text, diff)
		}
	}
}

func TestReply(t *testing.T) {
	dirty := vctx.Reply{Code: 421, Lines: []string{"a\r\n250 ok", "b\x00"}}
	if got, want := dirty.String(), "421-a  250 ok\r\n421 b \r\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := (vctx.Reply{Code: 250}).String(); got != "250 \r\n" {
		t.Errorf("no lines: %q", got)
	}
	if diff := cmp.Diff(vctx.Reply{Code: 550, Lines: []string{"5.7.1 a", "b"}}, vctx.NewReply(550, "5.7.1 a\nb")); diff != "" {
		t.Error(diff)
	}
}

func TestSplitReply(t *testing.T) {
	for _, tt := range []struct {
		in   string
		def  int
		code int
		text string
	}{
		{"421 4.7.0 TLS Negotiation failed.", 451, 421, "4.7.0 TLS Negotiation failed."},
		{"550-x", 421, 550, "x"},
		{"550", 421, 550, ""},
		{"550\r\n", 421, 550, ""},
		{"no code", 421, 421, "no code"},
		{"5500 x", 421, 421, "5500 x"},
		{"999 x", 421, 421, "999 x"},
		{"+50 x", 421, 421, "+50 x"},
		{"", 421, 421, ""},
		{"55", 421, 421, "55"},
		{"550 a\r\n250 b", 421, 550, "a\n250 b"},
	} {
		if code, text := vctx.SplitReply(tt.in, tt.def); code != tt.code || text != tt.text {
			t.Errorf("SplitReply(%q) = %d, %q; want %d, %q", tt.in, code, text, tt.code, tt.text)
		}
	}
	if diff := cmp.Diff(vctx.Reply{Code: 550, Lines: []string{"a", "b"}}, vctx.ParseReply("550 a\nb", 421)); diff != "" {
		t.Error(diff)
	}
}

// A refusal's default text has the class of its code.
func TestDefaultText(t *testing.T) {
	for code := 200; code < 600; code++ {
		text := vctx.DefaultText(code)
		if text == "" || strings.ContainsAny(text, "\r\n") {
			t.Errorf("%d: %q", code, text)
		}
		if class := string(rune('0'+code/100)) + "."; code >= 400 && !strings.HasPrefix(text, class) {
			t.Errorf("%d: %q does not begin with %s", code, text, class)
		}
	}
	for state, want := range map[vctx.State]string{
		vctx.StateMailFromResponse: "2.1.0 sender ok", vctx.StateRcptToResponse: "2.1.5 recipient ok",
		vctx.StateBodyResponse: "2.6.0 message accepted", vctx.StateEhloResponse: "2.0.0 OK",
	} {
		if got := state.DefaultText(250); got != want {
			t.Errorf("%v: %q, want %q", state, got, want)
		}
		if got := state.DefaultText(550); got != vctx.DefaultText(550) {
			t.Errorf("%v: 550 %q", state, got)
		}
	}
}

func TestStateNames(t *testing.T) {
	for state, want := range map[vctx.State]string{
		0: "START", 1: "START_RESPONSE", 3: "EHLO_RESPONSE", 5: "MAILFROM_RESPONSE", 7: "RCPTTO_RESPONSE", 10: "BODY_RESPONSE",
		11: "ASYNC_BODY_RESPONSE", 13: "RELAYING_DENIED", 17: "EXTENSION_4", 20: "RCPTTO_LIST_FINAL_RESPONSE", 23: "COUNT", 24: "24", -1: "-1",
	} {
		if got := state.String(); got != want {
			t.Errorf("%d: %s, want %s", int(state), got, want)
		}
	}
	if vctx.StateCount != 23 || vctx.StateAsyncBodyResponse != 11 || vctx.StateRcptListFinalResponse != 20 {
		t.Error("states have other numbers")
	}
}

// Whatever a policy sets, what is sent is one reply.
func FuzzFormatReply(f *testing.F) {
	f.Add(550, "5.7.1 a\nb", "x\r\ny")
	f.Add(0, "\r\n250 ok\r\n", "\r")
	f.Add(99999, "\x00\n\r\n\r", "")
	line := regexp.MustCompile(`^[2-5][0-9]{2}[- ][^\x00-\x1f\x7f]*$`)
	f.Fuzz(func(t *testing.T, code int, text, raw string) {
		for _, r := range []vctx.Reply{vctx.NewReply(code, text), {Code: code, Lines: []string{raw, text}}, vctx.ParseReply(text, code)} {
			wire, ok := strings.CutSuffix(r.String(), "\r\n")
			if !ok {
				t.Fatalf("%q has no line end", r.String())
			}
			lines := strings.Split(wire, "\r\n")
			for i, l := range lines {
				if !line.MatchString(l) {
					t.Fatalf("%q: line %q", r, l)
				}
				if l[:3] != lines[0][:3] || (l[3] == ' ') != (i == len(lines)-1) {
					t.Fatalf("%q is not one reply", wire)
				}
			}
		}
		if again := vctx.CleanText(vctx.CleanText(text)); again != vctx.CleanText(text) {
			t.Fatalf("CleanText(%q) is cleaned further", text)
		}
	})
}
