//lint:file-ignore U1000 the fields of a view are there for the layout of those that are used

package luavm

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"

	lua "github.com/Shopify/go-lua"
)

// The views: what this package reads, and in a few places writes, of go-lua's
// own types. Field names are go-lua's. A pointer to opaque stands for a
// pointer that nobody follows.
type (
	opaque struct{}

	stateView struct {
		error                 error
		shouldYield           bool
		top                   int
		global                *globalView
		callInfo              *callInfoView
		oldPC                 int
		stackLast             int
		stack                 []any
		nonYieldableCallCount int
		nestedGoCallCount     int
		hookMask              byte
		allowHook             bool
		internalHook          bool
		baseHookCount         int
		hookCount             int
		hooker                lua.Hook
		upValues              *openUpValueView
		errorFunction         int
		baseCallInfo          callInfoView
		protectFunction       func()
	}

	globalView struct {
		mainThread         *opaque
		tagMethodNames     [17]string
		metaTables         [lua.TypeCount]*tableView
		registry           *tableView
		panicFunction      lua.Function
		version            *float64
		memoryErrorMessage string
	}

	callInfoView struct {
		function, top, resultCount int
		previous, next             *callInfoView
		callStatus                 byte
		luaCallInfo                *luaCallInfoView
		goCallInfo                 *opaque
	}

	luaCallInfoView struct {
		frame   []any
		savedPC int
		code    []instruction
	}

	tableView struct {
		array         []any
		hash          map[any]any
		metaTable     *tableView
		flags         byte
		iterationKeys []any
	}

	closureView struct {
		prototype *prototypeView
		upValues  []*upValueView
	}

	goFunctionView struct{ Function lua.Function }

	upValueView struct{ home any }

	openUpValueView struct {
		upValue *upValueView
		next    *openUpValueView
	}

	prototypeView struct {
		constants                    []any
		code                         []instruction
		prototypes                   []prototypeView
		lineInfo                     []int32
		localVariables               []localVariableView
		upValues                     []upValueDescView
		cache                        *opaque
		source                       string
		lineDefined, lastLineDefined int
		parameterCount, maxStackSize int
		isVarArg                     bool
	}

	localVariableView struct {
		name           string
		startPC, endPC int
	}

	upValueDescView struct {
		name    string
		isLocal bool
		index   int
	}
)

const (
	callStatusHooked = 1 << 1
	callStatusTail   = 1 << 6
)

func (f *goFunctionView) pointer() uintptr { return reflect.ValueOf(f.Function).Pointer() }

// vmTypes are go-lua's unexported types that values are told apart by.
type vmTypes struct {
	table, closure, goFunction, goClosure, userData, location reflect.Type
}

// ErrUnsupported is the error of [Supported] when the program was built with
// a version of go-lua that is laid out in another way.
var ErrUnsupported = errors.New("luavm: this version of github.com/Shopify/go-lua is not supported")

// layout checks once that the views fit go-lua.
var layout = sync.OnceValues(checkLayout)

// Supported tells whether this package fits the go-lua that the program was
// built with; if not, the error wraps [ErrUnsupported] and says what differs.
func Supported() error {
	_, err := layout()
	return err
}

// viewOf looks at the go-lua struct that the pointer v points to as a T.
func viewOf[T any](v any) *T {
	return reflect.NewAt(reflect.TypeFor[T](), reflect.ValueOf(v).UnsafePointer()).Interface().(*T)
}

func checkLayout() (types *vmTypes, err error) {
	types = &vmTypes{}
	seen := map[reflect.Type]bool{}
	if err := sameLayout(reflect.TypeFor[stateView](), reflect.TypeFor[lua.State](), "State", seen); err != nil {
		return nil, err
	}
	l := lua.NewState()
	l.Register("probe", func(l *lua.State) int {
		types.closure = reflect.TypeOf(l.ToValue(1))
		if err = sameLayout(reflect.TypeFor[*closureView](), types.closure, "luaClosure", seen); err != nil {
			return 0
		}
		types.location = reflect.TypeOf(viewOf[closureView](l.ToValue(1)).upValues[0].home)
		l.PushUserData(0)
		view := viewOf[stateView](l)
		types.userData = reflect.TypeOf(view.stack[view.top-1])
		l.NewTable()
		types.table = reflect.TypeOf(l.ToValue(-1))
		l.PushGoFunction(func(*lua.State) int { return 0 })
		types.goFunction = reflect.TypeOf(l.ToValue(-1))
		l.PushGoClosure(func(*lua.State) int { return 0 }, 1)
		types.goClosure = reflect.TypeOf(l.ToValue(-1))
		return 0
	})
	if rerr := l.Load(strings.NewReader("local x\nprobe(function() return x end)"), "=probe", "t"); rerr != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnsupported, rerr)
	}
	if rerr := l.ProtectedCall(0, 0, 0); rerr != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnsupported, rerr)
	}
	if err != nil {
		return nil, err
	}
	if k := types.location; k == nil || k.Kind() != reflect.Struct || types.userData.Kind() != reflect.Pointer {
		return nil, fmt.Errorf("%w: open upvalue", ErrUnsupported)
	}
	if err := sameLayout(reflect.TypeFor[*goFunctionView](), types.goFunction, "goFunction", seen); err != nil {
		return nil, err
	}
	return types, sameLayout(reflect.TypeFor[*tableView](), types.table, "table", seen)
}

// sameLayout tells how the view and go-lua's own type differ.
func sameLayout(view, real reflect.Type, path string, seen map[reflect.Type]bool) error {
	fail := func(what string) error { return fmt.Errorf("%w: %s: %s", ErrUnsupported, path, what) }
	if view.Kind() != real.Kind() || view.Size() != real.Size() {
		if !(view == reflect.TypeFor[opaque]() && real.Kind() == reflect.Struct) {
			return fail("is a " + real.String())
		}
	}
	switch view.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array:
		return sameLayout(view.Elem(), real.Elem(), path, seen)
	case reflect.Map:
		if err := sameLayout(view.Key(), real.Key(), path, seen); err != nil {
			return err
		}
		return sameLayout(view.Elem(), real.Elem(), path, seen)
	case reflect.Interface:
		if view.NumMethod() != real.NumMethod() {
			return fail("is a " + real.String())
		}
	case reflect.Struct:
		if view == reflect.TypeFor[opaque]() || seen[view] {
			return nil
		}
		seen[view] = true
		if view.NumField() != real.NumField() {
			return fail("has other fields")
		}
		for i := range view.NumField() {
			v, r := view.Field(i), real.Field(i)
			if v.Name != r.Name || v.Offset != r.Offset {
				return fail("field " + r.Name + " instead of " + v.Name)
			}
			if err := sameLayout(v.Type, r.Type, path+"."+v.Name, seen); err != nil {
				return err
			}
		}
	}
	return nil
}
