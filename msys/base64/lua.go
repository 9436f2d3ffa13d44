package base64

import (
	"errors"

	lua "github.com/Shopify/go-lua"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"

	"github.com/gomsys/gomsys/msys/bind"
)

// Library returns the Lua module "msys.base64".
func Library() lua.RegistryFunction { return Module().Library() }

// Module declares the Lua module "msys.base64".
func Module() *bind.Module {
	return &bind.Module{
		Name: "msys.base64",
		Doc:  "Encodes strings in base64 and decodes them. Character sets are named as in the IANA registry, in any case.",
		Funcs: []bind.Func{
			{
				Name: "encode", Params: "original:string, [fold:any], [charset:string]", Returns: "string", Phases: bind.Any,
				Doc: "Gives the bytes of `original` in base64, padded. If `fold` is true, or anything but nil and false, a CRLF follows every 76 characters that are not the last. " +
					"With a `charset` the original, which is UTF-8 then, is converted to it first; a character that it lacks raises, and so does an unknown name.",
				Example: `assert(require("msys.base64").encode("hi") == "aGk=")`,
				Fn: func(c *bind.Call) int {
					text, err := Encode([]byte(c.String(1)), &EncodeOptions{Fold: c.Bool(2), Charset: charset(c, 3)})
					c.Raise(err)
					return c.PushString(string(text))
				},
			},
			{
				Name: "decode", Params: "encoded_text:string, [charset:string]", Returns: "string", Phases: bind.Any,
				Doc: "Gives the bytes that base64 text stands for. White space is skipped, padding may be missing; anything else that is no base64 raises. " +
					"With a `charset` the result is converted from it to UTF-8.",
				Example: `assert(require("msys.base64").decode("aGk") == "hi")`,
				Fn: func(c *bind.Call) int {
					data, err := Decode([]byte(c.String(1)), &DecodeOptions{Charset: charset(c, 2)})
					var corrupt *CorruptInputError
					if errors.As(err, &corrupt) {
						c.Errorf("invalid base64 data at offset %d", corrupt.Offset)
					}
					c.Raise(err)
					return c.PushString(string(data))
				},
			},
		},
	}
}

// charset gives the character set that argument i names, nil if it is missing.
func charset(c *bind.Call, i int) encoding.Encoding {
	if c.IsNil(i) {
		return nil
	}
	name := c.String(i)
	enc, err := ianaindex.MIME.Encoding(name)
	if err != nil || enc == nil {
		enc, err = htmlindex.Get(name)
	}
	if err != nil || enc == encoding.Replacement {
		c.ArgError(i, "unknown charset '%s'", name)
	}
	return enc
}
