package macro

import (
	"context"
	"strings"
)

// LogOptions are the options of a log format.
type LogOptions struct {
	// Namespaces are the families in which names are looked for, in order:
	// "custom_logger" has the specifiers, others are families of the Expander
	// or of the host. If nil, custom_logger and sieve.
	Namespaces []string
	// Sanitize says how text that others wrote is changed, as a list with
	// commas: "special_characters" writes control characters as C does,
	// "non_printable" writes bytes that are not printable ASCII as decimal
	// numbers, "tr/abc/xyz/" maps characters. What then still would break the
	// line (CR, LF, NUL) becomes a space.
	Sanitize string
}

// LogFormat is a compiled format of log lines. It is safe for concurrent use.
type LogFormat struct {
	e     *Expander
	items []logItem
	clean *sanitizer
}

// logItem is literal text, a specifier, or a macro.
type logItem struct {
	literal string
	spec    specifier
	macro   string // with its family
	arg     string
}

// Log compiles a format. A specifier is % and a name, perhaps with an argument
// in braces, and of several names that fit the longest is meant; %% is a
// percent sign. What is no specifier stays as it is written. Macros of the
// host must be registered before. The error is about Sanitize. o may be nil.
func (e *Expander) Log(format string, o *LogOptions) (*LogFormat, error) {
	if o == nil {
		o = &LogOptions{}
	}
	clean, err := parseSanitize(o.Sanitize)
	if err != nil {
		return nil, err
	}
	f := &LogFormat{e: e, clean: clean}
	namespaces := o.Namespaces
	if namespaces == nil {
		namespaces = []string{"custom_logger", "sieve"}
	}
	f.compile(format, namespaces)
	return f, nil
}

func (f *LogFormat) compile(format string, namespaces []string) {
	var literal strings.Builder
	flush := func() {
		if literal.Len() > 0 {
			f.items = append(f.items, logItem{literal: literal.String()})
			literal.Reset()
		}
	}
	for format != "" {
		i := strings.IndexByte(format, '%')
		if i < 0 {
			literal.WriteString(format)
			break
		}
		literal.WriteString(format[:i])
		format = format[i:]
		if strings.HasPrefix(format, "%%") {
			literal.WriteByte('%')
			format = format[2:]
			continue
		}
		item, length := f.e.logItem(format, namespaces)
		if length == 0 {
			literal.WriteByte('%')
			format = format[1:]
			continue
		}
		flush()
		f.items = append(f.items, item)
		format = format[length:]
	}
	flush()
}

// maxLogName bounds the names of specifiers.
const maxLogName = 64

// logItem reads the specifier that s, which begins with a percent sign, begins
// with. It gives the length, 0 if there is none.
func (e *Expander) logItem(s string, namespaces []string) (item logItem, length int) {
	end := 1
	for end < len(s) && end <= maxLogName && isNameByte(s[end]) {
		end++
	}
	for ; end > 1; end-- {
		name := s[1:end]
		if s := s[end:]; strings.HasPrefix(s, "{") {
			if i := strings.IndexByte(s, '}'); i > 0 {
				if item, ok := e.findLogItem(namespaces, name, s[1:i], true); ok {
					return item, end + i + 1
				}
			}
		}
		if item, ok := e.findLogItem(namespaces, name, "", false); ok {
			return item, end
		}
	}
	return item, 0
}

func isNameByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_'
}

// findLogItem looks for a name in the namespaces.
func (e *Expander) findLogItem(namespaces []string, name, arg string, braced bool) (logItem, bool) {
	for _, ns := range namespaces {
		macro := ns + ":" + name
		if f, _ := e.registered(macro); f != nil {
			return logItem{macro: macro, arg: arg}, true
		}
		if ns == "custom_logger" {
			var spec specifier
			if braced {
				spec = bracedSpecifier(name, arg)
			} else {
				spec = plainSpecifier(name)
			}
			if spec != nil {
				return logItem{spec: spec, arg: arg}, true
			}
			continue
		}
		if braced {
			continue
		}
		// Whether a built-in macro is known does not depend on the subject.
		if _, known, err := e.familyValue(context.Background(), &Subject{}, ns, name); known && err == nil {
			return logItem{macro: macro}, true
		}
	}
	return logItem{}, false
}

// cutArg parts "X,arg".
func cutArg(s string) (name, arg string, ok bool) { return strings.Cut(s, ",") }

// Append appends the line for an event, without a line end. It appends nothing
// for a macro that fails, and gives the first such error with the line.
func (f *LogFormat) Append(ctx context.Context, dst []byte, ev *LogEvent) ([]byte, error) {
	in := newLogInput(ev, f.e.o.Now, f.clean)
	var first error
	for i := range f.items {
		item := &f.items[i]
		switch {
		case item.spec != nil:
			dst = item.spec(dst, in, item.arg)
		case item.macro != "":
			value, err := f.e.logMacro(ctx, ev, item)
			if err != nil && first == nil {
				first = err
			}
			dst = f.clean.append(dst, value)
		default:
			dst = append(dst, item.literal...)
		}
	}
	return dst, first
}

// logMacro gives the value of an item that is a macro.
func (e *Expander) logMacro(ctx context.Context, ev *LogEvent, item *logItem) (string, error) {
	if f, arg := e.registered(item.macro); f != nil {
		if item.arg != "" {
			arg = item.arg
		}
		return f(ctx, ev.Context, arg)
	}
	family, arg, _ := strings.Cut(item.macro, ":")
	value, _, err := e.familyValue(ctx, ev.subject(), family, arg)
	return value, err
}

// Expand gives the line for an event; see [LogFormat.Append].
func (f *LogFormat) Expand(ctx context.Context, ev *LogEvent) (string, error) {
	line, err := f.Append(ctx, make([]byte, 0, 256), ev)
	return string(line), err
}

// ExpandLog compiles format with Options.Log and expands it for an event. A
// host that writes many lines compiles once, with [Expander.Log].
func (e *Expander) ExpandLog(ctx context.Context, format string, ev *LogEvent) (string, error) {
	f, err := e.Log(format, &e.log)
	if err != nil {
		return "", err
	}
	return f.Expand(ctx, ev)
}
