package pcre

import (
	"strconv"
	"strings"
)

// parseConditional parses from after "(?(".
func (p *parser) parseConditional(start int) *node {
	n := &node{op: opCond, offset: p.pos}
	if p.accept("?C") {
		p.skipCallout()
		if !p.accept("(") {
			p.fail(ErrCondAssertion, p.pos)
		}
	}
	if p.peekString("?") || p.peekString("*") {
		p.pos--
		n.guard = p.condAssertion()
		n.cond = condLook
	} else {
		p.parseCondition(n)
	}
	alts := p.branches(start, false)
	if n.cond == condFalse && n.name == "DEFINE" {
		if len(alts) > 1 {
			p.fail(ErrDefineBranches, p.pos-1)
		}
		n.name = ""
	}
	if len(alts) > 2 {
		p.fail(ErrCondBranches, p.pos-1)
	}
	if len(alts) == 1 {
		alts = append(alts, &node{op: opEmpty})
	}
	n.subs = alts
	return n
}

// condAssertion parses an assertion as a condition.
func (p *parser) condAssertion() *node {
	at := p.pos
	n, _ := p.parseGroup()
	if n == nil || n.op != opLook && n.op != opFail {
		p.fail(ErrCondAssertion, min(at+2, len(p.src)))
	}
	if n.op == opFail {
		n = &node{op: opLook, look: look{negative: true}, subs: []*node{{op: opEmpty}}}
	}
	return n
}

// parseCondition parses a condition that is not an assertion, with its closing parenthesis.
func (p *parser) parseCondition(n *node) {
	switch {
	case p.peekString("VERSION"):
		p.parseVersion(n)
		return
	case p.accept("<"):
		p.namedCondition(n, '>')
		p.expect(')', ErrMissingParen)
		return
	case p.accept("'"):
		p.namedCondition(n, '\'')
		p.expect(')', ErrMissingParen)
		return
	}
	if num, ok := p.signedNumber(); ok {
		if num == 0 {
			p.fail(ErrCondZero, p.pos)
		}
		n.n = num
		p.refs = append(p.refs, n)
		p.expect(')', ErrCondition)
		return
	}
	if p.peekString("R&") {
		p.pos += 2
		n.name = "R&" + p.groupName(')')
		p.refs = append(p.refs, n)
		return
	}
	if !p.more() {
		p.fail(ErrCondition, p.pos)
	}
	p.namedCondition(n, ')')
}

func (p *parser) namedCondition(n *node, end byte) {
	n.name = p.groupName(end)
	if n.name == "DEFINE" && end == ')' {
		n.cond = condFalse
		return
	}
	p.refs = append(p.refs, n)
}

// The PCRE2 version whose syntax this package follows, for (?(VERSION>=…).
const (
	versionMajor = 10
	versionMinor = 45
)

func (p *parser) parseVersion(n *node) {
	end := strings.IndexByte(p.src[p.pos:], ')')
	if end < 0 {
		p.fail(ErrCondition, len(p.src))
	}
	spec := p.src[p.pos+len("VERSION") : p.pos+end]
	p.pos += end + 1
	number, atLeast := strings.CutPrefix(spec, ">=")
	number, equal := strings.CutPrefix(number, "=")
	if !atLeast && !equal {
		p.fail(ErrCondition, p.pos)
	}
	major, minor, _ := strings.Cut(number, ".")
	maj, err := strconv.Atoi(major)
	minorValue := 0
	if err == nil && minor != "" {
		minorValue, err = strconv.Atoi((minor + "0")[:2])
	}
	if err != nil || len(minor) > 2 {
		p.fail(ErrCondition, p.pos)
	}
	have, want := versionMajor*100+versionMinor, maj*100+minorValue
	n.cond = condFalse
	if have == want || atLeast && have > want {
		n.cond = condTrue
	}
}
