package pcre

import (
	"strings"
	"unicode/utf8"
)

// A parser turns a pattern into a syntax tree.
type parser struct {
	src   string
	pos   int
	opts  *Options // after start-of-pattern items
	flags flags
	depth int
	quote bool // inside \Q…\E

	ncap       int      // highest group number so far
	groupNames []string // name of group i, "" if none
	names      map[string][]int
	verbNames  []string

	chunk      []node // for newNode
	chunkSize  int
	asBytes    bool    // a pattern made for UTF-8, read for subjects that are not
	refs       []*node // references whose target is checked at the end
	noStartOpt bool
	matchFlags Flags
}

// parsed is what the parser hands to the compiler.
type parsed struct {
	root       *node
	opts       Options
	ncap       int
	groupNames []string
	names      map[string][]int
	verbNames  []string
	matchFlags Flags // that the pattern itself sets
	noStartOpt bool  // every place is tried, for the sake of verbs
}

// parse parses a pattern. opts must have its defaults resolved.
func parse(pattern string, opts Options) (*parsed, error) {
	return newParser(pattern, &opts).parse()
}

// parseBytes parses a pattern that was made for UTF-8 for subjects that are
// not: (*UTF) is ignored, and characters that are no bytes become several.
func parseBytes(pattern string, opts Options) (*parsed, error) {
	ps := newParser(pattern, &opts)
	ps.asBytes = true
	return ps.parse()
}

func newParser(pattern string, opts *Options) *parser {
	return &parser{src: pattern, opts: opts, flags: opts.flags(), groupNames: []string{""}, chunkSize: 4}
}

func (ps *parser) parse() (p *parsed, err error) {
	pattern, opts := ps.src, ps.opts
	defer func() {
		if r := recover(); r != nil {
			se, ok := r.(*SyntaxError)
			if !ok {
				panic(r)
			}
			p, err = nil, se
		}
	}()
	if len(pattern) > opts.PatternLimit {
		ps.fail(ErrTooLarge, 0)
	}
	ps.parseStart()
	if opts.UTF && (ps.asBytes || !utf8.ValidString(pattern)) {
		opts.UTF = false
	}
	root := ps.parseAlternatives()
	if ps.pos < len(ps.src) {
		ps.fail(ErrUnmatchedParen, ps.pos)
	}
	ps.resolve()
	return &parsed{root: root, opts: *opts, ncap: ps.ncap, groupNames: ps.groupNames, names: ps.names,
		verbNames: ps.verbNames, matchFlags: ps.matchFlags, noStartOpt: ps.noStartOpt}, nil
}

// fail ends the parse; parse recovers the error.
func (p *parser) fail(code ErrorCode, offset int) {
	panic(&SyntaxError{Offset: offset, Code: code, Msg: code.String()})
}

func (p *parser) more() bool { return p.pos < len(p.src) }

func (p *parser) has(f flags) bool { return p.flags&f != 0 }

// peekString reports whether s comes next.
func (p *parser) peekString(s string) bool { return strings.HasPrefix(p.src[p.pos:], s) }

// accept consumes s if it comes next.
func (p *parser) accept(s string) bool {
	if p.peekString(s) {
		p.pos += len(s)
		return true
	}
	return false
}

// char consumes one character of the pattern.
func (p *parser) char() rune {
	c := p.src[p.pos]
	if c < utf8.RuneSelf || !p.opts.UTF {
		p.pos++
		return rune(c)
	}
	r, n := utf8.DecodeRuneInString(p.src[p.pos:])
	p.pos += n
	return r
}

// parseAlternatives parses up to the end of the enclosing group.
func (p *parser) parseAlternatives() *node {
	var first *node
	var alts []*node
	for {
		n := p.parseSequence()
		if !p.more() || p.src[p.pos] != '|' {
			if first == nil {
				return n
			}
			return alternate(append(alts, n))
		}
		if first == nil {
			first = n
		}
		alts = append(alts, n)
		p.pos++
	}
}

// parseSequence parses one alternative.
func (p *parser) parseSequence() *node {
	var subs []*node
	for {
		p.skipIgnored()
		if !p.more() {
			return concat(subs)
		}
		if c := p.src[p.pos]; !p.quote && (c == '|' || c == ')') {
			return concat(subs)
		}
		start := p.pos
		n, repeatable := p.parseItem()
		if n == nil {
			continue
		}
		n.offset = start
		subs = append(subs, p.parseQuantifier(n, repeatable))
	}
}

// skipIgnored skips \Q, \E, (?#…) and, with x, white space and # comments.
func (p *parser) skipIgnored() {
	for p.more() {
		if p.quote {
			if !p.accept(`\E`) {
				return
			}
			p.quote = false
			continue
		}
		switch c := p.src[p.pos]; {
		case c == '\\' && p.peekString(`\Q`):
			p.pos += 2
			p.quote = true
		case c == '\\' && p.peekString(`\E`):
			p.pos += 2
		case c == '(' && p.peekString("(?#"):
			end := strings.IndexByte(p.src[p.pos:], ')')
			if end < 0 {
				p.fail(ErrMissingCommentParen, len(p.src))
			}
			p.pos += end + 1
		case !p.has(flagX):
			return
		case c == '#':
			p.skipLine()
		default:
			n := p.spaceLen()
			if n == 0 {
				return
			}
			p.pos += n
		}
	}
}

// spaceLen returns the length of the white space character that comes next, or 0.
func (p *parser) spaceLen() int {
	c := p.src[p.pos]
	if c == ' ' || '\t' <= c && c <= '\r' {
		return 1
	}
	if p.opts.UTF && c >= utf8.RuneSelf {
		switch r, n := utf8.DecodeRuneInString(p.src[p.pos:]); r {
		case 0x85, 0x200e, 0x200f, 0x2028, 0x2029:
			return n
		}
	}
	return 0
}

// skipLine skips a # comment up to and including the newline.
func (p *parser) skipLine() {
	rest := p.src[p.pos:]
	end := -1
	switch p.opts.Newline {
	case NewlineLF:
		end = strings.IndexByte(rest, '\n')
	case NewlineCR:
		end = strings.IndexByte(rest, '\r')
	case NewlineNUL:
		end = strings.IndexByte(rest, 0)
	case NewlineCRLF:
		if end = strings.Index(rest, "\r\n"); end >= 0 {
			end++
		}
	default:
		if end = strings.IndexAny(rest, "\r\n"); end >= 0 && strings.HasPrefix(rest[end:], "\r\n") {
			end++
		}
	}
	if end < 0 {
		p.pos = len(p.src)
		return
	}
	p.pos += end + 1
}

// parseItem parses one item. A nil node stands for an item without effect of
// its own, such as an option setting.
func (p *parser) parseItem() (n *node, repeatable bool) {
	start := p.pos
	if p.quote {
		return p.literal(p.char()), true
	}
	switch c := p.src[p.pos]; c {
	case '\\':
		return p.parseEscape()
	case '[':
		return p.parseBracket()
	case '(':
		return p.parseGroup()
	case '.':
		p.pos++
		if p.has(flagS) {
			return p.setNode(p.anySet()), true
		}
		return p.notNewline(), true
	case '^':
		p.pos++
		if p.has(flagM) {
			return p.assertion(assertLineStart), false
		}
		return p.assertion(assertBegin), false
	case '$':
		p.pos++
		switch {
		case p.has(flagM):
			return p.assertion(assertLineEnd), false
		case p.opts.DollarEndOnly:
			return p.assertion(assertDollarEnd), false
		}
		return p.assertion(assertDollar), false
	case '*', '+', '?':
		p.fail(ErrNothingToRepeat, start+1)
	case '{':
		if _, _, end, ok := p.peekQuantifier(); ok {
			p.fail(ErrNothingToRepeat, end)
		}
	}
	return p.literal(p.char()), true
}

func (p *parser) assertion(k assertKind) *node { return &node{op: opAssert, assert: k} }

func (p *parser) folding() folding {
	return folding{utf: p.opts.UTF || p.opts.UCP, restricted: p.has(flagR)}
}

// literal returns the node for a literal character.
func (p *parser) literal(r rune) *node {
	if r > 255 && !p.opts.UTF {
		var subs []*node
		for _, c := range []byte(string(r)) {
			subs = append(subs, &node{op: opChar, r: rune(c)})
		}
		return concat(subs)
	}
	if p.has(flagI) && p.folding().cased(r) {
		s := &charSet{}
		s.add(r, r)
		p.folding().close(s)
		s.normalize(p.opts.UTF)
		return &node{op: opSet, set: s, fold: true, r: r}
	}
	n := p.newNode()
	n.op, n.r = opChar, r
	return n
}

// newNode returns a node out of a chunk: patterns have many.
func (p *parser) newNode() *node {
	if len(p.chunk) == 0 {
		p.chunk = make([]node, p.chunkSize)
		p.chunkSize = min(2*p.chunkSize, 64)
	}
	n := &p.chunk[0]
	p.chunk = p.chunk[1:]
	return n
}

func (p *parser) setNode(s *charSet) *node { return &node{op: opSet, set: s} }
