package openarc

import (
	"context"
	"errors"
	"log/slog"
	"strings"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/dkim/dkimsig"
)

// Options are what the Lua module works with.
type Options struct {
	Verifier *Verifier // if nil, the Sealer's, or a zero Verifier
	Sealer   *Sealer   // if nil, a Sealer with that Verifier
}

// Library returns the Lua module "msys.validate.openarc". Nil options are all
// defaults.
func Library(o *Options) lua.RegistryFunction { return Module(o).Library() }

// Module declares what Library returns.
func Module(o *Options) *bind.Module {
	f := &face{}
	if o != nil {
		f.verifier, f.sealer = o.Verifier, o.Sealer
	}
	switch {
	case f.verifier == nil && f.sealer != nil:
		f.verifier = f.sealer.verifier()
	case f.verifier == nil:
		f.verifier = &Verifier{}
	}
	if f.sealer == nil {
		f.sealer = &Sealer{Verifier: f.verifier}
	}
	return &bind.Module{
		Name: "msys.validate.openarc", Examples: snippets, Doc: "Validates and seals Authenticated Received Chains (ARC, RFC 8617).",
		Funcs: []bind.Func{f.verifyFunc(), f.sealFunc("sign"), f.sealFunc("seal")},
	}
}

type face struct {
	verifier *Verifier
	sealer   *Sealer
}

func (f *face) verifyFunc() bind.Func {
	return bind.Func{
		Name: "verify", Params: "[msg:msys.core:_ec_message]", Returns: "string",
		Phases: bind.DataSpool | bind.EachRcpt, Also: bind.Any, AlsoNote: "scripts that validate where they seal",
		Doc: "Validates the chain of `msg`, nil being the message of the callout, and gives \"none\", \"pass\" or \"fail\", which is kept in the message variable `arc_cv`, too. " +
			"A key that cannot be looked up makes the chain fail, for good; the reason is in the log. Call it before anything changes the message.",
		Fn: func(c *bind.Call) int {
			m := message.CalloutMessage(c, 1, "msys.validate.openarc")
			cv := Fail
			err := c.Block(func(ctx context.Context) (err error) {
				cv, err = f.verifier.Verify(ctx, m)
				return err
			})
			if err != nil {
				logChain(c, err)
			}
			return c.PushString(string(cv))
		},
	}
}

// logChain writes why a chain fails; that the sender's is broken is no error
// of this server.
func logChain(c *bind.Call, err error) {
	level := slog.LevelInfo
	if unexpected(err) {
		level = slog.LevelError
	}
	c.Env().Log().Log(c.Context(), level, "ARC chain failed", "reason", err)
}

func (f *face) sealFunc(name string) bind.Func {
	doc := "Adds a set of ARC fields to `msg`, nil being the message of the callout. Gives \"ok\", which is kept in the message variable `arc_seal`, too; \"skip\" if the chain failed before, " +
		"so that nothing is added; or nil and the reason, with the variable removed and the message as it was. " +
		"The state of the chain is taken from the message variable `arc_cv`; if that is not set, the chain is validated first. " +
		"Options: signing_domain and selector, keyfile (with `%{d}` and `%{s}`) or keybuf, authservid (the host's name), header_canon (relaxed only), body_canon (relaxed, simple), " +
		"digest (rsa-sha256, rsa-sha1, ed25519-sha256), headerlist, oversign_headerlist, skip_ar_header_update. " +
		"The text `ar` becomes the results of the set as it is; without it they are those of the message's Authentication-Results and that of the chain. " +
		"Call it after all other changes of the message."
	if name == "seal" {
		doc = "Is the same function as sign: gives \"ok\", \"skip\", or nil and the reason."
	}
	return bind.Func{
		Name: name, Params: "msg:msys.core:_ec_message|nil, options:table, [ar:string]", Returns: "string|nil, [reason:string]",
		Phases: bind.FinalValidation, Also: bind.Any, AlsoNote: "relays that seal what they do not change, in any phase of the data",
		Doc: doc,
		Fn: func(c *bind.Call) int {
			m := message.CalloutMessage(c, 1, "msys.validate.openarc")
			o, err := readOptions(c, 2, f.sealer.Defaults)
			if err != nil {
				m.ContextDelete(message.ContextMess, sealVariable)
			} else {
				o.AuthResults = c.OptString(3, o.AuthResults)
				if o.Digest == dkimsig.RSASHA1 {
					c.Warn("rsa-sha1 seals are refused by validators (RFC 8301)")
				}
				err = c.Block(func(ctx context.Context) error {
					_, err := f.sealer.Seal(ctx, m, &o)
					return err
				})
			}
			switch {
			case err == nil:
				return c.PushString("ok")
			case errors.Is(err, ErrChainFailed):
				logChain(c, err)
				return c.PushString("skip")
			}
			c.Env().Log().Error("message not sealed", "reason", err)
			return c.FailText(strings.TrimPrefix(err.Error(), "openarc: "))
		},
	}
}

// optionNames are the options of sign; others are ignored.
const optionNames = " signing_domain selector authservid header_canon body_canon digest keyfile keybuf headerlist oversign_headerlist skip_ar_header_update "

// readOptions gives o with what the table of a call says.
func readOptions(c *bind.Call, i int, o SealOptions) (SealOptions, error) {
	t := c.Options(i)
	if !c.IsNil(i) {
		bind.RangeTable(c.L, c.Index(i), func() {
			if name, ok := c.L.ToValue(-2).(string); !ok || !strings.Contains(optionNames, " "+name+" ") {
				c.Env().Log().Debug("unknown option of ARC sign", "option", c.L.ToValue(-2))
			}
		})
	}
	o.Domain = t.String("signing_domain", o.Domain)
	o.Selector = t.String("selector", o.Selector)
	o.AuthServID = t.String("authservid", o.AuthServID)
	if t.Has("keyfile") {
		o.KeyFile, o.KeyBuf, o.Key = t.String("keyfile", ""), "", nil
	}
	if t.Has("keybuf") {
		o.KeyBuf, o.Key = t.String("keybuf", ""), nil
	}
	if t.Has("headerlist") {
		o.Headers = dkimsig.ParseHeaderList(t.Strings("headerlist")...)
	}
	if t.Has("oversign_headerlist") {
		o.Oversign = dkimsig.ParseHeaderList(t.Strings("oversign_headerlist")...)
	}
	o.KeepAuthResults = t.Bool("skip_ar_header_update", o.KeepAuthResults)
	if t.Has("header_canon") {
		if canon, ok := dkimsig.ParseCanon(t.String("header_canon", "")); !ok || canon != dkimsig.Relaxed {
			return o, ErrCanon
		}
	}
	if t.Has("body_canon") {
		canon, ok := dkimsig.ParseCanon(t.String("body_canon", ""))
		if !ok {
			return o, ErrCanon
		}
		o.SimpleBody = canon == dkimsig.Simple
	}
	if t.Has("digest") {
		alg, ok := dkimsig.ParseAlgorithm(t.String("digest", ""))
		if !ok {
			return o, ErrDigest
		}
		o.Digest = alg
	}
	return o, nil
}
