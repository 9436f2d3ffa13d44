package xml

import (
	"strings"
	"unicode/utf8"
)

const indent = "  "

// String gives the document as text: the XML declaration, then the nodes, each
// element on a line of its own and indented by two spaces for every level. An
// element that has a text among its children is written without additional
// white space, with all that is inside it.
func (d *Document) String() string {
	w := writer{}
	w.b.WriteString("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n")
	if d.doctype != "" {
		w.b.WriteString(d.doctype)
		w.b.WriteByte('\n')
	}
	for c := d.node.first; c != nil; c = c.next {
		w.node(c)
		w.b.WriteByte('\n')
	}
	return w.b.String()
}

// String gives the node's markup in the form of [Document.String], without
// declaration and final newline; an attribute is given as its value.
func (n *Node) String() string {
	w := writer{}
	w.node(n)
	return w.b.String()
}

// writer writes nodes. It goes along the tree without recursion, so that deep
// trees do no harm.
type writer struct {
	b strings.Builder
	// scope holds the namespaces declared around the current node, with the
	// level of the element that each was written on.
	scope []scopedNamespace
	level int
	// inline is the level of the outermost element with a text child around
	// the current node, 0 if there is none.
	inline int
}

type scopedNamespace struct {
	*Namespace
	level int
}

func (w *writer) node(top *Node) {
	for n := top; ; {
		if w.open(n) {
			w.breakLine()
			n = n.first
			continue
		}
		for n != top && n.next == nil {
			n = n.parent
			w.closeElement(n)
		}
		if n == top {
			return
		}
		n = n.next
		w.breakLine()
	}
}

// breakLine begins the line of the next node.
func (w *writer) breakLine() {
	if w.inline > 0 {
		return
	}
	w.b.WriteByte('\n')
	for range w.level {
		w.b.WriteString(indent)
	}
}

// open writes a node, or the start tag of an element that has children; the
// result tells which.
func (w *writer) open(n *Node) bool {
	switch n.typ {
	case TextNode:
		w.escape(n.data, false)
	case CDATANode:
		w.b.WriteString("<![CDATA[")
		w.clean(strings.ReplaceAll(n.data, "]]>", "]]]]><![CDATA[>"))
		w.b.WriteString("]]>")
	case CommentNode:
		w.b.WriteString("<!--")
		w.clean(commentText(n.data))
		w.b.WriteString("-->")
	case InstructionNode:
		w.b.WriteString("<?" + n.name)
		if n.data != "" {
			w.b.WriteByte(' ')
			w.clean(strings.ReplaceAll(n.data, "?>", "? >"))
		}
		w.b.WriteString("?>")
	case AttributeNode, NamespaceNode:
		w.clean(n.data)
	case ElementNode:
		return w.startTag(n)
	}
	return false
}

func (w *writer) startTag(n *Node) bool {
	w.level++
	w.b.WriteByte('<')
	w.b.WriteString(n.QName())
	for _, ns := range n.declares {
		w.declare(ns)
	}
	w.need(n.ns)
	for _, a := range n.attrs {
		w.need(a.ns)
	}
	for _, a := range n.attrs {
		w.b.WriteByte(' ')
		w.b.WriteString(a.QName())
		w.b.WriteString(`="`)
		w.escape(a.data, true)
		w.b.WriteByte('"')
	}
	if n.first == nil {
		w.b.WriteString("/>")
		w.leave()
		return false
	}
	w.b.WriteByte('>')
	if w.inline == 0 && n.hasText() {
		w.inline = w.level
	}
	return true
}

func (n *Node) hasText() bool {
	for c := n.first; c != nil; c = c.next {
		if c.isText() {
			return true
		}
	}
	return false
}

func (w *writer) closeElement(n *Node) {
	w.level--
	w.breakLine()
	w.level++
	w.b.WriteString("</" + n.QName() + ">")
	w.leave()
}

// leave ends an element.
func (w *writer) leave() {
	for k := len(w.scope); k > 0 && w.scope[k-1].level == w.level; k-- {
		w.scope = w.scope[:k-1]
	}
	if w.inline == w.level {
		w.inline = 0
	}
	w.level--
}

// declare writes a namespace declaration.
func (w *writer) declare(ns *Namespace) {
	w.scope = append(w.scope, scopedNamespace{ns, w.level})
	w.b.WriteString(" " + ns.attribute() + `="`)
	w.escape(ns.URI, true)
	w.b.WriteByte('"')
}

// need declares a namespace unless its prefix stands for it already.
func (w *writer) need(ns *Namespace) {
	if ns == nil || ns.Prefix == "xml" {
		return
	}
	for k := len(w.scope) - 1; k >= 0; k-- {
		if s := w.scope[k]; s.Prefix == ns.Prefix {
			if s.URI != ns.URI && s.level < w.level {
				w.declare(ns)
			}
			return
		}
	}
	w.declare(ns)
}

// escape writes text with what could be taken for markup escaped.
func (w *writer) escape(text string, attribute bool) {
	start := 0
	for i := 0; i < len(text); i++ {
		var ref string
		switch c := text[i]; {
		case c == '&':
			ref = "&amp;"
		case c == '<':
			ref = "&lt;"
		case c == '>':
			ref = "&gt;"
		case c == '\r':
			ref = "&#13;"
		case c == '"' && attribute:
			ref = "&quot;"
		case c == '\n' && attribute:
			ref = "&#10;"
		case c == '\t' && attribute:
			ref = "&#9;"
		default:
			continue
		}
		w.clean(text[start:i])
		w.b.WriteString(ref)
		start = i + 1
	}
	w.clean(text[start:])
}

// clean writes text with U+FFFD for what no document may hold.
func (w *writer) clean(text string) {
	start := 0
	for i := 0; i < len(text); {
		r, size := rune(text[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(text[i:])
		}
		if !isChar(r) || r == utf8.RuneError && size == 1 {
			w.b.WriteString(text[start:i])
			w.b.WriteRune(utf8.RuneError)
			start = i + size
		}
		i += size
	}
	w.b.WriteString(text[start:])
}

// commentText breaks up the hyphens that would end a comment.
func commentText(text string) string {
	for strings.Contains(text, "--") {
		text = strings.ReplaceAll(text, "--", "- -")
	}
	if strings.HasSuffix(text, "-") {
		text += " "
	}
	return text
}
