package dkim

import (
	"math"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/bind"
)

func constants() []bind.Const {
	consts := []bind.Const{
		{Name: "DKIM_CANON_UNKNOWN", Value: -1}, {Name: "DKIM_CANON_SIMPLE", Value: 0}, {Name: "DKIM_CANON_RELAXED", Value: 1},
		{Name: "DKIM_SIGFLAG_IGNORE", Value: int(FlagIgnore)}, {Name: "DKIM_SIGFLAG_PROCESSED", Value: int(FlagProcessed)},
		{Name: "DKIM_SIGFLAG_PASSED", Value: int(FlagPassed)}, {Name: "DKIM_SIGFLAG_TESTKEY", Value: int(FlagTestKey)},
		{Name: "DKIM_SIGFLAG_NOSUBDOMAIN", Value: int(FlagNoSubdomain)}, {Name: "DKIM_SIGFLAG_KEYLOADED", Value: int(FlagKeyLoaded)},
	}
	for i, name := range []string{
		"OK", "BADSIG", "NOSIG", "NOKEY", "CANTVRFY", "SYNTAX", "NORESOURCE", "INTERNAL", "REVOKED", "INVALID", "NOTIMPLEMENT",
		"KEYFAIL", "CBREJECT", "CBINVALID", "CBTRYAGAIN", "CBERROR", "MULTIDNSREPLY", "SIGGEN",
	} {
		consts = append(consts, bind.Const{Name: "DKIM_STAT_" + name, Value: i})
	}
	return consts
}

func classes() []*bind.Class {
	return []*bind.Class{
		{Name: "opendkim.dkim:DKIM", Short: "dkim", Of: (*Result)(nil), Doc: "The signatures of a message, verified."},
		{Name: "opendkim.dkim:DKIM_SIGINFO", Short: "sig", Of: (*Signature)(nil), Doc: "One signature of a message."},
	}
}

func (f *face) verifyFunc() bind.Func {
	return bind.Func{
		Name: "verify", Params: "[msg:msys.core:_ec_message]", Returns: "opendkim.dkim:DKIM|nil, stat:number",
		Phases: bind.InMessage, Also: bind.Any, AlsoNote: "any callout that has a message",
		Doc: "Verifies all signatures of the message, nil being that of the callout. The status is `DKIM_STAT_NOSIG` without signatures, `DKIM_STAT_OK` if one passed, " +
			"else it is that of the first one. Nothing is added to the message. Gives nil and `DKIM_STAT_INTERNAL` if the message cannot be read.",
		Fn: func(c *bind.Call) int {
			res := f.verify(c, message.CalloutMessage(c, 1, "msys.validate.opendkim"))
			if res == nil {
				return c.Push(nil, int(StatInternal))
			}
			return c.PushObject(res) + c.PushInt(int(res.Status))
		},
	}
}

// accessor declares a function that tells something about a signature.
func accessor(name, returns, doc string, fn func(c *bind.Call, s *Signature) int) bind.Func {
	return bind.Func{
		Name: name, Params: "dkim_sig:opendkim.dkim:DKIM_SIGINFO", Returns: returns, Phases: bind.InMessage, Also: bind.Any,
		AlsoNote: "any callout that has a message", Doc: doc,
		Fn: func(c *bind.Call) int { return fn(c, bind.Arg[*Signature](c, 1)) },
	}
}

func (f *face) accessors() []bind.Func {
	ok := int(StatOK)
	return []bind.Func{
		numSigsFunc(), getSigFunc(), identityFunc(), statResultFunc(), hdrSignedFunc(),
		accessor("get_sig_domain", "string, stat:number", "Gives the signing domain, `\"\"` if it is missing.",
			func(c *bind.Call, s *Signature) int { return c.Push(s.Domain(), ok) }),
		accessor("get_sig_selector", "string, stat:number", "Gives the selector, `\"\"` if it is missing.",
			func(c *bind.Call, s *Signature) int { return c.Push(s.Selector(), ok) }),
		accessor("get_sig_canons", "string, stat:number, body:string", "Gives the canonicalizations of header and body: simple, relaxed or unknown.",
			func(c *bind.Call, s *Signature) int {
				header, body := s.Canons()
				return c.Push(header.String(), ok, body.String())
			}),
		accessor("get_sig_signalg", "string, stat:number", "Gives the algorithm: rsa-sha1, rsa-sha256, ed25519-sha256 or unknown.",
			func(c *bind.Call, s *Signature) int { return c.Push(s.Algorithm(), ok) }),
		accessor("get_sig_keysize", "number, stat:number", "Gives the length of the key in bits, or 0 and `DKIM_STAT_INVALID` if no key was found.",
			func(c *bind.Call, s *Signature) int {
				bits, found := s.KeyBits()
				if !found {
					return c.Push(0, int(StatInvalid))
				}
				return c.Push(bits, ok)
			}),
		accessor("get_sig_flags", "number, stat:number", "Gives the sum of the signature's `DKIM_SIGFLAG_` bits.",
			func(c *bind.Call, s *Signature) int { return c.Push(int(s.Flags()), ok) }),
		accessor("get_sig_errorstr", "string|nil, stat:number", "Gives what is wrong with the signature, \"no signature error\" for a good one, nil for one that was ignored.",
			func(c *bind.Call, s *Signature) int {
				if text := s.ErrText(); text != "" {
					return c.Push(text, ok)
				}
				return c.Push(nil, ok)
			}),
		accessor("get_sig_result", "string", "Gives \"pass\", or \"fail\" with the reason in parentheses.",
			func(c *bind.Call, s *Signature) int { return c.Push(s.Result()) }),
	}
}

func numSigsFunc() bind.Func {
	return bind.Func{
		Name: "get_num_sigs", Params: "dkim:opendkim.dkim:DKIM", Returns: "number|nil, stat:number", Phases: bind.InMessage, Also: bind.Any,
		AlsoNote: "any callout that has a message", Doc: "Gives the number of signatures; nil and `DKIM_STAT_INVALID` for nil.",
		Fn: func(c *bind.Call) int {
			if c.IsNil(1) {
				return c.Push(nil, int(StatInvalid))
			}
			return c.Push(len(bind.Arg[*Result](c, 1).Signatures), int(StatOK))
		},
	}
}

func getSigFunc() bind.Func {
	return bind.Func{
		Name: "get_sig", Params: "dkim:opendkim.dkim:DKIM, [num:number]", Returns: "opendkim.dkim:DKIM_SIGINFO|nil, stat:number", Phases: bind.InMessage, Also: bind.Any,
		AlsoNote: "any callout that has a message", Doc: "Gives the signature number `num`, counted from 0 (the default) from the top; nil and `DKIM_STAT_INVALID` if there is none.",
		Fn: func(c *bind.Call) int {
			sigs := bind.Arg[*Result](c, 1).Signatures
			n := c.OptNumber(2, 0)
			if n != math.Trunc(n) || n < 0 || n >= float64(len(sigs)) {
				return c.Push(nil, int(StatInvalid))
			}
			return c.PushObject(sigs[int(n)]) + c.PushInt(int(StatOK))
		},
	}
}

func identityFunc() bind.Func {
	return bind.Func{
		Name: "get_sig_identity", Params: "dkim:opendkim.dkim:DKIM|nil, [dkim_sig:opendkim.dkim:DKIM_SIGINFO]", Returns: "string|nil, stat:number", Phases: bind.InMessage, Also: bind.Any,
		AlsoNote: "any callout that has a message",
		Doc:      "Gives the identity of a signature: its `i=`, else \"@\" and the domain. Without a signature it is the one that decided the status; nil and `DKIM_STAT_INVALID` if there is none.",
		Fn: func(c *bind.Call) int {
			res, s := bind.OptArg[*Result](c, 1), bind.OptArg[*Signature](c, 2)
			if s == nil && res != nil {
				s = res.Deciding()
			}
			if s == nil {
				return c.Push(nil, int(StatInvalid))
			}
			return c.Push(s.Identity(), int(StatOK))
		},
	}
}

func hdrSignedFunc() bind.Func {
	return bind.Func{
		Name: "get_sig_hdrsigned", Params: "dkim_sig:opendkim.dkim:DKIM_SIGINFO, header_name:string", Returns: "boolean, stat:number", Phases: bind.InMessage, Also: bind.Any,
		AlsoNote: "any callout that has a message", Doc: "Tells whether fields of that name, in any case, are signed.",
		Fn: func(c *bind.Call) int { return c.Push(bind.Arg[*Signature](c, 1).Signed(c.String(2)), int(StatOK)) },
	}
}

func statResultFunc() bind.Func {
	return bind.Func{
		Name: "get_stat_result", Params: "stat:number", Returns: "string|nil", Phases: bind.Any,
		Doc: "Gives what Authentication-Results says of a status: \"none (message not signed)\", a permanent or a temporary error, or nil where the signatures have results of their own.",
		Fn: func(c *bind.Call) int {
			if text, ok := Stat(c.Int(1)).Text(); ok {
				return c.PushString(text)
			}
			return c.PushNil()
		},
	}
}
