// Package dumper renders Lua values as Lua source: the Lua module
// msys.dumper, whose Dumper shows what a variable holds.
//
// Dump never fails: what has no source form (functions, objects, threads)
// appears as a quoted "<type>", a table met again inside itself as
// nil --[[cycle]]. It reads tables without calling metamethods. It is safe
// wherever the state that it reads may be used.
package dumper

import (
	"fmt"
	"sort"
	"strings"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/bind"
)

// lineWidth is how long the items of a table may be together before each
// stands on a line of its own.
const lineWidth = 80

// maxDepth bounds the nesting that is shown.
const maxDepth = 100

// Dump gives Lua source that returns the value at index.
func Dump(l *lua.State, index int) string {
	d := dump{l: l, path: map[any]bool{}}
	return "return " + d.value(l.AbsIndex(index), 0)
}

type dump struct {
	l    *lua.State
	path map[any]bool // tables that are being rendered
}

func (d *dump) value(index, depth int) string {
	l := d.l
	switch l.TypeOf(index) {
	case lua.TypeNil, lua.TypeNone:
		return "nil"
	case lua.TypeBoolean:
		return fmt.Sprint(l.ToBoolean(index))
	case lua.TypeNumber:
		n, _ := l.ToNumber(index)
		return number(n)
	case lua.TypeString:
		s, _ := l.ToString(index)
		return Quote(s)
	case lua.TypeTable:
		return d.table(index, depth)
	}
	if s, ok := bind.Text(l, index); ok {
		return Quote(s)
	}
	name := lua.TypeNameOf(l, index)
	if class := bind.ClassOf(l, index); class != nil {
		name = class.Name
	}
	return Quote("<" + name + ">")
}

// number gives a number as source: infinities and NaN have no literal.
func number(n float64) string {
	s := bind.FormatNumber(n)
	switch s {
	case "inf":
		return "1/0"
	case "-inf":
		return "-1/0"
	case "nan", "-nan":
		return "0/0"
	}
	return s
}

// Quote gives s as Lua's %q does.
func Quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := range len(s) {
		switch c := s[i]; c {
		case '"', '\\', '\n':
			b.WriteByte('\\')
			b.WriteByte(c)
		case '\r':
			b.WriteString(`\r`)
		case 0:
			b.WriteString(`\000`)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// entry is one pair of a table that is no item of its sequence.
type entry struct {
	kind  string // type name of the key
	text  string // key, for sorting
	num   float64
	shown string
}

func (d *dump) table(index, depth int) string {
	l := d.l
	id := l.ToValue(index)
	if d.path[id] {
		return "nil --[[cycle]]"
	}
	if depth >= maxDepth || !l.CheckStack(8) {
		return "nil --[[too deep]]"
	}
	d.path[id] = true
	defer delete(d.path, id)

	var items []string
	n := 0
	for {
		l.RawGetInt(index, n+1)
		if l.IsNil(-1) {
			l.Pop(1)
			break
		}
		items = append(items, d.value(l.AbsIndex(-1), depth+1))
		l.Pop(1)
		n++
	}
	for _, e := range d.entries(index, n, depth) {
		items = append(items, e.shown)
	}
	return layout(items, depth)
}

// entries renders the pairs beside the sequence 1..n, sorted by the type
// name of the key, then its value.
func (d *dump) entries(index, n, depth int) []entry {
	l := d.l
	var entries []entry
	bind.RangeTable(l, index, func() {
		e := entry{kind: lua.TypeNameOf(l, -2)}
		var key string
		switch l.TypeOf(-2) {
		case lua.TypeNumber:
			e.num, _ = l.ToNumber(-2)
			if e.num == float64(int(e.num)) && e.num >= 1 && e.num <= float64(n) {
				return
			}
			key = "[" + number(e.num) + "]"
		case lua.TypeString:
			e.text, _ = l.ToString(-2)
			key = e.text
			if !isName(key) {
				key = "[" + Quote(key) + "]"
			}
		case lua.TypeBoolean:
			e.text = fmt.Sprint(l.ToBoolean(-2))
			key = "[" + e.text + "]"
		default:
			e.text = fmt.Sprintf("%p", l.ToValue(-2))
			key = "[" + Quote("<"+e.kind+">") + "]"
		}
		e.shown = key + "=" + d.value(l.AbsIndex(-1), depth+1)
		entries = append(entries, e)
	})
	sort.SliceStable(entries, func(i, j int) bool {
		a, b := entries[i], entries[j]
		if a.kind != b.kind {
			return a.kind < b.kind
		}
		if a.num != b.num {
			return a.num < b.num
		}
		return a.text < b.text
	})
	return entries
}

// layout puts the items on one line if they are short, else each on its own.
func layout(items []string, depth int) string {
	width := 0
	for _, item := range items {
		width += len(item) + 2
	}
	if width <= lineWidth {
		return "{ " + strings.Join(items, ", ") + " }"
	}
	indent := strings.Repeat("  ", depth+1)
	return "{\n" + indent + strings.Join(items, ",\n"+indent) + "\n" + indent[2:] + "}"
}

// isName reports whether s can stand as a key without brackets.
func isName(s string) bool {
	if s == "" || reserved[s] {
		return false
	}
	for i := range len(s) {
		c := s[i]
		letter := c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return true
}

// reserved are Lua's keywords; the map is never written to.
var reserved = map[string]bool{
	"and": true, "break": true, "do": true, "else": true, "elseif": true, "end": true, "false": true, "for": true,
	"function": true, "goto": true, "if": true, "in": true, "local": true, "nil": true, "not": true, "or": true,
	"repeat": true, "return": true, "then": true, "true": true, "until": true, "while": true,
}
