package mstore

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/gomsys/gomsys/message"
)

// parked is a message as it is stored: a format mark, the numbers as varints,
// the texts with their lengths before them, the context variables with their
// number before them, and the content to the end.
type parked struct {
	expires  time.Time // to milliseconds
	envelope message.Envelope
	method   message.Protocol
	priority int
	domain   string // explicit routing domain
	binding  string
	context  [][2]string
	content  []byte
}

const formatMark = "gomsysM1"

// encode gives the stored form of m.
func encode(m *message.Message, expires time.Time) ([]byte, error) {
	var p parked
	p.expires, p.envelope, p.method = expires, m.Envelope(), m.ReceiveMethod()
	p.priority, p.domain, p.binding = m.Priority(), m.ExplicitRoutingDomain(), m.Binding()
	for _, k := range m.ContextKeys(message.ContextMess) {
		if v, ok := m.ContextGet(message.ContextMess, k); ok {
			p.context = append(p.context, [2]string{k, v})
		}
	}
	buf := bytes.NewBuffer(make([]byte, 0, int(m.Size())+512))
	buf.Write(p.head())
	_, err := m.WriteTo(buf)
	return buf.Bytes(), err
}

// head gives all but the content.
func (p *parked) head() []byte {
	b := []byte(formatMark)
	b = binary.AppendVarint(b, p.expires.UnixMilli())
	b = appendText(b, p.envelope.From)
	b = appendText(b, p.envelope.To)
	b = binary.AppendVarint(b, int64(p.method))
	b = binary.AppendVarint(b, int64(p.priority))
	b = appendText(b, p.domain)
	b = appendText(b, p.binding)
	b = binary.AppendUvarint(b, uint64(len(p.context)))
	for _, pair := range p.context {
		b = appendText(appendText(b, pair[0]), pair[1])
	}
	return b
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// decode reads the stored form; it keeps data.
func decode(data []byte) (*parked, error) {
	rest, ok := bytes.CutPrefix(data, []byte(formatMark))
	d := &decoder{rest: rest, failed: !ok}
	p := &parked{expires: time.UnixMilli(d.number())}
	p.envelope.From, p.envelope.To = d.text(), d.text()
	p.envelope.NullFrom = p.envelope.From == ""
	p.method, p.priority = message.Protocol(d.number()), int(d.number())
	p.domain, p.binding = d.text(), d.text()
	for n := d.count(); n > 0 && !d.failed; n-- {
		p.context = append(p.context, [2]string{d.text(), d.text()})
	}
	p.content = d.rest
	if d.failed {
		return nil, ErrFormat
	}
	return p, nil
}

// decoder reads numbers and texts until one fails.
type decoder struct {
	rest   []byte
	failed bool
}

func (d *decoder) took(n int) {
	if n <= 0 {
		d.failed, d.rest = true, nil
		return
	}
	d.rest = d.rest[n:]
}

func (d *decoder) number() int64 {
	v, n := binary.Varint(d.rest)
	d.took(n)
	return v
}

func (d *decoder) count() uint64 {
	v, n := binary.Uvarint(d.rest)
	d.took(n)
	return v
}

func (d *decoder) text() string {
	n := d.count()
	if n > uint64(len(d.rest)) {
		d.failed, d.rest = true, nil
		return ""
	}
	s := string(d.rest[:n])
	d.rest = d.rest[n:]
	return s
}

// apply gives m everything but the content.
func (p *parked) apply(m *message.Message) error {
	m.SetEnvelope(p.envelope)
	m.SetReception(message.Reception{Method: p.method})
	for _, pair := range p.context {
		m.ContextSet(message.ContextMess, pair[0], pair[1])
	}
	if err := m.SetPriority(p.priority); err != nil {
		return fmt.Errorf("%w: %w", ErrFormat, err)
	}
	if p.domain != "" {
		if _, err := m.SetRoutingDomain(p.domain); err != nil {
			return fmt.Errorf("%w: %w", ErrFormat, err)
		}
	}
	if p.binding != "" {
		m.SetBinding(p.binding) // one that is gone is logged
	}
	return nil
}
