package smpp

import (
	"maps"
	"math"

	"github.com/gomsys/gomsys/msys/bind"
)

// luaUnion is pdu.u, and luaBody one of its members.
type (
	luaUnion struct{ pdu *PDU }
	luaBody  struct{ pdu *PDU }
)

// pduClasses declares the classes by which scripts see a PDU.
func pduClasses() []*bind.Class {
	return []*bind.Class{pduClass(), unionClass(), bodyClass()}
}

func pduClass() *bind.Class {
	self := func(c *bind.Call) *PDU { return bind.Self[*PDU](c) }
	return &bind.Class{
		Name: "msys.smpp:SMPP_PDU", Short: "pdu", Of: (*PDU)(nil),
		Doc:      "A message of the SMPP protocol.",
		ToString: func(pdu any) string { return "SMPP_PDU: " + pdu.(*PDU).Type.String() },
		Fields: []bind.Field{
			{Name: "type", Type: "number", Doc: "The command id: 4 for submit_sm, 5 for deliver_sm.",
				Get: func(c *bind.Call) { c.PushNumber(float64(self(c).Type)) }},
			{Name: "type_name", Type: "string", Doc: "The name of the command in the standard.",
				Get: func(c *bind.Call) { c.PushString(self(c).Type.String()) }},
			{Name: "status", Type: "number", Doc: "The command status, 0 for success.",
				Get: func(c *bind.Call) { c.PushNumber(float64(self(c).Status)) },
				Set: func(c *bind.Call) { self(c).Status = number(c, math.MaxUint32) }},
			{Name: "sequence", Type: "number", Doc: "The sequence number.",
				Get: func(c *bind.Call) { c.PushNumber(float64(self(c).Sequence)) },
				Set: func(c *bind.Call) { self(c).Sequence = number(c, math.MaxUint32) }},
			{Name: "u", Type: "object", Doc: "The fields, under the name of the command: pdu.u.submit_sm. Other names are nil.",
				Get: func(c *bind.Call) { c.PushObject(luaUnion{self(c)}) }},
		},
	}
}

func unionClass() *bind.Class {
	return &bind.Class{
		Name: "msys.smpp:pdu_u", Short: "u", Of: luaUnion{},
		Doc: "The fields of a PDU under the name of its command.",
		Index: func(c *bind.Call) bool {
			p := bind.Self[luaUnion](c).pdu
			if name, _ := c.Text(1); name != p.body() {
				return false
			}
			c.PushObject(luaBody{p})
			return true
		},
	}
}

func bodyClass() *bind.Class {
	header, short, response := headerFields(), shortFields(), responseFields()
	maps.Copy(short, header)
	maps.Copy(response, header)
	find := func(c *bind.Call) (f field, ok bool) {
		name, _ := c.Text(1)
		switch p := bind.Self[luaBody](c).pdu; {
		case p.Short != nil:
			f, ok = short[name]
		case p.Type.IsResponse():
			f, ok = response[name]
		default:
			f, ok = header[name]
		}
		return f, ok
	}
	return &bind.Class{
		Name: "msys.smpp:pdu_body", Short: "body", Of: luaBody{},
		Doc: "The fields of a PDU, by their names in the standard. Numbers can be assigned. Texts are msys.core:_ec_string, which can be written " +
			"to; assigning a string replaces the content. sm_length is the length of short_message as it was when first asked for; a smaller value " +
			"cuts the text that is sent.",
		Index: func(c *bind.Call) bool {
			f, ok := find(c)
			switch p := bind.Self[luaBody](c).pdu; {
			case !ok:
			case f.text != nil:
				if p.Short != nil {
					p.Short.smLength() // what it was before the script writes
				}
				c.PushObject(f.text(p))
			default:
				c.PushNumber(float64(f.get(p)))
			}
			return ok
		},
		NewIndex: func(c *bind.Call) bool {
			f, ok := find(c)
			p := bind.Self[luaBody](c).pdu
			switch {
			case ok && f.text != nil:
				f.text(p).Set(c.OptString(2, ""))
				if p.Short != nil {
					p.Short.replaced()
				}
			case ok && f.set != nil:
				c.L.Remove(c.Index(1)) // the value becomes argument 1
				f.set(p, number(c, f.most))
			default:
				return false
			}
			return true
		},
	}
}

// number reads the value of an assignment, argument 1.
func number(c *bind.Call, most uint32) uint32 {
	n := c.Number(1)
	if !(n >= 0 && n <= float64(most)) {
		c.ArgError(1, "number from 0 to %d expected, got %s", most, bind.FormatNumber(n))
	}
	return uint32(n)
}
