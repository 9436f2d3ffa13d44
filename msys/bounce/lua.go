package bounce

import (
	"context"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/bind"
)

// Library returns the Lua module "msys.bounce" backed by classifier.
func Library(classifier *Classifier) lua.RegistryFunction { return Module(classifier).Library() }

// Module declares the Lua module "msys.bounce".
func Module(classifier *Classifier) *bind.Module {
	const results = "code:number, code_string:string, description:string"
	return &bind.Module{
		Name: "msys.bounce",
		Doc:  "Tells why mail bounced. The classes are those of the bounce log; operators may add rules and classes of their own.",
		Funcs: []bind.Func{
			{
				Name: "classify_smtp_response", Params: "response_text:string, [domain:string]", Returns: results, Phases: bind.Any,
				Doc: "Gives the class of a mail server's reply: its number, its symbol and its name. `domain` is that of the recipient, for rules that apply to certain domains. " +
					"What no rule knows is 1, `BC_UNDETERMINED`.",
				Example: `local code, symbol, name = require("msys.bounce").classify_smtp_response("552 5.2.2 over quota", "example.com")
assert(code == 22 and symbol == "BC_SOFT_MAILBOX_FULL" and name == "Mailbox Full")`,
				Fn: func(c *bind.Call) int {
					text, domain := c.String(1), c.OptString(2, "")
					var class Class
					c.Raise(c.Block(func(context.Context) error {
						class = classifier.ClassifyText(text, domain)
						return nil
					}))
					return c.Push(class.Code, class.Symbol, class.Name)
				},
			},
			{
				Name: "classify", Params: "msg:msys.core:_ec_message", Returns: results + ", orig_rcpt:string",
				Phases: bind.InMessage | bind.SetBinding, Also: bind.Any, AlsoNote: "scripts that read bounces",
				Doc: "Gives the class of a mail that came back: its number, its symbol and its name, and the recipient whose mail bounced, `\"\"` if that cannot be told. " +
					"A mail that is no bounce is 1, `BC_UNDETERMINED`.",
				Example: `local code, symbol, name, rcpt = require("msys.bounce").classify(msg) -- a report of mx.example.net
assert(symbol == "BC_INVALID_RECIPIENT" and rcpt == "eve@example.net")`,
				Fn: func(c *bind.Call) int {
					m := bind.Arg[*message.Message](c, 1)
					var class Class
					var recipient string
					err := c.Block(func(ctx context.Context) (err error) {
						class, recipient, err = classifier.ClassifyMessage(ctx, m)
						return err
					})
					if err != nil {
						c.Env().Log().WarnContext(c.Context(), "bounce: message not read", "error", err, "where", c.Where())
						class, _ = classifier.Class(Undetermined)
					}
					return c.Push(class.Code, class.Symbol, class.Name, recipient)
				},
			},
		},
	}
}
