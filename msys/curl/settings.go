package curl

import (
	"errors"
	"fmt"
	"maps"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// WriteFunc takes what was received and returns how many bytes it took: less
// than all, or an error, ends the transfer.
type WriteFunc func(p []byte) (int, error)

// ReadFunc gives what is sent, as an io.Reader does: io.EOF at the end. Any
// other error ends the transfer.
type ReadFunc func(p []byte) (int, error)

// ProgressFunc is told how many bytes were received and sent, and how many
// there will be, 0 if that is not known. An error ends the transfer.
type ProgressFunc func(dlTotal, dlNow, ulTotal, ulNow int64) error

// SeekFunc moves to an offset, counted as io.Seeker does, in what is sent. It
// returns 0 on success, 1 on failure and 2 if it cannot.
type SeekFunc func(offset int64, whence int) int

// IOCtlFunc rewinds what is sent if the command is 1. It returns 0 on success.
type IOCtlFunc func(command int) int

// settings are the options of a handle. method is what the options about the
// kind of request come to; it is an option of its own.
type settings map[Option]any

const optMethod Option = -1

// str gives a text option, "" if it is not set.
func (s settings) str(o Option) string { v, _ := s[o].(string); return v }

// has reports whether an option is set.
func (s settings) has(o Option) bool { _, ok := s[o]; return ok }

// flag gives a boolean option, false if it is not set.
func (s settings) flag(o Option) bool { v, _ := s[o].(bool); return v }

// off reports whether a boolean option was set to false.
func (s settings) off(o Option) bool { v, ok := s[o].(bool); return ok && !v }

// num gives a numeric option, or def.
func (s settings) num(o Option, def int64) int64 {
	if v, ok := s[o].(int64); ok {
		return v
	}
	return def
}

// size gives a numeric option of either size, or def.
func (s settings) size(o, large Option, def int64) int64 { return s.num(large, s.num(o, def)) }

// method gives the kind of request.
func (s settings) method() string {
	if m := s.str(optMethod); m != "" {
		return m
	}
	return "GET"
}

var (
	errNoOption  = errors.New("not an option")
	errValueType = errors.New("wrong type of value")
	errLineEnd   = errors.New("a header cannot carry a line end")
	errMethod    = errors.New("not a method")
)

// put sets an option after checking it.
func (s settings) put(o Option, value any) error {
	k, ok := o.kind()
	if !ok {
		return fail(CodeBadFunctionArgument, fmt.Errorf("curl: option %d: %w", int(o), errNoOption))
	}
	if value == nil {
		s.unset(o, k)
		return nil
	}
	value, ok = k.accepts(value)
	if !ok {
		return fail(CodeBadFunctionArgument, fmt.Errorf("curl: option %v: %w", o, errValueType))
	}
	if err := check(o, value); err != nil {
		return fail(CodeBadFunctionArgument, fmt.Errorf("curl: option %v: %w", o, err))
	}
	s[o] = value
	s.kindOfRequest(o, value)
	return nil
}

func (s settings) unset(o Option, k kind) {
	delete(s, o)
	if k == flag {
		s.kindOfRequest(o, false)
	}
}

// accepts gives a value as it is kept; ok is false if it is of another kind.
func (k kind) accepts(value any) (any, bool) {
	ok := true
	switch v := value.(type) {
	case string:
		ok = k == text || k == list
		if k == list {
			return []string{v}, true
		}
	case []string:
		ok = k == list
	case bool:
		ok = k == flag
	case int:
		return int64(v), k == number
	case int64:
		ok = k == number
	case WriteFunc, ReadFunc, ProgressFunc, SeekFunc, IOCtlFunc:
		ok = k == callback
	default:
		ok = k == data
	}
	return value, ok
}

// check refuses what would break a request's lines.
func check(o Option, value any) error {
	switch v := value.(type) {
	case string:
		switch o {
		case OptUserAgent, OptReferer, OptCookie, OptRange, OptEncoding:
			if !httpguts.ValidHeaderFieldValue(v) {
				return errLineEnd
			}
		case OptCustomRequest:
			if !httpguts.ValidHeaderFieldName(v) { // both are tokens
				return errMethod
			}
		}
	case []string:
		if o != OptHTTPHeader {
			return nil
		}
		for _, line := range v {
			if _, err := parseHeaderLine(line); err != nil {
				return err
			}
		}
	}
	return callbackType(o, value)
}

// callbackType refuses a callback of the wrong type.
func callbackType(o Option, value any) error {
	ok := true
	switch o {
	case OptWriteFunction, OptHeaderFunction:
		_, ok = value.(WriteFunc)
	case OptReadFunction:
		_, ok = value.(ReadFunc)
	case OptProgressFunction:
		_, ok = value.(ProgressFunc)
	case OptSeekFunction:
		_, ok = value.(SeekFunc)
	case OptIOCtlFunction:
		_, ok = value.(IOCtlFunc)
	}
	if !ok {
		return errValueType
	}
	return nil
}

// kindOfRequest has the last option about the kind of request decide.
func (s settings) kindOfRequest(o Option, value any) {
	method := ""
	switch o {
	case OptHTTPGet:
		method = "GET"
	case OptPost:
		method = "POST"
	case OptPut, OptUpload:
		method = "PUT"
	case OptNoBody:
		method = "HEAD"
	case OptPostFields:
		s[optMethod] = "POST"
		return
	default:
		return
	}
	if value == true {
		s[optMethod] = method
	} else if s.method() == method {
		s[optMethod] = "GET"
	}
}

// headerLine is one of OptHTTPHeader: with no value it suppresses a default
// header, unless it is to be sent empty.
type headerLine struct {
	name, value string
	empty       bool
}

func parseHeaderLine(line string) (h headerLine, err error) {
	name, value, ok := strings.Cut(line, ":")
	if !ok {
		if name, ok = strings.CutSuffix(line, ";"); ok {
			h.empty = true
		}
	}
	h.name, h.value = name, strings.Trim(value, " \t")
	if !ok || !httpguts.ValidHeaderFieldName(h.name) || !httpguts.ValidHeaderFieldValue(h.value) {
		return h, fmt.Errorf("invalid header: %w", errLineEndIn(line))
	}
	return h, nil
}

func errLineEndIn(line string) error {
	if strings.ContainsAny(line, "\r\n") {
		return errLineEnd
	}
	return errValueType
}

func (s settings) clone() settings { return maps.Clone(s) }
