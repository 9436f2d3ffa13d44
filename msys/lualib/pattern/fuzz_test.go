package pattern_test

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/msys/lualib/pattern"
)

// slow is a matcher that follows the definition of the patterns literally:
// it tries every way in order, byte by byte, and calls itself for the rest.
type slow struct {
	s, p  string
	open  []int // captures that have begun, innermost last
	caps  []pattern.Capture
	calls int
}

var (
	errSlow  = errors.New("too many calls")
	errFault = errors.New("malformed")
)

const slowCalls = 100_000

// item returns the length of the single item at p, and whether c matches it.
func (m *slow) item(p int) (n int, accepts func(c byte) bool) {
	switch m.p[p] {
	case '.':
		return 1, func(byte) bool { return true }
	case '%':
		if p+1 >= len(m.p) {
			panic(errFault)
		}
		class := m.p[p+1]
		return 2, func(c byte) bool { return inClass(c, class) }
	case '[':
		return m.set(p)
	}
	return 1, func(c byte) bool { return c == m.p[p] }
}

func (m *slow) set(p int) (n int, accepts func(c byte) bool) {
	i := p + 1
	negated := i < len(m.p) && m.p[i] == '^'
	if negated {
		i++
	}
	begin := i
	for {
		if i >= len(m.p) {
			panic(errFault)
		}
		if m.p[i] == ']' && i > begin {
			break
		}
		if m.p[i] == '%' {
			i++
		}
		i++
	}
	inside := m.p[begin:i]
	return i + 1 - p, func(c byte) bool {
		in := false
		for k := 0; k < len(inside); k++ {
			if inside[k] == '%' {
				k++
				in = in || inClass(c, inside[k])
			} else if k+2 < len(inside) && inside[k+1] == '-' {
				in = in || inside[k] <= c && c <= inside[k+2]
				k += 2
			} else {
				in = in || c == inside[k]
			}
		}
		return in != negated
	}
}

func inClass(c, class byte) bool {
	letters := "abcdefghijklmnopqrstuvwxyz"
	digits := "0123456789"
	members := map[byte]string{
		'a': letters + strings.ToUpper(letters), 'd': digits, 'l': letters,
		'u': strings.ToUpper(letters), 'w': letters + strings.ToUpper(letters) + digits,
		's': " \t\r\n\v\f", 'x': digits + "abcdefABCDEF", 'z': "\x00",
		'p': "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
	}
	members['g'] = members['w'] + members['p']
	for i := range 32 {
		members['c'] += string([]byte{byte(i)})
	}
	members['c'] += "\x7f"
	lower := class | 0x20
	if set, ok := members[lower]; ok && strings.IndexByte(members['a'], class) >= 0 {
		return (strings.IndexByte(set, c) >= 0) == (class == lower)
	}
	return c == class
}

// match returns the end of a match of m.p[p:] at s, or -1.
func (m *slow) match(s, p int) int {
	if m.calls++; m.calls > slowCalls {
		panic(errSlow)
	}
	if p == len(m.p) {
		return s
	}
	two := m.p[p:min(p+2, len(m.p))]
	switch {
	case m.p[p] == '$' && p+1 == len(m.p):
		if s == len(m.s) {
			return s
		}
		return -1
	case two == "()":
		return m.capture(pattern.Capture{Start: s, End: s, Position: true}, s, p+2)
	case m.p[p] == '(':
		m.open = append(m.open, len(m.caps))
		end := m.capture(pattern.Capture{Start: s, End: -1}, s, p+1)
		if end < 0 {
			m.open = m.open[:len(m.open)-1]
		}
		return end
	case m.p[p] == ')':
		if len(m.open) == 0 {
			panic(errFault)
		}
		k := len(m.open) - 1
		last := m.open[k]
		m.open = m.open[:k]
		m.caps[last].End = s
		end := m.match(s, p+1)
		if end < 0 {
			m.open = append(m.open, last)
			m.caps[last].End = -1
		}
		return end
	case two == "%b":
		if p+3 >= len(m.p) {
			panic(errFault)
		}
		depth := 0
		for i := s; i < len(m.s); i++ {
			switch {
			case i > s && m.s[i] == m.p[p+3]:
				depth--
			case m.s[i] == m.p[p+2]:
				depth++
			case i == s:
				return -1
			}
			if depth == 0 {
				return m.match(i+1, p+4)
			}
		}
		return -1
	case two == "%f":
		if p+2 >= len(m.p) || m.p[p+2] != '[' {
			panic(errFault)
		}
		n, accepts := m.set(p + 2)
		around := "\x00" + m.s + "\x00"
		if accepts(around[s]) || !accepts(around[s+1]) {
			return -1
		}
		return m.match(s, p+2+n)
	case len(two) == 2 && two[0] == '%' && '0' <= two[1] && two[1] <= '9':
		i := int(two[1]) - '1'
		if i < 0 || i >= len(m.caps) || m.caps[i].End < 0 {
			panic(errFault)
		}
		if m.caps[i].Position {
			return -1
		}
		text := m.s[m.caps[i].Start:m.caps[i].End]
		if !strings.HasPrefix(m.s[s:], text) {
			return -1
		}
		return m.match(s+len(text), p+2)
	}
	n, accepts := m.item(p)
	matches := s < len(m.s) && accepts(m.s[s])
	rest := p + n
	repeat := byte(0)
	if rest < len(m.p) {
		repeat = m.p[rest]
	}
	switch repeat {
	case '?':
		if matches {
			if end := m.match(s+1, rest+1); end >= 0 {
				return end
			}
		}
		return m.match(s, rest+1)
	case '*', '+':
		count := 0
		for s+count < len(m.s) && accepts(m.s[s+count]) {
			count++
		}
		least := 0
		if repeat == '+' {
			least = 1
		}
		for ; count >= least; count-- {
			if end := m.match(s+count, rest+1); end >= 0 {
				return end
			}
		}
		return -1
	case '-':
		for {
			if end := m.match(s, rest+1); end >= 0 {
				return end
			}
			if s >= len(m.s) || !accepts(m.s[s]) {
				return -1
			}
			s++
		}
	}
	if !matches {
		return -1
	}
	return m.match(s+1, rest)
}

func (m *slow) capture(c pattern.Capture, s, p int) int {
	if len(m.caps) >= 32 {
		panic(errFault)
	}
	m.caps = append(m.caps, c)
	end := m.match(s, p)
	if end < 0 {
		m.caps = m.caps[:len(m.caps)-1]
	}
	return end
}

// slowFind is what pattern.Find must equal.
func slowFind(s, pat string, from int) (found *pattern.Match, err error) {
	m := &slow{s: s, p: pat}
	defer func() {
		if r := recover(); r != nil {
			if r != errSlow && r != errFault {
				panic(r)
			}
			err = r.(error)
		}
	}()
	anchored := strings.HasPrefix(pat, "^")
	begin := 0
	if anchored {
		begin = 1
	}
	for at := from; at <= len(s); at++ {
		m.caps, m.open = nil, nil
		if end := m.match(at, begin); end >= 0 {
			for _, c := range m.caps {
				if c.End < 0 {
					return nil, errFault
				}
			}
			return &pattern.Match{Start: at, End: end, Captures: m.caps}, nil
		}
		if anchored {
			break
		}
	}
	return nil, nil
}

func FuzzFind(f *testing.F) {
	for _, seed := range [][2]string{
		{"hello world", "(%w+) (%w+)"}, {"key = value", "^%s*(.-)%s*=%s*(.-)%s*$"},
		{"aaab", "a-b"}, {"f(a(b)c)", "%b()"}, {"THE (quick) fox", "%f[%a]%a+%f[%A]"},
		{"''\"x\"''", "(['\"])(.-)%1"}, {"a\x00b", "%z[^%z]"}, {"abab", "(a)(b)%1%2$"},
		{"aaaa", "a?a?a?a?aaaa"}, {"x", "[a"}, {"x", "%"}, {"x", "()()%1"}, {"]", "[]]"}, {"-", "[a-]"},
		{"abcabc", "(.*)(.-)(.+)%3"}, {"a b  c", "(%S*)%s*(%S*)"}, {"aXbX", "(.-)X()"},
		{"xxx ", "(x*)( ?)x*%1$"}, {"aab", "(a*(.)%w(%s*))"}, {"foo.bar", "^[%w_]+%.?[%w_]-$"},
	} {
		f.Add(seed[0], seed[1], 0)
	}
	f.Fuzz(func(t *testing.T, s, pat string, from int) {
		if len(s) > 200 || len(pat) > 60 || from < 0 || from > len(s) {
			t.Skip()
		}
		want, wantErr := slowFind(s, pat, from)
		if wantErr == errSlow {
			t.Skip()
		}
		got, err := pattern.Find(s, pat, from)
		if (err != nil) != (wantErr != nil) {
			t.Fatalf("Find(%q, %q, %d): the error is %v, want %v", s, pat, from, err, wantErr)
		}
		if errors.Is(err, pattern.ErrTooComplex) {
			t.Fatalf("Find(%q, %q, %d): %v", s, pat, from, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("Find(%q, %q, %d): -want +got\n%s", s, pat, from, diff)
		}
	})
}

// TestFindRandom compares on patterns put together from their parts.
func TestFindRandom(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	parts := []string{
		"a", "b", ".", "%a", "%s", "[ab]", "[^a]", "[a-c%s]", "%w", "x", " ",
		"a*", "b*", ".*", "%a+", "%s*", "[ab]-", "[^a]+", ".-", "%w?", "x?", "a-",
		"(", ")", "()", "%1", "%2", "$", "^", "%b()", "%bab", "%f[%a]", "%f[^b]", "%f[%z]", "%.", "[", "%",
	}
	letters := "aabbcx ()."
	pick := func(n int) string {
		var b strings.Builder
		for range r.IntN(n) {
			b.WriteByte(letters[r.IntN(len(letters))])
		}
		return b.String()
	}
	for range 60_000 {
		var b strings.Builder
		for range 1 + r.IntN(7) {
			b.WriteString(parts[r.IntN(len(parts))])
		}
		s, pat := pick(14), b.String()
		from := r.IntN(len(s) + 1)
		want, wantErr := slowFind(s, pat, from)
		if wantErr == errSlow {
			continue
		}
		got, err := pattern.Find(s, pat, from)
		if (err != nil) != (wantErr != nil) || !cmp.Equal(want, got) {
			t.Fatalf("Find(%q, %q, %d) = %v, %v; want %v, %v", s, pat, from, got, err, want, wantErr)
		}
	}
}
