package msys

import (
	"context"
	"strings"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/vctx"
)

// CanRelayTo asks policy whether the session may send to a domain, before the
// host's configuration decides. configured is what the host would say. A host
// with Config.RelaysTo does not need it.
func (s *Session) CanRelayTo(ctx context.Context, domain string, configured bool) (relay bool, err error) {
	relay = configured
	err = s.step(ctx, func() error {
		relay, err = s.canRelayTo(domain, configured)
		return err
	})
	return relay, err
}

func (s *Session) canRelayTo(domain string, configured bool) (bool, error) {
	before, decide := s.rt.hooks.find("core_pre_ec_can_relay_to"), s.rt.hooks.find("core_config_get_domain_relay")
	if !s.hooked(before) && !s.hooked(decide) {
		return configured, nil
	}
	rv, cont := &box{value: flag(configured)}, &box{value: validateCont}
	decided := func() bool { n, ok := cont.number(); return ok && n == validateDone }
	_, err := s.dispatch(before, dispatchOptions{skip: decided, push: func(l *lua.State) int {
		l.PushString(domain)
		pushObjects(l, rv, cont)
		return 3
	}})
	if err != nil {
		return configured, err
	}
	if n, ok := rv.number(); ok && decided() {
		return n != 0, nil
	}
	rv = &box{value: flag(configured)}
	out, err := s.dispatch(decide, dispatchOptions{push: func(l *lua.State) int {
		l.PushNil()
		l.PushString(domain)
		bind.PushObject(l, rv)
		return 3
	}})
	if n, ok := rv.number(); ok && out.number != 0 {
		return n != 0, err
	}
	return configured, err
}

func flag(on bool) int {
	if on {
		return 1
	}
	return 0
}

// relayingDenied is the reply to a recipient whose domain the session may not
// relay to.
func relayingDenied() Verdict {
	return Verdict{Action: Reject, Code: 550, Text: "5.7.1 relaying denied"}
}

// relays decides whether the recipient at hand is taken: clients that may
// relay send to anyone, and everybody may write to the postmaster of this host
// (RFC 5321 section 4.5.1).
func (s *Session) relays() (bool, error) {
	domain := s.v.Get(vctx.MessScope, vctx.KeyRcpttoDomain)
	postmaster := domain == "" && strings.EqualFold(s.v.RcptTo(), "postmaster")
	if s.rt.cfg.RelaysTo == nil || s.v.CanRelay() || postmaster {
		return true, nil
	}
	return s.canRelayTo(domain, s.rt.cfg.RelaysTo(s.conn, domain))
}
