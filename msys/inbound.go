package msys

import (
	"context"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/bind"
)

// CanRelayTo asks policy whether the session may send to a domain, before the
// host's configuration decides. configured is what the host would say.
func (s *Session) CanRelayTo(ctx context.Context, domain string, configured bool) (relay bool, err error) {
	relay = configured
	err = s.step(ctx, func() error {
		rv, cont := &box{value: flag(configured)}, &box{value: validateCont}
		decided := func() bool { n, ok := cont.number(); return ok && n == validateDone }
		err := s.notify("core_pre_ec_can_relay_to", dispatchOptions{skip: decided, push: func(l *lua.State) int {
			l.PushString(domain)
			pushObjects(l, rv, cont)
			return 3
		}})
		if err != nil {
			return err
		}
		if n, ok := rv.number(); ok && decided() {
			relay = n != 0
			return nil
		}
		rv = &box{value: flag(configured)}
		out, err := s.dispatch(s.rt.hooks.find("core_config_get_domain_relay"), dispatchOptions{push: func(l *lua.State) int {
			l.PushNil()
			l.PushString(domain)
			bind.PushObject(l, rv)
			return 3
		}})
		if n, ok := rv.number(); ok && out.number != 0 {
			relay = n != 0
		}
		return err
	})
	return relay, err
}

func flag(on bool) int {
	if on {
		return 1
	}
	return 0
}

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

// countHook tells policy that a connection was opened or closed.
func (s *Session) countHook(name string) {
	hook := s.rt.hooks.find(name)
	if _, err := s.dispatch(hook, dispatchOptions{push: func(l *lua.State) int {
		l.PushString(s.conn.Service)
		l.PushInteger(-1)
		s.pushConn(l)
		return 3
	}}); err != nil {
		s.rt.log.Warn("callout did not run", "callout", name, "error", err)
	}
}
