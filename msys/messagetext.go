package msys

import (
	"io"
	"strings"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/vctx"
	"github.com/gomsys/gomsys/vctx/macro"
)

// MessageText gives the content of a message to macros: %{rfc2822:…}.
func MessageText(m *message.Message) macro.MessageText { return messageText{m} }

// MessageVariables gives the context variables of a message to macros:
// %{vctx_mess:…} outside of its session.
func MessageVariables(m *message.Message) macro.Variables { return messageVariables{m} }

type messageVariables struct{ m *message.Message }

// Lookup implements macro.Variables.
func (v messageVariables) Lookup(scope vctx.Scope, key string) (string, bool) {
	return v.m.ContextGet(message.ContextType(scope), key)
}

type messageText struct{ m *message.Message }

// Headers implements macro.MessageText.
func (t messageText) Headers() (string, error) { return string(t.m.Header().Bytes()), nil }

// Body implements macro.MessageText.
func (t messageText) Body() (io.ReadCloser, error) { return io.NopCloser(t.m.Body()), nil }

// Part implements macro.MessageText.
func (t messageText) Part(n int) (string, error) {
	return t.raw(n, func(*message.Part) bool { return true })
}

// TextPart implements macro.MessageText.
func (t messageText) TextPart(n int) (string, error) { return t.raw(n, isText) }

// Text implements macro.MessageText.
func (t messageText) Text(n int) (string, error) {
	p, err := t.leaf(n, isText)
	if p == nil || err != nil {
		return "", err
	}
	texts, err := p.Text()
	return strings.Join(texts, ""), err
}

func isText(p *message.Part) bool { return strings.HasPrefix(p.Type().MIMEType, "text/") }

func (t messageText) raw(n int, want func(*message.Part) bool) (string, error) {
	p, err := t.leaf(n, want)
	if p == nil || err != nil {
		return "", err
	}
	b, err := io.ReadAll(p.Raw())
	return string(b), err
}

// leaf finds the n-th leaf of the MIME tree that is wanted, counted from 1.
func (t messageText) leaf(n int, want func(*message.Part) bool) (*message.Part, error) {
	top, err := t.m.MIME(message.ReadOnly)
	if err != nil || top == nil {
		return nil, err
	}
	var find func(p *message.Part) *message.Part
	find = func(p *message.Part) *message.Part {
		if child := p.First(); child != nil {
			for ; child != nil; child = child.Next() {
				if found := find(child); found != nil {
					return found
				}
			}
			return nil
		}
		if want(p) {
			n--
			if n == 0 {
				return p
			}
		}
		return nil
	}
	return find(top), nil
}
