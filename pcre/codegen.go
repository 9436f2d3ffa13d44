package pcre

// maxProgram bounds the instructions of a program.
const maxProgram = 1 << 20

// A codegen turns a syntax tree into a program.
type codegen struct {
	p    *program
	t    *groupTable
	opts *Options
	open []int      // enclosing captures, up to the innermost assertion
	alts []altScope // enclosing alternations that (*THEN) can mean
}

type altScope struct {
	reg  int32
	last bool // in the last alternative
	at   int32
}

// generate compiles a parsed pattern.
func generate(ps *parsed, t *groupTable) (p *program, err error) {
	g := &codegen{t: t, opts: &ps.opts, p: &program{
		utf:      ps.opts.UTF,
		newline:  ps.opts.Newline,
		ncap:     ps.ncap,
		nregs:    3 * (ps.ncap + 1),
		entry:    make([]int32, ps.ncap+1),
		groupEnd: make([]int32, ps.ncap+1),
		flags:    ps.matchFlags,
	}}
	defer func() {
		if r := recover(); r != nil {
			se, ok := r.(*SyntaxError)
			if !ok {
				panic(r)
			}
			p, err = nil, se
		}
	}()
	if ps.opts.UCP {
		g.p.ucpWord = &charSet{}
		addClass(g.p.ucpWord, classWord, true)
		g.p.ucpWord.normalize(true)
	}
	for i := range g.p.entry {
		g.p.entry[i] = -1
	}
	g.p.insts = make([]inst, 0, 8)
	g.p.entry[0] = 0
	g.node(ps.root)
	g.emit(inst{op: iMatch})
	g.p.groupEnd[0] = int32(len(g.p.insts))
	g.facts(ps)
	return g.p, nil
}

func (g *codegen) fail(code ErrorCode, offset int) {
	panic(&SyntaxError{Offset: offset, Code: code, Msg: code.String()})
}

func (g *codegen) emit(in inst) int32 {
	if len(g.p.insts) >= maxProgram {
		g.fail(ErrTooLarge, 0)
	}
	g.p.insts = append(g.p.insts, in)
	return int32(len(g.p.insts) - 1)
}

func (g *codegen) next() int32 { return int32(len(g.p.insts)) }

func (g *codegen) reg() int32 {
	g.p.nregs++
	return int32(g.p.nregs - 1)
}

func (g *codegen) kindOf(s *charSet) setKind {
	switch {
	case !g.p.utf || s.high == highNone:
		return setByte
	case s.high == highAll:
		return setHigh
	}
	return setUTF8
}

// node emits the code for n.
func (g *codegen) node(n *node) {
	switch n.op {
	case opEmpty:
	case opFail:
		g.emit(inst{op: iFail})
	case opChar:
		g.literal([]*node{n})
	case opSet:
		if n.fold && !g.literalChar(n) || !n.fold {
			g.emit(inst{op: iSet, set: n.set, kind: g.kindOf(n.set)})
		} else {
			g.literal([]*node{n})
		}
	case opByte:
		g.emit(inst{op: iAny})
	case opConcat:
		g.concat(n.subs)
	case opAlternate:
		g.alternate(n)
	case opRepeat:
		g.repeat(n)
	case opCapture:
		g.capture(n)
	case opAtomic:
		g.emit(inst{op: iCut})
		g.node(n.subs[0])
		g.emit(inst{op: iCutEnd})
	case opLook:
		g.look(n)
	case opBackref:
		g.emit(inst{op: iBackrefGroup, groups: &n.refs, fold: n.fold})
	case opCall:
		g.call(n)
	case opCond:
		g.cond(n)
	case opAssert:
		g.emit(inst{op: iAssert, assert: n.assert, ucp: n.ucp})
	case opKeep:
		g.emit(inst{op: iKeep})
	case opGrapheme:
		g.emit(inst{op: iGrapheme})
	case opVerb:
		g.verb(n)
	}
}

// literalChar reports whether n can be part of a literal: one byte, or one of two.
func (g *codegen) literalChar(n *node) bool {
	if n.op == opChar {
		return true
	}
	if n.op != opSet || !n.fold || n.r >= 0x80 || len(n.set.ranges) > 0 {
		return false
	}
	b := byteSet(n.set.bits)
	return b.len() == 2 && n.set.has(n.r^0x20)
}

// concat emits a sequence, joining literal characters.
func (g *codegen) concat(subs []*node) {
	for i := 0; i < len(subs); {
		j := i
		for j < len(subs) && g.literalChar(subs[j]) {
			j++
		}
		if j == i {
			g.node(subs[i])
			i++
			continue
		}
		g.literal(subs[i:j])
		i = j
	}
}

func (g *codegen) literal(chars []*node) {
	var str, alt []byte
	fold := false
	for _, c := range chars {
		str = appendChar(str, c.r, g.p.utf)
		if c.op == opSet {
			alt = append(alt, byte(c.r)^0x20)
			fold = true
		} else {
			alt = appendChar(alt, c.r, g.p.utf)
		}
	}
	switch {
	case fold:
		g.emit(inst{op: iFoldLiteral, lit: &literal{string(str), string(alt)}})
	case len(str) == 1:
		g.emit(inst{op: iByte, n: int32(str[0])})
	default:
		g.emit(inst{op: iLiteral, lit: &literal{str: string(str)}})
	}
}

// firstOf returns what n can begin with, nil if it can match nothing.
func (g *codegen) firstOf(n *node) *byteSet {
	set, nullable := g.t.first(n)
	if nullable || set == allBytes {
		return nil
	}
	return &set
}

func (g *codegen) alternate(n *node) {
	then := hasThen(n)
	scope := altScope{at: g.next()}
	if then {
		scope.reg = g.reg()
		g.emit(inst{op: iSetHeight, n: scope.reg})
	}
	var ends []int32
	last := len(n.subs) - 1
	for i, s := range n.subs {
		split := int32(-1)
		if i < last {
			split = g.emit(inst{op: iSplit, x: g.next() + 1})
			if !then {
				g.p.insts[split].firstX = g.firstOf(s)
			}
		}
		if then {
			scope.last = i == last
			g.alts = append(g.alts, scope)
		}
		g.node(s)
		if then {
			g.alts = g.alts[:len(g.alts)-1]
		}
		if i < last {
			ends = append(ends, g.emit(inst{op: iJump}))
			g.p.insts[split].y = g.next()
			if i == last-1 && !then {
				g.p.insts[split].firstY = g.firstOf(n.subs[last])
			}
		}
	}
	for _, e := range ends {
		g.p.insts[e].x = g.next()
	}
}

// hasThen reports whether (*THEN) occurs in n.
func hasThen(n *node) bool {
	if n.op == opVerb && n.verb == verbThen {
		return true
	}
	for _, s := range n.subs {
		if hasThen(s) {
			return true
		}
	}
	return n.guard != nil && hasThen(n.guard)
}

func (g *codegen) capture(n *node) {
	if g.p.entry[n.n] < 0 {
		g.p.entry[n.n] = g.next()
	}
	g.emit(inst{op: iCaptureOpen, n: int32(n.n)})
	g.open = append(g.open, n.n)
	g.node(n.subs[0])
	g.open = g.open[:len(g.open)-1]
	g.emit(inst{op: iCaptureClose, n: int32(n.n)})
	if g.p.groupEnd[n.n] == 0 {
		g.p.groupEnd[n.n] = g.next()
	}
}

func (g *codegen) call(n *node) {
	if !g.opts.AtomicRecursion {
		g.emit(inst{op: iCall, n: int32(n.refs[0])})
		return
	}
	g.emit(inst{op: iCut})
	g.emit(inst{op: iCall, n: int32(n.refs[0])})
	g.emit(inst{op: iCutEnd})
}

func (g *codegen) verb(n *node) {
	if n.verb == verbAccept {
		for i := len(g.open) - 1; i >= 0; i-- {
			g.emit(inst{op: iCaptureClose, n: int32(g.open[i]), then: true})
		}
		g.emit(inst{op: iAccept})
		return
	}
	in := inst{op: iVerb, verb: n.verb, n: int32(n.n)}
	if n.verb == verbThen {
		in.x = -1
		if k := len(g.alts); k > 0 {
			in.x, in.y, in.then = g.alts[k-1].reg, g.alts[k-1].at, !g.alts[k-1].last
		}
	}
	g.emit(in)
}
