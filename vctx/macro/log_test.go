package macro_test

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/gomsys/gomsys/vctx"
	"github.com/gomsys/gomsys/vctx/macro"
)

func delivery() *macro.LogEvent {
	v := vctx.NewContext(vctx.NewConn(vctx.Conn{}), nil)
	v.Set(vctx.ConnScope, "k", "conn")
	v.Set(vctx.MessScope, "k", "mess")
	return &macro.LogEvent{
		Time:       noon,
		AuthMethod: "LOGIN", AuthUser: "u@x",
		Binding: "b1", BindingGroup: "g1", Pathway: "path", PathwayGroup: "pg",
		MessageID: "20/00-25593-945A87F3", BatchID: "00/00-03736-F4101B54",
		InboundConnID: "00/00-04532-A3456B54", OutboundConnID: "01/00-04533-B3456B54",
		Size: 201, Attempts: 3, Queued: 1234567 * time.Microsecond,
		MailFrom: "info@postalengine.com", RcptTo: `"b@b"@example.fict`,
		RoutingDomain: "example.fict", RemoteIP: netip.MustParseAddr("::ffff:10.0.1.1"), MXHost: "mx1.example.fict",
		Text: "550 no\r\nsuch user", BounceClassName: "Invalid Recipient", BounceClass: 10,
		Stage: macro.StageRcptTo, Protocol: "esmtp",
		Header: func(name string) string {
			return map[string]string{"Subject": "hello\nworld", "X-A": "1"}[name]
		},
		Vars: v,
	}
}

func TestExpandLog(t *testing.T) {
	for format, want := range map[string]string{
		"%A %U":                       "LOGIN u@x",
		"%b %g %P %PG":                "b1 g1 path pg",
		"%B@%BI":                      "201@00/00-03736-F4101B54",
		"%CI %OC %C %c":               "00/00-04532-A3456B54 01/00-04533-B3456B54 10 Invalid Recipient",
		"%i":                          "20/00-25593-945A87F3",
		"%m@%M %r@%R":                 `info@postalengine.com "b@b"@example.fict`,
		"%d %H %mx":                   "example.fict 10.0.1.1 mx1.example.fict",
		"%h{Subject}|%h{X-A}|%h{No}|": "hello world|1||",
		"%n":                          "550 no  such user",
		"%s=%S":                       "during RCPT TO=4",
		"%N %p":                       "3 esmtp",
		"%t":                          "1709206496",
		"%t{%Y-%m-%d %H:%M:%S}":       "2024-02-29 12:34:56",
		"%t{}|":                       "|",
		"%us{1} %us{3} %us{6}":        "1709206496.7 1709206496.789 1709206496.789012",
		"%us{0} %us{7} %us %us{x}":    "%us{0} %us{7} %us %us{x}",
		"%T %T{0} %T{3} %T{9}":        "1.23 1 1.235 1.234567000",
		"%T{x}":                       "1.23{x}",
		"%vctx_conn{k}/%vctx_mess{k}/%vctx_mess{no}/": "conn/mess//",
		"%vctx_conn":                       "%vctx_conn",
		"%%t %":                            "%t %",
		"%":                                "%",
		"%Q %é":                            "%Q %é",
		"":                                 "",
		"%t{%Y":                            "1709206496{%Y",
		"%h{X-A":                           "%h{X-A",
		"%ix":                              "20/00-25593-945A87F3x",
		"%p@%s@%BI":                        "esmtp@during RCPT TO@00/00-03736-F4101B54",
		"%t@%i@R@%r@%R":                    `1709206496@20/00-25593-945A87F3@R@"b@b"@example.fict`,
		"%outbound_tls":                    "%outbound_tls",
		strings.Repeat("%BI", 2) + "%BIBI": "00/00-03736-F4101B5400/00-03736-F4101B5400/00-03736-F4101B54BI",
	} {
		got, err := expander(macro.Options{}).ExpandLog(t.Context(), format, delivery())
		if err != nil || got != want {
			t.Errorf("%q\n got %q, %v\nwant %q", format, got, err, want)
		}
	}
}

// A connection that is refused has an address, a text and a time.
func TestExpandLogBeforeMailFrom(t *testing.T) {
	ev := &macro.LogEvent{Time: noon, RemoteIP: netip.MustParseAddr("10.79.11.157"), Text: "relaying denied"}
	format := "%p @ %s @ %BI @ %A @ %U @ %n @ %h{Subject} @ %r @ %R @ %m @ %M @ %i @ %t @ %t{%Y-%m-%d} @ %H @ %mx @ %S"
	want := "unknown @  @ 00/00-00000-00000000 @  @  @ relaying denied @  @  @  @  @  @ 00/00-00000-00000000 @ 1709206496 @ 2024-02-29 @ 10.79.11.157 @  @ 22"
	got, err := expander(macro.Options{}).ExpandLog(t.Context(), format, ev)
	if err != nil || got != want {
		t.Errorf("\n got %q, %v\nwant %q", got, err, want)
	}
	if got, _ := expander(macro.Options{}).ExpandLog(t.Context(), "[%B%N%T%T{1}%C%c%d%b%g%vctx_conn{a}%CI%OC]", ev); got != "[]" {
		t.Errorf("got %q", got)
	}
	if got, _ := expander(macro.Options{}).ExpandLog(t.Context(), "%t %H", &macro.LogEvent{}); got != "1709206496 " {
		t.Errorf("zero event: %q", got)
	}
}

func TestLogNamespaces(t *testing.T) {
	e := expander(macro.Options{})
	for name, value := range map[string]string{"mymacros:mydate": "DATE", "mymacros:mydatelong": "LONG", "sieve:x": "SIEVE", "mymacros:x": "MINE", "sieve:t_*": "T"} {
		err := e.Register(name, func(_ context.Context, _ *vctx.Context, arg string) (string, error) {
			return value + "(" + arg + ")", nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	ev := delivery()
	ev.TLS = &macro.OutboundTLS{Use: macro.TLSOn, Type: "required", LocalIP: "1.2.3.4", Cipher: "AES\n256"}
	for _, tt := range []struct{ namespaces, format, want string }{
		{"", "%x %mydate", "SIEVE() info" + "ydate"},
		{"custom_logger,sieve,mymacros", "%x %mydate|%mydatelong|%mydatelon", "SIEVE() DATE()|LONG()|DATE()lon"},
		{"mymacros,sieve,custom_logger", "%x %m", "MINE() info"},
		{"custom_logger,sieve", "%t_abc %t_ %t", "T(abc) 1709206496_ 1709206496"},
		{"custom_logger,mymacros", "%mydate{arg}", "DATE(arg)"},
		{"custom_logger,sieve,outbound_tls", "%R%local_ip@%outbound_tls@%outbound_tls_type@%outbound_tls_cipher @%outbound_tls_cipher_algbits@%outbound_tls_nosuch",
			"example.fict1.2.3.4@TLS@required@AES 256 @@TLS_nosuch"},
		{"spfv1", "%r %d2", "host.example.net "},
		{"custom_logger", "%x", "%x"},
	} {
		var o macro.LogOptions
		if tt.namespaces != "" {
			o.Namespaces = strings.Split(tt.namespaces, ",")
		}
		f, err := e.Log(tt.format, &o)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := f.Expand(t.Context(), ev); err != nil || got != tt.want {
			t.Errorf("%s: %q\n got %q, %v\nwant %q", tt.namespaces, tt.format, got, err, tt.want)
		}
	}
}

// A macro that fails leaves the rest of the line.
func TestLogMacroFails(t *testing.T) {
	e, down := expander(macro.Options{}), errors.New("down")
	err := e.Register("sieve:bad", func(context.Context, *vctx.Context, string) (string, error) { return "", down })
	if err != nil {
		t.Fatal(err)
	}
	if got, err := e.ExpandLog(t.Context(), "%b %bad %g", delivery()); got != "b1  g1" || !errors.Is(err, down) {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestSanitize(t *testing.T) {
	text := "a b\r\n\tc\x00\x1b\x7f\xfc/\\"
	for _, tt := range []struct{ option, want string }{
		{"", "a b  \tc \x1b\x7f\xfc/\\"},
		{"special_characters", "a b\\r\\n\\tc\\000\\033\\177\xfc/\\"},
		{"non_printable", "a b13109c027127252/\\"},
		{"tr/ /_/", "a_b  \tc \x1b\x7f\xfc/\\"},
		{"special_characters,tr/ /_/", "a_b\\r\\n\\tc\\000\\033\\177\xfc/\\"},
		{"tr/a-c/A-C/", "A B  \tC \x1b\x7f\xfc/\\"},
		{`tr/\/\\/|!/`, "a b  \tc \x1b\x7f\xfc|!"},
		{`tr/\n\r\t,/NRTK/,special_characters`, "a bRNTc\\000\\033\\177\xfc/\\"},
		{"tr/abc/x/", "x x  \tx \x1b\x7f\xfc/\\"},
		{"tr/abc//", "a b  \tc \x1b\x7f\xfc/\\"},
		{"tr/a-/X-/", "X b  \tc \x1b\x7f\xfc/\\"},
		{"tr/a/b/, tr/b/c/", "c c  \tc \x1b\x7f\xfc/\\"},
		{`tr/a/\n/`, "  b  \tc \x1b\x7f\xfc/\\"},
	} {
		f, err := expander(macro.Options{}).Log("%n", &macro.LogOptions{Sanitize: tt.option})
		if err != nil {
			t.Errorf("%q: %v", tt.option, err)
			continue
		}
		if got, err := f.Expand(t.Context(), &macro.LogEvent{Text: text}); err != nil || got != tt.want {
			t.Errorf("%q: got %q, %v; want %q", tt.option, got, err, tt.want)
		}
	}
	for _, option := range []string{"special", "tr/a", "tr/a/b", "tr/", "special_characters tr/a/b/"} {
		if _, err := expander(macro.Options{}).Log("", &macro.LogOptions{Sanitize: option}); !errors.Is(err, macro.ErrSanitize) {
			t.Errorf("%q: %v", option, err)
		}
	}
	if _, err := expander(macro.Options{Log: &macro.LogOptions{Sanitize: "x"}}).ExpandLog(t.Context(), "", &macro.LogEvent{}); !errors.Is(err, macro.ErrSanitize) {
		t.Errorf("ExpandLog with a wrong option: %v", err)
	}
}

func TestStages(t *testing.T) {
	for n := range 22 {
		if s := macro.StageNumbered(n); s.Number() != n || s.String() == "" {
			t.Errorf("stage %d: %d %q", n, s.Number(), s)
		}
	}
	for _, s := range []macro.Stage{macro.StageNumbered(22), macro.StageNumbered(-1), macro.StageNumbered(99), 200} {
		if s.Number() != 22 || s.String() != "" {
			t.Errorf("unknown stage: %d %q", s.Number(), s)
		}
	}
	if s := macro.StageConfirmation; s.Number() != 9 || s.String() != "reading confirmation" {
		t.Errorf("stage 9: %d %q", s.Number(), s)
	}
}

func TestStrftime(t *testing.T) {
	sunday := time.Date(2023, 1, 1, 0, 5, 9, 0, time.UTC)
	for _, tt := range []struct {
		at           time.Time
		format, want string
	}{
		{noon, "%a %A %b %B %h", "Thu Thursday Feb February Feb"},
		{noon, "%c|%D|%x|%F|%T|%X|%R|%r", "Thu Feb 29 12:34:56 2024|02/29/24|02/29/24|2024-02-29|12:34:56|12:34:56|12:34|12:34:56 PM"},
		{noon, "%C %y %Y %G %g %V %U %W %u %w %j", "20 24 2024 2024 24 09 08 09 4 4 060"},
		{noon, "%d %e %H %I %k %l %m %M %S %p %P", "29 29 12 12 12 12 02 34 56 PM pm"},
		{noon, "%s %z %Z %% %n%t|", "1709206496 +0100 CET % \n\t|"},
		{sunday, "%C %y %Y %G %g %V %U %W %u %w %j", "20 23 2023 2022 22 52 01 00 7 0 001"},
		{sunday, "%d %e %H %I %k %l %m %M %S %p", "01  1 00 12  0 12 01 05 09 AM"},
		{sunday, "%-d %_d %-H %_j %-m", "1  1 0   1 1"},
		{sunday, "%Q %- %_ %-Q %", "%Q %- %_ %-Q %"},
		{sunday, "%E%-", "%E%-"},
	} {
		got, err := expander(macro.Options{}).ExpandLog(t.Context(), "%t{"+tt.format+"}", &macro.LogEvent{Time: tt.at})
		if err != nil || got != tt.want {
			t.Errorf("%q: got %q, %v; want %q", tt.format, got, err, tt.want)
		}
	}
}

// Nothing that an event holds breaks a line, whatever the format.
func FuzzLogFormat(f *testing.F) {
	f.Add("%t{%Y-%m-%d}@%i@%h{Subject}@%n", "a\nb", "special_characters")
	f.Add("%T{3}%us{6}%vctx_conn{k}%%", "\r\n\x00", "tr/\\n/x/,non_printable")
	f.Add("%mx%m%outbound_tls_cipher{", "é", "")
	e := expander(macro.Options{})
	f.Fuzz(func(t *testing.T, format, value, sanitize string) {
		lf, err := e.Log(format, &macro.LogOptions{Namespaces: []string{"custom_logger", "outbound_tls", "rfc2822"}, Sanitize: sanitize})
		if err != nil {
			if !errors.Is(err, macro.ErrSanitize) {
				t.Fatal(err)
			}
			return
		}
		v := vctx.NewContext(vctx.NewConn(vctx.Conn{}), nil)
		v.Set(vctx.ConnScope, "k", value)
		ev := &macro.LogEvent{
			Time: noon, MessageID: value, BatchID: value, InboundConnID: value, OutboundConnID: value, AuthMethod: value, AuthUser: value,
			Binding: value, BindingGroup: value, Pathway: value, PathwayGroup: value, MailFrom: value, RcptTo: value, RoutingDomain: value,
			MXHost: value, Text: value, BounceClassName: value, Protocol: value, Header: func(string) string { return value }, Vars: v,
			TLS: &macro.OutboundTLS{Type: value, Cipher: value}, Message: mail{headers: value, body: value, utf8: []string{value}},
		}
		got, err := lf.Expand(t.Context(), ev)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.ContainsAny(format, "\r\n\x00") && !strings.Contains(format, "%n") && strings.ContainsAny(got, "\r\n\x00") {
			t.Fatalf("%q with %q: line is broken: %q", format, value, got)
		}
		if !strings.Contains(format, "%") && got != format {
			t.Fatalf("%q became %q", format, got)
		}
	})
}
