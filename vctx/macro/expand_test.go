package macro_test

import (
	"context"
	"errors"
	"io"
	"net/netip"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/vctx"
	"github.com/gomsys/gomsys/vctx/macro"
	"github.com/gomsys/gomsys/vctx/pbp"
)

var noon = time.Date(2024, 2, 29, 12, 34, 56, 789012345, time.FixedZone("CET", 3600))

// session makes the context of a session with EHLO mx.example.org.
func session(t testing.TB, peer, mailFrom string) *vctx.Context {
	t.Helper()
	v := vctx.NewContext(vctx.NewConn(vctx.Conn{Remote: netip.MustParseAddrPort(peer)}), nil)
	v.SetEhlo("EHLO mx.example.org")
	v.SetMailFrom(vctx.MailFromLine(mailFrom))
	return v
}

func expander(o macro.Options) *macro.Expander {
	o.Hostname = "host.example.net"
	o.Now = func() time.Time { return noon }
	return macro.New(&o)
}

func TestExpand(t *testing.T) {
	var unknown []string
	e := expander(macro.Options{Unknown: func(_, name string) { unknown = append(unknown, name) }})
	v := session(t, "192.0.2.7:4321", "strong-bad@email.example.com")
	v.Set(vctx.MessScope, "key", "of the message")
	v.Set(vctx.ConnScope, "key", "of the connection")
	v.Set(vctx.ConnScope, "conn_key", "c")
	v.Set(vctx.MessScope, "empty", "")
	v.Set(vctx.MessScope, "i", "shadowed")
	v.Set(vctx.MessScope, "macro", "%{i}")
	tests := []struct {
		text, want string
		unknown    []string
	}{
		{
			text:    "%{i} %{spfv1:ir}.%{spfv1:v} %{vctx_conn:ehlo_domain} %{vctx_conn:no||none} %{nosuch:x} 5%",
			want:    "192.0.2.7 7.2.0.192.in-addr mx.example.org none %{nosuch:x} 5%",
			unknown: []string{"nosuch:x"},
		},
		{text: "%{spfv1:lr-}", want: "bad.strong"},
		{text: "%{spfv1:d2}", want: "example.com"},
		{text: "%{spfv1:l1r-}", want: "strong"},
		{text: "no macros", want: "no macros"},
		{text: "", want: ""},
		{text: "100% \x00\xff%", want: "100% \x00\xff%"},
		{text: "%%{i}", want: "%{i}"},
		{text: "%%%{i}", want: "%%{i}"},
		{text: "%%%%{i}", want: "%%%{i}"},
		{text: "%%", want: "%%"},
		{text: "%{i", want: "%{i"},
		{text: "%{i %%{ % %%{", want: "%{i %{ % %{"},
		{text: "%{i %{i}", want: "%{i %{i}", unknown: []string{"i %{i"}},
		{text: "%{}", want: "%{}", unknown: []string{""}},
		{text: "%{||x}", want: "%{||x}", unknown: []string{""}},
		{text: "a}b{c}", want: "a}b{c}"},
		{text: "%{key}", want: "of the message"},
		{text: "%{conn_key}%{empty}|", want: "c|"},
		{text: "%{i}", want: "192.0.2.7"},
		{text: "%{mailfrom_localpart}@%{mailfrom_domain}", want: "strong-bad@email.example.com"},
		{text: "%{rcptto_domain}", want: "%{rcptto_domain}", unknown: []string{"rcptto_domain"}},
		{text: "%{rcptto_domain||-}", want: "-"},
		{text: "%{empty||-}%{empty||}|", want: "-|"},
		{text: "%{key||-}", want: "of the message"},
		{text: "%{vctx_mess:a||b||c}", want: "b||c"},
		{text: "%{nosuch:x||-}", want: "%{nosuch:x||-}", unknown: []string{"nosuch:x"}},
		{text: "%{vctx_mess:macro}", want: "%{i}"},
		{text: "%{vctx_mess:}%{vctx_conn:}|", want: "|"},
		{text: "%{vctx_conn:a:b}|", want: "|"},
		{text: "%{rfc822:date}", want: "Thu, 29 Feb 2024 12:34:56 +0100"},
		{text: "%{rfc822:Date}", want: "%{rfc822:Date}", unknown: []string{"rfc822:Date"}},
		{text: "%{outbound_tls:outbound_tls}%{outbound_tls:outbound_tls_verified}|", want: "|"},
		{text: "%{outbound_tls:x}", want: "%{outbound_tls:x}", unknown: []string{"outbound_tls:x"}},
		{text: "%{rfc2822:message}%{rfc2822:text,1,2}%{rfc2822:part,1}|", want: "|"},
		{text: "%{custom_logger:H} %{custom_logger:m} %{custom_logger:t,%Y}", want: "192.0.2.7 strong-bad 2024"},
		{text: "%{custom_logger:vctx_conn,ehlo_domain} %{custom_logger:us,3}", want: "mx.example.org 1709206496.789"},
		{text: "%{custom_logger:zz}", want: "%{custom_logger:zz}", unknown: []string{"custom_logger:zz"}},
		{text: "%{spfv1:x}", want: "%{spfv1:x}", unknown: []string{"spfv1:x"}},
	}
	for _, tt := range tests {
		// A site of its own for each text, so that every report is seen.
		unknown = nil
		got, err := e.Expand(t.Context(), &macro.Subject{Context: v, Site: tt.text}, tt.text)
		if err != nil || got != tt.want {
			t.Errorf("Expand(%q)\n got %q, %v\nwant %q", tt.text, got, err, tt.want)
		}
		if diff := cmp.Diff(tt.unknown, unknown); diff != "" {
			t.Errorf("Expand(%q): unknown: %s", tt.text, diff)
		}
	}
}

func TestExpandOutsideOfSession(t *testing.T) {
	e := expander(macro.Options{PTR: func(context.Context, netip.Addr, string) string { return "ptr" }})
	for _, sub := range []*macro.Subject{nil, {}} {
		text := "[%{s}%{l}%{o}%{d}%{i}%{p}%{v}%{h}%{c}%{vctx_conn:a}%{vctx_mess:a}%{rfc2822:headers}%{custom_logger:H}] %{t} %{r}"
		got, err := e.Expand(t.Context(), sub, text)
		if want := "[] 1709206496 host.example.net"; err != nil || got != want {
			t.Errorf("got %q, %v; want %q", got, err, want)
		}
	}
	unix := vctx.NewContext(vctx.NewConn(vctx.Conn{RemotePath: "/run/smtp.sock"}), nil)
	if got, err := e.Expand(t.Context(), &macro.Subject{Context: unix}, "[%{i}%{c}%{v}%{p}%{custom_logger:H}]"); got != "[]" || err != nil {
		t.Errorf("UNIX socket: %q, %v", got, err)
	}
}

// The Vars of a subject are those of the message at hand, not the session's.
func TestExpandVars(t *testing.T) {
	session, message := session(t, "192.0.2.7:4321", "a@session.example"), session(t, "192.0.2.9:25", "b@message.example")
	got, err := expander(macro.Options{}).Expand(t.Context(), &macro.Subject{Context: session, Vars: message}, "%{s} %{i} %{mailfrom_domain}")
	if want := "b@message.example 192.0.2.7 message.example"; err != nil || got != want {
		t.Errorf("got %q, %v; want %q", got, err, want)
	}
}

func TestUnknownIsReportedOncePerSite(t *testing.T) {
	var got []string
	e := expander(macro.Options{Unknown: func(site, name string) { got = append(got, site+" "+name) }})
	for range 3 {
		for _, site := range []string{"a.lua:1", "b.lua:2"} {
			if _, err := e.Expand(t.Context(), &macro.Subject{Site: site}, "%{x:y} %{x:y} %{zz}"); err != nil {
				t.Fatal(err)
			}
		}
	}
	if diff := cmp.Diff([]string{"a.lua:1 x:y", "a.lua:1 zz", "b.lua:2 x:y", "b.lua:2 zz"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestRegister(t *testing.T) {
	e := expander(macro.Options{})
	add := func(name string) {
		t.Helper()
		err := e.Register(name, func(_ context.Context, v *vctx.Context, arg string) (string, error) {
			return name + "(" + arg + ")", nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"foo:*", "foo:bar*", "foo:bar", "*:end", "x_*", "d2", "vctx_conn:special", "key*"} {
		add(name)
	}
	v := session(t, "192.0.2.7:4321", "a@email.example.com")
	v.Set(vctx.MessScope, "key", "value")
	v.Set(vctx.ConnScope, "special", "variable")
	for text, want := range map[string]string{
		"%{foo:}":              "%{foo:}", // * is one character or more
		"%{foo:a b}":           "foo:*(a b)",
		"%{foo:bar}":           "foo:bar()",
		"%{foo:bars}":          "foo:bar*(s)",
		"%{any:end}":           "*:end(any)",
		"%{foo:end}":           "foo:*(end)", // of the same length: the older
		"%{x_1}":               "x_*(1)",
		"%{x_}":                "%{x_}",
		"%{d2}":                "d2()", // before the SPF macro
		"%{spfv1:d2}":          "example.com",
		"%{vctx_conn:special}": "vctx_conn:special()", // before the built-in
		"%{key}":               "value",
		"%{keys}":              "key*(s)",
	} {
		if got, err := e.Expand(t.Context(), &macro.Subject{Context: v}, text); err != nil || got != want {
			t.Errorf("Expand(%q) = %q, %v; want %q", text, got, err, want)
		}
	}
	if err := e.Register("foo:*", func(context.Context, *vctx.Context, string) (string, error) { return "new", nil }); err != nil {
		t.Fatal(err)
	}
	if got, _ := e.Expand(t.Context(), nil, "%{foo:x}"); got != "new" {
		t.Errorf("replaced macro gives %q", got)
	}
	for _, name := range []string{"", "a*b*", "a}", "{", "a||b"} {
		err := e.Register(name, func(context.Context, *vctx.Context, string) (string, error) { return "", nil })
		if !errors.Is(err, macro.ErrPattern) {
			t.Errorf("Register(%q): %v", name, err)
		}
	}
	if err := e.Register("nil", nil); !errors.Is(err, macro.ErrPattern) {
		t.Errorf("Register without function: %v", err)
	}
}

func TestMayBlock(t *testing.T) {
	e := expander(macro.Options{})
	if err := e.Register("my:*", func(context.Context, *vctx.Context, string) (string, error) { return "", nil }); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]bool{
		"": false, "p": false, "%{i} %{spfv1:d2}": false, "%%{p}": false, "%{p": false, "%{vctx_mess:p}": false, "%{pathway}": false,
		"%{p}": true, "%%{ %{P2r-||x}": true, "%{i}%{spfv1:p}": true, "%{my:x}": true, "%{my:}": false, "%{rfc822:p}": false,
	} {
		if got := e.MayBlock(text); got != want {
			t.Errorf("MayBlock(%q) = %v", text, got)
		}
	}
}

func TestMacroGetsContext(t *testing.T) {
	e := expander(macro.Options{})
	type key struct{}
	cause := errors.New("down")
	err := e.Register("my:*", func(ctx context.Context, v *vctx.Context, arg string) (string, error) {
		if arg == "fail" {
			return "", cause
		}
		return ctx.Value(key{}).(string) + v.Get(vctx.ConnScope, "ehlo_domain"), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	sub := &macro.Subject{Context: session(t, "192.0.2.7:25", "")}
	ctx := context.WithValue(t.Context(), key{}, "ctx ")
	if got, err := e.Expand(ctx, sub, "%{my:x}"); got != "ctx mx.example.org" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
	if got, err := e.Expand(ctx, sub, "a %{my:fail||b}"); got != "" || !errors.Is(err, cause) {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestMaxSize(t *testing.T) {
	v := vctx.NewContext(vctx.NewConn(vctx.Conn{}), nil)
	v.Set(vctx.ConnScope, "big", strings.Repeat("x", 1000))
	text := strings.Repeat("%{vctx_conn:big}", 10)
	if _, err := expander(macro.Options{MaxSize: 9999}).Expand(t.Context(), &macro.Subject{Context: v}, text); !errors.Is(err, macro.ErrTooLarge) {
		t.Errorf("error %v", err)
	}
	for _, limit := range []int{10000, -1, 0} {
		if got, err := expander(macro.Options{MaxSize: limit}).Expand(t.Context(), &macro.Subject{Context: v}, text); err != nil || len(got) != 10000 {
			t.Errorf("MaxSize %d: %d bytes, %v", limit, len(got), err)
		}
	}
}

// The examples of RFC 7208 section 7.4, and what it leaves open.
func TestSPFMacros(t *testing.T) {
	ptr := map[string][]string{"192.0.2.3": {"mx.example.org."}}
	r := resolver{ptr: ptr, host: map[string][]string{"mx.example.org": {"192.0.2.3"}}}
	e := expander(macro.Options{PTR: func(ctx context.Context, ip netip.Addr, domain string) string {
		return pbp.ValidatedName(ctx, r, ip, domain)
	}})
	v4 := session(t, "192.0.2.3:25", "strong-bad@email.example.com")
	v6 := session(t, "[2001:db8::cb01]:25", "strong-bad@email.example.com")
	null := session(t, "[::ffff:192.0.2.3]:25", "")
	odd := session(t, "192.0.2.3:25", `"a b"@ex_ample.com`)
	bare := session(t, "192.0.2.3:25", "root")
	for _, tt := range []struct {
		v          *vctx.Context
		text, want string
	}{
		{v4, "%{s}", "strong-bad@email.example.com"},
		{v4, "%{o}", "email.example.com"},
		{v4, "%{d}", "email.example.com"},
		{v4, "%{d4}", "email.example.com"},
		{v4, "%{d3}", "email.example.com"},
		{v4, "%{d2}", "example.com"},
		{v4, "%{d1}", "com"},
		{v4, "%{dr}", "com.example.email"},
		{v4, "%{d2r}", "example.email"},
		{v4, "%{d2R}", "example.email"},
		{v4, "%{l}", "strong-bad"},
		{v4, "%{l-}", "strong.bad"},
		{v4, "%{lr}", "strong-bad"},
		{v4, "%{lr-}", "bad.strong"},
		{v4, "%{l1r-}", "strong"},
		{v4, "%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com"},
		{v4, "%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com"},
		{v4, "%{lr-}.lp.%{ir}.%{v}._spf.%{d2}", "bad.strong.lp.3.2.0.192.in-addr._spf.example.com"},
		{v4, "%{ir}.%{v}.%{l1r-}.lp._spf.%{d2}", "3.2.0.192.in-addr.strong.lp._spf.example.com"},
		{v4, "%{d2}.trusted-domains.example.net", "example.com.trusted-domains.example.net"},
		{v6, "%{ir}.%{v}._spf.%{d2}", "1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6._spf.example.com"},
		{v6, "%{c} %{v}", "2001:db8::cb01 ip6"},
		{v4, "%{p} %{h} %{t} %{r} %{c}", "mx.example.org mx.example.org 1709206496 host.example.net 192.0.2.3"},
		{v6, "%{p}", "unknown"},
		{v4, "%{d999999999999999999999}", "email.example.com"},
		{v4, "%{d1000}", "email.example.com"},
		{v4, "%{s.@}", "%{s.@}"},
		{v4, "%{d-r}", "%{d-r}"},
		{v4, "%{d2rr}", "%{d2rr}"},
		{v4, "%{l-._}", "strong.bad"},
		{null, "%{s} %{l} %{o} %{d} %{i} %{v}", "postmaster@mx.example.org postmaster mx.example.org mx.example.org 192.0.2.3 in-addr"},
		{odd, "%{S} %{L} %{O}", "%22a%20b%22%40ex_ample.com %22a%20b%22 ex_ample.com"},
		{odd, "%{D2r}", "com.ex_ample"},
		{bare, "%{s}", "root@mx.example.org"},
	} {
		if got, err := e.Expand(t.Context(), &macro.Subject{Context: tt.v}, tt.text); err != nil || got != tt.want {
			t.Errorf("%s: got %q, %v; want %q", tt.text, got, err, tt.want)
		}
		namespaced := strings.ReplaceAll(tt.text, "%{", "%{spfv1:")
		want := strings.ReplaceAll(tt.want, "%{", "%{spfv1:")
		if got, err := e.Expand(t.Context(), &macro.Subject{Context: tt.v}, namespaced); err != nil || got != want {
			t.Errorf("%s: got %q, %v; want %q", namespaced, got, err, want)
		}
	}
	for _, text := range []string{"%{spfv1:d0}", "%{d00r}", "%{spfv1:l0-}"} {
		if got, err := e.Expand(t.Context(), &macro.Subject{Context: v4}, text); !errors.Is(err, macro.ErrZeroParts) {
			t.Errorf("%s: got %q, %v", text, got, err)
		}
	}
	parts := session(t, "192.0.2.3:25", "a..b-+=c@x.org")
	if got, _ := e.Expand(t.Context(), &macro.Subject{Context: parts}, "%{spfv1:lr.-+=}"); got != "c...b..a" {
		t.Errorf("empty parts: %q", got)
	}
	if got, _ := expander(macro.Options{}).Expand(t.Context(), &macro.Subject{Context: v4}, "%{p}"); got != "unknown" {
		t.Errorf("p without resolver: %q", got)
	}
}

type resolver struct{ ptr, host map[string][]string }

func (r resolver) LookupAddr(_ context.Context, addr string) ([]string, error) {
	return r.ptr[addr], nil
}
func (r resolver) LookupHost(_ context.Context, host string) ([]string, error) {
	return r.host[host], nil
}

func TestOutboundTLS(t *testing.T) {
	e := expander(macro.Options{})
	names := []string{"outbound_tls", "outbound_tls_type", "local_ip", "outbound_tls_cipher", "outbound_tls_cipher_algbits",
		"outbound_tls_cipher_usebits", "outbound_tls_protocol", "outbound_tls_verified", "outbound_tls_issuer", "outbound_tls_subject"}
	text := "%{outbound_tls:" + strings.Join(names, "}|%{outbound_tls:") + "}"
	for want, info := range map[string]*macro.OutboundTLS{
		"|||||||||":                        nil,
		"unknown|||||||unverified||":       {},
		"SMTP|no|1.2.3.4|||||unverified||": {Use: macro.TLSOff, Type: "no", LocalIP: "1.2.3.4"},
		"TLS|required|1.2.3.4|AES256-GCM-SHA384|256|255|TLS1.2|verified|ca.test|server.test": {
			Use: macro.TLSOn, Type: "required", LocalIP: "1.2.3.4", Cipher: "AES256-GCM-SHA384", AlgBits: 256, UseBits: 255,
			Protocol: "TLS1.2", Verified: true, Issuer: "ca.test", Subject: "server.test",
		},
	} {
		if got, err := e.Expand(t.Context(), &macro.Subject{TLS: info}, text); err != nil || got != want {
			t.Errorf("%+v: got %q, %v; want %q", info, got, err, want)
		}
	}
}

// mail is a MessageText of fixed pieces.
type mail struct {
	headers, body string
	parts, texts  []string
	utf8          []string
	err           error
}

func (m mail) Headers() (string, error)       { return m.headers, m.err }
func (m mail) Body() (io.ReadCloser, error)   { return io.NopCloser(strings.NewReader(m.body)), m.err }
func (m mail) Part(n int) (string, error)     { return nth(m.parts, n), m.err }
func (m mail) TextPart(n int) (string, error) { return nth(m.texts, n), m.err }
func (m mail) Text(n int) (string, error)     { return nth(m.utf8, n), m.err }

func nth(list []string, n int) string {
	if n < 1 || n > len(list) {
		return ""
	}
	return list[n-1]
}

func TestMessagePieces(t *testing.T) {
	m := mail{
		headers: "Subject: x\r\nFrom: a@b\r\n", body: "line 1\r\nline 2\r\nlast",
		parts: []string{"Content-Type: image/png\r\n\r\nPNG", "Content-Type: text/plain\r\n\r\nf\xfcr\r\n"},
		texts: []string{"Content-Type: text/plain\r\n\r\nf\xfcr\r\n"},
		utf8:  []string{"für\r\nzwei\r\ndrei"},
	}
	e := expander(macro.Options{})
	for piece, want := range map[string]string{
		"message":                       m.headers + "\r\n" + m.body + "\r\n",
		"message,3":                     "Subject: x\r\nFrom: a@b\r\n\r\n",
		"message,1":                     "Subject: x\r\n",
		"message,0":                     "",
		"message,99":                    m.headers + "\r\n" + m.body + "\r\n",
		"message,99999999999999999999":  m.headers + "\r\n" + m.body + "\r\n",
		"message,9b":                    "Subject: \r\n",
		"message,0b":                    "",
		"message,99999999999999999999b": m.headers + "\r\n" + m.body + "\r\n",
		"message,11b":                   "Subject: x\r\n",
		"headers":                       m.headers,
		"body":                          m.body + "\r\n",
		"body,2":                        "line 1\r\nline 2\r\n",
		"body,4b":                       "line\r\n",
		"text":                          "für\r\nzwei\r\ndrei\r\n",
		"text,1":                        m.texts[0],
		"text,2":                        "",
		"text,0":                        "",
		"text,1,2":                      "für\r\nzwei\r\n",
		"text,1,0":                      "",
		"text,1,9":                      "für\r\nzwei\r\ndrei\r\n",
		"text,2,9":                      "",
		"part,1":                        m.parts[0] + "\r\n",
		"part,2":                        m.parts[1],
		"part,3":                        "",
	} {
		if got, err := e.Expand(t.Context(), &macro.Subject{Message: m}, "%{rfc2822:"+piece+"}"); err != nil || got != want {
			t.Errorf("%s: got %q, %v; want %q", piece, got, err, want)
		}
	}
	for _, piece := range []string{"", "message,", "message,x", "message,-1", "message,1,2", "message,b", "headers,1", "part", "part,1,2", "part,x", "text,", "text,1,", "text,1,2,3", "texts"} {
		text := "%{rfc2822:" + piece + "}"
		if got, err := e.Expand(t.Context(), &macro.Subject{Message: m}, text); err != nil || got != text {
			t.Errorf("%s is known: %q, %v", text, got, err)
		}
	}
	m.err = errors.New("unreadable")
	for _, piece := range []string{"message", "body,1", "headers", "text", "text,1", "text,1,1", "part,1"} {
		if got, err := e.Expand(t.Context(), &macro.Subject{Message: m}, "%{rfc2822:"+piece+"}"); !errors.Is(err, m.err) {
			t.Errorf("%s: got %q, %v", piece, got, err)
		}
	}
}

func TestConcurrentUse(t *testing.T) {
	e := expander(macro.Options{Unknown: func(string, string) {}})
	v := session(t, "192.0.2.7:4321", "a@example.com")
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for range 50 {
				if err := e.Register("my:"+string(rune('a'+i)), func(context.Context, *vctx.Context, string) (string, error) { return "x", nil }); err != nil {
					t.Error(err)
				}
				if got, err := e.Expand(t.Context(), &macro.Subject{Context: v}, "%{my:"+string(rune('a'+i))+"}%{i}%{no:no}"); err != nil || got != "x192.0.2.7%{no:no}" {
					t.Errorf("got %q, %v", got, err)
				}
				v.SetMailFrom("MAIL FROM:<a@example.com>")
			}
		})
	}
	wg.Wait()
}

// slowExpand is Expand for variables alone, as simple as can be.
func slowExpand(v *vctx.Context, text string) string {
	re := regexp.MustCompile(`(?s)%%\{|%\{([^}]*)\}`)
	return re.ReplaceAllStringFunc(text, func(m string) string {
		if m == "%%{" {
			return "%{"
		}
		name, alternative, has := strings.Cut(m[2:len(m)-1], "||")
		family, key, ok := strings.Cut(name, ":")
		if !ok || family != "vctx_mess" {
			return m
		}
		if value := v.Get(vctx.MessScope, key); value != "" || !has {
			return value
		}
		return alternative
	})
}

func FuzzExpand(f *testing.F) {
	for _, s := range []string{"%{vctx_mess:a}", "%%{vctx_mess:a}", "%{vctx_mess:b||x}%", "%{vctx_mess:a", "%{%{vctx_mess:a}", "%%%{vctx_mess:a}||}", "\xff%{vctx_mess:\x00}"} {
		f.Add(s)
	}
	e := expander(macro.Options{})
	f.Fuzz(func(t *testing.T, text string) {
		v := session(t, "192.0.2.7:25", "strong-bad@email.example.com")
		v.Set(vctx.MessScope, "a", "%{value}")
		got, err := e.Expand(t.Context(), &macro.Subject{Context: v}, text)
		if err != nil && !errors.Is(err, macro.ErrZeroParts) {
			t.Fatalf("Expand(%q): %v", text, err)
		}
		if !strings.Contains(text, "%") && got != text {
			t.Fatalf("Expand(%q) = %q", text, got)
		}
		// Other families than this one the slow twin does not know.
		only := regexp.MustCompile(`(?s)%\{([^}]*)\}`).ReplaceAllStringFunc(text, func(m string) string {
			if strings.HasPrefix(m, "%{vctx_mess:") {
				return m
			}
			return "%{no:" + m[2:]
		})
		got, err = e.Expand(t.Context(), &macro.Subject{Context: v}, only)
		if want := slowExpand(v, only); err != nil || got != want {
			t.Fatalf("Expand(%q) = %q, %v; want %q", only, got, err, want)
		}
	})
}

func FuzzSPFMacro(f *testing.F) {
	for _, s := range []string{"d2r", "l1r-", "S", "ir", "i20r.", "p", "d0", "s99999999999", "lr-+=_/,."} {
		f.Add(s, "strong-bad", "email.example.com")
	}
	f.Add("l2-", "a--b", "x..y")
	re := regexp.MustCompile(`^([slodSLOD])([0-9]*)([rR]?)([-.+,/_=]*)$`)
	e := expander(macro.Options{})
	f.Fuzz(func(t *testing.T, spec, local, domain string) {
		if strings.ContainsAny(spec, "}|") || local == "" || domain == "" {
			return
		}
		v := vctx.NewContext(vctx.NewConn(vctx.Conn{Remote: netip.MustParseAddrPort("192.0.2.3:25")}), nil)
		v.Set(vctx.MessScope, vctx.KeyMailfromLocalpart, local)
		v.Set(vctx.MessScope, vctx.KeyMailfromDomain, domain)
		text := "%{spfv1:" + spec + "}"
		got, err := e.Expand(t.Context(), &macro.Subject{Context: v}, text)
		m := re.FindStringSubmatch(spec)
		if m == nil {
			return
		}
		if m[2] != "" && strings.Trim(m[2], "0") == "" {
			if !errors.Is(err, macro.ErrZeroParts) {
				t.Fatalf("%s: %q, %v", text, got, err)
			}
			return
		}
		want := map[string]string{"s": local + "@" + domain, "l": local, "o": domain, "d": domain}[strings.ToLower(m[1])]
		if m[2]+m[3]+m[4] != "" {
			delimiters := m[4]
			if delimiters == "" {
				delimiters = "."
			}
			parts := regexp.MustCompile("["+regexp.QuoteMeta(strings.ReplaceAll(delimiters, "-", ""))+escapedDash(delimiters)+"]").Split(want, -1)
			if m[3] != "" {
				for i, j := 0, len(parts)-1; i < j; i, j = i+1, j-1 {
					parts[i], parts[j] = parts[j], parts[i]
				}
			}
			keep := 0
			for _, c := range m[2] {
				keep = min(10*keep+int(c-'0'), 1e6)
			}
			if keep > 0 && keep < len(parts) {
				parts = parts[len(parts)-keep:]
			}
			want = strings.Join(parts, ".")
		}
		if m[1] >= "A" && m[1] <= "Z" {
			var b strings.Builder
			for i := range len(want) {
				if strings.ContainsRune("-._~", rune(want[i])) || regexp.MustCompile(`^[A-Za-z0-9]$`).MatchString(want[i:i+1]) {
					b.WriteByte(want[i])
				} else {
					b.WriteString("%" + strings.ToUpper(hexByte(want[i])))
				}
			}
			want = b.String()
		}
		if err != nil || got != want {
			t.Fatalf("%s of %q@%q: got %q, %v; want %q", text, local, domain, got, err, want)
		}
	})
}

func escapedDash(delimiters string) string {
	if strings.Contains(delimiters, "-") {
		return `\-`
	}
	return ""
}

func hexByte(c byte) string {
	const digits = "0123456789abcdef"
	return string([]byte{digits[c>>4], digits[c&15]})
}
