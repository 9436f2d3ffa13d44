package smpp

import _ "embed" // the snippets

// snippets are those of msys.smpp, blobSnippets those of msys.core.
var (
	//go:embed snippets.lua
	snippets string
	//go:embed blobsnippets.lua
	blobSnippets string
)
