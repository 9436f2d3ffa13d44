package message

import (
	"fmt"
	"io"
	"slices"
	"sort"
	"strings"
	"time"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/luaio"
	"github.com/gomsys/gomsys/pcre"
)

// Libraries returns the Lua modules of this package: what it adds to
// msys.core, and msys.extended.message with msys.extended.message_routing,
// whose methods are always there. Messages that scripts create get the
// options o; nil is all defaults.
func Libraries(o *Options) []lua.RegistryFunction {
	var libs []lua.RegistryFunction
	for _, m := range Modules(o) {
		libs = append(libs, m.Library())
	}
	return libs
}

// Modules declares the Lua modules of this package; see [Libraries].
func Modules(o *Options) []*bind.Module {
	patterns := pcre.NewCache(nil)
	msg := messageClass(patterns)
	return []*bind.Module{
		addrModule(o),
		{
			Name: "msys.core", Doc: "Messages, their parts and strings.",
			Consts:   luaConsts(),
			Funcs:    slices.Concat(stringFuncs(), luaFuncs(o), []bind.Func{builderFunc()}, twinFuncs(msg), partTwins()),
			Classes:  []*bind.Class{msg, partClass(patterns), stringClass(), idClass(), luaio.Class()},
			Examples: snippets,
		},
		{Name: "msys.extended.message", Doc: "Methods of messages. They are always there; requiring it changes nothing."},
		{Name: "msys.extended.message_routing", Doc: "Routing methods of messages. They are always there; requiring it changes nothing."},
	}
}

// CalloutMessage gives argument i of a call, or the message of the running
// callout if that is nil. Without either the call raises, in the name of the
// function's module.
func CalloutMessage(c *bind.Call, i int, module string) *Message {
	if !c.IsNil(i) {
		return bind.Arg[*Message](c, i)
	}
	m, _ := c.Env().Message.(*Message)
	if m == nil {
		c.Errorf("%s.%s: no message in this context", module, c.Name())
	}
	return m
}

// phases in which the reference lists most methods: data to set_binding.
const (
	inData   = bind.InMessage
	outgoing = bind.Delivery | bind.HTTPRequestEval | bind.HTTPResponseEval | bind.GCMResponseEval | bind.APNResponseEval | bind.MsgDispose | bind.SMPP
	toB      = bind.InMessage | bind.SetBinding
	fromT    = bind.InMessage | bind.Rcptto | bind.SetBinding
	anywhere = bind.Any
	note     = "log, delivery and final validation scripts"
)

func messageClass(patterns *pcre.Cache) *bind.Class {
	return &bind.Class{
		Name: "msys.core:_ec_message", Short: "msg", Of: (*Message)(nil),
		Doc:      "A message: its content, its envelope and what policy decided about it.",
		ToString: func(self any) string { return "message: " + self.(*Message).ID() },
		Fields:   messageFields(),
		Methods: slices.Concat(envelopeMethods(), headerMethods(), contentMethods(), mimeMethods(), contextMethods(), routingMethods(),
			lifeMethods(), searchMethods(patterns, messageSearch)),
	}
}

// luaFuncs are functions of msys.core that make messages or ask about them.
func luaFuncs(o *Options) []bind.Func {
	return []bind.Func{
		{
			Name: "ec_message_new", Params: "[now:number]", Returns: "msys.core:_ec_message", Phases: anywhere,
			Doc: "Makes an empty message of the null sender, received internally. now is in seconds since 1970; nil is the present.",
			Fn: func(c *bind.Call) int {
				var now time.Time
				if !c.IsNil(1) {
					now = time.UnixMicro(int64(c.Number(1) * 1e6))
				}
				return c.PushObject(New(o, now))
			},
		},
		{
			Name: "protocol_string", Params: "method:number", Returns: "string", Phases: anywhere,
			Doc: "Gives the lower-case name of a reception method, msys.core.P_*; \"unknown\" for other numbers.",
			Fn:  func(c *bind.Call) int { return c.PushString(Protocol(c.Int(1)).String()) },
		},
		{
			Name: "protocol_string_uc", Params: "method:number", Returns: "string", Phases: anywhere,
			Doc: "Gives the upper-case name of a reception method.",
			Fn:  func(c *bind.Call) int { return c.PushString(Protocol(c.Int(1)).Upper()) },
		},
		{
			Name: "config_get_binding_id_from_name", Params: "name:string", Returns: "number", Phases: anywhere,
			Doc: "Gives the number of a binding, -1 if it does not exist; that of default is 0.",
			Fn: func(c *bind.Call) int {
				if id, ok := o.BindingID(c.String(1)); ok {
					return c.PushInt(id)
				}
				return c.PushInt(-1)
			},
		},
		{
			Name: "config_get_binding_name_from_id", Params: "id:number", Returns: "string|nil", Phases: anywhere,
			Doc: "Gives the name of a binding by its number, or nil.",
			Fn: func(c *bind.Call) int {
				if name, ok := o.BindingName(c.Int(1)); ok {
					return c.PushString(name)
				}
				return c.PushNil()
			},
		},
		{
			Name: "config_get_binding_group_size", Params: "group:string", Returns: "number", Phases: anywhere,
			Doc: "Gives the number of bindings in a group, 0 if it is unknown.",
			Fn:  func(c *bind.Call) int { return c.PushInt(o.BindingGroupSize(c.String(1))) },
		},
	}
}

// twinNames are the methods that also exist as functions of msys.core under
// their C names.
var twinNames = []string{
	"context_set", "context_get", "context_exists", "context_exists_and_get", "context_delete", "context_firstkey",
	"context_nextkey", "get_code", "set_code", "get_envelope2", "get_message_size", "get_delivery_method", "is_mcmt", "copy",
	"snapshot", "free", "render_to_string", "set_first_part",
}

// twinFuncs are msys.core.ec_message_X(msg, …), which equal msg:X(…).
func twinFuncs(class *bind.Class) []bind.Func {
	var funcs []bind.Func
	for i := range class.Methods {
		f := class.Methods[i]
		if !slices.Contains(twinNames, f.Name) {
			continue
		}
		f.Doc = fmt.Sprintf("The same as `msg:%s`. %s", f.Name, f.Doc)
		f.Params = strings.TrimSuffix("msg:msys.core:_ec_message, "+f.Params, ", ")
		f.Name = "ec_message_" + f.Name
		fn := f.Fn
		f.Fn = func(c *bind.Call) int {
			m := bind.Arg[*Message](c, 1)
			return c.AsMethod(m, fn)
		}
		funcs = append(funcs, f)
	}
	return funcs
}

func luaConsts() []bind.Const {
	consts := []bind.Const{
		{Name: "ECMESS_CTX_CONN", Value: int(ContextConn), Doc: "The connection's variables."},
		{Name: "ECMESS_CTX_MESS", Value: int(ContextMess), Doc: "The message's variables."},
		{Name: "EC_MSG_ENV_FROM", Value: int(EnvelopeFrom), Doc: "The sender."},
		{Name: "EC_MSG_ENV_TO", Value: int(EnvelopeTo), Doc: "The recipient."},
		{Name: "EC_MSG_ENV_COMPLETE", Value: int(EnvelopeComplete), Doc: "The whole address."},
		{Name: "EM_TRYING", Value: int(Trying), Doc: "Not delivered yet."},
		{Name: "EM_SUCCEEDED", Value: int(Succeeded), Doc: "Delivered."},
		{Name: "EM_FAILED", Value: int(Failed), Doc: "Given up."},
		{Name: "EC_MSG_MIME_OK", Value: 0, Doc: "The MIME structure is sound."},
		{Name: "EC_MSG_MIME_INVALID", Value: 1, Doc: "The MIME structure is damaged."},
		{Name: "EC_MSG_MIME_FATALLY_BAD", Value: 2, Doc: "The MIME structure exceeds a limit."},
		{Name: "STRING_TYPE_MALLOC", Value: int(StringMalloc)}, {Name: "STRING_TYPE_ECSTRING", Value: int(StringECString)},
		{Name: "STRING_TYPE_MESSAGE_BODY", Value: int(StringMessageBody)}, {Name: "STRING_TYPE_SIEVE", Value: int(StringSieve)},
		{Name: "STRING_TYPE_STATIC", Value: int(StringStatic)}, {Name: "STRING_TYPE_DISK_BACKED", Value: int(StringDiskBacked)},
		{Name: "STRING_TYPE_IO_OBJECT", Value: int(StringIOObject)}, {Name: "STRING_TYPE_GROWBUF", Value: int(StringGrowbuf)},
		{Name: "STRING_TYPE_GROWABLE_STATIC", Value: int(StringGrowableStatic)},
	}
	for _, f := range []struct {
		name string
		flag RenderFlags
		doc  string
	}{
		{"OMIT_DOT", RenderOmitDot, "Without the line with a dot at the end."},
		{"CALCULATE_LENGTH_ONLY", RenderCalculateLengthOnly, "Count, and write nothing."},
		{"HEADERS_ONLY", RenderHeadersOnly, "The header and an empty line."},
		{"XML", RenderXML, "Not supported: render_to_string gives -1."},
		{"OMIT_HEADERS", RenderOmitHeaders, "The body alone."},
		{"OMIT_EPILOGUE", RenderOmitEpilogue, "Nothing behind the closing delimiter of the top part."},
		{"UNSTUFFED", RenderUnstuffed, "As it is stored, but with lines that end in LF."},
		{"DEBUG", RenderDebug, "No effect."},
		{"AVOID_IO", RenderAvoidIO, "No effect."},
		{"SUPPRESS_WRITE_ERRORS", RenderSuppressWriteErrors, "A failed write gives a short count instead of -1."},
	} {
		consts = append(consts, bind.Const{Name: "EC_MSG_RENDER_" + f.name, Value: int(f.flag), Doc: f.doc})
	}
	for e := Encoding7Bit; e <= EncodingBase64; e++ {
		name := strings.ToUpper(strings.ReplaceAll(e.String(), "-", "_"))
		consts = append(consts, bind.Const{Name: "EC_MIME_TE_" + name, Value: int(e), Doc: "Transfer encoding " + e.String() + "."})
	}
	for p := ProtocolInternal; p <= ProtocolCluster; p++ {
		consts = append(consts, bind.Const{Name: "P_" + p.Upper(), Value: int(p), Doc: "Reception by " + p.Upper() + "."})
	}
	sort.SliceStable(consts, func(i, j int) bool { return consts[i].Name < consts[j].Name })
	return consts
}

// luaString reads content for a script and gives it as a string, or raises.
func luaString(c *bind.Call, m *Message, r *io.SectionReader) string {
	if r.Size() > m.MaxString() {
		c.Raise(ErrTooLarge)
	}
	b := make([]byte, r.Size())
	n, err := r.ReadAt(b, 0)
	if err != nil && err != io.EOF {
		c.Raise(err)
	}
	return string(b[:n])
}
