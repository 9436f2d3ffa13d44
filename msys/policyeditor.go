package msys

import (
	"context"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/pcre"
)

// policyEditorModule declares msys.policyeditor, the functions that policies
// made by Momentum's policy editor call. All take ctx, whose field ec_message
// is the message, vars with the script's variables, and params.
func (rt *Runtime) policyEditorModule() *bind.Module {
	m := &bind.Module{
		Name:     "msys.policyeditor",
		Examples: snippets("msys.policyeditor"),
		Doc:      "Functions of policies that the policy editor made. New scripts use the methods of the message.",
	}
	add := func(name, returns, doc string, fn func(e *editorCall) int) {
		m.Funcs = append(m.Funcs, bind.Func{
			Name: name, Params: "ctx:table, vars:table, params:table", Returns: returns, Phases: bind.Any, Doc: doc,
			Fn: func(c *bind.Call) int { return fn(&editorCall{Call: c, rt: rt}) },
		})
	}
	add("get_header", "string|nil", "Gives the first field named params.header, nil if there is none.", func(e *editorCall) int {
		h, name := e.message().Header(), e.param("header")
		if !h.Has(name) {
			return e.PushNil()
		}
		return e.PushString(h.Get(name))
	})
	add("del_header", "", "Removes the fields named params.header.", func(e *editorCall) int {
		_, err := e.message().Header().Del(e.param("header"))
		e.Raise(err)
		return 0
	})
	add("get_mailfrom", "string", "Gives the envelope sender.", func(e *editorCall) int { return e.PushString(e.message().Sender()) })
	add("get_rcptto", "string", "Gives the recipient.", func(e *editorCall) int { return e.PushString(e.message().Recipient()) })
	add("get_mess_recv_from", "string|nil", "Gives the client's address and port, nil for mail that came from no client.", func(e *editorCall) int {
		return e.address(e.message().Remote)
	})
	add("get_mess_recv_via", "string|nil", "Gives the listener's address and port, nil for mail that came from no client.", func(e *editorCall) int {
		return e.address(e.message().Local)
	})
	add("set_binding", "boolean", "Puts the message on params.binding, or on one of a list parted by commas.", func(e *editorCall) int {
		return e.PushBool(e.message().SetBinding(oneOf(e.param("binding"))))
	})
	add("set_binding_group", "boolean", "Puts the message on a binding of params.binding_group, or of one of a list parted by commas.", func(e *editorCall) int {
		return e.PushBool(e.message().SetBindingGroup(e.Context(), oneOf(e.param("binding_group"))))
	})
	for _, scope := range []struct {
		name string
		t    message.ContextType
	}{{"conn", 0}, {"mess", 1}} {
		add("vctx_"+scope.name+"_get", "string|nil", "Gives the context variable params.key, nil if it is absent.", func(e *editorCall) int {
			v, ok := e.message().ContextGet(scope.t, e.param("key"))
			if !ok {
				return e.PushNil()
			}
			return e.PushString(v)
		})
		add("vctx_"+scope.name+"_set", "", "Sets the context variable params.key to params.value.", func(e *editorCall) int {
			e.message().ContextSet(scope.t, e.param("key"), e.param("value"))
			return 0
		})
	}
	add("get_variable", "any", "Gives the script variable params.name.", func(e *editorCall) int {
		e.variable(e.param("name"))
		return 1
	})
	add("set_variable", "", "Sets the script variable params.name to params.value.", func(e *editorCall) int {
		e.setVariable(e.param("name"), e.Options(3).Value("value"))
		return 0
	})
	add("pcre_match", "boolean", "Matches params.subject with params.pattern; the variables $0, $1 … and $name are set.", (*editorCall).match)
	add("send_email", "boolean", "Sends params.body from params.from to params.to under params.subject, at most once in params.throttle seconds.", (*editorCall).sendEmail)
	return m
}

// editorCall is a call of msys.policyeditor.
type editorCall struct {
	*bind.Call
	rt *Runtime
}

// message gives ctx.ec_message.
func (e *editorCall) message() *message.Message {
	e.CheckTable(1)
	e.L.PushString("ec_message")
	e.L.Table(e.Index(1))
	m, ok := bind.ObjectAt[*message.Message](e.L, -1)
	e.L.Pop(1)
	if !ok {
		e.ArgError(1, "ctx.ec_message is no message")
	}
	return m
}

func (e *editorCall) param(name string) string { return e.Options(3).String(name, "") }

func (e *editorCall) address(part func(what string) (string, error)) int {
	ip, err := part("ip")
	if err != nil || ip == "" {
		return e.PushNil()
	}
	if port, err := part("port"); err == nil && port != "" {
		ip += ":" + port
	}
	return e.PushString(ip)
}

// variable pushes vars[name].
func (e *editorCall) variable(name string) {
	e.CheckTable(2)
	e.L.PushString(name)
	e.L.Table(e.Index(2))
}

func (e *editorCall) setVariable(name string, v any) {
	e.CheckTable(2)
	e.L.PushString(name)
	pushAnyOrNil(e.L, v)
	e.L.SetTable(e.Index(2))
}

func (e *editorCall) match() int {
	subject := e.param("subject")
	re, err := pcre.Compile(e.param("pattern"))
	e.Raise(err)
	loc, err := re.MatchContext(e.Context(), nil, []byte(subject), 0, 0)
	e.Raise(err)
	if loc == nil {
		return e.PushBool(false)
	}
	names := re.SubexpNames()
	for i := 0; 2*i < len(loc); i++ {
		value := ""
		if loc[2*i] >= 0 {
			value = subject[loc[2*i]:loc[2*i+1]]
		}
		if i == 0 {
			value = subject
		}
		e.setVariable("$"+strconv.Itoa(i), value)
		if i < len(names) && names[i] != "" {
			e.setVariable("$"+names[i], value)
		}
	}
	return e.PushBool(true)
}

// oneOf picks an entry of a list parted by commas.
func oneOf(list string) string {
	names := strings.Split(list, ",")
	return strings.TrimSpace(names[rand.IntN(len(names))])
}

func (e *editorCall) sendEmail() int {
	o := e.Options(3)
	from, to := o.String("from", ""), o.String("to", "")
	if throttle := time.Duration(o.Number("throttle", 0) * float64(time.Second)); throttle > 0 {
		if !e.rt.shared.due(e.rt.cfg.Clock.Now(), "send_email "+from+" "+to+" "+o.String("subject", ""), throttle) {
			return e.PushBool(false)
		}
	}
	m := message.New(e.rt.msgOptions, e.rt.cfg.Clock.Now())
	err := m.Build(e.Context(), message.Draft{
		Header: map[string][]string{"From": {from}, "To": {to}, "Subject": {o.String("subject", "")}},
		Parts:  map[string]string{"text/plain": o.String("body", "")},
	})
	e.Raise(err)
	err = e.Block(func(ctx context.Context) error { return m.Inject(ctx, from, []string{to}) })
	if err != nil {
		e.rt.record(e.Env()).Warn("send_email failed", "error", err)
		return e.PushBool(false)
	}
	return e.PushBool(true)
}
