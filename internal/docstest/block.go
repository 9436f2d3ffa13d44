// Package docstest reads the fenced code blocks of Markdown pages; its tests
// run those of the README and of docs, so that what a reader copies works.
//
// What follows the language on a fence's line says how the block is tested:
//
//	lua           a script that loads without error and registers a module
//	lua fragment  statements of validate_data_spool_each_rcpt that run without error
//	go            a program, declarations or statements that compile
//	sh            lines that begin with "go run ./examples/" exit with 0
//	sh exit=1     they exit with 1
//	sh by-hand    not run: it needs the reader's own files, or does not end
package docstest

import (
	"bufio"
	"bytes"
	"fmt"
	"slices"
	"strings"
)

// Block is one fenced code block.
type Block struct {
	Page     string   // the file that it stands in
	Line     int      // of the block's first line
	Language string   // the first word after the fence, or ""
	Marks    []string // the other words
	Text     string
}

// Has reports whether the block has a mark.
func (b Block) Has(mark string) bool { return slices.Contains(b.Marks, mark) }

// Position is "page:line".
func (b Block) Position() string { return fmt.Sprintf("%s:%d", b.Page, b.Line) }

// Blocks finds the fenced code blocks in a page. The error tells of a fence
// that is never closed.
func Blocks(page string, content []byte) ([]Block, error) {
	var blocks []Block
	var open *Block
	var fence string
	var text strings.Builder
	lines := bufio.NewScanner(bytes.NewReader(content))
	for n := 1; lines.Scan(); n++ {
		line := lines.Text()
		switch trimmed := strings.TrimSpace(line); {
		case open != nil && trimmed == fence:
			open.Text = text.String()
			blocks = append(blocks, *open)
			open = nil
		case open != nil:
			text.WriteString(line + "\n")
		case strings.HasPrefix(trimmed, "```"):
			info := strings.TrimLeft(trimmed, "`")
			fence = trimmed[:len(trimmed)-len(info)]
			open = &Block{Page: page, Line: n + 1}
			if words := strings.Fields(info); len(words) > 0 {
				open.Language, open.Marks = words[0], words[1:]
			}
			text.Reset()
		}
	}
	if open != nil {
		return nil, fmt.Errorf("docstest: %s: the fence is not closed", open.Position())
	}
	return blocks, lines.Err()
}
