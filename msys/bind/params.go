package bind

import "strings"

// Param is one parameter or result of a function, taken apart.
type Param struct {
	// Name is the parameter's name; results may have none. "..." stands for
	// any number of further values.
	Name string
	// Type is the Lua type, alternatives separated by "|"; empty is any.
	Type string
	// Optional is true for a parameter that may be left out.
	Optional bool
}

// ParseParams takes a declaration such as "type:number, [key:string]" apart.
func ParseParams(s string) []Param {
	var out []Param
	for _, item := range strings.Split(s, ",") {
		item = strings.TrimSpace(item)
		if item == "" {
			continue
		}
		var p Param
		if strings.HasPrefix(item, "[") {
			p.Optional = true
			item = strings.Trim(item, "[]")
		}
		p.Name, p.Type, _ = strings.Cut(strings.TrimSpace(item), ":")
		out = append(out, p)
	}
	return out
}

// Signature gives the parameters as the reference prints them, without types:
// "type, [key]".
func (f *Func) Signature() string {
	params := ParseParams(f.Params)
	names := make([]string, len(params))
	for i, p := range params {
		names[i] = p.Name
		if p.Optional {
			names[i] = "[" + p.Name + "]"
		}
	}
	return strings.Join(names, ", ")
}

// Allowed is the union of the documented phases and those that real scripts
// use.
func (f *Func) Allowed() Phases {
	if f.Phases == 0 {
		return Any
	}
	return f.Phases | f.Also
}
