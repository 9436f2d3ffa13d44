package pcre

// anySet returns the set of all characters.
func (p *parser) anySet() *charSet {
	if p.opts.UTF {
		return &anyUTF
	}
	return &anyByte
}

var (
	anyByte = charSet{bits: [4]uint64{^uint64(0), ^uint64(0), ^uint64(0), ^uint64(0)}}
	anyUTF  = charSet{bits: anyByte.bits, ranges: []runeRange{{256, 0x10ffff}}, high: highAll}

	notLFByte = charSet{bits: [4]uint64{^uint64(1 << '\n'), ^uint64(0), ^uint64(0), ^uint64(0)}}
	notLFUTF  = charSet{bits: notLFByte.bits, ranges: anyUTF.ranges, high: highAll}
)

// notNewline returns the node for a character that does not begin a newline: . and \N.
func (p *parser) notNewline() *node {
	s := &charSet{}
	switch p.opts.Newline {
	case NewlineLF:
		if p.opts.UTF {
			return p.setNode(&notLFUTF)
		}
		return p.setNode(&notLFByte)
	case NewlineCR:
		s.add('\r', '\r')
	case NewlineNUL:
		s.add(0, 0)
	case NewlineAnyCRLF:
		s.add('\n', '\n')
		s.add('\r', '\r')
	case NewlineAny:
		addClass(s, classVertical, false)
	case NewlineCRLF:
		crlf := &node{op: opLook, look: look{negative: true}, subs: []*node{concat([]*node{
			{op: opChar, r: '\r'}, {op: opChar, r: '\n'}})}}
		return concat([]*node{crlf, p.setNode(p.anySet())})
	}
	s.normalize(p.opts.UTF)
	return p.setNode(s.complement(p.opts.UTF))
}

// newlineSequence returns the node for \R.
func (p *parser) newlineSequence() *node {
	s := &charSet{}
	if p.opts.BSRAnyCRLF {
		s.add('\n', '\n')
		s.add('\r', '\r')
	} else {
		addClass(s, classVertical, false)
	}
	s.normalize(p.opts.UTF)
	crlf := concat([]*node{{op: opChar, r: '\r'}, {op: opChar, r: '\n'}})
	return &node{op: opAtomic, subs: []*node{alternate([]*node{crlf, p.setNode(s)})}}
}
