package message

import (
	"context"
	"errors"
	"iter"

	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/pcre"
)

// searchable is what messages and parts have in common.
type searchable interface {
	Match(ctx context.Context, s Scope, re *pcre.Regexp) iter.Seq2[Match, error]
	Replace(ctx context.Context, s Scope, re *pcre.Regexp, repl string) (int, error)
}

func messageSearch(c *bind.Call) searchable { return self(c) }
func partSearch(c *bind.Call) searchable    { return selfPart(c) }

// searchMethods are raw_match, body_replace and so on.
func searchMethods(patterns *pcre.Cache, of func(*bind.Call) searchable) []bind.Func {
	var funcs []bind.Func
	for _, s := range []struct {
		scope      Scope
		name, what string
	}{
		{ScopeRaw, "raw", "the header and the body as they are"},
		{ScopeBody, "body", "the body in its transfer encoding"},
		{ScopeText, "text", "each text part, decoded to UTF-8"},
	} {
		funcs = append(funcs,
			bind.Func{
				Name: s.name + "_match", Params: "pattern:string", Returns: "table|boolean, table|string, number", Phases: inData, Also: bind.SetBinding | bind.FinalValidation | outgoing, AlsoNote: note,
				Doc: "Searches " + s.what + ". Gives the captures of the first match, shaped as by msys.pcre.match, and an array of " +
					"those of all matches; false if there is none. A wrong pattern: false, a text and the offset.",
				Fn: func(c *bind.Call) int { return luaMatch(c, patterns, of(c), s.scope) },
			},
			bind.Func{
				Name: s.name + "_replace", Params: "pattern:string, replacement:string", Returns: "boolean, number|string, number", Phases: inData,
				Also: bind.SetBinding | bind.FinalValidation, AlsoNote: note,
				Doc: "Replaces all matches in " + s.what + ". Gives true and their number, or false if nothing changed. A wrong pattern: " +
					"false, a text and the offset.",
				Fn: func(c *bind.Call) int { return luaReplace(c, patterns, of(c), s.scope) },
			})
	}
	return funcs
}

// searchFailed pushes false, a text and a number.
func searchFailed(c *bind.Call, err error) int {
	var syntax *pcre.SyntaxError
	switch {
	case errors.As(err, &syntax):
		return c.Push(false, syntax.Msg, syntax.Offset)
	case errors.Is(err, pcre.ErrEmptyPattern):
		return c.Push(false, "an empty pattern was provided", 0)
	case errors.Is(err, pcre.ErrStepLimit), errors.Is(err, pcre.ErrMemoryLimit):
		return c.Push(false, "match limit exceeded", -8)
	}
	c.Raise(err)
	return 0
}

func luaMatch(c *bind.Call, patterns *pcre.Cache, s searchable, scope Scope) int {
	re, err := patterns.Get(c.String(1))
	if err != nil {
		return searchFailed(c, err)
	}
	l := c.L
	top := l.Top()
	l.PushNil() // the first
	l.NewTable()
	n := 0
	for m, err := range s.Match(c.Context(), scope, re) {
		if err != nil {
			l.SetTop(top)
			return searchFailed(c, err)
		}
		n++
		pcre.PushCaptures(l, re, string(m.Text), m.Index)
		if n == 1 {
			l.PushValue(-1)
			l.Replace(top + 1)
		}
		l.RawSetInt(top+2, n)
	}
	if n == 0 {
		l.SetTop(top)
		return c.PushBool(false)
	}
	return 2
}

func luaReplace(c *bind.Call, patterns *pcre.Cache, s searchable, scope Scope) int {
	re, err := patterns.Get(c.String(1))
	if err != nil {
		return searchFailed(c, err)
	}
	n, err := s.Replace(c.Context(), scope, re, c.String(2))
	switch {
	case err != nil:
		return searchFailed(c, err)
	case n == 0:
		return c.PushBool(false)
	}
	return c.Push(true, n)
}
