package pcre

import (
	"slices"
	"strconv"
	"strings"
)

// parseStart parses the items that may stand at the very start of a pattern, such as (*UTF).
func (p *parser) parseStart() {
	for p.peekString("(*") {
		end := strings.IndexByte(p.src[p.pos:], ')')
		if end < 0 || !p.startItem(p.src[p.pos+2:p.pos+end]) {
			return
		}
		p.pos += end + 1
	}
}

func (p *parser) startItem(item string) bool {
	if name, value, ok := strings.Cut(item, "="); ok {
		v, err := strconv.ParseUint(value, 10, 32)
		if err != nil {
			return false
		}
		return p.startLimit(name, int(v))
	}
	switch item {
	case "UTF", "UTF8":
		p.opts.UTF = true
	case "UCP":
		p.opts.UCP = true
	case "CR":
		p.opts.Newline = NewlineCR
	case "LF":
		p.opts.Newline = NewlineLF
	case "CRLF":
		p.opts.Newline = NewlineCRLF
	case "ANYCRLF":
		p.opts.Newline = NewlineAnyCRLF
	case "ANY":
		p.opts.Newline = NewlineAny
	case "NUL":
		p.opts.Newline = NewlineNUL
	case "BSR_ANYCRLF":
		p.opts.BSRAnyCRLF = true
	case "BSR_UNICODE":
		p.opts.BSRAnyCRLF = false
	case "NO_START_OPT", "NO_START_OPTIMIZE":
		p.noStartOpt = true
	case "NOTEMPTY":
		p.matchFlags |= NotEmpty
	case "NOTEMPTY_ATSTART":
		p.matchFlags |= NotEmptyAtStart
	case "NO_AUTO_POSSESS", "NO_DOTSTAR_ANCHOR", "NO_JIT":
		// They switch off optimizations whose results do not show here.
	default:
		return false
	}
	return true
}

// startLimit lowers a limit; a pattern cannot raise one.
func (p *parser) startLimit(name string, v int) bool {
	switch name {
	case "LIMIT_MATCH":
		p.opts.StepLimit = min(p.opts.StepLimit, v)
	case "LIMIT_HEAP":
		p.opts.MemoryLimit = min(p.opts.MemoryLimit, v<<10)
	case "LIMIT_DEPTH", "LIMIT_RECURSION":
		// Depth is bounded by MemoryLimit.
	default:
		return false
	}
	return true
}

// parseStar parses a verb or a group with an alphabetic name, from its opening parenthesis.
func (p *parser) parseStar() (n *node, repeatable bool) {
	start := p.pos
	p.pos += 2
	nameStart := p.pos
	for p.more() && (isLetter(p.src[p.pos]) || p.src[p.pos] == '_') {
		p.pos++
	}
	name := p.src[nameStart:p.pos]
	if !p.more() {
		p.fail(ErrUnknownVerb, p.pos)
	}
	c := p.src[p.pos]
	if c != ':' && c != ')' {
		p.fail(ErrUnknownVerb, min(p.pos+1, len(p.src)))
	}
	p.pos++
	if name != "" && name[0] >= 'a' {
		if c == ':' {
			return p.alphaGroup(start, name), true
		}
		p.fail(ErrUnknownVerb, p.pos)
	}
	arg := ""
	if c == ':' {
		end := strings.IndexByte(p.src[p.pos:], ')')
		if end < 0 {
			p.fail(ErrUnknownVerb, len(p.src))
		}
		arg = p.src[p.pos : p.pos+end]
		p.pos += end + 1
		if len(arg) > 255 {
			p.fail(ErrVerbNameTooLong, p.pos)
		}
	}
	return p.verb(name, arg, c == ':'), name == "ACCEPT"
}

// alphaGroup parses (*pla:…) and its like.
func (p *parser) alphaGroup(start int, name string) *node {
	switch name {
	case "atomic":
		return p.atomic(start)
	case "pla", "positive_lookahead":
		return p.lookaround(start, look{})
	case "nla", "negative_lookahead":
		return p.lookaround(start, look{negative: true})
	case "plb", "positive_lookbehind":
		return p.lookaround(start, look{behind: true})
	case "nlb", "negative_lookbehind":
		return p.lookaround(start, look{behind: true, negative: true})
	case "napla", "non_atomic_positive_lookahead":
		return p.lookaround(start, look{nonAtomic: true})
	case "naplb", "non_atomic_positive_lookbehind":
		return p.lookaround(start, look{behind: true, nonAtomic: true})
	}
	p.fail(ErrUnknownVerb, p.pos)
	return nil
}

func (p *parser) verb(name, arg string, hasArg bool) *node {
	n := &node{op: opVerb}
	switch name {
	case "ACCEPT":
		n.verb = verbAccept
	case "FAIL", "F":
		n.op = opFail
	case "COMMIT":
		n.verb = verbCommit
	case "PRUNE":
		n.verb = verbPrune
	case "SKIP":
		n.verb = verbSkip
	case "THEN":
		n.verb = verbThen
	case "MARK", "":
		n.verb = verbMark
		if arg == "" {
			p.fail(ErrMarkArgument, p.pos)
		}
	default:
		p.fail(ErrUnknownVerb, p.pos)
	}
	if arg == "" || n.op == opFail || n.verb != verbMark && n.verb != verbSkip {
		return n // (*SKIP:NAME) only looks for marks
	}
	i := slices.Index(p.verbNames, arg)
	if i < 0 {
		i = len(p.verbNames)
		p.verbNames = append(p.verbNames, arg)
	}
	n.n = i + 1
	return n
}
