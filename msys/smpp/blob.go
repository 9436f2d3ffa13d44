package smpp

import (
	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/bind"
)

// luaBlob is what msys.core.ec_message_blobject_get gives.
type luaBlob struct{ text *message.ECString }

// blobModule declares the older way to the texts of a message.
func blobModule() *bind.Module {
	return &bind.Module{
		Name:     "msys.core",
		Examples: blobSnippets,
		Classes: []*bind.Class{{
			Name: "msys.core:_ec_blobject", Short: "blob", Of: (*luaBlob)(nil),
			Doc: "A copy of a text that a message carries.",
			Fields: []bind.Field{{Name: "self", Type: "msys.core:_ec_string", Doc: "The text.",
				Get: func(c *bind.Call) { c.PushObject(bind.Self[*luaBlob](c).text) }}},
		}},
		Funcs: []bind.Func{
			{
				Name: "ec_message_blobject_get", Params: msgParam + ", key:string", Returns: "msys.core:_ec_blobject|nil", Phases: bind.Any,
				Doc: "Gives the text under BLOB_KEY_SMS_TEXT or BLOB_KEY_MO_EMAIL_TEXT of msys.smpp as an object whose field self is the string; nil if there is none.",
				Fn: func(c *bind.Call) int {
					text, ok := Text(bind.Arg[*message.Message](c, 1), c.String(2))
					if !ok {
						return c.PushNil()
					}
					return c.PushObject(&luaBlob{message.NewECString(text)})
				},
			},
			{
				Name: "ec_blobject_delref", Params: "blob:msys.core:_ec_blobject", Phases: bind.Any,
				Doc: "Does nothing: objects are collected.",
				Fn:  func(c *bind.Call) int { bind.Arg[*luaBlob](c, 1); return 0 },
			},
		},
	}
}
