package xml

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// entity is what a document's own entity stands for.
type entity struct {
	text string
	// external entities are not loaded and stand for nothing.
	external bool
}

// reference is a reference that was parsed.
type reference struct {
	name   string
	text   string  // of a character reference or predefined entity
	entity *entity // nil for those
}

func limit(format string, a ...any) error {
	return fmt.Errorf("%w: %s", ErrLimit, fmt.Sprintf(format, a...))
}

// rawReference takes what is between & and ; of the reference at i.
func (s *scanner) rawReference() (string, error) {
	end := strings.IndexByte(s.s[s.i:], ';')
	if end < 0 {
		return "", fault("reference without ';'")
	}
	ref := s.s[s.i+1 : s.i+end]
	if ref == "" || ref[0] != '#' && nameLen(ref) != len(ref) {
		return "", fault("invalid reference")
	}
	s.i += end + 1
	return ref, nil
}

func (p *parser) reference() (reference, error) {
	name, err := p.rawReference()
	if err != nil {
		return reference{}, err
	}
	if name[0] == '#' {
		text, err := charReference(name[1:])
		return reference{text: text}, err
	}
	switch name {
	case "amp":
		return reference{text: "&"}, nil
	case "lt":
		return reference{text: "<"}, nil
	case "gt":
		return reference{text: ">"}, nil
	case "quot":
		return reference{text: `"`}, nil
	case "apos":
		return reference{text: "'"}, nil
	}
	if e := p.entities[name]; e != nil {
		return reference{name: name, entity: e}, nil
	}
	if p.lenient {
		return reference{name: name, entity: &entity{external: true}}, nil
	}
	return reference{}, fault("entity %s is not defined", name)
}

// charReference gives the character of a reference such as 65 or x41.
func charReference(digits string) (string, error) {
	base := 10
	if strings.HasPrefix(digits, "x") {
		digits, base = digits[1:], 16
	}
	r, err := strconv.ParseUint(digits, base, 31)
	if err != nil || !isChar(rune(r)) || strings.Contains(digits, "_") {
		return "", fault("invalid character reference")
	}
	return string(rune(r)), nil
}

// expand hands the text of an entity to use, within the limits.
func (p *parser) expand(ref reference, use func(text string) error) error {
	if ref.entity.external {
		return nil
	}
	if slices.Contains(p.nesting, ref.name) {
		return fault("entity %s refers to itself", ref.name)
	}
	if len(p.nesting) >= maxEntityDepth {
		return limit("entities nested more than %d levels", maxEntityDepth)
	}
	if p.budget -= len(ref.entity.text) + 1; p.budget < 0 {
		return limit("entities stand for more than %d bytes", p.MaxExpansion)
	}
	p.nesting = append(p.nesting, ref.name)
	err := use(ref.entity.text)
	p.nesting = p.nesting[:len(p.nesting)-1]
	return err
}

// attributeValue appends an attribute's value with references replaced and
// white space made blanks.
func (p *parser) attributeValue(b *strings.Builder, raw string) error {
	s := scanner{s: raw}
	for s.i < len(raw) {
		switch c := raw[s.i]; c {
		case '\t', '\n', '\r':
			b.WriteByte(' ')
			s.i++
		case '<':
			return fault("'<' in the value of an attribute")
		case '&':
			if err := p.attributeReference(b, &s); err != nil {
				return err
			}
		default:
			n := strings.IndexAny(raw[s.i:], "&<\t\r\n")
			if n < 0 {
				n = len(raw) - s.i
			}
			b.WriteString(raw[s.i : s.i+n])
			s.i += n
		}
	}
	return nil
}

func (p *parser) attributeReference(b *strings.Builder, s *scanner) error {
	outer := p.scanner
	p.scanner = *s
	ref, err := p.reference()
	*s, p.scanner = p.scanner, outer
	if err != nil {
		return err
	}
	if ref.entity == nil {
		b.WriteString(ref.text)
		return nil
	}
	return p.expand(ref, func(text string) error { return p.attributeValue(b, text) })
}
