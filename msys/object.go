package msys

import (
	"reflect"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/bind"
)

// pushObjects pushes objects of the library; nil pointers are nil in Lua.
func pushObjects(l *lua.State, objects ...any) {
	for _, o := range objects {
		if v := reflect.ValueOf(o); !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil() {
			l.PushNil()
			continue
		}
		pushAny(l, o)
	}
}

// box is an out parameter of a hook: the field value, whose assignment counts.
type box struct{ value any }

// number gives the box's value as a number; text and numbers count, true is 1.
func (b *box) number() (float64, bool) {
	switch v := b.value.(type) {
	case float64:
		return v, true
	case int:
		return float64(v), true
	case bool:
		if v {
			return 1, true
		}
		return 0, true
	}
	return 0, false
}

var boxClass = &bind.Class{
	Name: "msys.core:_box", Short: "box", Of: (*box)(nil),
	Doc: "An out parameter of a hook.",
	Fields: []bind.Field{
		{Name: "value", Type: "any", Doc: "The value; what a hook assigns takes effect.",
			Get: func(c *bind.Call) { pushAnyOrNil(c.L, bind.Self[*box](c).value) },
			Set: func(c *bind.Call) { bind.Self[*box](c).value = bind.Go(c.L, c.Index(1)) }},
	},
}

func pushAnyOrNil(l *lua.State, v any) { pushObjects(l, v) }
