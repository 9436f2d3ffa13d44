package modules_test

import (
	"context"
	"io"
	"io/fs"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	wire "github.com/miekg/dns"
	_ "modernc.org/sqlite"

	"github.com/gomsys/gomsys/audit"
	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/cidr"
	"github.com/gomsys/gomsys/msys/db"
	"github.com/gomsys/gomsys/msys/dns"
	"github.com/gomsys/gomsys/msys/modules"
	"github.com/gomsys/gomsys/msys/policykit"
	"github.com/gomsys/gomsys/msys/scan"
	"github.com/gomsys/gomsys/msys/scan/cloudmark"
)

// site is a server with the default policy.
type site struct {
	dp, custom string            // what follows the module line of the two files
	zone       string            // the whole DNS
	broken     string            // a name for which DNS fails
	files      map[string]string // lists of addresses and of keywords
	sql        string            // fills the SQLite datasource "sqlite"
	engines    map[string]scan.EngineFunc
	config     map[string]any
}

// server starts the site, whose configuration must be right.
func (s site) server(t *testing.T) *policykit.Kit {
	t.Helper()
	k := s.start(t)
	k.Load("msys.default_policy")
	return k
}

func (s site) start(t *testing.T) *policykit.Kit {
	t.Helper()
	scripts := fstest.MapFS{"dp_config.lua": {Data: []byte("module('msys.dp_config', package.seeall)\n" + s.dp)}}
	if s.custom != "" {
		scripts["custom_policy.lua"] = &fstest.MapFile{Data: []byte("module('msys.dp_config.custom_policy', package.seeall)\n" + s.custom)}
	}
	set := s.modules(t)
	return policykit.New(t, &policykit.Options{
		Path: []fs.FS{scripts}, Modules: set.Libraries(), Zone: s.zone,
		Config: msys.Config{ConfigSource: msys.NewConfigMap(s.config)},
	})
}

// check fails the test for an error of one of the steps that make a site.
func check[T any](t *testing.T) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func (s site) modules(t *testing.T) *modules.Set {
	t.Helper()
	zone := check[*dns.Zone](t)(dns.NewZone(strings.NewReader(s.zone)))
	o := modules.Options{DNS: check[*dns.Resolver](t)(dns.New(&dns.Options{Exchange: s.exchange(zone)}))}
	o.DB = check[*db.Registry](t)(db.New(&db.Options{
		Sources: map[string]db.Config{
			"sqlite": {URI: []string{"sqlite:" + filepath.Join(t.TempDir(), "site.db")}},
			"UTF-8":  {URI: []string{"iowrapper:"}},
			"latin":  {URI: []string{"csv:"}, AssumeCharset: "ISO-8859-1", MaxRows: -1},
		},
		ReadFile: func(_ context.Context, name string) ([]byte, error) { return s.read(name) },
	}))
	t.Cleanup(func() { o.DB.Close() })
	sqlite := check[*db.Source](t)(o.DB.Source("sqlite"))
	for statement := range strings.SplitSeq(s.sql, ";") {
		if err := sqlite.Exec(t.Context(), statement, nil); err != nil && strings.TrimSpace(statement) != "" {
			t.Fatal(err)
		}
	}
	o.CIDR = cidr.New(&cidr.Config{
		Open: func(_ context.Context, name string) (io.ReadCloser, error) {
			b, err := s.read(name)
			return io.NopCloser(strings.NewReader(string(b))), err
		},
		Query: func(ctx context.Context, source, query string, row func([]string, []any) error) error {
			src, err := o.DB.Source(source)
			if err != nil {
				return err
			}
			return src.Each(ctx, query, nil, row)
		},
		LoadTimeout: 5 * time.Second,
	})
	t.Cleanup(o.CIDR.Close)
	o.Audit = check[*audit.Audit](t)(audit.New(&audit.Options{Logger: slog.New(slog.DiscardHandler)}))
	t.Cleanup(func() { o.Audit.Close(context.Background()) })
	var slots []scan.Slot
	for name, engine := range s.engines {
		kind := scan.Antispam
		if name == "clamav" {
			kind = scan.Antivirus
		}
		slots = append(slots, scan.Slot{Name: name, Engine: engine, Kind: kind})
	}
	o.Scanners = check[*scan.Set](t)(scan.NewSet(slots...))
	o.Cloudmark = &cloudmark.Options{MinimumScore: 90}
	set := check[*modules.Set](t)(modules.New(o))
	t.Cleanup(func() { set.Close() })
	return set
}

// exchange asks the zone. Questions for a server of its own are answered from
// the names below the server's address there.
func (s site) exchange(zone *dns.Zone) dns.Exchange {
	return func(ctx context.Context, q *wire.Msg, network, server string) (*wire.Msg, error) {
		name := q.Question[0].Name
		if s.broken != "" && strings.HasPrefix(name, s.broken) {
			m := new(wire.Msg)
			return m.SetRcode(q, wire.RcodeServerFailure), nil
		}
		if server == "" {
			return zone.Exchange(ctx, q, network, server)
		}
		own := q.Copy()
		own.Question[0].Name = name + strings.TrimSuffix(server, ":53") + "."
		m, err := zone.Exchange(ctx, own, network, server)
		if err == nil {
			m.Question = q.Question
			for _, rr := range m.Answer {
				rr.Header().Name = name
			}
		}
		return m, err
	}
}

func (s site) read(name string) ([]byte, error) {
	if text, ok := s.files[name]; ok {
		return []byte(text), nil
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// play runs a session with a line for each step: "connect 192.0.2.7", "ehlo
// name", "auth user", "mail sender", "rcpt recipient", "data" or "close". It
// gives the last reply. A line that begins with "N x" is done N times. A new
// connect is a new session; the older ones stay open.
func play(t *testing.T, k *policykit.Kit, steps string) (last string) {
	t.Helper()
	var s *policykit.Session
	for line := range strings.SplitSeq(steps, ";") {
		verb, arg, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch verb {
		case "connect":
			if !strings.Contains(arg, ":") || strings.HasPrefix(arg, "[") && strings.HasSuffix(arg, "]") {
				arg += ":4321"
			}
			s = k.Session(arg)
			last = s.Connect()
		case "ehlo":
			last = s.Ehlo(arg)
		case "auth":
			v, err := s.Authenticated(t.Context(), "PLAIN", arg)
			if err != nil || v.Code != 235 {
				t.Fatalf("auth: %+v, %v", v, err)
			}
		case "mail":
			last = s.MailFrom(arg)
		case "rcpt":
			last = s.RcptTo(arg)
		case "data":
			last = s.Data(policykit.Mail)
		case "send": // a whole transaction, as far as it goes
			from, to, _ := strings.Cut(arg, " ")
			if last = s.MailFrom(from); s.Verdict.OK() {
				if last = s.RcptTo(to); s.Verdict.OK() {
					last = s.Data(policykit.Mail)
				}
			}
		case "close":
			s.Close()
		default:
			t.Fatalf("step %q", line)
		}
	}
	return last
}

// policyTest is a site, a session and its last reply.
type policyTest struct {
	name  string
	site  site
	steps string
	want  string
}

func runPolicy(t *testing.T, tests []policyTest) {
	t.Helper()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			k := tt.site.server(t)
			if diff := cmp.Diff(tt.want, play(t, k, tt.steps)); diff != "" {
				t.Error(diff, k.Log())
			}
			for _, line := range k.Errors() {
				t.Error(line)
			}
		})
	}
}
