package msys

import (
	"context"
	"fmt"
	"strings"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/vctx"
)

// Auth checks credentials that a client gave by a mechanism that reveals the
// password (PLAIN, LOGIN). uri names what checks them: "SCHEME://path" of a
// registered scheme, or "ac_auth://" for the hook ac_auth_perform_auth. The
// hooks around it run too; the verdict's codes are 235, 535 and 454, or what
// policy set instead.
func (s *Session) Auth(ctx context.Context, mechanism, uri, user, password string) (v Verdict, err error) {
	err = s.step(ctx, func() error {
		s.begin(250)
		status, reply, err := s.authenticate(ctx, uri, user, password)
		if err != nil {
			return err
		}
		if err := s.noteAuth(mechanism, status, user); err != nil {
			return err
		}
		v = s.authVerdict(status, reply)
		return nil
	})
	return v, err
}

// Authenticated notes that the client has authenticated as user by other means
// than Auth, and runs core_validate_auth.
func (s *Session) Authenticated(ctx context.Context, mechanism, user string) (v Verdict, err error) {
	err = s.step(ctx, func() error {
		s.begin(250)
		if err := s.noteAuth(mechanism, AuthOK, user); err != nil {
			return err
		}
		v = s.authVerdict(AuthOK, "")
		return nil
	})
	return v, err
}

// noteAuth sets the variables of an attempt and tells policy.
func (s *Session) noteAuth(mechanism string, status AuthStatus, user string) error {
	s.v.SetAuth(mechanism, status.String(), user)
	if status == AuthOK {
		s.mc.SetUser(user)
		s.mc.SetRelayable(true)
	}
	err := s.notify("core_validate_auth", dispatchOptions{push: func(l *lua.State) int {
		s.pushContext(l)
		bind.Push(l, map[string]string{"user": user, "mechanism": mechanism})
		l.PushInteger(int(status))
		return 3
	}})
	if err != nil {
		return err
	}
	s.logHook(s.rt.hooks.find("core_aaa_log"), func(l *lua.State) int {
		bind.Push(l, map[string]string{"user": user, "event": "auth", "status": status.String(), "text": mechanism})
		return 1
	})
	return nil
}

// authVerdict is the reply to an attempt: what policy set, else what the
// checker wrote, else the default.
func (s *Session) authVerdict(status AuthStatus, reply string) Verdict {
	v := s.verdict(outcome{})
	if v.Code != 250 {
		return v
	}
	closing := v.Action == Disconnect
	switch {
	case reply != "":
		v.Code, v.Text = splitReply(reply, status)
	case v.Text != "" && status == AuthOK:
		v.Code = 235
	case status == AuthOK:
		v.Code, v.Text = 235, "2.7.0 authentication successful"
	case status == AuthFail:
		v.Code, v.Text = 535, "5.7.8 authentication credentials invalid"
	default:
		v.Code, v.Text = 454, "4.7.0 temporary authentication failure"
	}
	v.Action = actionFor(v.Code, closing)
	return v
}

// authenticate asks the hooks and the scheme.
func (s *Session) authenticate(ctx context.Context, uri, user, password string) (AuthStatus, string, error) {
	decided := AuthStatus(-1)
	_, err := s.dispatch(s.rt.hooks.find("core_pre_esmtp_auth"), dispatchOptions{
		push: func(l *lua.State) int { s.pushConn(l); s.pushConstruct(l); s.pushContext(l); return 3 },
		skip: func() bool { return decided >= 0 },
		results: func(l *lua.State, first, n int) {
			if st, ok := authReturn(l, first, n); ok {
				decided = st
			}
		},
	})
	if err != nil || decided >= 0 {
		return decided, "", err
	}
	scheme, path, _ := strings.Cut(uri, "://")
	if scheme == "ac_auth" {
		return s.acAuth(user, password)
	}
	a := s.rt.AuthScheme(scheme)
	if a == nil {
		return AuthError, "", fmt.Errorf("msys: authentication: no scheme '%s' is registered", scheme)
	}
	env := s.rt.first().environment(ctx, bind.Ehlo)
	env.Conn, env.Validation, env.Session = s.conn, s.v, s
	// A failing script is an error of the attempt, not of the host.
	status, err := a.authenticate(ctx, env, AuthRequest{Path: path, User: user, Password: password, Params: map[string]string{"uri": uri}})
	if err != nil {
		s.rt.record(env).Error("authentication failed with an error", "error", err)
	}
	if ctx.Err() != nil {
		return AuthError, "", context.Cause(ctx)
	}
	return status, "", nil
}

// authReturn reads EC_AUTH_OK, FAIL or ERROR from the results of a function.
func authReturn(l *lua.State, first, n int) (AuthStatus, bool) {
	if n < 1 || l.TypeOf(first) != lua.TypeNumber {
		return AuthError, false
	}
	v, _ := l.ToNumber(first)
	if v == float64(AuthOK) || v == float64(AuthFail) || v == float64(AuthError) {
		return AuthStatus(v), true
	}
	return AuthError, false
}

// acAuth asks the first module that has ac_auth_perform_auth.
func (s *Session) acAuth(user, password string) (AuthStatus, string, error) {
	response := message.NewECString("")
	status, asked := AuthError, false
	_, err := s.dispatch(s.rt.hooks.find("ac_auth_perform_auth"), dispatchOptions{
		push: func(l *lua.State) int {
			l.PushString(user)
			l.PushString(password)
			s.pushConn(l)
			bind.PushObject(l, response)
			return 4
		},
		skip:    func() bool { return asked },
		results: func(l *lua.State, first, n int) { status, _ = authReturn(l, first, n); asked = true },
	})
	if err != nil {
		return AuthError, "", err
	}
	if status == AuthFail {
		err = s.notify("ac_auth_log_auth_failure", dispatchOptions{push: func(l *lua.State) int {
			l.PushString(user)
			s.pushConn(l)
			bind.PushObject(l, response)
			return 3
		}})
	}
	return status, response.String(), err
}

func splitReply(reply string, status AuthStatus) (int, string) {
	def := 535
	switch status {
	case AuthOK:
		def = 235
	case AuthError:
		def = 454
	}
	return vctx.SplitReply(reply, def)
}
