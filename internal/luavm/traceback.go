package luavm

import (
	"strconv"
	"strings"
)

const (
	tracebackTitle = "stack traceback:"
	tracebackFirst = 12 // levels shown at the top of a long traceback
	tracebackLast  = 10 // and at its end
)

// Traceback gives the calls on the stack from level on, as C Lua prints them,
// after a line with message if that is not empty. Long ones are cut in the
// middle.
func (t *Thread) Traceback(message string, level int) string {
	var b strings.Builder
	if message != "" {
		b.WriteString(message + "\n")
	}
	b.WriteString(tracebackTitle)
	var frames []Frame
	for f, ok := t.Frame(level); ok; f, ok = f.caller() {
		frames = append(frames, f)
	}
	for i, f := range frames {
		if len(frames) > tracebackFirst+tracebackLast {
			if i == tracebackFirst {
				b.WriteString("\n\t...")
			}
			if i >= tracebackFirst && i < len(frames)-tracebackLast {
				continue
			}
		}
		f.describe(&b)
	}
	return b.String()
}

func (f Frame) describe(b *strings.Builder) {
	info := f.t.U.Info(f.Function())
	b.WriteString("\n\t" + info.ShortSource + ":")
	if line := f.Line(); line > 0 {
		b.WriteString(strconv.Itoa(line) + ":")
	}
	name, kind := f.Name()
	switch {
	case kind != "":
		b.WriteString(" in function '" + name + "'")
	case info.What == "main":
		b.WriteString(" in main chunk")
	case info.What == "C":
		if name = f.t.U.GlobalName(f.Function()); name != "" {
			b.WriteString(" in function '" + name + "'")
		} else {
			b.WriteString(" ?")
		}
	default:
		b.WriteString(" in function <" + info.ShortSource + ":" + strconv.Itoa(info.LineDefined) + ">")
	}
	if f.IsTailCall() {
		b.WriteString("\n\t(...tail calls...)")
	}
}

// GlobalName finds a raw function among the globals and the fields of global
// tables, as "name" or "table.name"; "" if it is not there.
func (u *Universe) GlobalName(fn any) string {
	globals := viewOf[tableView](u.globals)
	best := ""
	for k, v := range globals.hash {
		name, ok := k.(string)
		if !ok {
			continue
		}
		if v == fn {
			return name
		}
		if !u.isTable(v) || name == "_G" {
			continue
		}
		for k, v := range viewOf[tableView](v).hash {
			if field, ok := k.(string); ok && v == fn && (best == "" || name+"."+field < best) {
				best = name + "." + field
			}
		}
	}
	return best
}
