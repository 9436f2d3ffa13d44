package vctx_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/gomsys/gomsys/vctx"
)

func TestParsePath(t *testing.T) {
	for _, tt := range []struct {
		line string
		want vctx.Path
	}{
		{"MAIL FROM:<peter@kubuntu.lan>", vctx.Path{Address: "peter@kubuntu.lan", Local: "peter", Domain: "kubuntu.lan"}},
		{"MAIL FROM:<>", vctx.Path{}},
		{"mail from: <> BODY=8BITMIME\r\n", vctx.Path{Params: []string{"BODY=8BITMIME"}}},
		{"Mail  From:<A.B@X.Org> SIZE=1000  SMTPUTF8", vctx.Path{Address: "A.B@X.Org", Local: "A.B", Domain: "X.Org", Params: []string{"SIZE=1000", "SMTPUTF8"}}},
		{"RCPT TO:<postmaster>", vctx.Path{Address: "postmaster", Local: "postmaster"}},
		{"RCPT TO:user@x.org", vctx.Path{Address: "user@x.org", Local: "user", Domain: "x.org"}},
		{"RCPT TO:user@x.org NOTIFY=NEVER", vctx.Path{Address: "user@x.org", Local: "user", Domain: "x.org", Params: []string{"NOTIFY=NEVER"}}},
		{"<user@x.org>", vctx.Path{Address: "user@x.org", Local: "user", Domain: "x.org"}},
		{"user@x.org", vctx.Path{Address: "user@x.org", Local: "user", Domain: "x.org"}},
		{"", vctx.Path{}},
		{`RCPT TO:<"john doe"@x.org>`, vctx.Path{Address: `"john doe"@x.org`, Local: `"john doe"`, Domain: "x.org"}},
		{`RCPT TO:<"a@b>\"c"@x.org> A=B`, vctx.Path{Address: `"a@b>\"c"@x.org`, Local: `"a@b>\"c"`, Domain: "x.org", Params: []string{"A=B"}}},
		{`RCPT TO:"a b"@x.org`, vctx.Path{Address: `"a b"@x.org`, Local: `"a b"`, Domain: "x.org"}},
		{"RCPT TO:<@relay.example,@b.example:user@x.org>", vctx.Path{Address: "user@x.org", Local: "user", Domain: "x.org"}},
		{"RCPT TO:<@[IPv6:2001:db8::1]:user@x.org>", vctx.Path{Address: "user@x.org", Local: "user", Domain: "x.org"}},
		{"MAIL FROM:<u@[192.0.2.1]>", vctx.Path{Address: "u@[192.0.2.1]", Local: "u", Domain: "[192.0.2.1]"}},
		{"MAIL FROM:<u@[IPv6:2001:db8::1]>", vctx.Path{Address: "u@[IPv6:2001:db8::1]", Local: "u", Domain: "[IPv6:2001:db8::1]"}},
		{"MAIL FROM:<müller@bücher.example>", vctx.Path{Address: "müller@bücher.example", Local: "müller", Domain: "bücher.example"}},
		{"MAIL FROM:<m\xfcller@b\xfccher.example>", vctx.Path{Address: "m\xfcller@b\xfccher.example", Local: "m\xfcller", Domain: "b\xfccher.example"}},
		{"MAIL FROM:<bounce+a=b.org@x_y.org>", vctx.Path{Address: "bounce+a=b.org@x_y.org", Local: "bounce+a=b.org", Domain: "x_y.org"}},
		{"MAIL FROM:<.a..b.@x.org>", vctx.Path{Address: ".a..b.@x.org", Local: ".a..b.", Domain: "x.org"}},
		{"MAIL FROM:<a!b%c/d@x.org>", vctx.Path{Address: "a!b%c/d@x.org", Local: "a!b%c/d", Domain: "x.org"}},
	} {
		got, err := vctx.ParsePath(tt.line)
		if diff := cmp.Diff(tt.want, got, cmpopts.EquateEmpty()); diff != "" || err != nil {
			t.Errorf("%q: %v\n%s", tt.line, err, diff)
		}
	}
}

// Of a wrong line as much is read as can be.
func TestParsePathErrors(t *testing.T) {
	for line, address := range map[string]string{
		"MAIL FROM:<a@b":                                "a@b",
		"MAIL FROM:<a@b>c":                              "a@b",
		"MAIL FROM:<a b@x.org>":                         "a b@x.org",
		"MAIL FROM:<a@b@c>":                             "a@b@c",
		"MAIL FROM:<@>":                                 "",
		"MAIL FROM:<@relay.example>":                    "",
		"MAIL FROM:<@relay.example:>":                   "",
		"MAIL FROM:<a@>":                                "a@",
		"MAIL FROM:<@x.org:@y.org>":                     "@y.org",
		"MAIL FROM:<a@x..org>":                          "a@x..org",
		"MAIL FROM:<a@.org>":                            "a@.org",
		"MAIL FROM:<a@x.org.>":                          "a@x.org.",
		"MAIL FROM:<a@x org>":                           "a@x org",
		"MAIL FROM:<a@[192.0.2.1>":                      "a@[192.0.2.1",
		"MAIL FROM:<a@[]>":                              "a@[]",
		"MAIL FROM:<a@[x]y>":                            "a@[x]y",
		`MAIL FROM:<"a@x.org>`:                          `"a@x.org>`,
		`MAIL FROM:<"a"b@x.org>`:                        `"a"b@x.org`,
		`MAIL FROM:<"a\"@x.org>`:                        `"a\"@x.org>`,
		"MAIL FROM:<a\r\nRCPT TO:<x@y.org>>":            "a\r\nRCPT TO:<x@y.org",
		"RCPT TO:<a\x00@x.org>":                         "a\x00@x.org",
		"RCPT TO:<a@x\x7f.org>":                         "a@x\x7f.org",
		"a@x.org b@x.org":                               "a@x.org",
		"<a@x.org> A=B -X=Y":                            "a@x.org",
		"<a@x.org> =Y":                                  "a@x.org",
		"<a@x.org> A=\x00":                              "a@x.org",
		"RCPT TO:<a,b@x.org>":                           "a,b@x.org",
		"RCPT TO:<" + strings.Repeat("a", 1000) + "@x>": strings.Repeat("a", 1000) + "@x",
	} {
		got, err := vctx.ParsePath(line)
		if !errors.Is(err, vctx.ErrPath) || got.Address != address {
			t.Errorf("%q: %q, %v; want %q", line, got.Address, err, address)
		}
	}
}

func TestSplitAddress(t *testing.T) {
	for addr, want := range map[string][2]string{
		"a@b":       {"a", "b"},
		"a":         {"a", ""},
		"":          {"", ""},
		`"a@b"@c`:   {`"a@b"`, "c"},
		`"a@b"`:     {`"a@b"`, ""},
		`"a\"@b"@c`: {`"a\"@b"`, "c"},
		"a@b@c":     {"a@b", "c"},
		`"a@b`:      {`"a`, "b"},
	} {
		if l, d := vctx.SplitAddress(addr); l != want[0] || d != want[1] {
			t.Errorf("SplitAddress(%q) = %q, %q; want %q", addr, l, d, want)
		}
	}
}

func TestSameAddress(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"a@x.org", "a@X.ORG", true}, {"a@x.org", "A@x.org", false}, {"a@x.org", "a@y.org", false}, {"", "", true}, {"a", "a@", true}, {"a", "a@x", false},
	} {
		if got := vctx.SameAddress(tt.a, tt.b); got != tt.want {
			t.Errorf("SameAddress(%q, %q) = %v", tt.a, tt.b, got)
		}
	}
}

func TestCommandLines(t *testing.T) {
	for got, want := range map[string]string{
		vctx.MailFromLine("peter@kubuntu.lan"):                 "MAIL FROM:<peter@kubuntu.lan>",
		vctx.MailFromLine(""):                                  "MAIL FROM:<>",
		vctx.MailFromLine("<>"):                                "MAIL FROM:<>",
		vctx.MailFromLine("<a@b>", "SIZE=10", "BODY=8BITMIME"): "MAIL FROM:<a@b> SIZE=10 BODY=8BITMIME",
		vctx.RcptToLine(`"<x>"@b`, "NOTIFY=NEVER"):             `RCPT TO:<"<x>"@b> NOTIFY=NEVER`,
		vctx.PathOf("RCPT TO:<@a:b@c> X=Y"):                    "b@c",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// What is read without an error is a mailbox of the text, has no control
// bytes, and is read the same again.
func FuzzParsePath(f *testing.F) {
	for _, s := range []string{
		"MAIL FROM:<peter@kubuntu.lan>", "MAIL FROM:<> SIZE=1", `rcpt to:<"a@b>\"c"@x.org> A=B`, "<@[IPv6:::1],@b:user@[192.0.2.1]>",
		"MAIL FROM:<a\r\nQUIT", "m\xfcller@b\xfccher.example", "@a:@b:c", `"`, `"\`, "a@[", "RCPT TO:", ":", "<>", "<<a>>",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) {
		p, err := vctx.ParsePath(line)
		if !strings.Contains(line, p.Address) {
			t.Fatalf("%q: address %q is not in it", line, p.Address)
		}
		joined := p.Local
		if len(p.Address) > len(p.Local) {
			joined += "@" + p.Domain
		}
		if joined != p.Address {
			t.Fatalf("%q: %q is not %q at %q", line, p.Address, p.Local, p.Domain)
		}
		if valid := vctx.ValidAddress(p.Address); err == nil && !valid {
			t.Fatalf("%q: %q is not valid", line, p.Address)
		}
		if err != nil {
			if !errors.Is(err, vctx.ErrPath) {
				t.Fatal(err)
			}
			return
		}
		for i := range len(p.Address) {
			if c := p.Address[i]; c < ' ' || c == 0x7f {
				t.Fatalf("%q: control byte in %q", line, p.Address)
			}
		}
		for _, again := range []string{vctx.RcptToLine(p.Address, p.Params...), vctx.MailFromLine(p.Address), "<" + p.Address + ">"} {
			q, err := vctx.ParsePath(again)
			if err != nil || q.Address != p.Address || q.Local != p.Local || q.Domain != p.Domain {
				t.Fatalf("%q, read as %q, is read as %q, %v", line, again, q.Address, err)
			}
		}
	})
}
