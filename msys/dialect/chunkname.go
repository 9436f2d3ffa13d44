package dialect

import "strings"

// maxChunkID is the greatest length of a chunk's name in messages.
const maxChunkID = 59

// ChunkID returns how messages show a chunk's name, as C Lua does: "@file"
// as the file's name, "=name" as the name, anything else is the text of the
// chunk and shows as its first line, [string "..."].
func ChunkID(name string) string {
	if name == "" {
		return `[string ""]`
	}
	switch rest := name[1:]; name[0] {
	case '=':
		return rest[:min(len(rest), maxChunkID)]
	case '@':
		if len(rest) > maxChunkID {
			return "..." + rest[len(rest)-(maxChunkID-3):]
		}
		return rest
	}
	const open, dots, end = `[string "`, "...", `"]`
	const room = maxChunkID - len(open) - len(dots) - len(end)
	line := name
	if i := strings.IndexAny(line, "\r\n"); i >= 0 {
		line = line[:i]
	}
	if len(line) < len(name) || len(line) >= room {
		return open + line[:min(len(line), room)] + dots + end
	}
	return open + line + end
}
