package audit

import _ "embed" // the snippets

// snippets are those of msys.audit, seriesSnippets those of msys.audit_series.
var (
	//go:embed snippets.lua
	snippets string
	//go:embed seriessnippets.lua
	seriesSnippets string
)
