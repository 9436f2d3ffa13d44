package msys

import (
	"context"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/bind"
)

// ReceivedProtocol asks policy for the protocol in the Received field that the
// host makes for a copy; configured is what the host would write, ESMTPS for
// example.
func (s *Session) ReceivedProtocol(ctx context.Context, m *message.Message, configured string) (protocol string, err error) {
	protocol = configured
	err = s.step(ctx, func() error {
		out, err := s.dispatch(s.rt.hooks.find("core_get_protocol_string_for_trace_headers"), dispatchOptions{message: m, push: func(l *lua.State) int {
			s.connArgs(l)
			pushObjects(l, m)
			return 3
		}})
		if out.isText {
			protocol = out.text
		}
		return err
	})
	return protocol, err
}

// ReceivedHeader asks policy for the value of the Received field; ok is false
// if the host makes it.
func (s *Session) ReceivedHeader(ctx context.Context, m *message.Message) (value string, ok bool, err error) {
	err = s.step(ctx, func() error {
		response := message.NewECString("")
		out, err := s.dispatch(s.rt.hooks.find("core_get_received_header_text"), dispatchOptions{message: m, push: func(l *lua.State) int {
			pushObjects(l, m)
			s.pushConstruct(l)
			s.connArgs(l)
			bind.PushObject(l, response)
			return 5
		}})
		value, ok = response.String(), out.number != 0
		return err
	})
	return value, ok, err
}

// Abort tells policy that the client has vanished inside the session. The
// host calls Close afterwards.
func (s *Session) Abort(ctx context.Context) error {
	return s.step(ctx, func() error {
		return s.notify("core_server_esmtp_session_abort", dispatchOptions{push: func(l *lua.State) int {
			s.pushConn(l)
			return 1
		}})
	})
}

// countArgs pushes the service, its number, which is not known, and ac.
func countArgs(st stepper, l *lua.State, _ *message.Message) int {
	s := st.(*Session)
	l.PushString(s.conn.Service)
	l.PushInteger(-1)
	s.pushConn(l)
	return 3
}

// countHook tells policy that a connection was opened or closed.
func (s *Session) countHook(name string) {
	if _, err := s.dispatch(s.rt.hooks.find(name), dispatchOptions{args: countArgs}); err != nil {
		s.rt.log.Warn("callout did not run", "callout", name, "error", err)
	}
}
