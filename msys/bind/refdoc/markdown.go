package refdoc

import (
	"fmt"
	"sort"
	"strings"

	"github.com/gomsys/gomsys/msys/bind"
)

// Page is one file of the reference.
type Page struct {
	Name string // file name, "msys.counter.md"
	Text string
}

// indexHead stands above the list of the modules.
const indexHead = `# Lua reference

Generated from the declarations in the packages; do not edit.

Every function has a snippet that the tests run. A snippet stands in the
callout validate_data_spool_each_rcpt(msg, ac, vctx) of a session, whose
arguments it uses, unless its first line names another place; a script
requires the module before. The client is 192.0.2.7, mx.example.org, and the
mail one from ann@example.org to bob@example.com, "Subject: hello".

`

// Pages renders one Markdown page for each module name, and an index.
func Pages(modules []*bind.Module) []Page {
	byName := map[string][]*bind.Module{}
	var names []string
	for _, m := range modules {
		if byName[m.Name] == nil {
			names = append(names, m.Name)
		}
		byName[m.Name] = append(byName[m.Name], m)
	}
	sort.Strings(names)
	var index strings.Builder
	index.WriteString(indexHead)
	var pages []Page
	for _, name := range names {
		pages = append(pages, Page{name + ".md", page(name, byName[name])})
		fmt.Fprintf(&index, "- [%s](%s.md): %s\n", name, name, firstSentence(byName[name][0].Doc))
	}
	index.WriteString("\nEditors complete the API from [msys.lua](msys.lua).\n")
	return append(pages, Page{"README.md", index.String()})
}

func page(name string, modules []*bind.Module) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n", name)
	for _, m := range modules {
		if m.Doc != "" {
			b.WriteString(m.Doc + "\n\n")
		}
	}
	for _, m := range modules {
		for _, f := range sortedFuncs(m.Listed()) {
			function(&b, name+"."+f.Name, f, m.Snippet(nil, f))
		}
	}
	seen := map[string]bool{} // several declarations of a module may have a class in common
	for _, m := range modules {
		for _, class := range m.Classes {
			if !seen[class.Name] {
				classText(&b, m, class)
			}
			seen[class.Name] = true
		}
	}
	var consts []bind.Const
	for _, m := range modules {
		consts = append(consts, m.Consts...)
	}
	if len(consts) > 0 {
		b.WriteString("## Constants\n\n| Name | Value | |\n| --- | --- | --- |\n")
		for _, k := range consts {
			fmt.Fprintf(&b, "| `%s` | `%v` | %s |\n", k.Name, k.Value, k.Doc)
		}
		b.WriteString("\n")
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}

func function(b *strings.Builder, name string, f *bind.Func, snippet string) {
	fmt.Fprintf(b, "## %s(%s)\n\n", name, f.Signature())
	if f.Doc != "" {
		b.WriteString(f.Doc + "\n\n")
	}
	for _, p := range bind.ParseParams(f.Params) {
		if p.Type == "" {
			continue
		}
		optional := ""
		if p.Optional {
			optional = ", optional"
		}
		fmt.Fprintf(b, "- `%s`: %s%s\n", p.Name, p.Type, optional)
	}
	if f.Returns != "" {
		fmt.Fprintf(b, "- Returns: %s\n", f.Returns)
	} else {
		b.WriteString("- Returns nothing\n")
	}
	fmt.Fprintf(b, "- Phases: %s\n\n", f.Phases)
	if f.Also != 0 && f.Phases != 0 && f.Also&^f.Phases != 0 {
		note := ""
		if f.AlsoNote != "" {
			note = " (" + f.AlsoNote + ")"
		}
		fmt.Fprintf(b, "Real scripts also call it in: %s%s.\n\n", f.Also, note)
	}
	if snippet != "" {
		fmt.Fprintf(b, "```lua\n%s\n```\n\n", strings.TrimSpace(snippet))
	}
}

func classText(b *strings.Builder, m *bind.Module, class *bind.Class) {
	fmt.Fprintf(b, "## Objects: %s\n\nType `%s`.", class.Short, class.Name)
	if class.Doc != "" {
		b.WriteString(" " + class.Doc)
	}
	b.WriteString("\n\n")
	if len(class.Fields) > 0 {
		b.WriteString("| Field | Type | |\n| --- | --- | --- |\n")
		for _, f := range class.Fields {
			mode := ""
			if f.Set != nil {
				mode = " (may be assigned)"
			}
			fmt.Fprintf(b, "| `%s.%s` | %s | %s%s |\n", class.Short, f.Name, strings.ReplaceAll(f.Type, "|", " or "), f.Doc, mode)
		}
		b.WriteString("\n")
	}
	for _, f := range sortedFuncs(class.Methods) {
		function(b, class.Short+":"+f.Name, f, m.Snippet(class, f))
	}
}

func sortedFuncs(funcs []bind.Func) []*bind.Func {
	out := make([]*bind.Func, len(funcs))
	for i := range funcs {
		out[i] = &funcs[i]
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out
}

// firstSentence gives the text up to its first full stop that ends a
// sentence, on one line.
func firstSentence(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if i := strings.Index(s, ". "); i >= 0 {
		return s[:i+1]
	}
	return s
}
