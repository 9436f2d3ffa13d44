package xml

import (
	"errors"
	"fmt"
	"strings"
)

// Parse reads a document. The error is a [*SyntaxError], or wraps [ErrLimit]
// or [ErrEncoding].
func Parse(data []byte, o *Options) (*Document, error) {
	opts := o.withDefaults()
	if len(data) > opts.MaxSize {
		return nil, fmt.Errorf("%w: document of %d bytes", ErrLimit, len(data))
	}
	text, err := toUTF8(data)
	if err != nil {
		return nil, err
	}
	doc := newDocument()
	p := &parser{
		Options: opts, doc: doc, parent: &doc.node, budget: opts.MaxExpansion,
		scanner: scanner{s: strings.ReplaceAll(text, "\r\n", "\n")},
	}
	if err := p.document(); err != nil {
		return nil, p.locate(err)
	}
	return doc, nil
}

// parser builds the tree.
type parser struct {
	Options
	scanner
	doc    *Document
	parent *Node // the element whose content is being parsed
	depth  int

	pending []byte          // text of the node that is yet to be made
	names   map[string]bool // attributes of the current start tag, if many

	scopes   map[string][]*Namespace // declared namespaces by prefix, innermost last
	entities map[string]*entity
	lenient  bool // there may be entities that nobody here knows
	spaced   bool // xml:space was seen
	budget   int  // bytes that entities may still stand for
	nesting  []string
	outer    *scanner // the document's own scanner while an entity is parsed
}

// fault is a syntax error that is yet to be located.
func fault(format string, a ...any) error { return &SyntaxError{0, fmt.Sprintf(format, a...)} }

// locate fills in the line of a syntax error, that of the reference if it is
// in an entity.
func (p *parser) locate(err error) error {
	var e *SyntaxError
	if errors.As(err, &e) && e.Line == 0 {
		s := &p.scanner
		if p.outer != nil {
			s = p.outer
		}
		e.Line = lineAt(s.s, min(s.i, len(s.s)))
	}
	return err
}

// document parses everything.
func (p *parser) document() error {
	if err := p.declaration(); err != nil {
		return err
	}
	for {
		p.space()
		switch {
		case p.i == len(p.s):
			if p.doc.Root() == nil {
				return fault("document is empty")
			}
			return nil
		case p.has("<!DOCTYPE"):
			if p.doc.Root() != nil || p.doc.doctype != "" {
				return fault("document type declaration out of place")
			}
			if err := p.doctype(); err != nil {
				return err
			}
		case p.has("<!--"), p.has("<?"):
			if err := p.markup(); err != nil {
				return err
			}
		case p.doc.Root() != nil:
			return fault("extra content at the end of the document")
		case p.s[p.i] != '<':
			return fault("start tag expected, '<' not found")
		default:
			if err := p.root(); err != nil {
				return err
			}
		}
	}
}

// declaration skips the XML declaration.
func (p *parser) declaration() error {
	if !p.has("<?xml") || len(p.s) > 5 && !isSpace(p.s[5]) {
		return nil
	}
	end := strings.Index(p.s, "?>")
	if end < 0 {
		return fault("XML declaration is not closed")
	}
	if !strings.Contains(p.s[:end], "version") {
		return fault("XML declaration without version")
	}
	p.i = end + 2
	return nil
}

func (p *parser) root() error {
	if err := p.startTag(); err != nil {
		return err
	}
	if p.depth == 0 {
		return nil // an empty element
	}
	if err := p.content(); err != nil {
		return err
	}
	if p.depth > 0 {
		return fault("element %s is not closed", p.parent.QName())
	}
	return nil
}

// content parses what is inside an element, until the element that is open now
// is closed or the text ends.
func (p *parser) content() error {
	base := p.depth
	for p.i < len(p.s) && p.depth >= base {
		var err error
		switch {
		case p.s[p.i] != '<':
			err = p.charData()
		case p.has("</"):
			if p.depth == base && p.outer != nil {
				return fault("end tag of an element that the entity did not open")
			}
			err = p.endTag()
		case p.has("<!"), p.has("<?"):
			err = p.markup()
		default:
			err = p.startTag()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// markup parses a comment, a processing instruction or a CDATA section.
func (p *parser) markup() error {
	p.flush()
	switch {
	case p.take("<!--"):
		text, err := p.until("--", "comment")
		if err != nil {
			return err
		}
		if !p.take(">") {
			return fault("'--' inside a comment")
		}
		p.parent.link(&Node{typ: CommentNode, data: text})
		return nil
	case p.take("<![CDATA["):
		text, err := p.until("]]>", "CDATA section")
		if err != nil {
			return err
		}
		p.parent.link(&Node{typ: CDATANode, data: text})
		return nil
	case p.take("<?"):
		return p.instruction()
	}
	return fault("markup expected after '<!'")
}

func (p *parser) instruction() error {
	target := p.name()
	if target == "" {
		return fault("processing instruction without target")
	}
	if strings.EqualFold(target, "xml") {
		return fault("XML declaration out of place")
	}
	text, err := p.until("?>", "processing instruction")
	if err != nil {
		return err
	}
	if text != "" && !isSpace(text[0]) {
		return fault("white space expected after the target of a processing instruction")
	}
	p.parent.link(&Node{typ: InstructionNode, name: target, data: strings.TrimLeft(text, " \t\r\n")})
	return nil
}
