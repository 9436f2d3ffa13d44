package message

import (
	"context"
	"log/slog"
	"strings"
)

const warn = slog.LevelWarn

// route is what policy has decided about the way out.
type route struct {
	binding  string
	domain   string
	method   string
	priority int
}

// Binding gives the name of the binding that the message leaves from, "" if
// none was chosen.
func (m *Message) Binding() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.route.binding
}

// SetBinding chooses a binding and reports whether it exists. If not, the
// choice stays as it was and a warning is logged.
func (m *Message) SetBinding(name string) bool {
	if _, ok := m.o.Bindings.ID(name); !ok && name != DefaultBinding {
		m.o.Logger.LogAttrs(context.Background(), warn, "unknown binding", slog.String("binding", name))
		return false
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.route.binding = name
	return true
}

// BindingGroup gives the group of the binding, "" if there is none.
func (m *Message) BindingGroup() string {
	if b := m.Binding(); b != "" {
		return m.o.Bindings.GroupOf(b)
	}
	return ""
}

// SetBindingGroup chooses a binding of the group and reports whether there is
// one. If not, the choice stays as it was.
func (m *Message) SetBindingGroup(ctx context.Context, group string) bool {
	name, ok := m.o.Bindings.Select(ctx, m, group)
	return ok && m.SetBinding(name)
}

// RoutingDomain gives the domain that decides where the message goes, in
// lower case: the one that was set, else what the [Router] says, else that of
// the recipient.
func (m *Message) RoutingDomain(ctx context.Context) string {
	if d := m.ExplicitRoutingDomain(); d != "" {
		return d
	}
	if m.o.Router != nil {
		d, err := m.o.Router.Domain(ctx, m)
		if err != nil {
			m.o.Logger.LogAttrs(ctx, warn, "looking up the routing domain", slog.Any("error", err))
		} else if d != "" {
			return strings.ToLower(d)
		}
	}
	_, domain := splitAddress(m.Recipient())
	return strings.ToLower(domain)
}

// ExplicitRoutingDomain gives the domain that was set, "" if none was. A host
// keeps it with the message.
func (m *Message) ExplicitRoutingDomain() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.route.domain
}

// SetRoutingDomain sets the routing domain and gives it in lower case; "" goes
// back to the implicit one. White space and control bytes give
// [ErrInvalidDomain].
func (m *Message) SetRoutingDomain(domain string) (string, error) {
	for i := 0; i < len(domain); i++ {
		if domain[i] <= ' ' || domain[i] == 0x7F {
			return "", ErrInvalidDomain
		}
	}
	domain = strings.ToLower(domain)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.route.domain = domain
	return domain, nil
}

// DeliveryMethod gives the way of delivery in lower case: what was set, else
// what [DeliveryMethods] says, else "esmtp".
func (m *Message) DeliveryMethod(ctx context.Context) string {
	m.mu.Lock()
	method := m.route.method
	m.mu.Unlock()
	if method == "" && m.o.DeliveryMethods != nil {
		method = m.o.DeliveryMethods.Method(ctx, m)
	}
	if method == "" {
		return "esmtp"
	}
	return strings.ToLower(method)
}

// SetDeliveryMethod sets the way of delivery; "" leaves it to the host again.
func (m *Message) SetDeliveryMethod(method string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.route.method = strings.ToLower(method)
}

// BindingID gives the number of a binding of the message's registry.
func (o *Options) BindingID(name string) (int, bool) {
	if name == DefaultBinding {
		return 0, true
	}
	return resolve(o).Bindings.ID(name)
}

// BindingName gives the name of the binding with that number.
func (o *Options) BindingName(id int) (string, bool) { return resolve(o).Bindings.Name(id) }

// BindingGroupSize gives how many bindings a group has, 0 if it is unknown.
func (o *Options) BindingGroupSize(group string) int { return resolve(o).Bindings.GroupSize(group) }
