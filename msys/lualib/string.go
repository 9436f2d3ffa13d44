package lualib

import (
	"strings"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/lualib/pattern"
)

// stringLibrary holds what the functions of table string share.
type stringLibrary struct {
	maxString int
	maxSteps  int
	scratch   scratch
	patterns  patternCache
	matchers  []*pattern.Matcher // not in use
}

// openString leaves the table string on the stack and makes it the methods of
// all strings.
func openString(l *lua.State, o *Options) int {
	lib := &stringLibrary{maxString: o.MaxString, maxSteps: o.PatternSteps}
	lua.NewLibrary(l, []lua.RegistryFunction{
		{Name: "byte", Function: stringByte},
		{Name: "char", Function: lib.char},
		{Name: "dump", Function: stringDump},
		{Name: "find", Function: lib.find},
		{Name: "format", Function: lib.format},
		{Name: "gfind", Function: lib.gmatch},
		{Name: "gmatch", Function: lib.gmatch},
		{Name: "gsub", Function: lib.gsub},
		{Name: "len", Function: stringLen},
		{Name: "lower", Function: stringLower},
		{Name: "match", Function: lib.match},
		{Name: "rep", Function: lib.rep},
		{Name: "reverse", Function: stringReverse},
		{Name: "sub", Function: stringSub},
		{Name: "upper", Function: stringUpper},
	})
	l.PushString("")
	l.CreateTable(0, 1)
	l.PushValue(-3)
	l.SetField(-2, "__index")
	l.SetMetaTable(-2)
	l.Pop(1)
	return 1
}

// offset turns a position that may count from the end into one from 1 on; it
// is 0 when it lies before the beginning.
func offset(pos, length int) int {
	if pos < 0 {
		pos += length + 1
	}
	return max(pos, 0)
}

func stringLen(l *lua.State) int {
	pushInt(l, len(args{l, "string.len"}.str(1)))
	return 1
}

func stringSub(l *lua.State) int {
	a := args{l, "string.sub"}
	s := a.str(1)
	from := max(offset(a.integer(2), len(s)), 1)
	to := min(offset(a.optInteger(3, -1), len(s)), len(s))
	switch {
	case from > to:
		l.PushString("")
	case from == 1 && to == len(s) && l.TypeOf(1) == lua.TypeString:
		l.PushValue(1)
	default:
		pushString(l, s[from-1:to])
	}
	return 1
}

func stringByte(l *lua.State) int {
	a := args{l, "string.byte"}
	s := a.str(1)
	from := offset(a.optInteger(2, 1), len(s))
	to := min(offset(a.optInteger(3, from), len(s)), len(s))
	from = max(from, 1)
	if from > to {
		return 0
	}
	a.room(to-from+1, "string slice too long")
	for i := from; i <= to; i++ {
		pushInt(l, int(s[i-1]))
	}
	return to - from + 1
}

func (lib *stringLibrary) char(l *lua.State) int {
	a := args{l, "string.char"}
	buf := lib.scratch.take()
	for i := 1; i <= l.Top(); i++ {
		c := a.integer(i)
		if c < 0 || c > 255 {
			a.fail(i, "invalid value")
		}
		buf = append(buf, byte(c))
	}
	pushString(l, string(buf))
	lib.scratch.put(buf)
	return 1
}

// stringLower changes ASCII letters only: strings are bytes of any charset.
func stringLower(l *lua.State) int {
	return mapBytes(args{l, "string.lower"}, 'A', 'Z')
}

func stringUpper(l *lua.State) int {
	return mapBytes(args{l, "string.upper"}, 'a', 'z')
}

// mapBytes switches the case of the letters from first to last.
func mapBytes(a args, first, last byte) int {
	s := a.str(1)
	var changed []byte
	for i := range len(s) {
		if c := s[i]; first <= c && c <= last {
			if changed == nil {
				changed = []byte(s)
			}
			changed[i] = c ^ 0x20
		}
	}
	if changed == nil {
		pushString(a.l, s)
	} else {
		pushString(a.l, string(changed))
	}
	return 1
}

func stringReverse(l *lua.State) int {
	s := args{l, "string.reverse"}.str(1)
	r := make([]byte, len(s))
	for i := range len(s) {
		r[len(s)-1-i] = s[i]
	}
	pushString(l, string(r))
	return 1
}

func (lib *stringLibrary) rep(l *lua.State) int {
	a := args{l, "string.rep"}
	s, n, sep := a.str(1), a.integer(2), a.optStr(3, "")
	if n <= 0 || len(s)+len(sep) == 0 {
		l.PushString("")
		return 1
	}
	// Both lengths are limited by memory: their sum does not overflow.
	if len(s)+len(sep) > (lib.maxString+len(sep))/n {
		a.errorf("resulting string too large")
	}
	if sep == "" || n == 1 {
		pushString(l, strings.Repeat(s, n))
		return 1
	}
	var b strings.Builder
	b.Grow(n*(len(s)+len(sep)) - len(sep))
	b.WriteString(s)
	for range n - 1 {
		b.WriteString(sep)
		b.WriteString(s)
	}
	l.PushString(b.String())
	return 1
}

// stringDump refuses every function: nothing would load the result, because
// the virtual machine does not check binary chunks.
func stringDump(l *lua.State) int {
	a := args{l, "string.dump"}
	a.function(1)
	a.errorf("unable to dump given function")
	return 0
}
