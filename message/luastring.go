package message

import (
	"net"
	"time"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/vctx"
)

// luaID is a message id as scripts see it: an object that stands for a string.
type luaID string

func idClass() *bind.Class {
	return &bind.Class{
		Name: "msys.core:_message_id", Short: "id", Of: luaID(""),
		Doc:      "The id of a message, batch or connection. It prints, compares and concatenates like a string.",
		ToString: func(self any) string { return string(self.(luaID)) },
		Text:     func(self any) string { return string(self.(luaID)) },
		Len:      func(self any) int { return len(self.(luaID)) },
		Meta:     []bind.Func{concatMeta()},
	}
}

// concatMeta joins strings and objects that stand for strings.
func concatMeta() bind.Func {
	return bind.Func{Name: "__concat", Fn: func(c *bind.Call) int { return c.PushString(c.String(1) + c.String(2)) }}
}

func stringClass() *bind.Class {
	s := func(self any) *ECString { return self.(*ECString) }
	return &bind.Class{
		Name: "msys.core:_ec_string", Short: "string", Of: (*ECString)(nil),
		Doc:      "A growing string of bytes. It passes wherever a string is expected.",
		ToString: func(self any) string { return s(self).String() },
		Text:     func(self any) string { return s(self).String() },
		Len:      func(self any) int { return int(s(self).Len()) },
		Meta:     []bind.Func{concatMeta()},
		Fields: []bind.Field{
			{Name: "buffer", Type: "string", Doc: "The content.",
				Get: func(c *bind.Call) { c.PushString(bind.Self[*ECString](c).String()) }},
			{Name: "len", Type: "number", Doc: "The number of bytes.",
				Get: func(c *bind.Call) { c.PushNumber(float64(bind.Self[*ECString](c).Len())) }},
			{Name: "type", Type: "number", Doc: "msys.core.STRING_TYPE_*.",
				Get: func(c *bind.Call) { c.PushInt(int(bind.Self[*ECString](c).Type())) },
				Set: func(c *bind.Call) { bind.Self[*ECString](c).SetType(StringType(c.Int(1))) }},
			{Name: "backing", Type: "object|nil", Doc: "Where writes go for STRING_TYPE_IO_OBJECT.",
				Get: func(c *bind.Call) {
					if b := bind.Self[*ECString](c).Backing(); b != nil {
						c.PushObject(b)
						return
					}
					c.PushNil()
				},
				Set: func(c *bind.Call) {
					if c.IsNil(1) {
						bind.Self[*ECString](c).SetBacking(nil)
						return
					}
					o, ok := c.Object(1)
					if !ok {
						c.ArgError(1, "io object expected")
					}
					bind.Self[*ECString](c).SetBacking(o)
				}},
		},
		Methods: []bind.Func{
			{
				Name: "set", Params: "value:string|nil", Phases: bind.Any, Doc: "Replaces the content; nil empties it.",
				Fn: func(c *bind.Call) int { bind.Self[*ECString](c).Set(c.OptString(1, "")); return 0 },
			},
			{
				Name: "write", Params: "text:string, [len:number]", Returns: "number", Phases: bind.Any,
				Doc: "Appends the first len bytes of text, or all of it; gives the number of bytes.",
				Fn: func(c *bind.Call) int {
					return c.PushInt(appendText(c, bind.Self[*ECString](c), c.String(1), 2))
				},
			},
		},
	}
}

// NewECString makes an ECString with content.
func NewECString(s string) *ECString {
	e := new(ECString)
	e.Set(s)
	return e
}

func stringFuncs() []bind.Func {
	return []bind.Func{
		{
			Name: "string_new", Returns: "msys.core:_ec_string", Phases: bind.Any, Doc: "Makes an empty growing string.",
			Fn: func(c *bind.Call) int { return c.PushObject(new(ECString)) },
		},
		{
			Name: "stringwrite", Params: "string:msys.core:_ec_string, text:string, [len:number]", Returns: "msys.core:_ec_string",
			Phases: bind.Any, Doc: "Appends the first len bytes of text, or all of it, and gives the string.",
			Fn: func(c *bind.Call) int {
				s := bind.Arg[*ECString](c, 1)
				appendText(c, s, c.String(2), 3)
				c.L.PushValue(c.Index(1))
				return 1
			},
		},
	}
}

func appendText(c *bind.Call, s *ECString, text string, lenArg int) int {
	if c.Type(lenArg) == lua.TypeNumber {
		text = text[:min(max(c.Int(lenArg), 0), len(text))]
	}
	n, err := s.WriteString(text)
	c.Raise(err)
	return n
}

// pushAddr pushes a socket address as the runtime's own type, nil for none.
func pushAddr(c *bind.Call, a net.Addr) {
	if a == nil {
		c.PushNil()
		return
	}
	c.PushObject(vctx.AddrFrom(a))
}

// epoch gives seconds since 1970, 0 for the zero time.
func epoch(t time.Time) float64 {
	if t.IsZero() {
		return 0
	}
	return float64(t.UnixMicro()) / 1e6
}
