package msys

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/vctx"
)

// macroSet expands %{…} in texts.
type macroSet struct {
	rt       *Runtime
	families []macroFamily
}

// macroFamily is a name pattern, in which * stands for one or more
// characters, and what gives its values.
type macroFamily struct {
	prefix, suffix string
	star           bool
	f              macroValue
}

// macroValue gives a macro's value; known is false if it has none and the
// macro stays as written.
type macroValue func(ctx context.Context, s *macroSource, arg string) (value string, known bool, err error)

// macroSource is what macros take their values from; v is nil outside of a
// session.
type macroSource struct {
	rt *Runtime
	v  *vctx.Context
}

func newMacroSet(rt *Runtime) *macroSet {
	m := &macroSet{rt: rt}
	host := make([]string, 0, len(rt.cfg.Macros))
	for pattern := range rt.cfg.Macros {
		host = append(host, pattern)
	}
	slices.Sort(host)
	for _, pattern := range host {
		f := rt.cfg.Macros[pattern]
		m.add(pattern, func(ctx context.Context, s *macroSource, arg string) (string, bool, error) {
			value, err := f(ctx, s.v, arg)
			return value, true, err
		})
	}
	m.add("vctx_conn:*", variableMacro(vctx.ConnScope))
	m.add("vctx_mess:*", variableMacro(vctx.MessScope))
	m.add("rfc822:date", func(_ context.Context, s *macroSource, _ string) (string, bool, error) {
		return s.rt.cfg.Clock.Now().Format(time.RFC1123Z), true, nil
	})
	m.add("spfv1:*", func(ctx context.Context, s *macroSource, arg string) (string, bool, error) { return s.spf(ctx, arg) })
	return m
}

func (m *macroSet) add(pattern string, f macroValue) {
	prefix, suffix, star := strings.Cut(pattern, "*")
	m.families = append(m.families, macroFamily{prefix, suffix, star, f})
}

func variableMacro(scope vctx.Scope) macroValue {
	return func(_ context.Context, s *macroSource, key string) (string, bool, error) {
		if s.v == nil {
			return "", true, nil
		}
		return s.v.Get(scope, key), true, nil
	}
}

// find gives the family for a name and what its * stands for.
func (m *macroSet) find(name string) (macroValue, string) {
	for _, f := range m.families {
		switch {
		case !f.star && name == f.prefix:
			return f.f, ""
		case f.star && len(name) > len(f.prefix)+len(f.suffix) && strings.HasPrefix(name, f.prefix) && strings.HasSuffix(name, f.suffix):
			return f.f, name[len(f.prefix) : len(name)-len(f.suffix)]
		}
	}
	return nil, ""
}

// expand replaces each %{macro} of text. unknown is told of macros that stay
// as written.
func (m *macroSet) expand(ctx context.Context, v *vctx.Context, text string, unknown func(name string)) (string, error) {
	if !strings.Contains(text, "%{") {
		return text, nil
	}
	s := &macroSource{m.rt, v}
	var b strings.Builder
	for {
		i := strings.Index(text, "%{")
		if i < 0 {
			b.WriteString(text)
			return b.String(), nil
		}
		if i > 0 && text[i-1] == '%' {
			b.WriteString(text[:i-1] + "%{")
			text = text[i+2:]
			continue
		}
		end := strings.IndexByte(text[i:], '}')
		if end < 0 {
			b.WriteString(text)
			return b.String(), nil
		}
		b.WriteString(text[:i])
		body := text[i+2 : i+end]
		name, alternative, hasAlternative := strings.Cut(body, "||")
		value, known, err := m.value(ctx, s, name)
		switch {
		case err != nil:
			return "", fmt.Errorf("macro %%{%s}: %w", name, err)
		case !known:
			unknown(name)
			b.WriteString(text[i : i+end+1])
		case value == "" && hasAlternative:
			b.WriteString(alternative)
		default:
			b.WriteString(value)
		}
		text = text[i+end+1:]
	}
}

// value finds a macro's value: by its family, else a bare name as SPF macro,
// message variable, connection variable.
func (m *macroSet) value(ctx context.Context, s *macroSource, name string) (string, bool, error) {
	if f, arg := m.find(name); f != nil {
		return f(ctx, s, arg)
	}
	if strings.Contains(name, ":") || s.v == nil {
		return "", false, nil
	}
	if value, known, err := s.spf(ctx, name); known || err != nil {
		return value, known, err
	}
	for _, scope := range []vctx.Scope{vctx.MessScope, vctx.ConnScope} {
		if value, ok := s.v.Lookup(scope, name); ok {
			return value, true, nil
		}
	}
	return "", false, nil
}

// spf expands a macro of RFC 7208 section 7: a letter, digits, r, delimiters.
func (s *macroSource) spf(ctx context.Context, spec string) (string, bool, error) {
	if spec == "" {
		return "", false, nil
	}
	letter := spec[0] | 0x20
	rest := spec[1:]
	digits := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
	count, _ := strconv.Atoi(rest[:digits])
	rest, hasCount := rest[digits:], digits > 0
	reverse := strings.HasPrefix(rest, "r") || strings.HasPrefix(rest, "R")
	if reverse {
		rest = rest[1:]
	}
	if strings.Trim(rest, ".-+,/_=") != "" || !strings.ContainsRune("slodiphcrtv", rune(letter)) {
		return "", false, nil
	}
	if hasCount && count == 0 {
		return "", false, fmt.Errorf("number of parts must not be 0")
	}
	if s.v == nil {
		return "", true, nil
	}
	value := s.spfLetter(ctx, letter)
	delimiters := rest
	if delimiters == "" {
		delimiters = "."
	}
	parts := strings.FieldsFunc(value, func(r rune) bool { return strings.ContainsRune(delimiters, r) })
	if reverse {
		slices.Reverse(parts)
	}
	if hasCount && count < len(parts) {
		parts = parts[len(parts)-count:]
	}
	if reverse || hasCount || rest != "" {
		value = strings.Join(parts, ".")
	}
	if spec[0] != letter { // upper case
		value = urlEscape(value)
	}
	return value, true, nil
}

func (s *macroSource) spfLetter(ctx context.Context, letter byte) string {
	helo := s.v.Get(vctx.ConnScope, vctx.KeyEhloDomain)
	sender := s.v.MailFrom()
	if sender == "" {
		sender = "postmaster@" + helo
	}
	local, domain := vctx.SplitAddress(sender)
	ip := s.v.Conn().RemoteAddr().IP()
	switch letter {
	case 's':
		return sender
	case 'l':
		return local
	case 'o', 'd':
		return domain
	case 'h':
		return helo
	case 'i':
		return dottedIP(ip)
	case 'c':
		return s.v.Conn().RemoteAddr().Host()
	case 'v':
		if ip.Is6() {
			return "ip6"
		}
		return "in-addr"
	case 'r':
		return s.rt.cfg.Hostname
	case 't':
		return strconv.FormatInt(s.rt.cfg.Clock.Now().Unix(), 10)
	}
	return s.validatedName(ctx, ip) // p
}

// dottedIP gives an IPv4 address, or the nibbles of an IPv6 address.
func dottedIP(ip netip.Addr) string {
	if !ip.Is6() {
		if !ip.IsValid() {
			return ""
		}
		return ip.String()
	}
	const hex = "0123456789abcdef"
	b := make([]byte, 0, 63)
	for _, c := range ip.As16() {
		b = append(b, hex[c>>4], '.', hex[c&15], '.')
	}
	return string(b[:len(b)-1])
}

// validatedName gives the client's name if it points back to the client, else
// "unknown" (RFC 7208 section 5.5).
func (s *macroSource) validatedName(ctx context.Context, ip netip.Addr) string {
	names, err := s.rt.cfg.Resolver.LookupAddr(ctx, ip.String())
	if err != nil {
		return "unknown"
	}
	for _, name := range names[:min(len(names), 10)] {
		addrs, err := s.rt.cfg.Resolver.LookupHost(ctx, name)
		if err == nil && slices.ContainsFunc(addrs, func(a string) bool { return net.ParseIP(a).Equal(net.IP(ip.AsSlice())) }) {
			return strings.TrimSuffix(name, ".")
		}
	}
	return "unknown"
}

func urlEscape(s string) string {
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || strings.IndexByte("-._~", c) >= 0 {
			b.WriteByte(c)
			continue
		}
		fmt.Fprintf(&b, "%%%02X", c)
	}
	return b.String()
}

// Expand replaces the macros of text, with v's session for those that need
// one; v may be nil. It may wait for DNS.
func (rt *Runtime) Expand(ctx context.Context, v *vctx.Context, text string) (string, error) {
	s, err := rt.macros.expand(ctx, v, text, func(name string) {
		rt.warnOnce("macro "+name, "unknown macro %{"+name+"}")
	})
	if err != nil {
		return "", fmt.Errorf("msys: expanding: %w", err)
	}
	return s, nil
}

// luaExpandMacro is msys.expandMacro.
func (rt *Runtime) luaExpandMacro(c *bind.Call) int {
	text := c.String(1)
	v := vctx.FromEnv(c.Env())
	expand := func(ctx context.Context) (s string, err error) {
		return rt.macros.expand(ctx, v, text, func(name string) { c.Warn("unknown macro %{" + name + "}") })
	}
	var s string
	var err error
	if needsDNS(text) {
		err = c.Block(func(ctx context.Context) error {
			s, err = rt.macros.expand(ctx, v, text, func(string) {})
			return err
		})
	} else {
		s, err = expand(c.Context())
	}
	c.Raise(err)
	return c.PushString(s)
}

// needsDNS reports whether a text has the one macro that asks the DNS.
func needsDNS(text string) bool {
	return strings.Contains(text, "%{spfv1:p") || strings.Contains(text, "%{spfv1:P") || strings.Contains(text, "%{p}")
}
