package cloudmark

import _ "embed" // the snippets

// snippets are those of the functions and methods.
//
//go:embed snippets.lua
var snippets string
