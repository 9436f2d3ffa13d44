package pcre

import (
	"strconv"
	"strings"
)

// backref returns a back reference to a group by number or by name.
func (p *parser) backref(num int, name string) *node {
	n := &node{op: opBackref, fold: p.has(flagI), n: num, name: name, offset: p.pos}
	p.refs = append(p.refs, n)
	return n
}

// call returns a subroutine call of a group by number or by name.
func (p *parser) call(num int, name string) *node {
	n := &node{op: opCall, n: num, name: name, offset: p.pos}
	p.refs = append(p.refs, n)
	return n
}

// parseG parses \g… from the g on: a back reference or a subroutine call.
func (p *parser) parseG() (*node, bool) {
	p.pos++
	if !p.more() {
		p.fail(ErrGroupReference, p.pos)
	}
	switch c := p.src[p.pos]; c {
	case '<', '\'':
		end := byte('\'')
		if c == '<' {
			end = '>'
		}
		p.pos++
		if num, ok := p.signedNumber(); ok {
			p.expect(end, ErrGroupReference)
			return p.call(num, ""), true
		}
		return p.call(0, p.groupName(end)), true
	case '{':
		at := p.pos
		p.pos = p.skipBlanks(p.pos + 1)
		if num, ok := p.signedNumber(); ok {
			p.pos = p.skipBlanks(p.pos)
			p.expect('}', ErrGroupReference)
			if num == 0 {
				p.fail(ErrZeroReference, p.pos)
			}
			return p.backref(num, ""), true
		}
		p.pos = at + 1
		return p.backref(0, p.groupName('}')), true
	}
	num, ok := p.signedNumber()
	if !ok {
		p.fail(ErrGroupReference, p.pos)
	}
	if num == 0 {
		p.fail(ErrZeroReference, p.pos)
	}
	return p.backref(num, ""), true
}

// parseK parses \k{name}, \k<name> or \k'name' from the k on.
func (p *parser) parseK() (*node, bool) {
	p.pos++
	if !p.more() {
		p.fail(ErrNamedReference, p.pos)
	}
	var end byte
	switch p.src[p.pos] {
	case '<':
		end = '>'
	case '{':
		end = '}'
	case '\'':
		end = '\''
	default:
		p.fail(ErrNamedReference, p.pos)
	}
	p.pos++
	return p.backref(0, p.groupName(end)), true
}

// signedNumber parses a group number; + and - make it relative to the groups opened so far.
func (p *parser) signedNumber() (num int, ok bool) {
	i := p.pos
	sign := byte(0)
	if i < len(p.src) && (p.src[i] == '+' || p.src[i] == '-') {
		sign = p.src[i]
		i++
	}
	v, end := p.peekNumber(i)
	if end == i {
		return 0, false
	}
	p.pos = end
	if v > maxRepeatCount {
		p.fail(ErrNumberTooBig, p.pos)
	}
	if sign == 0 {
		return v, true
	}
	if v == 0 {
		p.fail(ErrZeroReference, p.pos)
	}
	if sign == '+' {
		return p.ncap + v, true
	}
	if v > p.ncap {
		p.fail(ErrMissingSubpattern, p.pos)
	}
	return p.ncap - v + 1, true
}

// expect consumes c or fails.
func (p *parser) expect(c byte, code ErrorCode) {
	if !p.more() || p.src[p.pos] != c {
		p.fail(code, p.pos)
	}
	p.pos++
}

// groupName parses a name and the terminator that follows it.
func (p *parser) groupName(end byte) string {
	if end == '}' {
		p.pos = p.skipBlanks(p.pos)
	}
	start := p.pos
	if p.more() && '0' <= p.src[p.pos] && p.src[p.pos] <= '9' {
		p.fail(ErrNameStartsWithDigit, p.pos)
	}
	for p.more() {
		at := p.pos
		c := p.char()
		if c < 0x80 && !isWordByte(byte(c)) || c >= 0x80 && !p.opts.UTF {
			p.pos = at
			break
		}
	}
	name := p.src[start:p.pos]
	if name == "" {
		p.fail(ErrNameExpected, p.pos)
	}
	if len(name) > maxNameLength {
		p.fail(ErrNameTooLong, p.pos)
	}
	if end == '}' {
		p.pos = p.skipBlanks(p.pos)
	}
	p.expect(end, ErrNameTerminator)
	return name
}

// resolve finds the groups that references name and checks that they exist.
func (p *parser) resolve() {
	for _, n := range p.refs {
		if n.name != "" {
			p.resolveName(n)
			continue
		}
		if n.n > p.ncap {
			p.fail(ErrMissingSubpattern, n.offset)
		}
		n.refs = []int{n.n}
	}
}

func (p *parser) resolveName(n *node) {
	nums := p.names[n.name]
	if n.op == opCond && len(nums) == 0 && p.resolveRecursion(n) {
		return
	}
	if len(nums) == 0 {
		p.fail(ErrMissingSubpattern, n.offset)
	}
	n.refs = nums
	n.n = nums[0]
}

// resolveRecursion resolves the condition (?(R2) or (?(R&name).
func (p *parser) resolveRecursion(n *node) bool {
	rest, ok := strings.CutPrefix(n.name, "R")
	if !ok {
		return false
	}
	n.cond = condCalled
	if name, ok := strings.CutPrefix(rest, "&"); ok {
		n.refs = p.names[name]
		return len(n.refs) > 0
	}
	if rest == "" {
		n.cond = condRecursion
		return true
	}
	num, err := strconv.Atoi(rest)
	if err != nil || num > p.ncap {
		return false
	}
	n.refs = []int{num}
	return true
}

// define records that group num has a name.
func (p *parser) define(name string, num, offset int) {
	if have := p.groupNames[num]; have != "" && have != name {
		p.fail(ErrDifferentNames, offset)
	}
	for _, other := range p.names[name] {
		if other == num {
			return
		}
		if !p.has(flagJ) {
			p.fail(ErrDuplicateName, offset)
		}
	}
	if p.names == nil {
		p.names = map[string][]int{}
	}
	if len(p.names) >= maxNames {
		p.fail(ErrTooManyNames, offset)
	}
	p.names[name] = append(p.names[name], num)
	p.groupNames[num] = name
}
