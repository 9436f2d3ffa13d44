//lint:file-ignore U1000 only the layout of the fields is compared

package luavm

import (
	"errors"
	"reflect"
	"testing"
)

func TestLayoutThatDiffers(t *testing.T) {
	type inner struct{ a, b int }
	type real struct {
		x int
		p *inner
		s []inner
		m map[any]any
	}
	for name, view := range map[string]any{
		"field name":  struct{ y int }{},
		"field count": struct{ x int }{},
		"field type": struct {
			x uint
			p *opaque
			s []inner
			m map[any]any
		}{},
		"element": struct {
			x int
			p *opaque
			s []struct{ a, c int }
			m map[any]any
		}{},
		"map key": struct {
			x int
			p *opaque
			s []inner
			m map[string]any
		}{},
	} {
		err := sameLayout(reflect.TypeOf(view), reflect.TypeFor[real](), "real", map[reflect.Type]bool{})
		if !errors.Is(err, ErrUnsupported) {
			t.Errorf("%s: %v", name, err)
		}
	}
	fits := struct {
		x int
		p *opaque
		s []struct{ a, b int }
		m map[any]any
	}{}
	if err := sameLayout(reflect.TypeOf(fits), reflect.TypeFor[real](), "real", map[reflect.Type]bool{}); err != nil {
		t.Error(err)
	}
}
