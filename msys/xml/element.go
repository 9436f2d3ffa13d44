package xml

import (
	"slices"
	"strings"
)

// startTag parses a start tag or the tag of an empty element.
func (p *parser) startTag() error {
	p.flush()
	p.i++
	name := p.name()
	if name == "" {
		return fault("name expected after '<'")
	}
	if p.depth >= p.MaxDepth {
		return limit("elements nested more than %d levels", p.MaxDepth)
	}
	n := &Node{typ: ElementNode, name: name}
	empty, err := p.attributes(n)
	if err != nil {
		return err
	}
	if err := p.resolve(n); err != nil {
		return err
	}
	p.parent.link(n)
	p.parent, p.depth = n, p.depth+1
	if empty {
		p.leave()
	}
	return nil
}

// attributes parses the attributes of a start tag and its end.
func (p *parser) attributes(n *Node) (empty bool, err error) {
	for {
		space := p.space()
		switch {
		case p.take(">"):
			return false, nil
		case p.take("/>"):
			return true, nil
		}
		name := p.name()
		if name == "" {
			return false, fault("attribute or '>' expected in the tag of element %s", n.name)
		}
		if !space {
			return false, fault("white space expected before attribute %s", name)
		}
		value, err := p.attribute(name)
		if err != nil {
			return false, err
		}
		if err := p.addAttribute(n, name, value); err != nil {
			return false, err
		}
	}
}

func (p *parser) attribute(name string) (string, error) {
	p.space()
	if !p.take("=") {
		return "", fault("'=' expected after attribute %s", name)
	}
	p.space()
	raw, err := p.quoted()
	if err != nil {
		return "", err
	}
	if strings.IndexByte(raw, '<') >= 0 {
		return "", fault("'<' in the value of attribute %s", name)
	}
	if !strings.ContainsAny(raw, "&\t\r\n") {
		return raw, nil
	}
	var b strings.Builder
	err = p.attributeValue(&b, raw)
	return b.String(), err
}

// addAttribute adds an attribute or a namespace declaration to n.
func (p *parser) addAttribute(n *Node, name, value string) error {
	if p.given(n, name) {
		return fault("attribute %s is given twice", name)
	}
	switch prefix, local := splitName(name); {
	case name == "xmlns":
		n.declares = append(n.declares, &Namespace{URI: value})
	case prefix == "xmlns":
		if value == "" || local == "xmlns" || (local == "xml") != (value == xmlURI) {
			return fault("invalid declaration of namespace prefix %s", local)
		}
		n.declares = append(n.declares, &Namespace{value, local})
	default:
		n.attrs = append(n.attrs, &Node{typ: AttributeNode, name: name, data: value, parent: n})
	}
	return nil
}

// fewAttributes is the number up to which looking at each is fastest.
const fewAttributes = 8

// given reports whether the start tag has an attribute of that name already.
func (p *parser) given(n *Node, name string) bool {
	switch count := len(n.attrs) + len(n.declares); {
	case count < fewAttributes:
		return slices.ContainsFunc(n.attrs, func(a *Node) bool { return a.name == name }) ||
			slices.ContainsFunc(n.declares, func(d *Namespace) bool { return d.attribute() == name })
	case count == fewAttributes || p.names == nil:
		p.names = make(map[string]bool)
		for _, a := range n.attrs {
			p.names[a.name] = true
		}
		for _, d := range n.declares {
			p.names[d.attribute()] = true
		}
	}
	if p.names[name] {
		return true
	}
	p.names[name] = true
	return false
}

// resolve finds the namespaces of an element and its attributes. A prefix that
// is not declared stays part of the name.
func (p *parser) resolve(n *Node) error {
	for _, ns := range n.declares {
		if p.scopes == nil {
			p.scopes = make(map[string][]*Namespace)
		}
		p.scopes[ns.Prefix] = append(p.scopes[ns.Prefix], ns)
	}
	prefix, local := splitName(n.name)
	if ns := p.namespace(prefix); ns != nil {
		n.name, n.ns = local, ns
	}
	prefixed := 0
	for _, a := range n.attrs {
		prefix, local := splitName(a.name)
		if prefix == "" {
			continue
		}
		if ns := p.namespace(prefix); ns != nil {
			a.name, a.ns = local, ns
			p.spaced = p.spaced || local == "space"
			prefixed++
		}
	}
	if prefixed < 2 {
		return nil
	}
	seen := make(map[[2]string]bool)
	for _, a := range n.attrs {
		key := [2]string{a.ns.uri(), a.name}
		if seen[key] {
			return fault("attribute %s is given twice", a.QName())
		}
		seen[key] = true
	}
	return nil
}

// namespace gives what a prefix stands for, nil for none.
func (p *parser) namespace(prefix string) *Namespace {
	if prefix == "xml" {
		return &Namespace{xmlURI, "xml"}
	}
	scopes := p.scopes[prefix]
	if len(scopes) == 0 || scopes[len(scopes)-1].URI == "" {
		return nil
	}
	return scopes[len(scopes)-1]
}

func (p *parser) endTag() error {
	p.flush()
	p.i += 2
	name := p.name()
	if name != p.parent.QName() {
		return fault("end tag %s does not match start tag %s", name, p.parent.QName())
	}
	p.space()
	if !p.take(">") {
		return fault("'>' expected in the end tag of element %s", name)
	}
	p.leave()
	return nil
}

// leave ends the current element.
func (p *parser) leave() {
	for _, ns := range p.parent.declares {
		scopes := p.scopes[ns.Prefix]
		p.scopes[ns.Prefix] = scopes[:len(scopes)-1]
	}
	p.parent, p.depth = p.parent.parent, p.depth-1
}
