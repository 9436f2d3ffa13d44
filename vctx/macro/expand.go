package macro

import (
	"context"
	"fmt"
	"strings"

	"github.com/gomsys/gomsys/internal/spfmacro"
	"github.com/gomsys/gomsys/vctx"
)

// Expand replaces the macros in text with what they are for sub, which may be
// nil. What is not a macro stays, byte for byte; values are not looked at for
// macros again.
//
// A name without a colon is, in this order: a macro that was registered under
// it, an SPF macro, a variable of the message, a variable of the connection, a
// macro that was registered with a *. If it is none, it is unknown, unless a
// text after || says what an absent variable shall be.
//
// The error is that of a macro's function, of a message that cannot be read,
// of an SPF macro that asks for 0 parts, or [ErrTooLarge].
func (e *Expander) Expand(ctx context.Context, sub *Subject, text string) (string, error) {
	if strings.IndexByte(text, '%') < 0 {
		return text, nil
	}
	if sub == nil {
		sub = &Subject{}
	}
	var buf [256]byte
	out := buf[:0]
	for rest := text; ; {
		start, end := nextMacro(rest)
		if start < 0 {
			return string(append(out, rest...)), nil
		}
		out = append(out, rest[:start]...)
		written := rest[start:end]
		rest = rest[end:]
		if written == escaped {
			out = append(out, "%{"...)
			continue
		}
		name, alternative, hasAlternative := strings.Cut(written[2:len(written)-1], "||")
		value, known, err := e.value(ctx, sub, name)
		switch {
		case err != nil:
			return "", fmt.Errorf("macro: expanding %%{%s}: %w", name, err)
		case hasAlternative && value == "" && (known || isBare(name)):
			out = append(out, alternative...)
		case known:
			out = append(out, value...)
		default:
			e.unknown(sub, name)
			out = append(out, written...)
		}
		if e.o.MaxSize > 0 && len(out) > e.o.MaxSize {
			return "", fmt.Errorf("%w: more than %d bytes", ErrTooLarge, e.o.MaxSize)
		}
	}
}

// MayBlock reports whether expanding text may wait for something: whether it
// has %{p} or a macro of the host.
func (e *Expander) MayBlock(text string) bool {
	for start, end := nextMacro(text); start >= 0; start, end = nextMacro(text) {
		written := text[start:end]
		text = text[end:]
		if written == escaped {
			continue
		}
		name, _, _ := strings.Cut(written[2:len(written)-1], "||")
		if f, _ := e.registered(name); f != nil {
			return true
		}
		name = strings.TrimPrefix(name, "spfv1:")
		if name == "" || name[0]|0x20 != 'p' {
			continue
		}
		if m, ok, _ := spfmacro.Parse(name); ok && m.Letter == 'p' {
			return true
		}
	}
	return false
}

// escaped is how %{ is written that begins no macro.
const escaped = "%%{"

// nextMacro finds the first macro in s, or the first %%{. It gives -1 if there
// is none.
func nextMacro(s string) (start, end int) {
	for start < len(s) {
		i := strings.IndexByte(s[start:], '%')
		if i < 0 {
			break
		}
		start += i
		switch {
		case strings.HasPrefix(s[start:], escaped):
			return start, start + len(escaped)
		case strings.HasPrefix(s[start:], "%{"):
			if i := strings.IndexByte(s[start:], '}'); i >= 0 {
				return start, start + i + 1
			}
			// There may still be %%{, but no macro any more.
			i := strings.Index(s[start:], escaped)
			if i < 0 {
				return -1, -1
			}
			return start + i, start + i + len(escaped)
		}
		start++
	}
	return -1, -1
}

// isBare reports whether a name may be that of a variable.
func isBare(name string) bool { return name != "" && strings.IndexByte(name, ':') < 0 }

// value gives the value of a macro and whether it is known.
func (e *Expander) value(ctx context.Context, sub *Subject, name string) (value string, known bool, err error) {
	family, arg, ok := strings.Cut(name, ":")
	if !ok {
		return e.bareValue(ctx, sub, name)
	}
	if f, arg := e.registered(name); f != nil {
		value, err = f(ctx, sub.Context, arg)
		return value, true, err
	}
	return e.familyValue(ctx, sub, family, arg)
}

func (e *Expander) bareValue(ctx context.Context, sub *Subject, name string) (value string, known bool, err error) {
	r := e.host.Load()
	if f := r.exact[name]; f != nil {
		value, err = f(ctx, sub.Context, "")
		return value, true, err
	}
	if value, known, err := e.spfValue(ctx, sub, name); known || err != nil {
		return value, known, err
	}
	for _, scope := range [...]vctx.Scope{vctx.MessScope, vctx.ConnScope} {
		if value, ok := sub.vars().Lookup(scope, name); ok {
			return value, true, nil
		}
	}
	if f, arg := r.pattern(name); f != nil {
		value, err = f(ctx, sub.Context, arg)
		return value, true, err
	}
	return "", false, nil
}

// familyValue gives the value of a built-in macro with a colon.
func (e *Expander) familyValue(ctx context.Context, sub *Subject, family, arg string) (value string, known bool, err error) {
	switch family {
	case "vctx_conn":
		return sub.get(vctx.ConnScope, arg), true, nil
	case "vctx_mess":
		return sub.get(vctx.MessScope, arg), true, nil
	case "spfv1":
		return e.spfValue(ctx, sub, arg)
	case "rfc822":
		return e.dateValue(arg)
	case "rfc2822":
		return e.messageValue(sub.Message, arg)
	case "outbound_tls":
		value, known = sub.TLS.value(arg)
		return value, known, nil
	case "custom_logger":
		value, known = e.logValue(sub, arg)
		return value, known, nil
	}
	return "", false, nil
}

// dateValue is the family rfc822.
func (e *Expander) dateValue(arg string) (string, bool, error) {
	if arg != "date" {
		return "", false, nil
	}
	return e.o.Now().Format("Mon, 02 Jan 2006 15:04:05 -0700"), true, nil
}
