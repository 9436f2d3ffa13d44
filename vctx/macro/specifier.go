package macro

import (
	"strconv"
	"time"

	"github.com/gomsys/gomsys/vctx"
)

// specifier appends the value of one log specifier. arg is what was in braces.
type specifier func(dst []byte, ev *logInput, arg string) []byte

// logInput is an event with what is worked out of it once per line.
type logInput struct {
	*LogEvent
	now                                    time.Time
	mailLocal, mailDomain, rcptLocal, rcpt string
	clean                                  *sanitizer
}

func newLogInput(ev *LogEvent, now func() time.Time, clean *sanitizer) *logInput {
	in := &logInput{LogEvent: ev, now: ev.Time, clean: clean}
	if in.now.IsZero() {
		in.now = now()
	}
	in.mailLocal, in.mailDomain = vctx.SplitAddress(ev.MailFrom)
	in.rcptLocal, in.rcpt = vctx.SplitAddress(ev.RcptTo)
	return in
}

func (in *logInput) hasMessage() bool { return in.MessageID != "" }

// text makes a specifier of a text that others may have written.
func text(get func(in *logInput) string) specifier {
	return func(dst []byte, in *logInput, _ string) []byte { return in.clean.append(dst, get(in)) }
}

// plainSpecifier finds a specifier of the namespace custom_logger that stands
// without braces.
func plainSpecifier(name string) specifier {
	switch name {
	case "A":
		return text(func(in *logInput) string { return in.AuthMethod })
	case "U":
		return text(func(in *logInput) string { return in.AuthUser })
	case "b":
		return text(func(in *logInput) string { return in.Binding })
	case "g":
		return text(func(in *logInput) string { return in.BindingGroup })
	case "P":
		return text(func(in *logInput) string { return in.Pathway })
	case "PG":
		return text(func(in *logInput) string { return in.PathwayGroup })
	case "BI":
		return text(func(in *logInput) string { return orNoID(in.BatchID) })
	case "i":
		return text(func(in *logInput) string { return orNoID(in.MessageID) })
	case "CI":
		return text(func(in *logInput) string { return in.InboundConnID })
	case "OC":
		return text(func(in *logInput) string { return in.OutboundConnID })
	case "m":
		return text(func(in *logInput) string { return in.mailLocal })
	case "M":
		return text(func(in *logInput) string { return in.mailDomain })
	case "r":
		return text(func(in *logInput) string { return in.rcptLocal })
	case "R":
		return text(func(in *logInput) string { return in.rcpt })
	case "d":
		return text(func(in *logInput) string { return in.RoutingDomain })
	case "mx":
		return text(func(in *logInput) string { return in.MXHost })
	case "n":
		return text(func(in *logInput) string { return in.Text })
	case "c":
		return text(func(in *logInput) string { return in.BounceClassName })
	case "s":
		return text(func(in *logInput) string { return in.Stage.String() })
	case "p":
		return text(func(in *logInput) string { return orUnknown(in.Protocol) })
	}
	return numberSpecifier(name)
}

// numberSpecifier finds those whose values need no cleaning.
func numberSpecifier(name string) specifier {
	switch name {
	case "B":
		return messageNumber(func(in *logInput) int64 { return in.Size })
	case "N":
		return messageNumber(func(in *logInput) int64 { return int64(in.Attempts) })
	case "C":
		return func(dst []byte, in *logInput, _ string) []byte { return append(dst, positive(in.BounceClass)...) }
	case "S":
		return func(dst []byte, in *logInput, _ string) []byte {
			return strconv.AppendInt(dst, int64(in.Stage.Number()), 10)
		}
	case "H":
		return func(dst []byte, in *logInput, _ string) []byte {
			if ip := in.RemoteIP.Unmap().WithZone(""); ip.IsValid() {
				dst = ip.AppendTo(dst)
			}
			return dst
		}
	case "t":
		return func(dst []byte, in *logInput, _ string) []byte { return strconv.AppendInt(dst, in.now.Unix(), 10) }
	case "T":
		return queued(2)
	}
	return nil
}

func orNoID(id string) string {
	if id == "" {
		return noID
	}
	return id
}

// messageNumber makes a specifier that is empty before there is a message.
func messageNumber(get func(in *logInput) int64) specifier {
	return func(dst []byte, in *logInput, _ string) []byte {
		if !in.hasMessage() {
			return dst
		}
		return strconv.AppendInt(dst, get(in), 10)
	}
}

func queued(decimals int) specifier {
	return func(dst []byte, in *logInput, _ string) []byte {
		if !in.hasMessage() {
			return dst
		}
		return strconv.AppendFloat(dst, in.Queued.Seconds(), 'f', decimals, 64)
	}
}

// bracedSpecifier finds a specifier that stands with braces, for that arg.
func bracedSpecifier(name, arg string) specifier {
	switch name {
	case "h":
		return func(dst []byte, in *logInput, arg string) []byte {
			if in.Header == nil {
				return dst
			}
			return in.clean.append(dst, in.Header(arg))
		}
	case "t":
		return func(dst []byte, in *logInput, arg string) []byte { return appendTime(dst, arg, in.now) }
	case "vctx_conn":
		return variable(vctx.ConnScope)
	case "vctx_mess":
		return variable(vctx.MessScope)
	}
	n, ok := number(arg)
	switch {
	case name == "T" && ok && n <= 9:
		return queued(n)
	case name == "us" && ok && n >= 1 && n <= 6:
		return func(dst []byte, in *logInput, _ string) []byte { return appendTimestamp(dst, in.now, n) }
	}
	return nil
}

func variable(scope vctx.Scope) specifier {
	return func(dst []byte, in *logInput, arg string) []byte {
		if in.Vars == nil {
			return dst
		}
		value, _ := in.Vars.Lookup(scope, arg)
		return in.clean.append(dst, value)
	}
}

// appendTimestamp appends the seconds since 1970, with up to 6 decimals that
// are cut off, not rounded.
func appendTimestamp(dst []byte, t time.Time, decimals int) []byte {
	dst = append(strconv.AppendInt(dst, t.Unix(), 10), '.')
	micro := t.Nanosecond() / 1000
	for unit, i := 100000, 0; i < decimals; i++ {
		dst = append(dst, byte('0'+micro/unit%10))
		unit /= 10
	}
	return dst
}

// logValue gives the value of the family custom_logger: "X" or "X,arg".
func (e *Expander) logValue(sub *Subject, what string) (value string, known bool) {
	var spec specifier
	name, arg, braced := cutArg(what)
	if braced {
		spec = bracedSpecifier(name, arg)
	} else {
		spec = plainSpecifier(name)
	}
	if spec == nil {
		return "", false
	}
	in := newLogInput(sub.logEvent(), e.o.Now, &sanitizer{})
	return string(spec(nil, in, arg)), true
}
