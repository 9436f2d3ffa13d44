package pcre

import (
	"errors"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/dialect"
)

// matchLimitNumber is PCRE's number for an exceeded match limit.
const matchLimitNumber = -8

// Libraries returns the Lua modules "msys.pcre" and "pcre", which have the
// same functions, and msys.pcre_match. They share the compiled patterns of
// cache; nil makes one with the defaults.
func Libraries(cache *Cache) []lua.RegistryFunction {
	var libs []lua.RegistryFunction
	for _, m := range Modules(cache) {
		libs = append(libs, m.Library())
	}
	return libs
}

// Modules declares what [Libraries] returns.
func Modules(cache *Cache) []*bind.Module {
	if cache == nil {
		cache = NewCache(nil)
	}
	f := luaFuncs{cache}
	funcs := f.list()
	twin := funcs[0]
	twin.Name, twin.Doc = "pcre_match", "The same as msys.pcre.match. "+twin.Doc
	twin.Example = `local m, err = msys.pcre_match("me@x.org", "^(?P<user>\\w+)@")
assert(m[0] == "me@" and m[1] == "me" and m.user == "me")
assert(msys.pcre_match("me", "^\\d") == nil)`
	return []*bind.Module{
		{Name: "msys.pcre", Doc: "Perl-compatible regular expressions, on UTF-8 text or else on bytes.", Funcs: funcs},
		{Name: "pcre", Doc: "The same functions as msys.pcre.", Funcs: f.list()},
		{Name: "msys", Funcs: []bind.Func{twin}},
	}
}

type luaFuncs struct{ cache *Cache }

func (f luaFuncs) list() []bind.Func {
	return []bind.Func{
		{
			Name: "match", Params: "str:string, pattern:string", Returns: "table|nil, err:string, errnum:number", Phases: bind.Any,
			Doc: "Gives the captures of the first match: [0] is the match, [1] and so on the groups, named groups also by their " +
				"name; a group that took no part is \"\" below the highest that did. No match: nil. A wrong pattern: nil, a text and " +
				"the offset in the pattern. A match that exceeds its limit: nil, \"match limit exceeded\", -8.",
			Example: "local m = msys.pcre.match(\"me@x.org\", \"^(?P<user>\\\\w+)@\")\nassert(m[0] == \"me@\" and m.user == \"me\")",
			Fn:      f.match,
		},
		{
			Name: "replace", Params: "subject:string, pattern:string, replacement:string|function, [limit:number]",
			Returns: "string|nil, err:string, errnum:number", Phases: bind.Any,
			Doc: "Replaces all matches, or the first limit. In a text $1 ${1} \\1 stand for groups, ${name} for named ones; a " +
				"function is called with the captures and gives the text, nil or false keeps the match. A wrong pattern: nil, a text " +
				"and the offset. An exceeded limit: the subject, a text and -8.",
			Example: "assert(msys.pcre.replace(\"a1b22\", \"(\\\\d+)\", \"<$1>\") == \"a<1>b<22>\")",
			Fn:      f.replace,
		},
		{
			Name: "split", Params: "subject:string, pattern:string, [limit:number]", Returns: "table|nil, err:string, errnum:number", Phases: bind.Any,
			Doc: "Gives the pieces between the matches, without empty ones; at most limit, the last holding the rest. A wrong " +
				"pattern: nil, a text and the offset.",
			Example: "assert(table.concat(msys.pcre.split(\",a,,b\", \",\"), \"/\") == \"a/b\")",
			Fn:      f.split,
		},
	}
}

func (f luaFuncs) match(c *bind.Call) int {
	subject := c.String(1)
	re, err := f.cache.Get(c.String(2))
	if err != nil {
		return LuaPatternError(c, err)
	}
	loc, err := re.MatchContext(c.Context(), nil, bytesOf(subject), 0, 0)
	switch {
	case err != nil:
		c.L.PushNil()
		return 1 + pushLimit(c, re, err)
	case loc == nil:
		return c.PushNil()
	}
	PushCaptures(c.L, re, subject, loc)
	return 1
}

func (f luaFuncs) replace(c *bind.Call) int {
	subject := c.String(1)
	pattern := c.String(2)
	text, isText := c.Text(3)
	if !isText && c.Type(3) != lua.TypeFunction {
		c.ArgError(3, "expected string/function")
	}
	limit := c.OptInt(4, -1)
	re, err := f.cache.Get(pattern)
	if err != nil {
		return LuaPatternError(c, err)
	}
	src := bytesOf(subject)
	expand := func(dst []byte, loc []int) ([]byte, error) { return f.call(c, re, dst, subject, loc), nil }
	if isText {
		t := re.template(text)
		expand = func(dst []byte, loc []int) ([]byte, error) { return t.expand(dst, src, loc), nil }
	}
	longest := dialect.MaxString(c.L)
	out, err := re.Replace(c.Context(), src, limit, func(dst []byte, loc []int) ([]byte, error) {
		dst, err := expand(dst, loc)
		if len(dst) > longest {
			err = errTooLong
		}
		return dst, err
	})
	if err == errTooLong {
		c.Errorf("resulting string too large")
	}
	c.PushString(string(out))
	if err != nil {
		return 1 + pushLimit(c, re, err)
	}
	return 1
}

var errTooLong = errors.New("pcre: resulting string too large")

// call asks the replacement function, argument 3, for the text of one match.
func (f luaFuncs) call(c *bind.Call, re *Regexp, dst []byte, subject string, loc []int) []byte {
	l := c.L
	l.PushValue(c.Index(3))
	PushCaptures(l, re, subject, loc)
	l.Call(1, 1)
	if !l.ToBoolean(-1) {
		l.Pop(1)
		return append(dst, subject[loc[0]:loc[1]]...)
	}
	s, ok := bind.Text(l, -1)
	if !ok {
		c.Errorf("invalid replacement value (a %s)", lua.TypeNameOf(l, -1))
	}
	l.Pop(1)
	return append(dst, s...)
}

func (f luaFuncs) split(c *bind.Call) int {
	subject := c.String(1)
	re, err := f.cache.Get(c.String(2))
	if err != nil {
		return LuaPatternError(c, err)
	}
	limit := c.OptInt(3, -1)
	if limit == 0 {
		limit = -1
	}
	pieces, err := re.Fields(c.Context(), bytesOf(subject), limit)
	c.L.CreateTable(len(pieces), 0)
	for i, p := range pieces {
		c.L.PushString(string(p))
		c.L.RawSetInt(-2, i+1)
	}
	if err != nil {
		return 1 + pushLimit(c, re, err)
	}
	return 1
}

// LuaPatternError pushes what the Lua functions give for a pattern that does
// not compile: nil, the text, the offset; it returns 3.
func LuaPatternError(c *bind.Call, err error) int {
	var syntax *SyntaxError
	if errors.As(err, &syntax) {
		return c.Push(nil, syntax.Msg, syntax.Offset)
	}
	return c.Push(nil, "an empty pattern was provided", 0)
}

// pushLimit pushes the text and number for a match that ended with an error,
// and logs it once per pattern.
func pushLimit(c *bind.Call, re *Regexp, err error) int {
	bind.WarnOnce(c.L, "pcre: "+err.Error()+" by the pattern "+quote(re.String()))
	if errors.Is(err, ErrStepLimit) || errors.Is(err, ErrMemoryLimit) {
		return c.Push("match limit exceeded", matchLimitNumber)
	}
	return c.Push(err.Error(), matchLimitNumber)
}

// PushCaptures pushes the captures of a match in text with the offsets loc as
// scripts see them: a table with the match at [0], the groups from [1] to the
// last that took part, and the named groups by name.
func PushCaptures(l *lua.State, re *Regexp, text string, loc []int) {
	group := func(g int) (string, bool) {
		if 2*g+1 >= len(loc) || loc[2*g] < 0 || loc[2*g] > loc[2*g+1] {
			return "", false
		}
		return text[loc[2*g]:loc[2*g+1]], true
	}
	last := 0
	for g := 1; 2*g+1 < len(loc); g++ {
		if loc[2*g] >= 0 {
			last = g
		}
	}
	l.CreateTable(last, 1+len(re.groups))
	for g := 0; g <= last; g++ {
		s, _ := group(g)
		l.PushString(s)
		l.RawSetInt(-2, g)
	}
	for name, groups := range re.groups {
		value := ""
		for _, g := range groups {
			if s, ok := group(g); ok {
				value = s
				break
			}
		}
		l.PushString(name)
		l.PushString(value)
		l.RawSet(-3)
	}
}
