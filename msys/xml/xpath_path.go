package xml

import "fmt"

// locationPath parses the steps of a path that begins at start, or where the
// path itself says if start is nil.
func (p *xpathParser) locationPath(start expr) (expr, *xpathFault) {
	path := &path{start: start}
	if start == nil && p.is("/") {
		path.absolute = true
		if err := p.advance(); err != nil {
			return nil, err
		}
		if !p.stepBegins() {
			return path, nil
		}
	} else if p.is("//") {
		path.absolute = start == nil
		if err := p.descend(path); err != nil {
			return nil, err
		}
	} else if start != nil {
		if err := p.advance(); err != nil { // the slash after start
			return nil, err
		}
	}
	for {
		s, err := p.step()
		if err != nil {
			return nil, err
		}
		path.add(s)
		if p.is("//") {
			err = p.descend(path)
		} else if p.is("/") {
			err = p.advance()
		} else {
			return path, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// descend parses //.
func (p *xpathParser) descend(path *path) *xpathFault {
	path.add(step{axis: "descendant-or-self", test: nodeTest{kind: "node"}})
	return p.advance()
}

// stepBegins reports whether the token can begin a step.
func (p *xpathParser) stepBegins() bool {
	switch p.tok.kind {
	case nameToken, axisToken:
		return true
	case functionToken:
		return isNodeType(p.tok.text)
	}
	return p.is(".") || p.is("..") || p.is("@")
}

func isNodeType(name string) bool {
	switch name {
	case "node", "text", "comment", "processing-instruction":
		return true
	}
	return false
}

func (p *xpathParser) step() (step, *xpathFault) {
	s := step{axis: "child"}
	switch {
	case p.is("."):
		return step{axis: "self", test: nodeTest{kind: "node"}}, p.advance()
	case p.is(".."):
		return step{axis: "parent", test: nodeTest{kind: "node"}}, p.advance()
	case p.is("@"):
		s.axis = "attribute"
		if err := p.advance(); err != nil {
			return s, err
		}
	case p.tok.kind == axisToken:
		s.axis = p.tok.text
		if axes[s.axis] == nil {
			return s, &xpathFault{p.tok.offset, fmt.Sprintf("unknown axis %s", s.axis)}
		}
		if err := p.advance(); err != nil {
			return s, err
		}
		if err := p.expect("::"); err != nil {
			return s, err
		}
	}
	var err *xpathFault
	if s.test, err = p.nodeTest(); err != nil {
		return s, err
	}
	s.predicates, err = p.predicates()
	return s, err
}

func (p *xpathParser) nodeTest() (nodeTest, *xpathFault) {
	t := p.tok
	switch {
	case t.kind == nameToken:
		return p.nameTest()
	case t.kind != functionToken || !isNodeType(t.text):
		return nodeTest{}, p.unexpected()
	}
	test := nodeTest{kind: t.text}
	if err := p.advance(); err != nil {
		return test, err
	}
	if err := p.expect("("); err != nil {
		return test, err
	}
	if t.text == "processing-instruction" && p.tok.kind == literalToken {
		test.name = p.tok.text
		if err := p.advance(); err != nil {
			return test, err
		}
	}
	return test, p.expect(")")
}

func (p *xpathParser) nameTest() (nodeTest, *xpathFault) {
	t := p.tok
	test := nodeTest{name: t.text}
	if prefix, local := splitName(t.text); prefix != "" {
		if prefix != "xml" {
			return test, &xpathFault{t.offset, fmt.Sprintf("prefix %s is not bound", prefix)}
		}
		test.uri, test.name = xmlURI, local
	}
	return test, p.advance()
}

func (p *xpathParser) predicates() ([]expr, *xpathFault) {
	var list []expr
	for p.is("[") {
		if err := p.advance(); err != nil {
			return nil, err
		}
		e, err := p.or()
		if err != nil {
			return nil, err
		}
		if err := p.expect("]"); err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	return list, nil
}
