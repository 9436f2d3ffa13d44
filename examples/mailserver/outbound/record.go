package outbound

import (
	"bytes"
	"context"
	"encoding/gob"
	"fmt"
	"time"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/delivery"
)

// record is what the queue keeps of a message beside its content.
type record struct {
	ID                    string
	Envelope              message.Envelope
	Binding, BindingGroup string
	Domain                string // that it is queued for
	Route                 string // that a policy has set, "" for none
	Method                string
	Priority              int
	Mess, Conn            map[string]string // context variables
	Queued, Next          time.Time
	Attempts, MaxRetries  int
	Delivered             string // the reply, from when it is delivered
	ConnectionID          string
}

// newRecord describes m as it is now.
func newRecord(ctx context.Context, m *message.Message, now time.Time) record {
	return record{
		ID: m.ID(), Queued: now, Next: now, ConnectionID: m.ConnID(),
	}.from(ctx, m)
}

// from gives r with what scripts may have changed in m.
func (r record) from(ctx context.Context, m *message.Message) record {
	r.Envelope = m.Envelope()
	r.Binding, r.BindingGroup = m.Binding(), m.BindingGroup()
	if r.Binding == "" {
		r.Binding = message.DefaultBinding
	}
	r.Domain, r.Route = m.RoutingDomain(ctx), m.ExplicitRoutingDomain()
	r.Method, r.Priority = m.DeliveryMethod(ctx), m.Priority()
	r.Mess, r.Conn = variables(m, message.ContextMess), variables(m, message.ContextConn)
	return r
}

func variables(m *message.Message, t message.ContextType) map[string]string {
	out := map[string]string{}
	for _, k := range m.ContextKeys(t) {
		out[k], _ = m.ContextGet(t, k)
	}
	return out
}

// key is what the message's delivery is limited by.
func (r *record) key() delivery.Key { return delivery.Key{Binding: r.Binding, Domain: r.Domain} }

// message makes the message of a record again.
func (r *record) message(ctx context.Context, content []byte, o message.Options) (*message.Message, error) {
	o.DeliveryMethods = method{r.ID, r.Method, o.DeliveryMethods}
	m, err := message.ParseBytes(content, r.Envelope, &o)
	if err != nil {
		return nil, err
	}
	m.SetReception(message.Reception{ID: r.ID, ConnID: r.ConnectionID})
	m.SetBinding(r.Binding)
	if r.BindingGroup != "" {
		m.SetBindingGroup(ctx, r.BindingGroup)
	}
	if r.Route != "" {
		if _, err := m.SetRoutingDomain(r.Route); err != nil {
			return nil, err
		}
	}
	if err := m.SetPriority(r.Priority); err != nil {
		return nil, err
	}
	for t, vars := range map[message.ContextType]map[string]string{message.ContextMess: r.Mess, message.ContextConn: r.Conn} {
		for k, v := range vars {
			m.ContextSet(t, k, v)
		}
	}
	return m, nil
}

// method is the delivery method of one message; mail that scripts make of it
// has the host's.
type method struct {
	id, name string
	others   message.DeliveryMethods
}

// Method implements message.DeliveryMethods.
func (d method) Method(ctx context.Context, m *message.Message) string {
	switch {
	case m.ID() == d.id:
		return d.name
	case d.others != nil:
		return d.others.Method(ctx, m)
	}
	return ""
}

func (r record) encode() ([]byte, error) {
	var b bytes.Buffer
	err := gob.NewEncoder(&b).Encode(r)
	return b.Bytes(), err
}

func decodeRecord(b []byte) (r record, err error) {
	err = gob.NewDecoder(bytes.NewReader(b)).Decode(&r)
	return r, err
}

// contentOf gives the content that is queued: the trace field and the message.
func contentOf(m *message.Message, trace string) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(trace)
	if _, err := m.WriteTo(&b); err != nil {
		return nil, fmt.Errorf("reading message %s: %w", m.ID(), err)
	}
	return b.Bytes(), nil
}
