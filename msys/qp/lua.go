package qp

import (
	"context"
	"errors"
	"io"

	lua "github.com/Shopify/go-lua"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"

	"github.com/gomsys/gomsys/msys/bind"
)

// Library returns the Lua module "msys.qp".
func Library() lua.RegistryFunction { return Module().Library() }

// Module declares the Lua module "msys.qp".
func Module() *bind.Module {
	return &bind.Module{
		Name: "msys.qp",
		Doc:  "Encodes text in quoted-printable and decodes it. Character sets are named as in the IANA registry, in any case.",
		Funcs: []bind.Func{
			{
				Name: "encode", Params: "original:string|msys.core:_io_object, [charset:string], [dotstuffing:boolean]", Returns: "string", Phases: bind.Any,
				Doc: "Gives `original`, a string or what can still be read from an open file, in quoted-printable, in lines of at most 76 characters that end in CRLF. " +
					"With a `charset` the original, which is UTF-8 then, is converted to it first; a character that it lacks raises, and so does an unknown name. " +
					"With `dotstuffing` a line that begins with a dot only because of a soft line break gets a second dot.",
				Example: `assert(require("msys.qp").encode("é= ") == "=C3=A9=3D=20")`,
				Fn: func(c *bind.Call) int {
					text, err := Encode(original(c), &EncodeOptions{Charset: charset(c, 2), DotStuffing: c.Bool(3)})
					c.Raise(err)
					return c.PushString(string(text))
				},
			},
			{
				Name: "decode", Params: "encoded_txt:string, [charset:string]", Returns: "string", Phases: bind.Any,
				Doc: "Gives the bytes that quoted-printable text stands for. An equals sign that begins neither an escape nor a soft line break raises. " +
					"With a `charset` the result is converted from it to UTF-8.",
				Example: `assert(require("msys.qp").decode("a=\r\nb=3d") == "ab=")`,
				Fn: func(c *bind.Call) int {
					data, err := Decode([]byte(c.String(1)), &DecodeOptions{Charset: charset(c, 2)})
					var corrupt *CorruptInputError
					if errors.As(err, &corrupt) {
						c.Errorf("invalid quoted-printable sequence at offset %d", corrupt.Offset)
					}
					c.Raise(err)
					return c.PushString(string(data))
				},
			},
		},
	}
}

// original gives the text of argument 1, read to its end if it is a file.
func original(c *bind.Call) []byte {
	if text, ok := c.Text(1); ok {
		return []byte(text)
	}
	object, _ := c.Object(1)
	r, ok := object.(io.Reader)
	if !ok {
		return []byte(c.String(1)) // raises
	}
	var data []byte
	c.Raise(c.Block(func(context.Context) (err error) {
		data, err = io.ReadAll(r)
		return err
	}))
	return data
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
