package message

import (
	"bytes"
	"context"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/pcre"
)

func compile(t testing.TB, pattern string) *pcre.Regexp {
	t.Helper()
	re, err := pcre.CompileWith(pattern, &pcre.Options{UTF: true})
	must(t, err)
	return re
}

// groups collects the groups of all matches.
func groups(t testing.TB, m *Message, s Scope, pattern string) [][]string {
	t.Helper()
	re := compile(t, pattern)
	var out [][]string
	for match, err := range m.Match(context.Background(), s, re) {
		must(t, err)
		var g []string
		for i := range re.NumSubexp() + 1 {
			text, _ := match.Group(i)
			g = append(g, text)
		}
		out = append(out, g)
	}
	return out
}

func TestMatch(t *testing.T) {
	tests := []struct {
		name, mail string
		scope      Scope
		pattern    string
		want       [][]string
	}{
		{"groups", simpleMail, ScopeRaw, `(?P<k>line)(\d)`, [][]string{{"line1", "line", "1"}}},
		{"none", simpleMail, ScopeBody, `zzz`, nil},
		{"header not in body", simpleMail, ScopeBody, `From`, nil},
		{"several", simpleMail, ScopeBody, `(?m)^(.)`, [][]string{{"l", "l"}, {".", "."}, {"b", "b"}}},
		{"empty", "A: 1\r\n\r\nab", ScopeBody, `x*`, [][]string{{""}, {""}, {""}}},
		{"text parts separately", mixedMail, ScopeText, `(?s)\A.*\z`, [][]string{{"caf"}, {"<b>café</b>"}}},
		{"decoded", mixedMail, ScopeText, `f(é)`, [][]string{{"fé", "é"}}},
		{"look-around group", "A: 1\r\n\r\nabc", ScopeBody, `(?<=(a))b(?=(c))`, [][]string{{"b", "a", "c"}}},
		{"group that took no part", "A: 1\r\n\r\nab", ScopeBody, `(x)?b`, [][]string{{"b", ""}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, groups(t, parse(t, tt.mail), tt.scope, tt.pattern)); diff != "" {
				t.Error(diff)
			}
			o := &Options{LargeMessageThreshold: 1, StreamWindow: 16, SpoolDir: t.TempDir()}
			m, err := Parse(context.Background(), strings.NewReader(tt.mail), Envelope{}, o)
			must(t, err)
			defer m.Close()
			if diff := cmp.Diff(tt.want, groups(t, m, tt.scope, tt.pattern)); diff != "" {
				t.Error("in a window:", diff)
			}
		})
	}
}

func TestPartMatch(t *testing.T) {
	p := parts(t, parse(t, mixedMail))[2]
	for s, pattern := range map[Scope]string{ScopeRaw: `^Content-Type: text/html`, ScopeBody: `^PGI`, ScopeText: `^<b>`} {
		found := 0
		for match, err := range p.Match(context.Background(), s, compile(t, pattern)) {
			must(t, err)
			if match.Offset != 0 {
				t.Errorf("scope %v: at %d", s, match.Offset)
			}
			found++
		}
		if found != 1 {
			t.Errorf("scope %v: %d matches", s, found)
		}
	}
}

func TestMaxMatches(t *testing.T) {
	m, err := ParseBytes([]byte("A: 1\r\n\r\n"+strings.Repeat("a", 50)), Envelope{}, &Options{MaxMatches: 7})
	must(t, err)
	if got := len(groups(t, m, ScopeBody, "a")); got != 7 {
		t.Errorf("%d matches", got)
	}
	for range m.Match(context.Background(), ScopeBody, compile(t, "a")) {
		break
	}
}

func TestMatchErrors(t *testing.T) {
	m := parse(t, "A: 1\r\n\r\n"+strings.Repeat("a", 40))
	re, err := pcre.CompileWith(`(a+)+(a+)+\1b`, &pcre.Options{StepLimit: 1000})
	must(t, err)
	var got error
	for _, err := range m.Match(context.Background(), ScopeBody, re) {
		got = err
	}
	if !errors.Is(got, pcre.ErrStepLimit) {
		t.Errorf("error %v", got)
	}
	if _, err := m.Replace(context.Background(), ScopeBody, re, ""); !errors.Is(err, pcre.ErrStepLimit) {
		t.Errorf("error %v", err)
	}
	must(t, m.Close())
	for _, err := range m.Match(context.Background(), ScopeBody, re) {
		got = err
	}
	if got != ErrFreed {
		t.Errorf("error %v", got)
	}
	if _, err := m.Replace(context.Background(), ScopeBody, re, ""); err != ErrFreed {
		t.Errorf("error %v", err)
	}
}

// TestWindowAgrees checks that content in a window gives the matches that it
// gives as a whole.
func TestWindowAgrees(t *testing.T) {
	var b strings.Builder
	for i := range 3000 {
		b.WriteString("line ö number ")
		b.WriteString(strings.Repeat("x", i%13))
		b.WriteString("\r\n")
	}
	mail := "Content-Type: text/plain; charset=utf-8\r\n\r\n" + b.String()
	for _, pattern := range []string{`x+`, `(?m)^line`, `\Aline`, `x*`, `ö num`, `(?<=x)\r\n(?=line)`, `\r\n\z`, `\w+$`, `(?m)x$`, ``} {
		whole, err := ParseBytes([]byte(mail), Envelope{}, &Options{LargeMessageThreshold: -1, MaxMatches: -1})
		must(t, err)
		window, err := ParseBytes([]byte(mail), Envelope{}, &Options{LargeMessageThreshold: 1000, StreamWindow: 64, MaxMatches: -1, SpoolDir: t.TempDir()})
		must(t, err)
		for _, s := range []Scope{ScopeBody, ScopeText} {
			var offsets [2][]int64
			for i, m := range []*Message{whole, window} {
				for match, err := range m.Match(context.Background(), s, compile(t, pattern)) {
					must(t, err)
					offsets[i] = append(offsets[i], match.Offset)
				}
			}
			if diff := cmp.Diff(offsets[0], offsets[1]); diff != "" {
				t.Errorf("%q in scope %v: %.300s", pattern, s, diff)
			}
		}
		n, err := whole.Replace(context.Background(), ScopeBody, compile(t, pattern), "<$0>")
		must(t, err)
		k, err := window.Replace(context.Background(), ScopeBody, compile(t, pattern), "<$0>")
		must(t, err)
		if n != k || raw(t, whole) != raw(t, window) {
			t.Errorf("%q: replaced %d and %d", pattern, n, k)
		}
		must(t, window.Close())
	}
}

// endlessBody is a reader of a body with a word at a certain place.
type endlessBody struct {
	size, at int64
	word     string
	pos      int64
}

func (r *endlessBody) Read(p []byte) (int, error) {
	if r.pos >= r.size {
		return 0, io.EOF
	}
	n := int(min(int64(len(p)), r.size-r.pos))
	for i := range n {
		k := r.pos + int64(i) - r.at
		switch {
		case k >= 0 && k < int64(len(r.word)):
			p[i] = r.word[k]
		case (r.pos+int64(i))%80 == 79:
			p[i] = '\n'
		default:
			p[i] = 'x'
		}
	}
	r.pos += int64(n)
	return n, nil
}

func TestMatchMemory(t *testing.T) {
	const window = 65536
	const size = 20 << 20
	o := &Options{SpoolDir: t.TempDir()}
	for _, at := range []int64{2*window - 4, 3*window - 4, 5*window + window/2, size - 10} {
		body := &endlessBody{size: size, at: at, word: "Needle"}
		m, err := Parse(context.Background(), io.MultiReader(strings.NewReader("A: 1\r\n\r\n"), body), Envelope{}, o)
		must(t, err)
		re := compile(t, "Nee(dle)")
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		var found []int64
		for match, err := range m.Match(context.Background(), ScopeBody, re) {
			must(t, err)
			found = append(found, match.Offset)
		}
		runtime.ReadMemStats(&after)
		if diff := cmp.Diff([]int64{at}, found); diff != "" {
			t.Error(diff)
		}
		if grown := after.TotalAlloc - before.TotalAlloc; grown > 4*window+1<<20 {
			t.Errorf("allocated %d bytes", grown)
		}
		must(t, m.Close())
	}
}

func TestReplaceMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("writes 60 MiB")
	}
	const window = 65536
	body := &endlessBody{size: 20 << 20, at: 3 << 20, word: "Nädle"}
	m, err := Parse(context.Background(), io.MultiReader(strings.NewReader("Content-Type: text/plain; charset=utf-8\r\n\r\n"), body), Envelope{}, &Options{SpoolDir: t.TempDir()})
	must(t, err)
	defer m.Close()
	re := compile(t, "N(ä)dle")
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	n, err := m.Replace(context.Background(), ScopeText, re, "$1$1")
	must(t, err)
	runtime.GC()
	runtime.ReadMemStats(&after)
	if n != 1 {
		t.Errorf("%d replaced", n)
	}
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 4*window+1<<20 {
		t.Errorf("heap grew by %d bytes", grown)
	}
	if got := groups(t, m, ScopeText, "xää"); len(got) != 1 {
		t.Errorf("result has %d places", len(got))
	}
}

func TestReplace(t *testing.T) {
	tests := []struct {
		name, mail    string
		scope         Scope
		pattern, repl string
		want          int
		old, new      string
	}{
		{"base64 part", mixedMail, ScopeText, "café", "tea", 1, "PGI+Y2Fm6TwvYj4=", "PGI+dGVhPC9iPg=="},
		{"base64 part, other charset", mixedMail, ScopeText, "café", "é€", 1,
			"text/html; charset=iso-8859-1\r\nContent-Transfer-Encoding: base64\r\n\r\nPGI+Y2Fm6TwvYj4=",
			"text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\nPGI+w6nigqw8L2I+"},
		{"7-bit part", mixedMail, ScopeText, "^caf$", "$0é, cafes", 1,
			"text/plain\r\n\r\ncaf", "text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\ncaf=C3=A9, cafes"},
		{"no match", mixedMail, ScopeText, "zzz", "x", 0, "", ""},
		{"same result", mixedMail, ScopeText, "caf", "caf", 0, "", ""},
		{"raw", mixedMail, ScopeRaw, "^From: a", "From: b", 1, "From: a", "From: b"},
		{"body", mixedMail, ScopeBody, "preamble|epilogue", "[$0]", 2, "preamble", "[preamble]"},
		{"group", simpleMail, ScopeBody, "(line)(1)", "$2${1}", 1, "line1", "1line"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := parse(t, tt.mail)
			n, err := m.Replace(context.Background(), tt.scope, compile(t, tt.pattern), tt.repl)
			must(t, err)
			if n != tt.want {
				t.Errorf("%d replaced", n)
			}
			want := strings.Replace(tt.mail, tt.old, tt.new, 1)
			if tt.want == 2 {
				want = strings.Replace(want, "epilogue", "[epilogue]", 1)
			}
			if diff := cmp.Diff(want, raw(t, m)); diff != "" {
				t.Error(diff)
			}
			if n == 0 && m.top.edited {
				t.Error("marked as edited")
			}
		})
	}
	m := parse(t, mixedMail)
	re := compile(t, "café")
	for i, want := range []int{1, 0} {
		n, err := m.Replace(context.Background(), ScopeText, re, "tea")
		must(t, err)
		if n != want {
			t.Errorf("time %d: %d replaced", i+1, n)
		}
	}
	if _, err := top(t, m, ReadOnly).Replace(context.Background(), ScopeText, re, ""); err != ErrNotWritable {
		t.Errorf("error %v", err)
	}
}

func TestReplaceRawSplitsAgain(t *testing.T) {
	m := parse(t, mixedMail)
	old := parts(t, m)
	n, err := m.Replace(context.Background(), ScopeRaw, compile(t, `(?s)^From.*`), "X: 1\n\nnew body")
	must(t, err)
	if got := m.Header().Get("x"); n != 1 || got != "1" || read(t, m.Body()) != "new body" {
		t.Errorf("%d replaced, header %q", n, got)
	}
	if old[0].Err() != ErrStale {
		t.Error("old top is still good")
	}
	p := parts(t, parse(t, mixedMail))[2]
	n, err = p.Replace(context.Background(), ScopeRaw, compile(t, "text/html"), "text/plain")
	must(t, err)
	if n != 1 || p.Type().MIMEType != "text/plain" || p.Next() == nil {
		t.Errorf("%d replaced, type %+v", n, p.Type())
	}
}

func TestTerminatorIdiom(t *testing.T) {
	for _, pattern := range []string{"\r\n.\r\n", `\r\n.\r\n`, `\r\n\.\r\n`, "\r\n\\.\r\n"} {
		m := parse(t, simpleMail)
		n, err := m.Replace(context.Background(), ScopeText, compile(t, pattern), "\r\nDisclaimer\r\n.\r\n")
		must(t, err)
		if n != 1 {
			t.Errorf("%q: %d replaced", pattern, n)
		}
		if got, want := raw(t, m), simpleMail+"Disclaimer\r\n"; !strings.HasSuffix(got, "bye\r\nDisclaimer\r\n") || strings.Contains(got, "\r\n.\r\n") || len(got) < len(want) {
			t.Errorf("%q: got %q", pattern, got)
		}
		m = parse(t, mixedMail)
		n, err = m.Replace(context.Background(), ScopeText, compile(t, pattern), "!\r\n.\r\n")
		must(t, err)
		if text, _ := m.Text(); n != 1 || text[0] != "caf" || text[1] != "<b>café</b>!" {
			t.Errorf("%q: %d replaced, text %q", pattern, n, text)
		}
		m = parse(t, simpleMail)
		n, err = m.Replace(context.Background(), ScopeBody, compile(t, pattern), "\r\n")
		must(t, err)
		if n != 0 || raw(t, m) != simpleMail {
			t.Errorf("%q: %d replaced in the body: %q", pattern, n, raw(t, m))
		}
	}
	m := parse(t, simpleMail)
	n, err := m.Replace(context.Background(), ScopeRaw, compile(t, "bye\r\n.\r\n"), "ciao\r\n.\r\n")
	must(t, err)
	if got := raw(t, m); n != 1 || got != strings.Replace(simpleMail, "bye", "ciao", 1) {
		t.Errorf("%d replaced: %q", n, got)
	}
	for _, pattern := range []string{`\r\n.`, "", `\r\nx\r\n`, `.\r\n`} {
		if _, ok := cutTerminator(pattern); ok {
			t.Errorf("%q taken for the terminator", pattern)
		}
	}
}

func TestReplaceIntoLargeText(t *testing.T) {
	o := &Options{LargeMessageThreshold: 500, StreamWindow: 64, SpoolDir: t.TempDir()}
	body := strings.Repeat("some text with é in it\r\n", 200)
	for _, cs := range []string{"utf-8", "iso-8859-1"} {
		m := New(o, mailTime)
		must(t, m.SetText(body, "text/plain", cs))
		n, err := m.Replace(context.Background(), ScopeText, compile(t, "é"), "€")
		must(t, err)
		text, err := m.Text()
		must(t, err)
		if n != 200 || len(text) != 1 || text[0] != strings.ReplaceAll(body, "é", "€") {
			t.Errorf("%s: %d replaced", cs, n)
		}
		if got := parts(t, m)[0].Type(); got.Charset != "utf-8" || got.Encoding != "quoted-printable" {
			t.Errorf("%s: type %+v", cs, got)
		}
		must(t, m.Close())
	}
}

func TestBuilder(t *testing.T) {
	tests := []struct{ wire, want string }{
		{"A: 1\r\n\r\n..x\r\n\r\n.\r\n", "A: 1\r\n\r\n.x\r\n\r\n"},
		{"A: 1\r\n\r\n.x\r\n..\r\n...\r\n.\r\n", "A: 1\r\n\r\n.x\r\n.\r\n..\r\n"},
		{"A: 1\r\n\r\na\r\n.\r\nb\r\n.\r\n", "A: 1\r\n\r\na\r\n.\r\nb\r\n"},
		{"A: 1\r\n\r\na", "A: 1\r\n\r\na"},
		{"A: 1\r\n\r\na\r\n.", "A: 1\r\n\r\na\r\n."},
		{".\r\n", ""},
		{"", ""},
		{"..\n.\n", ".\n.\n"},
		{"..A: 1\r\n", ".A: 1\r\n"},
	}
	for _, tt := range tests {
		for _, piece := range []int{1, 2, 1000} {
			m := New(nil, mailTime)
			b, err := m.Builder(0)
			must(t, err)
			for rest := tt.wire; rest != ""; {
				n := min(piece, len(rest))
				_, err := io.WriteString(b, rest[:n])
				must(t, err)
				rest = rest[n:]
			}
			must(t, b.Close())
			must(t, b.Close())
			if got := raw(t, m); got != tt.want {
				t.Errorf("%q in pieces of %d: got %q", tt.wire, piece, got)
			}
			if _, err := b.Write([]byte("x")); err == nil {
				t.Error("written after Close")
			}
		}
	}
	if _, err := parse(t, simpleMail).Builder(0); err != ErrNotEmpty {
		t.Errorf("error %v", err)
	}
}

func TestBuilderIsFinishedByUse(t *testing.T) {
	m := New(nil, mailTime)
	b, err := m.Builder(100)
	must(t, err)
	_, err = io.WriteString(b, "A: 1\r\n\r\nbody\r\n.\r\n")
	must(t, err)
	if got := m.Header().Get("A"); got != "1" {
		t.Errorf("header %q", got)
	}
	if _, err := b.Write([]byte("x")); err == nil {
		t.Error("written after use")
	}
	must(t, b.Close())
	m = New(&Options{MaxHeaderBytes: 3}, mailTime)
	b, err = m.Builder(0)
	must(t, err)
	_, err = io.WriteString(b, "A: 12345\r\n")
	must(t, err)
	if m.Size() != 0 {
		t.Error("refused content is there")
	}
	if err := b.Close(); err != ErrHeaderTooLarge {
		t.Errorf("error %v", err)
	}
}

func TestBuilderBehindString(t *testing.T) {
	source := parse(t, simpleMail)
	m := New(nil, mailTime)
	b, err := m.Builder(0)
	must(t, err)
	var s ECString
	s.SetType(StringIOObject)
	if _, err := s.Write([]byte("x")); err != ErrNoBacking {
		t.Errorf("error %v", err)
	}
	s.SetBacking(b)
	_, err = io.WriteString(&s, "Content-Type: message/rfc822\r\n\r\n")
	must(t, err)
	n, err := source.Render(&s, RenderOmitDot)
	must(t, err)
	if s.String() != "" || s.Len() != n+32 {
		t.Errorf("string %q of %d bytes", s.String(), s.Len())
	}
	must(t, b.Close())
	if got := read(t, m.Body()); got != simpleMail {
		t.Errorf("got %q", got)
	}
}

func TestECString(t *testing.T) {
	var s ECString
	if s.Type() != StringECString || s.Backing() != nil || s.Len() != 0 {
		t.Error("zero value")
	}
	_, err := s.WriteString("ab")
	must(t, err)
	s.Set("x")
	_, err = s.Write([]byte("y"))
	must(t, err)
	if s.String() != "xy" || s.Len() != 2 {
		t.Errorf("got %q of %d bytes", s.String(), s.Len())
	}
	var b bytes.Buffer
	n, err := parse(t, simpleMail).Render(&b, 0)
	must(t, err)
	k, err := parse(t, simpleMail).Render(&s, 0)
	must(t, err)
	if n != k || s.String() != "xy"+b.String() {
		t.Error("rendering does not append")
	}
}
