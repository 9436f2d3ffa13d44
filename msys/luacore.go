package msys

import (
	"context"
	"fmt"
	"strconv"
	"time"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/dict"
	"github.com/gomsys/gomsys/msys/dumper"
	"github.com/gomsys/gomsys/vctx"
)

// coreModules are the Lua modules that every runtime has.
func (rt *Runtime) coreModules() []lua.RegistryFunction {
	modules := []*bind.Module{
		rt.msysModule(), rt.coreModule(), rt.threadpoolModule(), rt.pbpModule(), getoptModule(), rt.policyEditorModule(), tlsParamsModule(),
	}
	for _, name := range emptyModules {
		modules = append(modules, &bind.Module{Name: name, Doc: "Its methods are always there; requiring it changes nothing."})
	}
	libs := append(message.Libraries(rt.msgOptions), vctx.Library(), dict.Library(), dumper.Library())
	for _, m := range modules {
		libs = append(libs, m.Library())
	}
	return libs
}

// emptyModules are modules that only switch methods on in Momentum.
var emptyModules = []string{"msys.boot", "msys.extended", "msys.extended.ac", "msys.extended.vctx"}

// coreModule declares what msys.core has beside messages and sessions.
func (rt *Runtime) coreModule() *bind.Module {
	return &bind.Module{
		Name:     "msys.core",
		Examples: snippets("msys.core"),
		Doc:      "Constants and low-level functions of the server.",
		Classes:  []*bind.Class{schedulerClass, commandClass, argvClass, timevalClass, domainClass, boxClass, deliveryClass},
		Consts:   coreConsts(),
		Funcs: []bind.Func{
			{
				Name: "accept_construct_get_message_construct", Params: "ac:msys.core:_accept_construct",
				Returns: "msys.core:_message_construct|nil", Phases: bind.Any,
				Doc: "Gives the state of the session's ESMTP transaction, nil if it is not an ESMTP session.",
				Fn: func(c *bind.Call) int {
					conn := bind.Arg[*vctx.Conn](c, 1)
					s, ok := c.Env().Session.(*Session)
					if !ok || s.conn != conn || !conn.IsSMTP() {
						return c.PushNil()
					}
					s.pushConstruct(c.L)
					return 1
				},
			},
			{
				Name: "get_now_ts", Returns: "number", Phases: bind.Any, Doc: "Gives the time in whole seconds since 1970.",
				Fn: func(c *bind.Call) int { return c.PushNumber(float64(rt.cfg.Clock.Now().Unix())) },
			},
			{
				Name: "dns_get_domain", Params: "domain:string", Returns: "object|nil", Phases: bind.Any,
				Doc: "Gives the record of a domain of the outbound queue, nil if there is none.",
				Fn: func(c *bind.Call) int {
					d, err := rt.domain(c, c.String(1))
					if err != nil {
						rt.record(c.Env()).Warn("domain record not available", "error", err)
					}
					if d == nil {
						return c.PushNil()
					}
					return c.PushObject(d)
				},
			},
			{
				Name: "mail_queue_delay_domain", Params: "dr:msys.core:_domain_record, note:string", Phases: bind.Any,
				Doc: "Makes all queued mail for the domain wait until its next retry time; note becomes its code.",
				Fn: func(c *bind.Call) int {
					d, note := bind.Arg[*Domain](c, 1), c.OptString(2, "")
					if rt.cfg.Domains == nil {
						rt.warnOnce("delay_domain", "mail_queue_delay_domain: this host has no outbound queue")
						return c.PushNil()
					}
					if err := c.Block(func(ctx context.Context) error { return rt.cfg.Domains.DelayDomain(ctx, d.Name, note) }); err != nil {
						rt.record(c.Env()).Error("mail_queue_delay_domain failed", "domain", d.Name, "error", err)
					}
					return c.PushNil()
				},
			},
			{
				Name: "scheduler_for_domain", Params: "domain:string", Returns: "object", Phases: bind.Any,
				Doc: "Gives the event loop that serves a domain.",
				Fn: func(c *bind.Call) int {
					c.String(1)
					return c.PushObject(loopOf(c))
				},
			},
		},
	}
}

func (rt *Runtime) domain(c *bind.Call, name string) (d *Domain, err error) {
	if rt.cfg.Domains == nil {
		return &Domain{Name: name}, nil
	}
	err = c.Block(func(ctx context.Context) (err error) {
		d, err = rt.cfg.Domains.Lookup(ctx, name)
		return err
	})
	return d, err
}

// coreConsts are the constants of msys.core that belong to no engine.
func coreConsts() []bind.Const {
	consts := []bind.Const{
		{Name: "VALIDATE_CONT", Value: validateCont, Global: true, Doc: "Go on with the next module."},
		{Name: "VALIDATE_DONE", Value: validateDone, Global: true, Doc: "Stop this callout for later modules."},
		{Name: "VALIDATE_AGAIN", Value: validateAgain, Global: true, Doc: "Call again after a short delay."},
		{Name: "EC_HOOK_CONT", Value: 0, Doc: "Go on."},
		{Name: "EC_HOOK_DONE", Value: hookDone, Doc: "core_final_validation2: reject."},
		{Name: "EC_HOOK_RETRY", Value: hookRetry, Doc: "core_final_validation2: defer."},
		{Name: "EC_AUTH_OK", Value: int(AuthOK), Doc: "The credentials are right."},
		{Name: "EC_AUTH_FAIL", Value: int(AuthFail), Doc: "The credentials are wrong."},
		{Name: "EC_AUTH_ERROR", Value: int(AuthError), Doc: "The credentials could not be checked."},
		{Name: "ECTP_COMPLETE_CALLBACK", Value: completeCallback, Doc: "Completion where the closure ran."},
		{Name: "ECTP_COMPLETE_CALLBACK_SCHED", Value: completeCallbackSched, Doc: "Completion on the event loop."},
		{Name: "EC_MESSAGE_ENQUEUE_HOOK_CONT", Value: 0, Doc: "Queue the message."},
		{Name: "EC_MESSAGE_ENQUEUE_HOOK_OK", Value: enqueueTaken, Doc: "The script took the message."},
		{Name: "EC_MESSAGE_ENQUEUE_HOOK_ERR", Value: enqueueRefused, Doc: "Queueing fails."},
		{Name: "GENERATE_BOUNCES_HOOK_CONT", Value: 0, Doc: "No opinion."},
		{Name: "GENERATE_BOUNCES_HOOK_OK", Value: 1, Doc: "enabled.value decides."},
		{Name: "GENERATE_DELAY_DSN_HOOK_CONT", Value: 0, Doc: "No opinion."},
		{Name: "GENERATE_DELAY_DSN_HOOK_OK", Value: 1, Doc: "enabled.value decides."},
		{Name: "DELAY_DSN_SEND_NOTIFICATION_OK", Value: 1, Doc: "The script sent the notification."},
		{Name: "EC_BINDING_SLOT_UNBOUND", Value: -1, Doc: "No binding."},
		{Name: "EC_USE_TLS_NO", Value: 0, Doc: "No TLS."},
		{Name: "EC_USE_TLS_IFAVAILABLE", Value: 1, Doc: "TLS where the peer offers it."},
		{Name: "EC_USE_TLS_REQUIRED", Value: 2, Doc: "TLS or no delivery."},
		{Name: "EC_SSL_VERIFY_NONE", Value: 0, Doc: "No check of the certificate."},
		{Name: "EC_SSL_VERIFY_VALIDCA", Value: 1, Doc: "A certificate of a known CA."},
		{Name: "EC_SSL_VERIFY_HOSTNAME", Value: 2, Doc: "A certificate for the host's name."},
		{Name: "EC_RESTINJ_SESS_OK", Value: 0, Doc: "Go on."},
		{Name: "EC_RESTINJ_SESS_ERR", Value: 1, Doc: "The script has set the response."},
		{Name: "EC_RESTINJ_BODY_UNTOUCHED", Value: 0, Doc: "Default body."},
		{Name: "EC_RESTINJ_BODY_REPLACED", Value: 1, Doc: "The script made the body."},
		{Name: "EC_RESTINJ_BODY_ERROR", Value: 2, Doc: "The request fails."},
		{Name: "LOG_CRITICAL", Value: logCritical}, {Name: "LOG_ERROR", Value: logError},
		{Name: "LOG_WARNING", Value: logWarning}, {Name: "LOG_NOTICE", Value: logNotice},
		{Name: "LOG_INFO", Value: logInfo}, {Name: "LOG_DEBUG", Value: logDebug},
	}
	for st := range vctx.StateCount + 1 {
		consts = append(consts, bind.Const{Name: "MC_STATE_" + st.String(), Value: int(st), Doc: "State of the SMTP receiver."})
	}
	return consts
}

// timeval is a moment as hooks see it.
type timeval struct{ t time.Time }

func (rt *Runtime) now() *timeval { return &timeval{rt.cfg.Clock.Now()} }

var timevalClass = &bind.Class{
	Name: "msys.core:timeval", Short: "now", Of: (*timeval)(nil),
	Doc: "A moment: seconds and microseconds since 1970.",
	Fields: []bind.Field{
		{Name: "tv_sec", Type: "number", Doc: "Whole seconds since 1970.",
			Get: func(c *bind.Call) { c.PushNumber(float64(bind.Self[*timeval](c).t.Unix())) }},
		{Name: "tv_usec", Type: "number", Doc: "Microseconds after them.",
			Get: func(c *bind.Call) { c.PushInt(bind.Self[*timeval](c).t.Nanosecond() / 1000) }},
	},
	ToString: func(self any) string {
		t := self.(*timeval).t
		return strconv.FormatInt(t.Unix(), 10) + fmt.Sprintf(".%06d", t.Nanosecond()/1000)
	},
}

var domainClass = &bind.Class{
	Name: "msys.core:_domain_record", Short: "dr", Of: (*Domain)(nil),
	Doc: "A domain of the outbound queue.",
	Fields: []bind.Field{
		{Name: "domain", Type: "string", Doc: "The domain's name.",
			Get: func(c *bind.Call) { c.PushString(bind.Self[*Domain](c).Name) }},
	},
	Index: func(c *bind.Call) bool {
		key, _ := c.Text(1)
		v, ok := bind.Self[*Domain](c).Fields[key]
		if ok {
			bind.Push(c.L, v)
		}
		return ok
	},
	ToString: func(self any) string { return self.(*Domain).Name },
}
