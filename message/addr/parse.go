package addr

import (
	"strings"
)

// Parse finds the addresses in the value of a header field. Groups are
// expanded, comments, folding and source routes removed.
func Parse(s string) []Address {
	p := parser{s: s, at: -1, budget: commentBudget * len(s)}
	for p.pos < len(s) {
		p.step()
	}
	p.endMailbox()
	return p.out
}

// commentBudget bounds how often a byte is looked at in search of the end of
// comments that have none.
const commentBudget = 8

// maxLiteral is the most bytes in a domain literal.
const maxLiteral = 256

// parser goes through a list once. It collects words; what they were shows
// when the mailbox ends.
type parser struct {
	s   string
	pos int
	out []Address

	phrase  []string // words before an angle bracket
	spec    []byte   // the address as collected so far
	at      int      // position of the last @ in spec, -1 if there is none
	words   int      // words of the spec that no dot or @ joins, a sign of junk
	joined  bool     // the next word continues the spec
	angle   bool     // within angle brackets
	done    bool     // the mailbox had its angle brackets
	noQuote bool     // no closing quote is to come
	budget  int
}

func (p *parser) step() {
	switch c := p.s[p.pos]; c {
	case ' ', '\t', '\r', '\n':
		p.pos++
	case '(':
		p.comment()
	case '"':
		p.quoted()
	case '<':
		p.pos++
		p.reset()
		p.angle = true
	case '>':
		p.pos++
		if p.angle {
			p.endSpec(true)
			p.angle, p.done = false, true
		}
	case ',', ';':
		p.pos++
		if p.angle && len(p.spec) > 0 && p.spec[0] == '@' {
			p.reset() // a source route goes on
		} else {
			p.endMailbox()
		}
	case ':':
		p.pos++ // ends a group's name or a source route
		p.reset()
		p.phrase = nil
	case '[':
		p.literal()
	default:
		p.atom()
	}
}

// reset forgets the spec.
func (p *parser) reset() {
	p.spec, p.at, p.words, p.joined = p.spec[:0], -1, 0, false
}

// word adds a word to the spec, or begins another one.
func (p *parser) word(w string) {
	if !p.angle && !p.done {
		p.phrase = append(p.phrase, w)
	}
	if len(p.spec) > 0 && !p.joined {
		p.endSpec(false)
	}
	p.spec = append(p.spec, w...)
	p.words++
	p.joined = false
}

// atom reads an atom, or the dots and @ that join words.
func (p *parser) atom() {
	start := p.pos
	for p.pos < len(p.s) && strings.IndexByte(" \t\r\n(\"<>,;:[@.", p.s[p.pos]) < 0 {
		p.pos++
	}
	if p.pos > start {
		p.word(p.s[start:p.pos])
		return
	}
	c := p.s[p.pos]
	p.pos++
	if !p.angle && !p.done && len(p.phrase) > 0 {
		p.phrase[len(p.phrase)-1] += string(c)
	}
	if c == '@' {
		p.at = len(p.spec)
	}
	p.spec = append(p.spec, c)
	p.joined = true
}

// quoted reads a quoted string; a quote without a partner is skipped.
func (p *parser) quoted() {
	if end := p.quoteEnd(); end > 0 {
		p.word(unfold(p.s[p.pos:end]))
		p.pos = end
		return
	}
	p.noQuote = true
	p.pos++
}

func (p *parser) quoteEnd() int {
	if p.noQuote {
		return 0
	}
	for i := p.pos + 1; i < len(p.s); i++ {
		switch p.s[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return 0
}

// comment skips a comment; a parenthesis without a partner is skipped alone.
func (p *parser) comment() {
	depth := 0
	for i := p.pos; i < len(p.s) && p.budget > 0; i++ {
		p.budget--
		switch p.s[i] {
		case '\\':
			i++
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				p.pos = i + 1
				return
			}
		}
	}
	p.pos++
}

// literal reads a domain literal.
func (p *parser) literal() {
	rest := p.s[p.pos+1 : min(len(p.s), p.pos+maxLiteral)]
	end := strings.IndexAny(rest, "[],;<> \t\r\n")
	if end < 0 || rest[end] != ']' {
		p.pos++
		return
	}
	end += p.pos + 2
	p.word(p.s[p.pos:end])
	p.pos = end
}

// endSpec takes the spec as an address, if it is one. Without an @ it must
// be in angle brackets or the only word.
func (p *parser) endSpec(whole bool) {
	spec, at := string(p.spec), p.at
	words := p.words
	p.reset()
	a := Address{Local: spec}
	if at >= 0 {
		a.Local, a.Domain = spec[:at], spec[at+1:]
		if a.Domain == "" || a.Local == "" || strings.HasPrefix(spec, "@") {
			return
		}
	} else if !whole || words == 0 {
		return
	}
	if p.angle {
		a.Name = displayName(p.phrase)
	}
	p.phrase = nil
	p.out = append(p.out, a)
}

// endMailbox ends one mailbox of the list.
func (p *parser) endMailbox() {
	if !p.done || p.angle {
		p.endSpec(p.angle || len(p.phrase) == p.words)
	}
	p.reset()
	p.phrase = nil
	p.angle, p.done = false, false
}

func displayName(words []string) string {
	var b strings.Builder
	for i, w := range words {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(unquote(w))
	}
	return b.String()
}

// unquote gives the content of a quoted string, or s itself if it is none.
func unquote(s string) string {
	if len(s) < 2 || s[0] != '"' || s[len(s)-1] != '"' {
		return s
	}
	s = s[1 : len(s)-1]
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// unfold removes the line ends of folding.
func unfold(s string) string {
	if !strings.ContainsAny(s, "\r\n") {
		return s
	}
	return strings.NewReplacer("\r", "", "\n", "").Replace(s)
}
