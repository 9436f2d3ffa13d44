package pcre

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// A conformanceCase is one subject of PCRE2's own test file with what PCRE2 prints for it.
type conformanceCase struct {
	line      int
	pattern   string
	modifiers string
	subject   string
	want      []string
}

var resultLine = regexp.MustCompile(`^( \d|\d\d+)[:+] |^ \d:$|^No match|^MK: `)

// readConformance reads a testoutput file of PCRE2.
func readConformance(t *testing.T, path string) []conformanceCase {
	t.Helper()
	data, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		t.Skipf("PCRE2's test data is not here: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(data), "\n")
	var cases []conformanceCase
	var pattern, modifiers, prefix string
	for i := 0; i < len(lines); i++ {
		l := lines[i]
		switch {
		case strings.HasPrefix(l, "#pattern no_start_optimize"):
			prefix = "(*NO_START_OPT)"
		case strings.HasPrefix(l, "#pattern -no_start_optimize"):
			prefix = ""
		case strings.HasPrefix(l, "/"):
			text := l[1:]
			for endOfPattern(text) < 0 {
				i++
				text += "\n" + lines[i]
			}
			end := endOfPattern(text)
			pattern, modifiers = prefix+text[:end], strings.TrimSpace(text[end+1:])
			if strings.Contains(modifiers, "no_start_optimize") {
				pattern = "(*NO_START_OPT)" + pattern
			}
		case resultLine.MatchString(l):
			if len(cases) > 0 {
				c := &cases[len(cases)-1]
				c.want = append(c.want, l)
			}
		case strings.HasPrefix(l, " "), strings.HasPrefix(l, "\t"):
			if s := strings.TrimSpace(l); s != "" {
				cases = append(cases, conformanceCase{line: i + 1, pattern: pattern, modifiers: modifiers, subject: unescapeSubject(s)})
			}
		}
	}
	return cases
}

func endOfPattern(text string) int {
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '/':
			return i
		}
	}
	return -1
}

// unescapeSubject undoes the escapes of a subject line.
func unescapeSubject(s string) string {
	var out []byte
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 == len(s) {
			break // a way to write the empty subject
		}
		if s[i] != '\\' {
			out = append(out, s[i])
			continue
		}
		i++
		switch c := s[i]; {
		case strings.IndexByte("abefnrtv", c) >= 0:
			out = append(out, "\a\b\x1b\f\n\r\t\v"[strings.IndexByte("abefnrtv", c)])
		case c >= '0' && c <= '7':
			v, n := 0, 0
			for n < 3 && i+n < len(s) && s[i+n] >= '0' && s[i+n] <= '7' {
				v = v*8 + int(s[i+n]-'0')
				n++
			}
			out = append(out, byte(v))
			i += n - 1
		case c == 'x':
			digits := ""
			if i+1 < len(s) && s[i+1] == '{' {
				end := strings.IndexByte(s[i:], '}')
				digits = s[i+2 : i+end]
				i += end
			} else {
				for len(digits) < 2 && i+1 < len(s) && strings.IndexByte("0123456789abcdefABCDEF", s[i+1]) >= 0 {
					digits += s[i+1 : i+2]
					i++
				}
			}
			v, _ := strconv.ParseUint("0"+digits, 16, 32)
			out = append(out, byte(v))
		default:
			out = append(out, c)
		}
	}
	return string(out)
}

// conformanceOptions translates modifiers; ok tells whether all of them are understood.
func conformanceOptions(modifiers string) (o Options, global, afterText, ok bool) {
	ok = true
	for _, m := range strings.Split(modifiers, ",") {
		switch m {
		case "dupnames":
			o.DupNames = true
			continue
		case "aftertext":
			afterText = true
			continue
		case "mark", "no_start_optimize":
			continue
		}
		for _, c := range m {
			switch c {
			case 'i':
				o.CaseInsensitive = true
			case 'm':
				o.MultiLine = true
			case 's':
				o.DotAll = true
			case 'x':
				o.ExtendedMore = o.Extended
				o.Extended = true
			case 'n':
				o.NoAutoCapture = true
			case 'J':
				o.DupNames = true
			case 'g':
				global = true
			default:
				ok = false
			}
		}
	}
	return o, global, afterText, ok
}

func printable(s string) string {
	var out strings.Builder
	for _, c := range []byte(s) {
		if c >= 32 && c < 127 {
			out.WriteByte(c)
		} else {
			fmt.Fprintf(&out, "\\x%02x", c)
		}
	}
	return out.String()
}

// conformanceResult prints what this package finds, as pcre2test prints it.
func conformanceResult(c conformanceCase, o Options, global, afterText bool) []string {
	re, err := CompileWith(c.pattern, &o)
	if err != nil {
		return []string{err.Error()}
	}
	var got []string
	it := re.Iter(context.Background(), []byte(c.subject))
	defer it.Close()
	for it.Next() {
		loc := it.Index()
		for len(loc) > 2 && loc[len(loc)-1] < 0 {
			loc = loc[:len(loc)-2]
		}
		for g := 0; g < len(loc); g += 2 {
			text := "<unset>"
			if loc[g] >= 0 && loc[g] <= loc[g+1] {
				text = printable(c.subject[loc[g]:loc[g+1]])
			}
			got = append(got, fmt.Sprintf("%2d: %s", g/2, text))
			if g == 0 && afterText {
				got = append(got, " 0+ "+printable(c.subject[loc[1]:]))
			}
		}
		if !global {
			break
		}
	}
	if it.Err() != nil {
		return []string{it.Err().Error()}
	}
	if len(got) == 0 {
		got = []string{"No match"}
	}
	return got
}

func TestConformance(t *testing.T) {
	cases := readConformance(t, filepath.Join("..", "..", "shared", "testdata", "pcre2", "testoutput1"))
	ran, passed := 0, 0
	for _, c := range cases {
		o, global, afterText, ok := conformanceOptions(c.modifiers)
		if !ok {
			continue
		}
		var want []string
		for _, w := range c.want {
			if strings.HasPrefix(w, "No match") {
				w = "No match"
			}
			if !strings.HasPrefix(w, "MK: ") {
				want = append(want, w)
			}
		}
		ran++
		got := conformanceResult(c, o, global, afterText)
		if strings.Join(got, "\n") == strings.Join(want, "\n") {
			passed++
			continue
		}
		t.Errorf("line %d: /%s/%s on %q\ngot  %q\nwant %q", c.line, c.pattern, c.modifiers, c.subject, got, want)
	}
	t.Logf("%d of %d cases pass", passed, ran)
}
