package domainkeys

import (
	"fmt"

	"context"
	"errors"
	"log/slog"
	"strings"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/dkim/dkimsig"
	"github.com/gomsys/gomsys/vctx"
)

// Options are what the Lua modules work with.
type Options struct {
	Signer *Signer // if nil, a zero Signer
}

// Libraries returns the Lua modules "msys.validate.dk" and "msys.sign.dk".
// Nil options are all defaults.
func Libraries(o *Options) []lua.RegistryFunction {
	var libs []lua.RegistryFunction
	for _, m := range Modules(o) {
		libs = append(libs, m.Library())
	}
	return libs
}

// Modules declares what Libraries returns.
func Modules(o *Options) []*bind.Module {
	f := &face{signer: &Signer{}}
	if o != nil && o.Signer != nil {
		f.signer = o.Signer
	}
	return []*bind.Module{
		{
			Name: "msys.validate.dk", Doc: "Signs messages with DomainKeys (RFC 4870).",
			Funcs: []bind.Func{domainFunc("msys.validate.dk"), f.signFunc("msys.validate.dk")},
		},
		{
			Name: "msys.sign.dk", Doc: "Has the functions of msys.validate.dk, which requiring it makes available, too.",
			Funcs: []bind.Func{domainFunc("msys.sign.dk"), f.signFunc("msys.sign.dk")},
			Setup: func(c *bind.Call) {
				c.L.Global("require")
				c.L.PushString("msys.validate.dk")
				c.L.Call(1, 0)
			},
		},
	}
}

type face struct{ signer *Signer }

func domainFunc(module string) bind.Func {
	return bind.Func{
		Name: "get_responsible_domain", Params: "[msg:msys.core:_ec_message], [vctx:msys.core:_validate_context]", Returns: "string|nil", Phases: bind.Any,
		Doc: "Gives the domain of the first address of Sender, else of From, in lower case; nil if there is none.",
		Example: fmt.Sprintf(`require("%[1]s")
assert(%[1]s.get_responsible_domain(msg, vctx) == "example.org")`, module),
		Fn: func(c *bind.Call) int {
			if domain := ResponsibleDomain(message.CalloutMessage(c, 1, module)); domain != "" {
				return c.PushString(domain)
			}
			return c.PushNil()
		},
	}
}

func (f *face) signFunc(module string) bind.Func {
	return bind.Func{
		Name: "sign", Params: "msg:msys.core:_ec_message|nil, vctx:msys.core:_validate_context|nil, [options:table]", Returns: "number, [reason:string]",
		Phases: bind.FinalValidation, Also: bind.Any, AlsoNote: "scripts that sign generated mail",
		Example: fmt.Sprintf(`-- in core_final_validation(msg, ac, vctx)
require("%[1]s")
local done, reason = %[1]s.sign(msg, vctx, { selector = "mail", keyfile = "/etc/dkim/%%{d}.key" })
assert(done == 1 and msg:header("DomainKey-Signature")[1]:match("d=example.org"))
done, reason = %[1]s.sign(msg, vctx, {})
assert(done == 0 and type(reason) == "string") -- no selector`, module),
		Doc: "Adds a `DomainKey-Signature` at the top of `msg`, nil being the message of the callout. Gives 1, or 0 and the reason why nothing was added; it never raises for that. " +
			"Options: base_domain (the responsible domain or a parent of it), selector, keyfile (with `%{d}` and `%{s}`) or keybuf, canon (nofws, simple), headerlist, digest (rsa-sha1), sign_condition. " +
			"What is not given is as the host configured it.",
		Fn: func(c *bind.Call) int {
			m := message.CalloutMessage(c, 1, module)
			v := bind.OptArg[*vctx.Context](c, 2)
			if v == nil {
				v = vctx.FromEnv(c.Env())
			}
			o, err := readOptions(c, 3, f.signer.OptionsFor(m))
			if err == nil {
				if v != nil && o.SignCondition != "" && (v.Exists(vctx.MessScope, o.SignCondition) || v.Exists(vctx.ConnScope, o.SignCondition)) {
					o.SignCondition = ""
				}
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
				return c.Push(0, strings.TrimPrefix(err.Error(), "domainkeys: "))
			}
			return c.PushInt(1)
		},
	}
}

// optionNames are the options of sign; others are ignored.
const optionNames = " base_domain selector keyfile key keybuf canon headerlist digest sign_condition "

// readOptions gives o with what the table of a call says.
func readOptions(c *bind.Call, i int, o SignOptions) (SignOptions, error) {
	t := c.Options(i)
	if !c.IsNil(i) {
		bind.RangeTable(c.L, c.Index(i), func() {
			if name, ok := c.L.ToValue(-2).(string); !ok || !strings.Contains(optionNames, " "+name+" ") {
				c.Env().Log().Debug("unknown option of DomainKeys sign", "option", c.L.ToValue(-2))
			}
		})
	}
	if t.Has("base_domain") {
		o.Domain, o.pathDomain = t.String("base_domain", ""), ""
	}
	o.Selector = t.String("selector", o.Selector)
	if t.Has("keyfile") || t.Has("key") {
		o.KeyFile, o.KeyBuf, o.Key = t.String("keyfile", t.String("key", "")), "", nil
	}
	if t.Has("keybuf") {
		o.KeyBuf, o.Key = t.String("keybuf", ""), nil
	}
	if t.Has("headerlist") {
		o.Headers = dkimsig.ParseHeaderList(t.Strings("headerlist")...)
	}
	o.SignCondition = t.String("sign_condition", o.SignCondition)
	var ok bool
	if t.Has("canon") {
		if o.Canon, ok = ParseCanon(t.String("canon", "")); !ok {
			return o, ErrCanon
		}
	}
	if t.Has("digest") && !strings.EqualFold(t.String("digest", ""), string(dkimsig.RSASHA1)) {
		return o, ErrDigest
	}
	return o, nil
}
