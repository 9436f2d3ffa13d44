package dkim

import _ "embed" // the snippets

// snippets are those of msys.validate.opendkim, olderSnippets those of
// msys.validate.dkim.
var (
	//go:embed snippets.lua
	snippets string
	//go:embed oldersnippets.lua
	olderSnippets string
)
