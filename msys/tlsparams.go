package msys

import (
	"context"
	"fmt"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/tlsparams"
)

// TLSParams are the parameters of a TLS handshake. The host fills in what is
// configured, and policy changes it; empty texts are the host's own choice.
// Their methods ClientConfig and ServerConfig make the configuration.
type TLSParams = tlsparams.Params

// tlsText gives the place of a text parameter, nil for other names.
func tlsText(p *TLSParams, name string) *string {
	switch name {
	case "certfile":
		return &p.CertFile
	case "keyfile":
		return &p.KeyFile
	case "ca":
		return &p.CA
	case "cipherlist":
		return &p.CipherList
	}
	return nil
}

// tlsParamsModule declares msys.tls_params.
func tlsParamsModule() *bind.Module {
	return &bind.Module{
		Name:     "msys.tls_params",
		Examples: snippets("msys.tls_params"),
		Doc:      "Sets text parameters of a TLS handshake in the hooks that have an argument params.",
		Classes:  []*bind.Class{tlsParamsClass()},
		Funcs: []bind.Func{{
			Name: "set", Params: "params:msys.tls_params:_params, name:string, value:string|nil", Returns: "boolean", Phases: bind.Any,
			Doc: "Sets certfile, keyfile, ca or cipherlist; nil clears it. Other names raise.",
			Fn: func(c *bind.Call) int {
				p, name := bind.Arg[*TLSParams](c, 1), c.String(2)
				field := tlsText(p, name)
				if field == nil {
					c.Errorf("tls_params: unknown parameter '%s'", name)
				}
				*field = c.OptString(3, "")
				return c.PushBool(true)
			},
		}},
	}
}

func tlsParamsClass() *bind.Class {
	self := bind.Self[*TLSParams]
	number := func(c *bind.Call, name string, limit int) int {
		n := c.Number(1)
		if n != float64(int(n)) || n < 0 || int(n) > limit {
			c.Errorf("%s must be a number from 0 to %d", name, limit)
		}
		return int(n)
	}
	class := &bind.Class{
		Name: "msys.tls_params:_params", Short: "params", Of: (*TLSParams)(nil),
		Doc: "Parameters of a TLS handshake.",
		Fields: []bind.Field{
			{Name: "use_tls", Type: "number", Doc: "0 no, 1 if available, 2 required.",
				Get: func(c *bind.Call) { c.PushInt(int(self(c).UseTLS)) },
				Set: func(c *bind.Call) { self(c).UseTLS = tlsparams.Mode(number(c, "use_tls", int(tlsparams.Required))) }},
			{Name: "tls_verify", Type: "number", Doc: "0 none, 1 by a known authority, 2 for the host's name, 3 if there is one.",
				Get: func(c *bind.Call) { c.PushInt(int(self(c).Verify)) },
				Set: func(c *bind.Call) {
					self(c).Verify = tlsparams.VerifyMode(number(c, "tls_verify", int(tlsparams.VerifyOptional)))
				}},
		},
	}
	for _, name := range []string{"certfile", "keyfile", "ca", "cipherlist"} {
		class.Fields = append(class.Fields, bind.Field{
			Name: name, Type: "string|nil", Doc: "Text parameter; nil is the host's configuration.",
			Get: func(c *bind.Call) {
				if v := *tlsText(self(c), name); v != "" {
					c.PushString(v)
				} else {
					c.PushNil()
				}
			},
			Set: func(c *bind.Call) { *tlsText(self(c), name) = c.OptString(1, "") },
		})
	}
	return class
}

// OutboundTLS asks policy about the TLS of a delivery, before the host decides
// about STARTTLS. configured is what the host's configuration says; parameters
// that policy does not touch stay. The older hooks, one for each parameter,
// are asked if no module has core_get_outbound_tls_parameters.
func (rt *Runtime) OutboundTLS(ctx context.Context, m *message.Message, configured TLSParams) (TLSParams, error) {
	p := configured
	out, err := rt.dispatch(ctx, rt.hooks.find("core_get_outbound_tls_parameters"), dispatchOptions{message: m, push: func(l *lua.State) int {
		pushObjects(l, m, &p)
		return 2
	}})
	if err != nil || out.called {
		return p, err
	}
	return p, rt.legacyOutboundTLS(ctx, m, &p)
}

// legacyOutboundTLS asks the hooks that give one parameter each.
func (rt *Runtime) legacyOutboundTLS(ctx context.Context, m *message.Message, p *TLSParams) error {
	for _, h := range []struct {
		name  string
		limit int
		set   func(n int)
		text  *string
	}{
		{"core_use_outbound_tls", int(tlsparams.Required), func(n int) { p.UseTLS = tlsparams.Mode(n) }, nil},
		{"core_outbound_tls_verify", int(tlsparams.VerifyHostname), func(n int) { p.Verify = tlsparams.VerifyMode(n) }, nil},
		{"core_outbound_tls_cert", 0, nil, &p.CertFile},
		{"core_outbound_tls_key", 0, nil, &p.KeyFile},
		{"core_outbound_tls_ca", 0, nil, &p.CA},
		{"core_outbound_tls_ciphers", 0, nil, &p.CipherList},
	} {
		returned := false
		var number float64
		out, err := rt.dispatch(ctx, rt.hooks.find(h.name), dispatchOptions{
			message: m,
			push:    func(l *lua.State) int { pushObjects(l, m); return 1 },
			skip:    func() bool { return returned },
			results: func(l *lua.State, first, n int) { // 0 is an answer, too
				if n > 0 && l.TypeOf(first) == lua.TypeNumber {
					number, _ = l.ToNumber(first)
					returned = true
				}
			},
		})
		switch {
		case err != nil:
			return err
		case h.text != nil && out.isText:
			*h.text = out.text
		case h.set != nil && returned && number >= 0 && number <= float64(h.limit):
			h.set(int(number))
		case h.set != nil && returned:
			rt.log.Warn(fmt.Sprintf("%s returned %v; ignored", h.name, number))
		}
	}
	return nil
}

// InboundTLS asks policy about the parameters of STARTTLS, before the
// handshake.
func (s *Session) InboundTLS(ctx context.Context, configured TLSParams) (p TLSParams, err error) {
	p = configured
	err = s.step(ctx, func() error {
		return s.notify("core_get_inbound_tls_parameters", dispatchOptions{push: func(l *lua.State) int {
			s.pushConstruct(l)
			s.pushContext(l)
			pushObjects(l, &p)
			return 3
		}})
	})
	return p, err
}

// Certificate is the peer's in a TLS handshake, for policy's decision about it.
type Certificate struct {
	Subject, Issuer string // distinguished names, "" if there is none
	Verified        bool   // what the host's own check said
}

// VerifyClient asks policy whether a client's certificate is accepted; without
// an opinion it is if it was verified.
func (s *Session) VerifyClient(ctx context.Context, cert Certificate) (ok bool, err error) {
	err = s.step(ctx, func() error {
		ok, err = verify(cert, func(o dispatchOptions) error {
			return s.notify("core_inbound_smtp_tls_verify_callback", o)
		}, s.pushConstruct)
		return err
	})
	return ok, err
}

// VerifyServer is VerifyClient for the server's certificate in a delivery. The
// host does not ask if certificates are not checked.
func (rt *Runtime) VerifyServer(ctx context.Context, d *Delivery, cert Certificate) (bool, error) {
	return verify(cert, func(o dispatchOptions) error {
		o.message = d.Message
		_, err := rt.dispatch(ctx, rt.hooks.find("core_outbound_smtp_tls_verify_callback"), o)
		return err
	}, func(l *lua.State) { bind.PushObject(l, d) })
}

// verify runs a hook about a certificate: 1 accepts, 0 refuses, and the first
// module that says either decides.
func verify(cert Certificate, dispatch func(dispatchOptions) error, first func(l *lua.State)) (bool, error) {
	ok, decided := cert.Verified, false
	err := dispatch(dispatchOptions{
		push: func(l *lua.State) int {
			first(l)
			l.PushNil()
			preverified := 0
			if cert.Verified {
				preverified = 1
			}
			l.PushInteger(preverified)
			for _, name := range []string{cert.Subject, cert.Issuer} {
				if name == "" {
					l.PushNil()
				} else {
					l.PushString(name)
				}
			}
			l.PushNil()
			return 6
		},
		skip: func() bool { return decided },
		results: func(l *lua.State, first, n int) {
			if n == 0 {
				return
			}
			switch l.TypeOf(first) {
			case lua.TypeNumber:
				v, _ := l.ToNumber(first)
				ok, decided = v != 0, true
			case lua.TypeBoolean:
				ok, decided = l.ToBoolean(first), true
			}
		},
	})
	return ok, err
}

// TLSReport tells policy a data point of SMTP TLS reporting (RFC 8460): a
// value of maps, slices and plain values with the names that RFC 8460 uses, or
// a JSON object of package json.
func (rt *Runtime) TLSReport(ctx context.Context, report any) error {
	_, err := rt.dispatch(ctx, rt.hooks.find("core_smtp_tls_reporting"), dispatchOptions{push: func(l *lua.State) int {
		pushObjects(l, report)
		return 1
	}})
	return err
}
