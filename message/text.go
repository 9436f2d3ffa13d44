package message

import (
	"io"

	"github.com/gomsys/gomsys/message/internal/charset"
	"github.com/gomsys/gomsys/message/internal/rope"
)

// Text gives the content of the parts of type text/..., attachments too, in
// document order, in UTF-8. Empty ones are left out. Text without a meaning in
// its charset never fails; the error is that of reading the content.
func (m *Message) Text() ([]string, error) {
	if err := m.enter(); err != nil {
		return nil, err
	}
	sources := m.top.textSources()
	m.mu.Unlock()
	return readTexts(sources)
}

// Text gives the content of the text parts from p down, as [Message.Text]
// does. Of a leaf that is no text it gives the bytes, its transfer encoding
// taken off.
func (p *Part) Text() ([]string, error) {
	n, err := p.enter()
	if err != nil {
		return nil, err
	}
	var sources []textSource
	if v := n.mediaType(); n.box == nil && !isText(v.Word) {
		sources = []textSource{{body: n.bodySpan(), encoding: n.transferEncoding(), binary: true}}
	} else {
		sources = n.textSources()
	}
	n.leave()
	return readTexts(sources)
}

// textSource is all that is needed to read the text of a part.
type textSource struct {
	n        *node
	body     rope.Span
	encoding Encoding
	charset  charset.Charset
	binary   bool // no text, just bytes
}

// textSources gives the text leaves from n down; the caller holds the lock.
func (n *node) textSources() []textSource {
	n.index()
	var out []textSource
	n.walk(func(c *node) bool {
		c.index()
		if c.box == nil && isText(c.mediaType().Word) {
			out = append(out, c.textSource())
		}
		return true
	})
	return out
}

func (n *node) textSource() textSource {
	cs, _ := charset.Lookup(n.charsetName(n.mediaType()))
	return textSource{n: n, body: n.bodySpan(), encoding: n.transferEncoding(), charset: cs}
}

// read gives the text in UTF-8.
func (t textSource) read() ([]byte, error) {
	b, err := decodeAll(t.body, t.encoding)
	if t.binary {
		return b, err
	}
	return t.charset.Decode(b), err
}

// open gives a reader of the text in UTF-8.
func (t textSource) open() (io.Reader, error) {
	decoded := func() io.Reader { return &decodedReader{s: t.body, d: newDecoder(t.encoding), o: defaultSettings} }
	if t.binary {
		return decoded(), nil
	}
	return t.charset.NewReader(decoded)
}

func readTexts(sources []textSource) ([]string, error) {
	var out []string
	for _, t := range sources {
		b, err := t.read()
		if err != nil {
			return out, err
		}
		if len(b) > 0 {
			out = append(out, string(b))
		}
	}
	return out, nil
}
