package refdoc

import (
	"fmt"
	"sort"
	"strings"

	"github.com/gomsys/gomsys/msys/bind"
)

// Definitions renders a Lua file with LuaCATS annotations, from which editors
// complete and check calls of the API. The file is never run.
func Definitions(modules []*bind.Module) string {
	var b strings.Builder
	b.WriteString("---@meta\n-- Generated from the declarations in the packages; do not edit.\n\n")
	sorted := append([]*bind.Module(nil), modules...)
	sort.SliceStable(sorted, func(i, j int) bool { return sorted[i].Name < sorted[j].Name })
	declared := map[string]bool{}
	for _, m := range sorted {
		declare(&b, m.Name, declared)
		for _, k := range m.Consts {
			if isIdentifier(k.Name) {
				fmt.Fprintf(&b, "%s.%s = %s\n", m.Name, k.Name, literal(k.Value))
			}
		}
		for _, f := range sortedFuncs(m.Listed()) {
			parts := strings.Split(f.Name, ".")
			declare(&b, m.Name+strings.TrimSuffix("."+strings.Join(parts[:len(parts)-1], "."), "."), declared)
			definition(&b, m.Name+"."+f.Name, f)
		}
		for _, class := range m.Classes {
			if declared[class.Name] {
				continue
			}
			declared[class.Name] = true
			classDefinition(&b, class)
		}
	}
	return b.String()
}

func declare(b *strings.Builder, name string, declared map[string]bool) {
	path := ""
	for part := range strings.SplitSeq(name, ".") {
		path = strings.TrimPrefix(path+"."+part, ".")
		if !declared[path] {
			declared[path] = true
			fmt.Fprintf(b, "%s = {}\n", path)
		}
	}
}

func definition(b *strings.Builder, name string, f *bind.Func) {
	for line := range strings.SplitSeq(f.Doc, "\n") {
		fmt.Fprintf(b, "---%s\n", line)
	}
	var names []string
	for _, p := range bind.ParseParams(f.Params) {
		optional := ""
		if p.Optional && p.Name != "..." {
			optional = "?"
		}
		fmt.Fprintf(b, "---@param %s%s %s\n", paramName(p.Name), optional, catsType(p.Type))
		names = append(names, paramName(p.Name))
	}
	for _, r := range bind.ParseParams(f.Returns) {
		// A result may be written as a bare type or as name:type.
		if r.Type == "" {
			r.Name, r.Type = "", r.Name
		}
		if r.Type == "..." || r.Name == "..." {
			b.WriteString("---@return any ...\n")
			continue
		}
		fmt.Fprintf(b, "---@return %s\n", strings.TrimSpace(catsType(r.Type)+" "+r.Name))
	}
	fmt.Fprintf(b, "function %s(%s) end\n\n", name, strings.Join(names, ", "))
}

func classDefinition(b *strings.Builder, class *bind.Class) {
	fmt.Fprintf(b, "---%s\n---@class %s\n", class.Doc, classType(class.Name))
	for _, f := range class.Fields {
		fmt.Fprintf(b, "---@field %s %s %s\n", f.Name, catsType(f.Type), f.Doc)
	}
	local := strings.NewReplacer(".", "_", ":", "_").Replace(class.Name)
	fmt.Fprintf(b, "local %s = {}\n\n", local)
	for _, f := range sortedFuncs(class.Methods) {
		definition(b, local+":"+f.Name, f)
	}
}

// classType makes a LuaCATS type name of a class name: colons do not parse.
func classType(name string) string { return strings.ReplaceAll(name, ":", ".") }

// catsType turns a declared type into LuaCATS.
func catsType(t string) string {
	switch t {
	case "", "object", "value":
		return "any"
	case "array":
		return "any[]"
	}
	parts := strings.Split(t, "|")
	for i, p := range parts {
		switch {
		case p == "object" || p == "value":
			parts[i] = "any"
		case strings.Contains(p, ":"):
			parts[i] = classType(p)
		}
	}
	return strings.Join(parts, "|")
}

// paramName keeps Lua's keywords out of parameter lists.
func paramName(name string) string {
	switch name {
	case "end", "function", "local", "nil", "not", "or", "repeat", "return", "then", "true", "until", "while", "and",
		"break", "do", "else", "elseif", "false", "for", "goto", "if", "in":
		return name + "_"
	}
	return name
}

func isIdentifier(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c != '_' && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return s != "" && paramName(s) == s
}

func literal(v any) string {
	if s, ok := v.(string); ok {
		return fmt.Sprintf("%q", s)
	}
	return fmt.Sprint(v)
}
