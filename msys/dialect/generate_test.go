package dialect

import (
	"fmt"
	"strings"
)

// A generator writes a random plain Lua program that runs without errors,
// ends soon and prints what it computes. Its choices come from data, so that
// a fuzzer can steer it; without data it makes the simplest ones.
type generator struct {
	data     []byte
	out      strings.Builder
	depth    int
	nested   bool     // function expressions within functions
	modulo   bool     // % with operands of any sign
	fresh    int      // numbers names
	numbers  []string // variables in sight, by type
	texts    []string
	tables   []string // arrays of numbers
	funcs    []string // functions of two numbers
	readOnly map[string]bool
	inLoop   int
	calls    int // calls still allowed, so that programs stay short
}

func generate(data []byte, nested, modulo bool) string {
	g := &generator{data: data, nested: nested, modulo: modulo, readOnly: map[string]bool{}, calls: 6}
	g.out.WriteString("local n0, s0, t0 = 3, 'abc', {1, 2, 3}\nlocal function f0(a, b) return a - b end\n")
	g.numbers, g.texts, g.tables, g.funcs = []string{"n0"}, []string{"s0"}, []string{"t0"}, []string{"f0"}
	for i := 0; i < 40 && len(g.data) > 0; i++ {
		g.statement()
	}
	g.printAll()
	return g.out.String()
}

func (g *generator) pick(n int) int {
	if len(g.data) == 0 {
		return 0
	}
	c := int(g.data[0])
	g.data = g.data[1:]
	return c % n
}

func (g *generator) oneOf(list []string) string { return list[g.pick(len(list))] }

func (g *generator) name(prefix string) string {
	g.fresh++
	return fmt.Sprintf("%s%d", prefix, g.fresh)
}

func (g *generator) write(parts ...string) {
	for _, p := range parts {
		g.out.WriteString(p)
		g.out.WriteString([]string{" ", "\n", "  ", " -- c\n", "\t", " --[[x]] "}[max(0, g.pick(12)-6)])
	}
}

func (g *generator) printAll() {
	g.write("print(" + strings.Join(append(append([]string{}, g.numbers...), g.texts...), ", ") + ");")
}

// block writes statements in a scope of their own.
func (g *generator) block() {
	g.depth++
	n, s, t, f := len(g.numbers), len(g.texts), len(g.tables), len(g.funcs)
	for i := g.pick(4); i >= 0; i-- {
		g.statement()
	}
	g.numbers, g.texts, g.tables, g.funcs = g.numbers[:n], g.texts[:s], g.tables[:t], g.funcs[:f]
	g.depth--
}

func (g *generator) statement() {
	choice := g.pick(18)
	if g.depth > 3 {
		choice %= 8
	}
	switch choice {
	case 0, 1:
		name := g.name("n")
		g.write("local " + name + " = " + g.number(3))
		g.numbers = append(g.numbers, name)
	case 2:
		name := g.name("s")
		g.write("local "+name, "=", g.text(3))
		g.texts = append(g.texts, name)
	case 3:
		if name := g.oneOf(g.numbers); !g.readOnly[name] {
			g.write(name, "=", g.number(4))
		}
	case 4:
		// Bounded, so that loops do not double it for ever.
		g.write(g.oneOf(g.texts), "= string.sub(", g.text(3), ", 1, 40)")
	case 5:
		g.write(g.oneOf(g.tables)+"["+fmt.Sprint(1+g.pick(5))+"]", "=", g.number(3))
	case 6:
		g.write("print(", g.number(3), ",", g.text(3), ",", g.boolean(2), ");")
	case 7:
		a, b := g.oneOf(g.numbers), g.oneOf(g.numbers)
		if !g.readOnly[a] && !g.readOnly[b] {
			g.write(a+", "+b, "=", g.number(2), ",", g.number(2), ";")
		}
	case 8, 9:
		g.write("if", g.boolean(3), "then")
		g.block()
		for i := g.pick(3); i > 0; i-- {
			g.write("elseif", g.boolean(2), "then")
			g.block()
		}
		if g.pick(2) == 1 {
			g.write("else")
			g.block()
		}
		g.write("end")
	case 10:
		saved := len(g.numbers)
		g.loop("for "+g.counter()+" = "+fmt.Sprint(g.pick(4)-1)+", "+fmt.Sprint(g.pick(4))+[]string{" ", ", 1 ", ", -1 ", ", 0.5 "}[g.pick(4)]+"do", "end")
		g.numbers = g.numbers[:saved]
	case 11:
		saved := len(g.numbers)
		k, v := g.counter(), g.counter()
		g.loop("for "+k+", "+v+" in ipairs("+g.oneOf(g.tables)+") do", "end")
		g.numbers = g.numbers[:saved]
	case 12:
		c := g.name("c")
		g.write("local " + c + " = 0")
		g.loop("while "+c+" < "+fmt.Sprint(g.pick(4))+" and ("+g.boolean(2)+") do "+c+" = "+c+" + 1", "end")
	case 13:
		c := g.name("c")
		g.write("local " + c + " = 0")
		g.loop("repeat "+c+" = "+c+" + 1", "until "+c+" > "+fmt.Sprint(g.pick(3))+" or "+g.boolean(2))
	case 14, 15:
		g.function()
	case 16:
		g.write("do")
		g.block()
		g.write("end")
	case 17:
		if g.inLoop > 0 {
			g.write("if", g.boolean(2), "then break end")
			return
		}
		name := g.name("t")
		g.write("local "+name+" = {", g.number(2), ",", g.number(2), "; k =", g.text(1), ", [9] =", g.number(1), "}")
		g.tables = append(g.tables, name)
	}
}

// counter returns a variable for the next loop: its body may read it.
func (g *generator) counter() string {
	name := g.name("i")
	g.readOnly[name] = true
	g.numbers = append(g.numbers, name)
	return name
}

func (g *generator) loop(head, tail string) {
	g.write(head)
	g.inLoop++
	g.block()
	g.inLoop--
	g.write(tail)
}

// function writes a function of two numbers; inner ones are closures.
func (g *generator) function() {
	if g.depth > 0 && !g.nested {
		return
	}
	name := g.name("f")
	a, b := g.name("a"), g.name("b")
	saved, savedLoop := len(g.numbers), g.inLoop
	head := []string{"local function " + name + "(", "local " + name + " = function(", "function G" + name + "("}[g.pick(3)]
	if strings.HasPrefix(head, "function G") {
		name = "G" + name
	}
	g.inLoop = 0
	g.write(head + a + ", " + b + ")")
	g.numbers = append(g.numbers, a, b)
	g.block()
	if g.pick(4) == 1 {
		g.write("do return", g.number(2), "end")
	} else {
		g.write("return", g.number(3))
	}
	g.write("end")
	g.numbers = g.numbers[:saved]
	g.inLoop = savedLoop
	g.funcs = append(g.funcs, name)
}

func (g *generator) number(depth int) string {
	choice := g.pick(14)
	if depth <= 0 {
		choice %= 5
	}
	switch choice {
	case 0:
		return fmt.Sprint(g.pick(20))
	case 1, 2:
		return g.oneOf(g.numbers)
	case 3:
		return []string{"0x1F", "1.5", ".25", "3.", "1e2", "2E-1", "0xA", "100"}[g.pick(8)]
	case 4:
		return "#" + g.oneOf(g.texts)
	case 5, 6:
		return g.number(depth-1) + []string{" + ", " - ", "*", "/"}[g.pick(4)] + g.number(depth-1)
	case 7:
		return "(" + g.number(depth-1) + ")"
	case 8:
		return "- " + g.number(depth-1)
	case 9:
		return "(" + g.oneOf(g.tables) + "[" + fmt.Sprint(1+g.pick(6)) + "] or " + g.number(depth-1) + ")"
	case 10:
		if g.calls--; g.calls > 0 && g.inLoop < 2 {
			return g.oneOf(g.funcs) + "(" + g.number(depth-1) + ", " + g.number(depth-1) + ")"
		}
	case 11:
		return "((" + g.boolean(depth-1) + ") and " + g.number(depth-1) + " or " + g.number(depth-1) + ")"
	case 12:
		return g.oneOf(g.numbers) + "^" + fmt.Sprint(g.pick(3))
	case 13:
		if g.modulo {
			return "(" + g.number(depth-1) + ") % (" + g.number(depth-1) + ")"
		}
		return "(" + fmt.Sprint(g.pick(9)) + " % 4)"
	}
	return "7"
}

func (g *generator) text(depth int) string {
	choice := g.pick(8)
	if depth <= 0 {
		choice %= 5
	}
	switch choice {
	case 0, 1:
		return g.oneOf(g.texts)
	case 2:
		return []string{`"a\"b"`, `'\n\t'`, "[[long\nstring]]", `"\065\10"`, "[==[x]]]==]", `"a\
b"`, `'é'`, `""`}[g.pick(8)]
	case 3:
		return fmt.Sprintf("%q", strings.Repeat("x", g.pick(5)))
	case 4:
		return "'" + string(rune('a'+g.pick(26))) + "'"
	case 5, 6:
		return g.text(depth-1) + " .. " + g.text(depth-1)
	}
	return "((" + g.boolean(depth-1) + ") and " + g.text(depth-1) + " or " + g.text(depth-1) + " .. " + fmt.Sprint(g.pick(100)) + ")"
}

func (g *generator) boolean(depth int) string {
	choice := g.pick(8)
	if depth <= 0 {
		choice %= 2
	}
	switch choice {
	case 0:
		return []string{"true", "false", "nil"}[g.pick(3)]
	case 1, 2:
		return g.oneOf(g.numbers) + []string{" < ", " <= ", " > ", " >= ", " == ", " ~= "}[g.pick(6)] + fmt.Sprint(g.pick(10))
	case 3:
		return g.text(depth-1) + " == " + g.text(depth-1)
	case 4:
		return "not (" + g.boolean(depth-1) + ")"
	case 5:
		return "(" + g.boolean(depth-1) + ")"
	case 6:
		return g.boolean(depth-1) + " and " + g.boolean(depth-1)
	}
	return g.boolean(depth-1) + " or " + g.boolean(depth-1)
}
