package bind

import (
	"iter"
	"strings"
)

// snippetMark begins the line above a snippet, which names its function.
const snippetMark = "--- "

// Snippet gives the example of a function of the module, or of a method of one
// of its classes (class is nil for functions): its Example, or that of the
// Examples of the class or module; "" if there is none.
func (m *Module) Snippet(class *Class, f *Func) string {
	if f.Example != "" {
		return f.Example
	}
	name, texts := f.Name, []string{m.Examples}
	if class != nil {
		name, texts = class.Short+":"+f.Name, []string{class.Examples, m.Examples}
	}
	for _, text := range texts {
		for n, snippet := range Snippets(text) {
			if n == name {
				return snippet
			}
		}
	}
	return ""
}

// Snippets goes through a text of the form of Module.Examples: pairs of a name
// and a snippet without white space around it. What stands above the first
// name is left out.
func Snippets(examples string) iter.Seq2[string, string] {
	return func(yield func(name, text string) bool) {
		name, text := "", ""
		for line := range strings.Lines(examples) {
			next, ok := strings.CutPrefix(line, snippetMark)
			if !ok {
				text += line
				continue
			}
			if name != "" && !yield(name, strings.TrimSpace(text)) {
				return
			}
			name, text = strings.TrimSpace(next), ""
		}
		if name != "" {
			yield(name, strings.TrimSpace(text))
		}
	}
}
