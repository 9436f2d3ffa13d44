package luavm

import (
	"strconv"
	"strings"
)

// maxSource is the room for a chunk's name in messages.
const maxSource = 59

// ShortSource gives a chunk's name as messages show it: the file of "@file",
// the text of "=text", or [string "first line..."]. Long names are cut.
func ShortSource(source string) string {
	if source == "" {
		return "?"
	}
	switch source[0] {
	case '=':
		return source[1:min(len(source), maxSource+1)]
	case '@':
		if len(source) <= maxSource+1 {
			return source[1:]
		}
		return "..." + source[len(source)-(maxSource-3):]
	}
	const room = maxSource - len(`[string "..."]`)
	if i := strings.IndexAny(source, "\r\n"); i >= 0 || len(source) >= room {
		if i >= 0 {
			source = source[:i]
		}
		return `[string "` + source[:min(len(source), room)] + `..."]`
	}
	return `[string "` + source + `"]`
}

// vmShortSource gives a chunk's name as go-lua puts it into its messages.
func vmShortSource(source string) string {
	const size = 60
	if source == "" {
		return "?"
	}
	switch source[0] {
	case '=':
		return source[1:min(len(source), size)]
	case '@':
		if len(source) <= size {
			return source[1:]
		}
		return "..." + source[1:size-3]
	}
	source, _, _ = strings.Cut(source, "\n")
	if len(source) > size-len(`[string "..."]`) {
		return `[string "` + source + `..."]`
	}
	return `[string "` + source + `"]`
}

// Position gives "file:line: " of the function at level, or "".
func (t *Thread) Position(level int) string {
	file, line := t.Where(level)
	if file == "" || line <= 0 {
		return ""
	}
	return file + ":" + strconv.Itoa(line) + ": "
}
