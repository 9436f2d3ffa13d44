package lualib

import (
	"errors"
	"strings"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/lualib/pattern"
)

// patternCache keeps compiled patterns, most of which are constants of the
// script.
type patternCache struct {
	last *pattern.Pattern
	all  map[string]*pattern.Pattern
}

const (
	maxPatterns      = 256
	maxCachedPattern = 256 // bytes
)

func (c *patternCache) compile(pat string) *pattern.Pattern {
	if c.last != nil && c.last.String() == pat {
		return c.last
	}
	p := c.all[pat]
	if p == nil {
		p = pattern.Compile(pat)
		if len(pat) > maxCachedPattern {
			return p
		}
		if c.all == nil || len(c.all) >= maxPatterns {
			c.all = make(map[string]*pattern.Pattern)
		}
		c.all[pat] = p
	}
	c.last = p
	return p
}

// matcher gives a Matcher for s, to be given back with release.
func (lib *stringLibrary) matcher(p *pattern.Pattern, s string) *pattern.Matcher {
	var m *pattern.Matcher
	if n := len(lib.matchers); n > 0 {
		m = lib.matchers[n-1]
		lib.matchers = lib.matchers[:n-1]
	} else {
		m = new(pattern.Matcher)
	}
	m.Init(p, s, lib.maxSteps)
	return m
}

func (lib *stringLibrary) release(m *pattern.Matcher) {
	m.Release()
	lib.matchers = append(lib.matchers, m)
}

// raise raises the error of a search, if it has one.
func (a args) raise(err error) {
	if err == nil {
		return
	}
	var syntax *pattern.SyntaxError
	if errors.As(err, &syntax) {
		a.errorf("%s", syntax.Msg)
	}
	a.errorf("pattern too complex")
}

func (lib *stringLibrary) find(l *lua.State) int {
	a := args{l, "string.find"}
	s, pat := a.str(1), a.str(2)
	from := startOffset(a, len(s))
	if l.ToBoolean(4) || !strings.ContainsAny(pat, "^$*+?.([%-") {
		i := strings.Index(s[from:], pat)
		if i < 0 {
			l.PushNil()
			return 1
		}
		pushInt(l, from+i+1)
		pushInt(l, from+i+len(pat))
		return 2
	}
	m := lib.matcher(lib.patterns.compile(pat), s)
	found, err := m.Find(from)
	a.raise(err)
	n := 1
	if found {
		pushInt(l, m.Start()+1)
		pushInt(l, m.End())
		n = 2 + pushCaptures(a, m, s)
	} else {
		l.PushNil()
	}
	lib.release(m)
	return n
}

func (lib *stringLibrary) match(l *lua.State) int {
	a := args{l, "string.match"}
	s, pat := a.str(1), a.str(2)
	m := lib.matcher(lib.patterns.compile(pat), s)
	found, err := m.Find(startOffset(a, len(s)))
	a.raise(err)
	n := 1
	if found {
		n = pushMatch(a, m, s)
	} else {
		l.PushNil()
	}
	lib.release(m)
	return n
}

// startOffset returns the offset that the third argument asks for. As in 5.1,
// a place after the end means the end.
func startOffset(a args, length int) int {
	return min(max(offset(a.optInteger(3, 1), length)-1, 0), length)
}

func (lib *stringLibrary) gmatch(l *lua.State) int {
	a := args{l, "string.gmatch"}
	s, pat := a.str(1), a.str(2)
	p := lib.patterns.compile(pat)
	if p.Anchored() {
		p = pattern.CompileUnanchored(pat)
	}
	next := 0
	l.PushGoFunction(func(l *lua.State) int {
		a := args{l, "string.gmatch"}
		m := lib.matcher(p, s)
		found, err := m.Find(next)
		a.raise(err)
		if !found {
			next = len(s) + 1
			lib.release(m)
			return 0
		}
		next = m.End()
		if m.End() == m.Start() {
			next++
		}
		n := pushMatch(a, m, s)
		lib.release(m)
		return n
	})
	return 1
}

// pushMatch pushes the captures, or the whole match when there are none.
func pushMatch(a args, m *pattern.Matcher, s string) int {
	if m.NumCaptures() == 0 {
		pushString(a.l, s[m.Start():m.End()])
		return 1
	}
	return pushCaptures(a, m, s)
}

func pushCaptures(a args, m *pattern.Matcher, s string) int {
	n := m.NumCaptures()
	if n > 8 {
		a.room(n, "too many captures")
	}
	for i := range n {
		pushCapture(a, m, s, i)
	}
	return n
}

func pushCapture(a args, m *pattern.Matcher, s string, i int) {
	c, err := m.Capture(i)
	a.raise(err)
	if c.Position {
		pushInt(a.l, c.Start+1)
	} else {
		pushString(a.l, s[c.Start:c.End])
	}
}
