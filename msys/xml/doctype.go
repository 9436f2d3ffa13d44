package xml

import "strings"

// doctype parses the document type declaration. Of its internal subset only
// the declarations of general entities count.
func (p *parser) doctype() error {
	start := p.i
	p.i += len("<!DOCTYPE")
	spaced := p.space()
	if name := p.name(); name == "" || !spaced {
		return fault("document type declaration without name")
	}
	external, err := p.externalID()
	if err != nil {
		return err
	}
	p.lenient = external
	p.space()
	declaration := strings.TrimRight(p.s[start:p.i], " \t\r\n")
	if p.take("[") {
		if err := p.internalSubset(); err != nil {
			return err
		}
		p.space()
	}
	if !p.take(">") {
		return fault("document type declaration is not closed")
	}
	p.doc.doctype = declaration + ">"
	return checkChars(declaration)
}

// externalID skips a reference to something outside the document and reports
// whether there is one.
func (p *parser) externalID() (bool, error) {
	p.space()
	literals := 0
	switch {
	case p.take("SYSTEM"):
		literals = 1
	case p.take("PUBLIC"):
		literals = 2
	default:
		return false, nil
	}
	for range literals {
		if !p.space() {
			return false, fault("white space expected in an external identifier")
		}
		if _, err := p.quoted(); err != nil {
			return false, err
		}
	}
	return true, nil
}

func (p *parser) internalSubset() error {
	for {
		p.space()
		switch {
		case p.i == len(p.s):
			return fault("internal subset is not closed")
		case p.take("]"):
			return nil
		case p.take("<!--"):
			if _, err := p.until("-->", "comment"); err != nil {
				return err
			}
		case p.take("<?"):
			if _, err := p.until("?>", "processing instruction"); err != nil {
				return err
			}
		case p.take("<!ENTITY"):
			if err := p.entityDeclaration(); err != nil {
				return err
			}
		case p.has("<!ELEMENT"), p.has("<!ATTLIST"), p.has("<!NOTATION"):
			if err := p.skipDeclaration(); err != nil {
				return err
			}
		case p.take("%"):
			if p.name() == "" || !p.take(";") {
				return fault("invalid reference to a parameter entity")
			}
			p.lenient = true // what it stands for is not read
		default:
			return fault("unknown declaration in the internal subset")
		}
	}
}

// skipDeclaration skips a declaration, minding quoted literals.
func (p *parser) skipDeclaration() error {
	for p.i < len(p.s) {
		switch p.s[p.i] {
		case '>':
			p.i++
			return nil
		case '"', '\'':
			if _, err := p.quoted(); err != nil {
				return err
			}
		default:
			p.i++
		}
	}
	return fault("declaration is not closed")
}

func (p *parser) entityDeclaration() error {
	p.space()
	parameter := p.take("%")
	if parameter {
		p.space()
	}
	name := p.name()
	if name == "" {
		return fault("entity declaration without name")
	}
	e := &entity{}
	external, err := p.externalID()
	switch {
	case err != nil:
		return err
	case external:
		e.external = true
		if p.space(); p.take("NDATA") {
			p.space()
			p.name()
		}
	default:
		raw, err := p.quoted()
		if err != nil {
			return err
		}
		if e.text, err = entityText(raw); err != nil {
			return err
		}
	}
	p.space()
	if !p.take(">") {
		return fault("declaration of entity %s is not closed", name)
	}
	if parameter || p.entities[name] != nil {
		return nil // the first declaration counts
	}
	if p.entities == nil {
		p.entities = make(map[string]*entity)
	}
	p.entities[name] = e
	return nil
}

// entityText gives the replacement text of an entity: character references are
// replaced, all else waits until the entity is used.
func entityText(raw string) (string, error) {
	var b strings.Builder
	s := scanner{s: raw}
	for s.i < len(raw) {
		if raw[s.i] == '%' {
			return "", fault("parameter entity inside a declaration")
		}
		if raw[s.i] != '&' {
			b.WriteByte(raw[s.i])
			s.i++
			continue
		}
		ref, err := s.rawReference()
		if err != nil {
			return "", err
		}
		if ref[0] != '#' {
			b.WriteString("&" + ref + ";")
			continue
		}
		text, err := charReference(ref[1:])
		if err != nil {
			return "", err
		}
		b.WriteString(text)
	}
	return b.String(), nil
}
