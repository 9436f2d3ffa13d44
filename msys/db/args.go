package db

import (
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
)

// Args are the parameters of a query: a [List] or [Named]. Without any, nil, no
// character of a query is a placeholder.
type Args interface {
	// arg gives the parameter that a placeholder refers to; nil is NULL.
	arg(r ref) any
}

// List are parameters for "?", in order. Those that are missing are NULL.
//
// A parameter is nil, a boolean, a string, a []byte, or a number of any of
// Go's types.
type List []any

func (l List) arg(r ref) any {
	if r.number >= 1 && r.number <= len(l) {
		return l[r.number-1]
	}
	return nil
}

// Named are parameters for ":name" and "$name". Those that are missing are
// NULL, those that are not needed are ignored.
type Named map[string]any

func (n Named) arg(r ref) any { return n[r.name] }

// bind gives the parameters of a statement in the order of its placeholders,
// each nil, bool, int64, float64, string or []byte.
func (st *statement) bind(a Args) ([]any, error) {
	if len(st.refs) == 0 {
		return nil, nil
	}
	list := make([]any, len(st.refs))
	for i, r := range st.refs {
		v, ok := basic(a.arg(r))
		if !ok {
			return nil, fmt.Errorf("%w a value of type %T", ErrArgument, a.arg(r))
		}
		list[i] = v
	}
	return list, nil
}

// basic gives a Go value as one of the few types that drivers take.
func basic(v any) (any, bool) {
	switch v := v.(type) {
	case nil, bool, int64, float64, string, []byte:
		return v, true
	case int:
		return int64(v), true
	case int32:
		return int64(v), true
	case int16:
		return int64(v), true
	case int8:
		return int64(v), true
	case uint32:
		return int64(v), true
	case uint16:
		return int64(v), true
	case uint8:
		return int64(v), true
	case uint:
		return basic(uint64(v))
	case uint64:
		if v > math.MaxInt64 {
			return strconv.FormatUint(v, 10), true
		}
		return int64(v), true
	case float32:
		return float64(v), true
	}
	return nil, false
}

// number gives a Lua number as a parameter: an integer if it is one.
func number(f float64) any {
	if f == math.Trunc(f) && math.Abs(f) < 1<<63 {
		return int64(f)
	}
	return f
}

// textOf gives a parameter as text, "" for NULL.
func textOf(v any) string {
	switch v := v.(type) {
	case bool:
		return strconv.FormatBool(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	case string:
		return v
	case []byte:
		return string(v)
	}
	return ""
}

// asText gives parameters for a database that infers their types.
func asText(args []any) []any {
	list := make([]any, len(args))
	for i, v := range args {
		switch v.(type) {
		case bool, int64, float64:
			list[i] = textOf(v)
		default:
			list[i] = v
		}
	}
	return list
}

// appendKey adds a parameter with its type to the key of a cached result.
func appendKey(key []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(key, 'n')
	case bool:
		if v {
			return append(key, 't')
		}
		return append(key, 'f')
	case int64:
		return binary.BigEndian.AppendUint64(append(key, 'i'), uint64(v))
	case float64:
		return binary.BigEndian.AppendUint64(append(key, 'd'), math.Float64bits(v))
	case string:
		return append(binary.AppendUvarint(append(key, 's'), uint64(len(v))), v...)
	case []byte:
		return append(binary.AppendUvarint(append(key, 'b'), uint64(len(v))), v...)
	}
	return key
}
