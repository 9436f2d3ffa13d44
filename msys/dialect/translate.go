package dialect

import "bytes"

// A Program is a translated chunk.
type Program struct {
	// Text is Lua 5.2 source for the machine; the chunk itself when nothing
	// had to be changed.
	Text string

	// Helpers names the Go functions that Text expects, in the order of
	// the arguments of the outer function that Text then is: calling it
	// with them returns the chunk as a function. Empty when Text is the
	// chunk itself.
	Helpers []string

	// Lines is the number of lines of the source.
	Lines int

	name    string
	helpers []helper
	sites   siteTable
}

const maxSource = 1 << 28

// Translate translates the source text of a chunk. The error is a
// *[SyntaxError]; chunkName is used for it alone, in the form that [ChunkID]
// explains.
func Translate(src []byte, chunkName string) (prog *Program, err error) {
	if len(src) > maxSource {
		return nil, &SyntaxError{Chunk: ChunkID(chunkName), Line: 1, Msg: "chunk is too long"}
	}
	p := newParser(src, chunkName)
	if err := p.parseChunk(); err != nil {
		return nil, err
	}
	prog = &Program{name: chunkName, Text: p.src[:p.size], Lines: int(p.line), sites: p.sites}
	if p.needs != 0 {
		prog.helpers = p.wrap()
		for _, h := range prog.helpers {
			prog.Helpers = append(prog.Helpers, helperNames[h])
		}
	}
	if len(p.edits) > 0 {
		prog.Text = p.edits.apply(prog.Text)
	}
	return prog, nil
}

// newParser gives a parser that stands before the first token of a chunk.
func newParser(src []byte, chunkName string) *parser {
	body := src
	var edits editList
	if bytes.HasPrefix(body, []byte("\xEF\xBB\xBF")) {
		edits.replace(0, 3, "")
		body = body[3:]
	}
	p := &parser{lexer: lexer{
		src:   string(src) + "\x00",
		size:  int32(len(src)),
		pos:   int32(len(src) - len(body)),
		line:  1,
		chunk: ChunkID(chunkName),
		names: newNameTable(len(src)),
		edits: append(make(editList, 0, len(src)/64+8), edits...),
	}}
	p.sites.src = p.src
	return p
}

// parseChunk parses the whole chunk. The error is a *[SyntaxError].
func (p *parser) parseChunk() (err error) {
	defer func() {
		if e := recover(); e != nil {
			syntax, ok := e.(*SyntaxError)
			if !ok {
				panic(e)
			}
			err = syntax
		}
	}()
	p.skipHashLine()
	p.chunkBlock()
	return nil
}

// skipHashLine skips a first line that starts with '#', as Unix scripts have.
func (p *parser) skipHashLine() {
	if p.src[p.pos] != '#' {
		return
	}
	end := p.lineEnd(p.pos)
	p.edits.replace(p.pos, end, "")
	p.pos = end
}
