package lualib

import (
	"math"
	"strings"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/lualib/pattern"
)

// substitution is a call of gsub.
type substitution struct {
	args
	m    *pattern.Matcher
	s    string
	out  []byte // what replaces s up to done
	done int

	kind  lua.Type // of the replacement
	repl  string   // when it is text
	plain bool     // repl has no %
}

func (lib *stringLibrary) gsub(l *lua.State) int {
	g := substitution{args: args{l, "string.gsub"}}
	g.s = g.str(1)
	pat := g.str(2)
	switch g.kind = l.TypeOf(3); g.kind {
	case lua.TypeString, lua.TypeNumber:
		g.repl = g.str(3)
		g.plain = strings.IndexByte(g.repl, '%') < 0
	case lua.TypeFunction, lua.TypeTable:
	default:
		g.fail(3, "string/function/table expected")
	}
	limit := g.optInteger(4, math.MaxInt)
	p := lib.patterns.compile(pat)
	g.m = lib.matcher(p, g.s)
	g.out = lib.scratch.take()
	count := 0
	for from := 0; count < limit; {
		found, err := g.m.Find(from)
		g.raise(err)
		if !found {
			break
		}
		count++
		g.replace()
		if len(g.out) > lib.maxString {
			g.errorf("resulting string too large")
		}
		if from = g.m.End(); g.m.End() == g.m.Start() {
			from++
		}
		if p.Anchored() {
			break
		}
	}
	g.finish(lib.maxString)
	lib.scratch.put(g.out)
	lib.release(g.m)
	pushInt(l, count)
	return 2
}

// keep copies the subject's text before the current match.
func (g *substitution) keep() {
	g.out = append(g.out, g.s[g.done:g.m.Start()]...)
	g.done = g.m.End()
}

// replace adds the replacement of the current match.
func (g *substitution) replace() {
	l, m := g.l, g.m
	switch g.kind {
	case lua.TypeFunction:
		l.PushValue(3)
		l.Call(pushMatch(g.args, m, g.s), 1)
	case lua.TypeTable:
		if m.NumCaptures() == 0 {
			pushString(l, g.s[m.Start():m.End()])
		} else {
			pushCapture(g.args, m, g.s, 0)
		}
		l.Table(3)
	default:
		g.keep()
		if g.plain {
			g.out = append(g.out, g.repl...)
			return
		}
		var err error
		g.out, err = m.AppendExpand(g.out, g.repl)
		g.raise(err)
		return
	}
	switch v := l.ToValue(-1).(type) {
	case string:
		g.keep()
		g.out = append(g.out, v...)
	case float64:
		g.keep()
		g.out = AppendNumber(g.out, v)
	default:
		if l.ToBoolean(-1) { // nil and false leave the text as it was
			g.errorf("invalid replacement value (a %s)", g.typeName(-1))
		}
	}
	l.Pop(1)
}

// finish pushes the result.
func (g *substitution) finish(maxString int) {
	switch {
	case g.done == 0 && len(g.out) == 0 && g.l.TypeOf(1) == lua.TypeString:
		g.l.PushValue(1) // nothing was replaced
	case len(g.out)+len(g.s)-g.done > maxString:
		g.errorf("resulting string too large")
	default:
		g.out = append(g.out, g.s[g.done:]...)
		pushString(g.l, string(g.out))
	}
}
