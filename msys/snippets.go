package msys

import "embed"

// snippetFiles are the snippets of the modules that every runtime has, a file
// for each.
//
//go:embed snippets/*.lua
var snippetFiles embed.FS

// snippets gives those of a module; the tests see to it that there are some.
func snippets(module string) string {
	text, err := snippetFiles.ReadFile("snippets/" + module + ".lua")
	if err != nil {
		return ""
	}
	return string(text)
}
