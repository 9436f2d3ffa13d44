package msys

import (
	"fmt"
	"strings"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/bind"
)

// getoptModule declares msys.getopt: options of console commands, by the
// rules of getopt_long.
func getoptModule() *bind.Module {
	return &bind.Module{
		Name:     "msys.getopt",
		Examples: snippets("msys.getopt"),
		Doc:      "Options of console commands.",
		Funcs: []bind.Func{{
			Name: "get_opts", Params: "argv:table|object, short:string, [long:table]", Returns: "table|nil, nextindex:number|string",
			Phases: bind.Any,
			Doc: "Reads options from an array of words, or cc.argv, by the rules of getopt_long: short is like \"ho:\", long like " +
				"{help=\"h\", out=\"o\"}. Gives a table of option letters (true, or the argument) and the index of the first word " +
				"that is no option; nil and a message for a wrong option.",
			Fn: luaGetOpts,
		}},
	}
}

func luaGetOpts(c *bind.Call) int {
	var words []string
	if a, ok := bind.ObjectAt[argv](c.L, c.Index(1)); ok {
		words = a.args[1:]
	} else {
		c.CheckTable(1)
		list, ok := bind.Strings(c.L, c.Index(1))
		if !ok {
			c.ArgError(1, "array of strings expected")
		}
		words = list
	}
	long := map[string]string{}
	if c.Type(3) == lua.TypeTable {
		bind.RangeTable(c.L, c.Index(3), func() {
			k, _ := bind.Text(c.L, -2)
			v, _ := bind.Text(c.L, -1)
			long[k] = v
		})
	}
	opts, next, err := getOpts(words, c.String(2), long)
	if err != nil {
		return c.Fail(err)
	}
	return c.Push(opts, next)
}

// getOpts reads options from words; next is the 1-based index of the first
// word that is none. Options may not follow other words.
func getOpts(words []string, short string, long map[string]string) (opts map[string]any, next int, err error) {
	opts = map[string]any{}
	takes := func(letter string) (known, arg bool) {
		i := strings.Index(short, letter)
		if i < 0 || letter == ":" {
			return false, false
		}
		return true, i+len(letter) < len(short) && short[i+len(letter)] == ':'
	}
	i := 0
	for ; i < len(words); i++ {
		w := words[i]
		if w == "--" {
			return opts, i + 2, nil
		}
		if len(w) < 2 || w[0] != '-' {
			break
		}
		if name, isLong := strings.CutPrefix(w, "--"); isLong {
			name, value, given := strings.Cut(name, "=")
			letter, ok := long[name]
			if !ok {
				return nil, 0, fmt.Errorf("unrecognized option '--%s'", name)
			}
			_, arg := takes(letter)
			switch {
			case !arg && given:
				return nil, 0, fmt.Errorf("option '--%s' doesn't allow an argument", name)
			case !arg:
				opts[letter] = true
			case given:
				opts[letter] = value
			case i+1 < len(words):
				i++
				opts[letter] = words[i]
			default:
				return nil, 0, fmt.Errorf("option '--%s' requires an argument", name)
			}
			continue
		}
		for j := 1; j < len(w); j++ {
			letter := w[j : j+1]
			known, arg := takes(letter)
			switch {
			case !known:
				return nil, 0, fmt.Errorf("invalid option -- '%s'", letter)
			case !arg:
				opts[letter] = true
				continue
			case j+1 < len(w):
				opts[letter] = w[j+1:]
			case i+1 < len(words):
				i++
				opts[letter] = words[i]
			default:
				return nil, 0, fmt.Errorf("option requires an argument -- '%s'", letter)
			}
			break
		}
	}
	return opts, i + 1, nil
}
