package message

import (
	"context"
	"io"

	"github.com/gomsys/gomsys/message/internal/rope"
)

// SetBody replaces the body by what r has, which is in the transfer encoding of
// the part. Header fields stay; the parts below become stale.
func (p *Part) SetBody(ctx context.Context, r io.Reader) error {
	return p.replace(ctx, r, (*node).setBody)
}

// SetRaw replaces header and body by what r has. The handle of the part stays
// good, those of the parts below become stale.
func (p *Part) SetRaw(ctx context.Context, r io.Reader) error {
	return p.replace(ctx, r, (*node).setRaw)
}

// replace reads r and calls set with the message locked.
func (p *Part) replace(ctx context.Context, r io.Reader, set func(*node, rope.Span) error) error {
	n, err := p.edit()
	if err != nil {
		return err
	}
	o := n.message().o
	n.leave() // reading may take its time
	mode := readVerbatim
	if p.Parent() == nil {
		mode = readTerminated
	}
	s, err := o.read(ctx, r, mode)
	if err != nil {
		return err
	}
	if n, err = p.edit(); err != nil {
		return err
	}
	defer n.leave()
	n.message().retain(s)
	return set(n, s)
}

// setRaw replaces header and body.
func (n *node) setRaw(s rope.Span) error {
	same, err := rope.Equal(n.span(), s)
	if err != nil || same {
		return err
	}
	fresh, err := parseNode(s, n.message().o)
	if err != nil {
		return err
	}
	n.forgetParts()
	n.head, n.sep, n.body, n.source = fresh.head, fresh.sep, fresh.body, rope.Span{}
	n.changed, n.made = false, false
	n.touch()
	return nil
}
