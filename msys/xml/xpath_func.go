package xml

import (
	"math"
	"strings"
	"unicode/utf8"
)

// function is a function of XPath's core library.
type function struct {
	min, max int  // arguments; max -1 for any number
	nodes    bool // the first argument must be nodes
	result   resultKind
	eval     func(c focus, args []any) any
}

type resultKind uint8

const (
	givesValue resultKind = iota
	givesNodes
)

// call is a call of a function.
type call struct {
	name string
	function
	args []expr
}

func (e call) givesNodes() bool { return e.result == givesNodes }

func (e call) eval(c focus) any {
	args := make([]any, len(e.args))
	for i, arg := range e.args {
		args[i] = arg.eval(c)
	}
	return e.function.eval(c, args)
}

// functions is the core library (XPath 1.0 section 4).
var functions = map[string]function{
	"last":             {0, 0, false, givesValue, func(c focus, _ []any) any { return float64(c.size) }},
	"position":         {0, 0, false, givesValue, func(c focus, _ []any) any { return float64(c.position) }},
	"count":            {1, 1, true, givesValue, func(c focus, a []any) any { return float64(len(a[0].([]*Node))) }},
	"id":               {1, 1, false, givesNodes, byID},
	"local-name":       {0, 1, true, givesValue, ofNode((*Node).localName)},
	"namespace-uri":    {0, 1, true, givesValue, ofNode(func(n *Node) string { return n.ns.uri() })},
	"name":             {0, 1, true, givesValue, ofNode((*Node).expandedName)},
	"string":           {0, 1, false, givesValue, func(c focus, a []any) any { return textArg(c, a) }},
	"concat":           {2, -1, false, givesValue, concat},
	"starts-with":      {2, 2, false, givesValue, func(c focus, a []any) any { return strings.HasPrefix(c.run.text(a[0]), c.run.text(a[1])) }},
	"contains":         {2, 2, false, givesValue, func(c focus, a []any) any { return strings.Contains(c.run.text(a[0]), c.run.text(a[1])) }},
	"substring-before": {2, 2, false, givesValue, substringBefore},
	"substring-after":  {2, 2, false, givesValue, func(c focus, a []any) any { return after(c.run.text(a[0]), c.run.text(a[1])) }},
	"substring":        {2, 3, false, givesValue, substring},
	"string-length":    {0, 1, false, givesValue, func(c focus, a []any) any { return float64(utf8.RuneCountInString(textArg(c, a))) }},
	"normalize-space":  {0, 1, false, givesValue, func(c focus, a []any) any { return normalizeSpace(textArg(c, a)) }},
	"translate":        {3, 3, false, givesValue, translate},
	"boolean":          {1, 1, false, givesValue, func(c focus, a []any) any { return toBool(a[0]) }},
	"not":              {1, 1, false, givesValue, func(c focus, a []any) any { return !toBool(a[0]) }},
	"true":             {0, 0, false, givesValue, func(focus, []any) any { return true }},
	"false":            {0, 0, false, givesValue, func(focus, []any) any { return false }},
	"lang":             {1, 1, false, givesValue, lang},
	"number":           {0, 1, false, givesValue, number},
	"sum":              {1, 1, true, givesValue, sum},
	"floor":            {1, 1, false, givesValue, func(c focus, a []any) any { return math.Floor(c.run.number(a[0])) }},
	"ceiling":          {1, 1, false, givesValue, func(c focus, a []any) any { return math.Ceil(c.run.number(a[0])) }},
	"round":            {1, 1, false, givesValue, func(c focus, a []any) any { return round(c.run.number(a[0])) }},
}

// textArg gives the first argument as text, or the context node's.
func textArg(c focus, args []any) string {
	if len(args) == 0 {
		return c.run.nodeText(c.node)
	}
	return c.run.text(args[0])
}

// ofNode makes a function of the first node of the argument, or of the context
// node.
func ofNode(f func(*Node) string) func(focus, []any) any {
	return func(c focus, args []any) any {
		n := c.node
		if len(args) > 0 {
			nodes := args[0].([]*Node)
			if len(nodes) == 0 {
				return ""
			}
			n = nodes[0]
		}
		return f(n)
	}
}

// localName gives a node's local name as XPath has it: none for texts.
func (n *Node) localName() string {
	switch n.typ {
	case ElementNode, AttributeNode, NamespaceNode, InstructionNode:
		return n.name
	}
	return ""
}

func (n *Node) expandedName() string {
	if n.localName() == "" {
		return ""
	}
	return n.QName()
}

// byID finds the elements with an xml:id attribute of one of the values; the
// types of other attributes are not known without the DTD.
func byID(c focus, args []any) any {
	var words []string
	if nodes, ok := args[0].([]*Node); ok {
		for _, n := range nodes {
			words = append(words, strings.Fields(c.run.nodeText(n))...)
		}
	} else {
		words = strings.Fields(c.run.text(args[0]))
	}
	wanted := make(map[string]bool, len(words))
	for _, w := range words {
		wanted[w] = true
	}
	var found []*Node
	top := &c.run.doc.node
	for n := top; n != nil && c.run.visit(); n = n.after(top) {
		if id, ok := n.AttrNS("id", xmlURI); ok && wanted[id] {
			found = append(found, n)
			delete(wanted, id)
		}
	}
	return found
}

func concat(c focus, args []any) any {
	var b strings.Builder
	for _, a := range args {
		b.WriteString(c.run.text(a))
	}
	return b.String()
}

func substringBefore(c focus, args []any) any {
	before, _, found := strings.Cut(c.run.text(args[0]), c.run.text(args[1]))
	if !found {
		return ""
	}
	return before
}

func after(s, sep string) string {
	_, rest, _ := strings.Cut(s, sep)
	return rest
}

// substring counts characters from 1 and rounds its numbers; a character is in
// if its position is at least the first and below first + length.
func substring(c focus, args []any) any {
	first := round(c.run.number(args[1]))
	end := math.Inf(1)
	if len(args) == 3 {
		end = first + round(c.run.number(args[2]))
	}
	var b strings.Builder
	position := 0.0
	for _, r := range c.run.text(args[0]) {
		position++
		if position >= first && position < end {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func normalizeSpace(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r < utf8.RuneSelf && isSpace(byte(r)) }), " ")
}

// translate replaces each character of the second argument by the one in the
// same place of the third, or drops it if there is none.
func translate(c focus, args []any) any {
	to := []rune(c.run.text(args[2]))
	table := map[rune]rune{}
	for i, r := range []rune(c.run.text(args[1])) {
		if _, given := table[r]; given {
			continue
		}
		if i < len(to) {
			table[r] = to[i]
		} else {
			table[r] = -1
		}
	}
	return strings.Map(func(r rune) rune {
		if t, ok := table[r]; ok {
			return t
		}
		return r
	}, c.run.text(args[0]))
}

// lang reports whether the context node is in a language, or a variety of it.
func lang(c focus, args []any) any {
	want := strings.ToLower(c.run.text(args[0]))
	for n := c.node; n != nil; n = n.parent {
		if v, ok := n.AttrNS("lang", xmlURI); ok {
			v = strings.ToLower(v)
			return v == want || strings.HasPrefix(v, want+"-")
		}
	}
	return false
}

func number(c focus, args []any) any {
	if len(args) == 0 {
		return textNumber(c.run.nodeText(c.node))
	}
	return c.run.number(args[0])
}

func sum(c focus, args []any) any {
	total := 0.0
	for _, n := range args[0].([]*Node) {
		total += textNumber(c.run.nodeText(n))
	}
	return total
}

// round rounds halves up.
func round(n float64) float64 {
	if math.IsNaN(n) || math.IsInf(n, 0) {
		return n
	}
	return math.Floor(n + 0.5)
}
