package dialect

// A siteTable remembers the operations that became calls of helpers, so that
// an error can name the operand and the line of its operator, as C Lua does.
type siteTable struct {
	src      string // the chunk
	sites    []site
	operands []operandName
}

// A site is one operation.
type site struct {
	callLine int32 // of its first token: where the machine sees the call
	line     int32 // of the operator, the last one for ..
	operands int32 // index of the first in the table
	count    int16
	op       helper
}

// An operandName tells where the name of an operand stands in the chunk.
type operandName struct {
	at, end int32
	kind    variableKind
}

// A variableKind is the kind of a named operand.
type variableKind uint8

const (
	kindNone variableKind = iota
	kindLocal
	kindUpvalue
	kindGlobal
	kindField
)

func (k variableKind) String() string {
	return [...]string{"", "local", "upvalue", "global", "field"}[k]
}

// site adds the operation of e, whose operator is op.
func (p *parser) site(h helper, e *expr, op token, operands ...expr) {
	var buffer [8]operandName
	names := buffer[:0]
	for i := range operands {
		names = append(names, p.describe(&operands[i]))
	}
	p.addSite(h, e.line, op.line, names...)
}

func (p *parser) addSite(h helper, callLine, line int32, operands ...operandName) {
	t := &p.sites
	t.sites = append(t.sites, site{
		callLine: callLine, line: line, operands: int32(len(t.operands)), count: int16(len(operands)), op: h,
	})
	t.operands = append(t.operands, operands...)
}

func (p *parser) describe(e *expr) operandName {
	if e.nameAt == e.nameEnd {
		return operandName{}
	}
	kind := kindNone
	switch e.shape {
	case shapeVariable:
		switch {
		case e.local == 0:
			kind = kindGlobal
		case p.locals[e.local].fn != p.fn:
			kind = kindUpvalue
		default:
			kind = kindLocal
		}
	case shapeIndexed:
		kind = kindField
	}
	return operandName{e.nameAt, e.nameEnd, kind}
}

// find returns the line of the operator and a description of an operand of
// the operation h, called on a line with the given number of operands. Where
// several operations fit, it tells only what they agree on.
func (t *siteTable) find(h helper, callLine, operand, operands int) (line int, name string) {
	line = callLine
	found := false
	for i := range t.sites {
		s := &t.sites[i]
		if int(s.callLine) != callLine || s.op != h || int(s.count) != operands {
			continue
		}
		n := ""
		if o := t.operands[int(s.operands)+operand]; o.kind != kindNone {
			n = o.kind.String() + " '" + t.src[o.at:o.end] + "'"
		}
		if !found {
			found, line, name = true, int(s.line), n
			continue
		}
		if line != int(s.line) {
			line = callLine
		}
		if name != n {
			name = ""
		}
	}
	return line, name
}
