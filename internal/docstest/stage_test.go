package docstest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/modules"
	"github.com/gomsys/gomsys/msys/policykit"
	"github.com/gomsys/gomsys/msys/scan/cloudmark"
	"github.com/gomsys/gomsys/vctx"
)

// stage is what a snippet of the reference is played on: a runtime with all
// modules, and services that answer without a network.
type stage struct {
	kit      *policykit.Kit
	set      *modules.Set
	mail     string
	domains  *domains
	printed  string // to the console
	response string // of the endpoint
	// tarpit is the delay of the banner.
	tarpit time.Duration
}

// newStage makes the stage for snippets of a module.
func newStage(t *testing.T, module string) *stage {
	t.Helper()
	s := &stage{mail: mailFor(t, module), domains: &domains{}}
	zone, err := policykit.ParseZone(zoneText)
	if err != nil {
		t.Fatal(err)
	}
	o := services(t, module, zone)
	if s.set, err = modules.New(o); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.set.Close(); err != nil {
			t.Error(err)
		}
	})
	s.kit = policykit.New(t, &policykit.Options{Modules: s.set.Libraries(), Zone: zoneText, Config: config(s.domains)})
	if init := preludes[module]; init != "" {
		s.kit.LoadString("init.lua", `msys.registerModule("prelude", { init = function() `+init+` return true end })`)
	}
	return s
}

var placeLine = regexp.MustCompile(`^-- in (\w+)\(([^)]*)\)`)

// place tells which function a snippet stands in, and its arguments.
func place(snippet string) (name, args string) {
	if m := placeLine.FindStringSubmatch(snippet); m != nil {
		return m[1], m[2]
	}
	return "validate_data_spool_each_rcpt", "msg, ac, vctx"
}

// done is what a snippet that came to its end prints.
const done = "the snippet is done"

// play runs a snippet where it stands.
func (s *stage) play(t *testing.T, name, snippet string) {
	t.Helper()
	place, args := place(snippet)
	result := "msys.core.VALIDATE_CONT"
	if place == "init" {
		result = "true"
	}
	separated := args
	if args != "" {
		separated = ", " + args
	}
	register := fmt.Sprintf("msys.registerModule(%q, { %s = function(self%s) return run(%s) end })", "snippet", place, separated, args)
	switch place {
	case "control":
		register = `msys.registerControl("snippet", function(cc) run(cc) return "" end)`
	case "endpoint":
		register = `require("msys.httpsrv") msys.httpsrv.register(nil, "/policy", function(session) return run(session) end)`
	}
	// The snippet begins on the first line, so that errors tell its own lines.
	script := fmt.Sprintf("require('msys.core') local function run(%s) local function snippet() %s\nend snippet() print(%q) return %s end\n%s\n",
		args, snippet, done, result, register)
	if place == "endpoint" {
		script = strings.Replace(script, "snippet() print", "local result = snippet() print", 1)
		script = strings.Replace(script, "return "+result, "return result", 1)
	}
	if err := s.kit.Runtime.LoadString(name+".lua", script); err != nil {
		t.Fatal(err)
	}
	if drive := drivers[place]; drive != nil {
		drive(t, s)
	} else if session := s.session(); outcomes[name] != nil && !outcomes[name](s, session) {
		t.Errorf("the snippet has another outcome: %+v", session.Verdict)
	}
	if want := responses[name]; want != "" && s.response != want {
		t.Errorf("the endpoint answers %q, want %q", s.response, want)
	}
	if printed := s.kit.Printed() + s.printed; !strings.Contains(printed, done) {
		t.Errorf("%s did not run to its end; printed:\n%s", place, printed)
		for _, e := range s.kit.Errors() {
			t.Error(e)
		}
	}
}

// session is the session of the mail that snippets see, up to the step that
// a snippet refuses.
func (s *stage) session() *policykit.Session {
	session := s.kit.SessionOn(vctx.Conn{
		Remote: clientAddr, Local: listenerAddr, Service: "SMTP",
		Capabilities: []string{"PIPELINING", "8BITMIME", "SIZE 10485760"},
	})
	for _, step := range []func() string{
		session.Connect,
		func() string { s.tarpit = session.Verdict.Tarpit; return session.Ehlo("mx.example.org") },
		func() string { return session.MailFrom("ann@example.org") },
		func() string { return session.RcptTo("bob@example.com") },
		func() string { return session.DataBytes(s.mail) },
	} {
		if step(); !session.Verdict.OK() {
			break
		}
	}
	return session
}

// outcomes check what snippets do that they cannot see themselves.
var outcomes = map[string]func(s *stage, session *policykit.Session) bool{
	"vctx:tarpit": func(s *stage, _ *policykit.Session) bool { return s.tarpit == 2*time.Second },
	"vctx:disconnect": func(_ *stage, session *policykit.Session) bool {
		return session.Verdict.Action == msys.Disconnect && session.Verdict.Text == "5.7.1 we know you"
	},
	"ac:esmtp_capability_add": func(_ *stage, session *policykit.Session) bool {
		list := session.Conn().EHLO()
		return slices.Contains(list, "SIZE 1000000") && slices.Contains(list, "X-POLICY")
	},
	"ac:esmtp_capability_remove": func(_ *stage, session *policykit.Session) bool {
		return !slices.Contains(session.Conn().EHLO(), "PIPELINING")
	},
	"msg:discard": func(_ *stage, session *policykit.Session) bool {
		return session.Verdict.OK() && len(session.Result.Messages) == 0 && len(session.Result.Discarded) == 1
	},
	"msys.cloudmark.set_af_mode_discard": func(s *stage, _ *policykit.Session) bool {
		return s.set.Cloudmark.AF.Settings().Mode == cloudmark.ModeDiscard
	},
	"msys.cloudmark.set_af_mode_keep": func(s *stage, _ *policykit.Session) bool {
		return s.set.Cloudmark.AF.Settings().Mode == cloudmark.ModeKeep
	},
	"msys.log": func(s *stage, _ *policykit.Session) bool {
		return strings.Contains(s.kit.Log(), "mail from ann@example.org")
	},
	"msys.core.mail_queue_delay_domain": func(s *stage, _ *policykit.Session) bool {
		return s.domains.delayed == "example.org: 4.7.0 they asked us to wait"
	},
}

// preludes are the init() of the policies that snippets of a module are from.
var preludes = map[string]string{
	"msys.audit_series": `msys.audit_series.define("limits", "cidr", 300, 6) msys.audit_series.define("senders", "string", 3600, 24)`,
	"msys.cidr":         `msys.cidr.define("partners", "empty")`,
}

// config is that of the runtime.
func config(d *domains) msys.Config {
	return msys.Config{
		StrictPhases: true, Hostname: "mail.example.com", Domains: d,
		Message: messageOptions(),
	}
}
