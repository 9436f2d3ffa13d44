package dkim

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/dkim/dkimsig"
	"github.com/gomsys/gomsys/vctx"
)

// Options are what the Lua modules work with.
type Options struct {
	Verifier *Verifier // if nil, a zero Verifier
	Signer   *Signer   // if nil, a zero Signer
	// Validator is the one whose Data the host calls, for reflect. If nil,
	// reflect is not configured.
	Validator *Validator
}

// Libraries returns the Lua modules "msys.validate.opendkim",
// "opendkim.dkim" and "msys.validate.dkim". Nil options are all defaults.
func Libraries(o *Options) []lua.RegistryFunction {
	var libs []lua.RegistryFunction
	for _, m := range Modules(o) {
		libs = append(libs, m.Library())
	}
	return libs
}

// Modules declares what Libraries returns.
func Modules(o *Options) []*bind.Module {
	f := &face{verifier: &Verifier{}, signer: &Signer{}}
	if o != nil && o.Verifier != nil {
		f.verifier = o.Verifier
	}
	if o != nil && o.Signer != nil {
		f.signer = o.Signer
	}
	if o != nil {
		f.validator = o.Validator
	}
	return []*bind.Module{
		{
			Name: "opendkim.dkim", Doc: "The constants of libopendkim.",
			Consts: constants(),
		},
		{
			Name: "msys.validate.opendkim", Examples: snippets, Doc: "Verifies DKIM signatures, tells what they are, and signs.",
			Funcs:   append(f.accessors(), f.verifyFunc(), f.signFunc("msys.validate.opendkim")),
			Classes: classes(),
		},
		{
			Name: "msys.validate.dkim", Examples: olderSnippets, Doc: "The older functions for DKIM.",
			Funcs:   append(f.olderFuncs(), f.signFunc("msys.validate.dkim"), f.reflectFunc()),
			Classes: []*bind.Class{resultsClass()},
		},
	}
}

type face struct {
	verifier  *Verifier
	signer    *Signer
	validator *Validator
}

// verify gives nil if the message cannot be read, which is logged.
func (f *face) verify(c *bind.Call, m *message.Message) *Result {
	var res *Result
	err := c.Block(func(ctx context.Context) (err error) {
		res, err = f.verifier.Verify(ctx, m)
		return err
	})
	if err != nil {
		c.Env().Log().Error("DKIM verification failed", "error", err)
		return nil
	}
	return res
}

func (f *face) signFunc(module string) bind.Func {
	return bind.Func{
		Name: "sign", Params: "msg:msys.core:_ec_message|nil, vctx:msys.core:_validate_context|nil, [options:table]", Returns: "number, [reason:string]",
		Phases: bind.FinalValidation, Also: bind.Any, AlsoNote: "scripts that sign generated mail",
		Doc: "Adds a `DKIM-Signature` at the top of `msg`, nil being the message of the callout. Gives 1, or 0 and the reason why nothing was added; it never raises for that. " +
			"Options: base_domain or signing_domain, selector, keyfile (with `%{d}` and `%{s}`) or keybuf, header_canon and body_canon (simple, relaxed), " +
			"digest (rsa-sha256, rsa-sha1, ed25519-sha256), headerlist, oversign_headerlist, skip_headerlist, identity, body_length_limit, lifetime in hours, copy_headers, sign_condition. " +
			"What is not given is as the host configured it.",
		Fn: func(c *bind.Call) int {
			m := message.CalloutMessage(c, 1, module)
			v := bind.OptArg[*vctx.Context](c, 2)
			if v == nil {
				v = vctx.FromEnv(c.Env())
			}
			o, err := readOptions(c, 3, f.signer.OptionsFor(m))
			if err == nil {
				o.meetCondition(v)
				err = c.Block(func(ctx context.Context) error {
					_, err := f.signer.Sign(ctx, m, &o)
					return err
				})
			}
			if err != nil {
				level := slog.LevelError
				if errors.Is(err, ErrSignCondition) {
					level = slog.LevelDebug // the policy's own wish
				}
				c.Env().Log().Log(c.Context(), level, "message not signed", "reason", err)
				return c.Push(0, strings.TrimPrefix(err.Error(), "dkim: "))
			}
			return c.PushInt(1)
		},
	}
}

// optionNames are the options of sign; others are ignored.
const optionNames = " base_domain signing_domain selector keyfile key keybuf header_canon body_canon digest headerlist " +
	"oversign_headerlist skip_headerlist identity body_length_limit lifetime copy_headers testing sign_condition "

// readOptions gives o with what the table of a call says.
func readOptions(c *bind.Call, i int, o SignOptions) (SignOptions, error) {
	t := c.Options(i)
	if !c.IsNil(i) {
		bind.RangeTable(c.L, c.Index(i), func() {
			if name, ok := c.L.ToValue(-2).(string); !ok || !strings.Contains(optionNames, " "+name+" ") {
				c.Env().Log().Debug("unknown option of DKIM sign", "option", c.L.ToValue(-2))
			}
		})
	}
	o.Domain = t.String("signing_domain", t.String("base_domain", o.Domain))
	o.Selector = t.String("selector", o.Selector)
	if t.Has("keyfile") || t.Has("key") {
		o.KeyFile, o.KeyBuf, o.Key = t.String("keyfile", t.String("key", "")), "", nil
	}
	if t.Has("keybuf") {
		o.KeyBuf, o.Key = t.String("keybuf", ""), nil
	}
	var ok bool
	for name, canon := range map[string]*dkimsig.Canon{"header_canon": &o.HeaderCanon, "body_canon": &o.BodyCanon} {
		if !t.Has(name) {
			continue
		}
		if *canon, ok = dkimsig.ParseCanon(t.String(name, "")); !ok {
			return o, ErrCanon
		}
	}
	if t.Has("digest") {
		if o.Digest, ok = dkimsig.ParseAlgorithm(t.String("digest", "")); !ok {
			return o, ErrDigest
		}
	}
	if t.Has("headerlist") {
		o.Headers = dkimsig.ParseHeaderList(t.Strings("headerlist")...)
	}
	if t.Has("oversign_headerlist") {
		o.Oversign = dkimsig.ParseHeaderList(t.Strings("oversign_headerlist")...)
	}
	if t.Has("skip_headerlist") {
		o.Skip = dkimsig.ParseHeaderList(t.Strings("skip_headerlist")...)
	}
	o.Identity = t.String("identity", o.Identity)
	if t.Has("body_length_limit") && !isMinusOne(t.Value("body_length_limit")) {
		o.BodyLength = t.Bool("body_length_limit", false)
	}
	if t.Has("lifetime") {
		o.Lifetime = time.Duration(min(max(t.Number("lifetime", 0), 0), 24*365*100) * float64(time.Hour))
	}
	o.CopyHeaders = t.Bool("copy_headers", o.CopyHeaders)
	o.SignCondition = t.String("sign_condition", o.SignCondition)
	return o, nil
}

func isMinusOne(v any) bool { n, ok := v.(float64); return ok && n == -1 }
