package cidr

import (
	"net/netip"
	"strings"
)

// defaultA is the address of entries where none is given, 127.0.0.2.
const defaultA = 127<<24 | 2

// maxText bounds the text of an entry.
const maxText = 4096

// rawValue is what an entry gives as it was written.
type rawValue struct {
	sec  *section
	a    uint32
	text string
}

// texts collects the values of a file, each once.
type texts struct {
	a           bool // only the address counts
	interpolate bool
	index       map[rawValue]uint32
	raw         []rawValue
}

func (t *texts) init(o Options) {
	t.a, t.interpolate = o.Value == "a", o.Interpolate
	t.index = map[rawValue]uint32{}
	t.raw = make([]rawValue, 1) // index 0 stands for exclusions
}

// of gives the index of a value.
func (t *texts) of(sec *section, a uint32, text []byte) uint32 {
	if t.a {
		sec, text = nil, nil
	}
	if i, ok := t.index[rawValue{sec, a, string(text)}]; ok {
		return i
	}
	i := uint32(len(t.raw))
	v := rawValue{sec, a, string(text)}
	t.raw = append(t.raw, v)
	t.index[v] = i
	return i
}

// setDefault changes what entries without a value give.
func (p *rbldnsd) setDefault(a uint32, text string) {
	p.sec.a, p.sec.text = a, text
	p.index = p.values.of(p.sec, a, []byte(text))
}

// defaultLine takes a line ":A:TXT", which inherits nothing.
func (p *rbldnsd) defaultLine(line []byte) error {
	a, text, _, err := parseValue(line, defaultA)
	if err != nil {
		return err
	}
	p.setDefault(a, string(text))
	return nil
}

// value gives the index of the value that follows a range.
func (p *rbldnsd) value(b []byte, exclude bool) (uint32, error) {
	if exclude {
		return excluded, nil
	}
	b = trimLeft(b)
	if len(b) == 0 || b[0] == '#' || b[0] == ';' {
		return p.index, nil
	}
	a, text, given, err := parseValue(b, p.sec.a)
	if err != nil {
		return 0, err
	}
	if !given {
		text = []byte(p.sec.text)
	}
	return p.values.of(p.sec, a, text), nil
}

// parseValue reads ":A", ":A:TXT" or "TXT"; given is false for the first,
// which leaves the text open.
func parseValue(b []byte, a uint32) (_ uint32, text []byte, given bool, err error) {
	if b[0] != ':' {
		if len(b) > maxText {
			return 0, nil, false, errLong
		}
		return a, b, true, nil
	}
	v, n, rest := octets(b[1:])
	if v == 0 { // also if there is none
		return 0, nil, false, errA
	}
	switch n {
	case 1:
		v |= 127 << 24
	case 2, 3:
		v = v>>(8*(n-1))<<24 | v&(1<<(8*(n-1))-1)
		if n == 3 {
			v = v&0xff0000ff | v&0xff00<<8
		}
	}
	rest = trimLeft(rest)
	switch {
	case len(rest) == 0:
		return v, nil, false, nil
	case rest[0] != ':':
		return 0, nil, false, errA
	}
	text = trimLeft(rest[1:])
	if len(text) > maxText {
		return 0, nil, false, errLong
	}
	return v, text, true, nil
}

// compile makes the values that queries give.
func (t *texts) compile() []value {
	out := make([]value, len(t.raw))
	for i, raw := range t.raw[1:] {
		v := &out[i+1]
		a := netip.AddrFrom4([4]byte{byte(raw.a >> 24), byte(raw.a >> 16), byte(raw.a >> 8), byte(raw.a)})
		v.fixed = a.String()
		if t.a {
			continue
		}
		pieces := expandText(raw.text, raw.sec, t.interpolate)
		switch {
		case len(pieces) > 1:
			v.pieces = pieces
		case pieces[0] != "":
			v.fixed = pieces[0]
		}
	}
	return out
}

// expandText expands a text once; the address goes between the pieces. Text
// that begins with "=" goes without the base template, and without the "=".
// Without interpolate "$" and "$$" stay as they are.
func expandText(text string, sec *section, interpolate bool) []string {
	text, own := strings.CutPrefix(text, "=")
	template := text
	if base := sec.baseTemplate(); base != nil && !own {
		template = *base
	}
	var pieces []string
	var cur strings.Builder
	address := func() {
		if !interpolate {
			cur.WriteByte('$')
			return
		}
		pieces = append(pieces, cur.String())
		cur.Reset()
	}
	for {
		i := strings.IndexByte(template, '$')
		if i < 0 {
			break
		}
		cur.WriteString(template[:i])
		template = template[i+1:]
		next := byte(0)
		if template != "" {
			next = template[0]
		}
		switch {
		case next == '$':
			cur.WriteByte('$')
			if !interpolate {
				cur.WriteByte('$')
			}
		case next >= '0' && next <= '9':
			if v := sec.variable(next - '0'); v != nil {
				cur.WriteString(*v)
			} else {
				cur.WriteString("$" + template[:1])
			}
		case next == '=' && text != "":
			cur.WriteString(text)
		case next == '=':
			address()
		default:
			address()
			continue
		}
		template = template[1:]
	}
	cur.WriteString(template)
	return append(pieces, cur.String())
}

func (s *section) variable(n byte) *string {
	for ; s != nil; s = s.parent {
		if s.vars[n] != nil {
			return s.vars[n]
		}
	}
	return nil
}

func (s *section) baseTemplate() *string {
	for ; s != nil; s = s.parent {
		if s.base != nil {
			return s.base
		}
	}
	return nil
}
