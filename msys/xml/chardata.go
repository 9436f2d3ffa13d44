package xml

import "strings"

// charData parses text up to the next tag or reference, and that reference.
func (p *parser) charData() error {
	end := strings.IndexAny(p.s[p.i:], "<&")
	if end < 0 {
		end = len(p.s) - p.i
	}
	raw := p.s[p.i : p.i+end]
	if strings.Contains(raw, "]]>") {
		return fault("']]>' in text")
	}
	if err := checkChars(raw); err != nil {
		return err
	}
	p.i += end
	reference := p.has("&")
	switch {
	case !reference && p.ignorable(raw):
	case !reference && len(p.pending) == 0 && p.outer == nil:
		p.parent.link(NewText(normalizeBreaks(raw)))
	default:
		p.pending = append(p.pending, normalizeBreaks(raw)...)
	}
	if reference {
		return p.contentReference()
	}
	return nil
}

// flush makes the text that was collected a node.
func (p *parser) flush() {
	if len(p.pending) > 0 {
		p.parent.link(NewText(string(p.pending)))
		p.pending = p.pending[:0]
	}
}

// ignorable reports whether the text in front of the next tag is blanks that
// only lay out elements: not an element's only content, and not beside other
// text.
func (p *parser) ignorable(raw string) bool {
	if p.KeepBlanks || strings.Trim(raw, " \t\r\n") != "" || p.outer != nil || len(p.pending) > 0 {
		return false
	}
	n := p.parent
	switch {
	case n.first == nil:
		if p.has("</") {
			return false
		}
	case n.first.isText() || n.last.isText():
		return false
	}
	return !p.preserved()
}

// preserved reports whether xml:space="preserve" is in effect.
func (p *parser) preserved() bool {
	if !p.spaced {
		return false
	}
	for n := p.parent; n != nil; n = n.parent {
		if v, ok := n.AttrNS("space", xmlURI); ok {
			return v == "preserve"
		}
	}
	return false
}

// contentReference parses a reference in the content of an element.
func (p *parser) contentReference() error {
	ref, err := p.reference()
	if err != nil {
		return err
	}
	if ref.entity == nil {
		p.pending = append(p.pending, ref.text...)
		return nil
	}
	return p.expand(ref, func(text string) error {
		inner, outer := p.scanner, p.outer
		if p.outer == nil {
			p.outer = &inner
		}
		p.scanner = scanner{s: text}
		depth := p.depth
		if err := p.content(); err != nil {
			return err
		}
		if p.depth != depth {
			return fault("element %s is not closed in the entity", p.parent.QName())
		}
		p.scanner, p.outer = inner, outer
		return nil
	})
}
