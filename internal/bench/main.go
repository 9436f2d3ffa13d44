// Bench runs the benchmarks of the repository that have a peer beside them,
// and prints tables of our speed beside the peers' on the same work in one
// run. With -o it writes the page docs/performance.md.
//
//	go run ./internal/bench -time 300ms -count 3 -o docs/performance.md
//
// Of several runs the fastest counts: what else runs on a machine only makes
// a run slower.
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/gomsys/gomsys/internal/bench/smtpbench"
)

// suite is one benchmark run and its table.
type suite struct {
	title, pkg, bench string
	note              string
}

// Titles of the suites that targets are about.
const (
	suiteStdlib   = "Lua: the standard library"
	suiteRuntime  = "Lua: the runtime"
	suitePolicy   = "A policy"
	suiteMail     = "Whole mails in the runtime"
	suiteMessages = "Messages: index and decode every part"
	suiteHeaders  = "Messages: header fields"
	suiteBody     = "Patterns over a body of 1 MB"
	suiteJSON     = "JSON"
	suiteQP       = "Quoted-printable"
	suiteBase64   = "Base64"
	suiteBounce   = "Bounce classes"
	suiteDSN      = "Delivery status notifications"
	suiteDKIM     = "DKIM"
	suiteCounters = "Counters"
	suiteAudit    = "Audit series"
	suiteCIDR     = "Prefix tables"
	suiteDNS      = "DNS answers remembered, from Lua"
	suiteDB       = "SQL results remembered, from Lua"
	suiteHTTP     = "HTTP requests"
)

var suites = []suite{
	{suiteStdlib, "./msys/lualib", "Stdlib", "Beside github.com/yuin/gopher-lua and the Lua 5.1 of C, a process of its own. That one has no limits to keep."},
	{suiteRuntime, "./msys/lualib", "Runtime", "Beside gopher-lua, bare Shopify/go-lua and the Lua 5.1 of C."},
	{suitePolicy, "./msys", "Policy", "A session with 9 callouts that make 60 calls; the same session without scripts; the same Lua work on bare go-lua."},
	{suiteMail, "./internal/bench/smtpbench", "Mail", "A mail of 4 KB in a session of its own, and 100 mails in each session, with the policies of the table below, without a server around them."},
	{suiteMessages, "./message", "Index|Decode", "Beside net/mail with mime/multipart, emersion/go-message and jhillyerd/enmime."},
	{suiteHeaders, "./message", "HeaderGet|HeaderAppend", "HeaderAppend is on a message of 10 MB."},
	{suiteBody, "./pcre", "Body", "Beside the standard library's regexp and dlclark/regexp2."},
	{"Patterns on 60 bytes", "./pcre", "Short", "Likewise."},
	{suiteJSON, "./msys/json", ".", "Beside encoding/json, which does not keep the order of keys."},
	{suiteQP, "./msys/qp", ".", "Beside mime/quotedprintable."},
	{suiteBase64, "./msys/base64", ".", "Beside encoding/base64."},
	{suiteBounce, "./msys/bounce", "Classify", "With the full rule set."},
	{suiteDSN, "./msys/rfc3464", "Create", "About a mail of 100 KB."},
	{suiteDKIM, "./msys/dkim", "Verify|Sign", "Our time and that of emersion/go-msgauth as multiples of the floor: the bare hash and public-key operation."},
	{suiteCounters, "./counter", "Inc", "Beside atomic.Int64, xsync.Counter and a map under a mutex."},
	{suiteAudit, "./audit", "Series", "12 windows; random hosts."},
	{suiteCIDR, "./msys/cidr", "Load|Lookup", "Beside gaissmai/bart and cidranger (with a tenth of the lines); Load is of 1,000,000 lines."},
	{suiteDNS, "./msys/dns", ".", ""},
	{suiteDB, "./msys/db", ".", ""},
	{suiteHTTP, "./msys/http", ".", "ManySessions is 1,000 requests at once."},
	{"Macros", "./vctx/macro", "Expand", ""},
}

func main() {
	duration := flag.Duration("time", 300*time.Millisecond, "time of each benchmark")
	count := flag.Int("count", 3, "runs of each benchmark; the fastest counts")
	only := flag.String("only", "", "run the suites whose `TITLE` contains this")
	out := flag.String("o", "", "write the page to `FILE`")
	haraka := flag.String("haraka", "", "keep Haraka, which npm installs, in `DIR` (default: a temporary one)")
	if len(os.Args) > 1 && (os.Args[1] == roleBare || os.Args[1] == roleLoad) {
		exit(role(os.Args[1], os.Args[2:]))
	}
	flag.Parse()
	exit(run(&settings{*duration, *count, *only, *haraka}, *out))
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

const smtpTitle = "Whole mails over SMTP"

// settings say what is run and how.
type settings struct {
	duration time.Duration
	count    int
	only     string
	haraka   string
}

// wants reports whether a suite is to be run.
func (s *settings) wants(title string) bool {
	return strings.Contains(strings.ToLower(title), strings.ToLower(s.only))
}

func run(s *settings, out string) error {
	var tables bytes.Buffer
	w := io.MultiWriter(os.Stdout, &tables)
	m := &measured{suites: map[string][]result{}}
	for _, suite := range suites {
		if !s.wants(suite.title) {
			continue
		}
		results, err := suite.measure(s.duration, s.count)
		if err != nil {
			return err
		}
		m.suites[suite.title] = results
		fmt.Fprintf(w, "\n## %s\n\n", suite.title)
		if suite.note != "" {
			fmt.Fprintf(w, "%s\n\n", suite.note)
		}
		writeTable(w, results)
	}
	if s.wants(smtpTitle) {
		var note string
		var err error
		m.smtp, note, err = measureSMTP(context.Background(), &smtpbench.Options{Time: 10 * s.duration, Rounds: s.count}, s.haraka)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "\n## %s\n\n%s %s\n\n", smtpTitle, smtpNote, note)
		writeSMTP(w, m.smtp)
	}
	var verdicts bytes.Buffer
	writeTargets(&verdicts, m)
	fmt.Printf("\n## Targets\n\n%s", verdicts.Bytes())
	if out == "" {
		return nil
	}
	var page bytes.Buffer
	s.writeHead(&page, time.Now())
	fmt.Fprintf(&page, "\n## Targets\n\n%s%s", verdicts.Bytes(), tables.Bytes())
	return os.WriteFile(out, page.Bytes(), 0o644)
}

// measure runs the suite's benchmarks.
func (s suite) measure(duration time.Duration, count int) ([]result, error) {
	cmd := exec.Command("go", "test", "-run", "^$", "-bench", s.bench, "-benchmem",
		"-benchtime", duration.String(), "-count", fmt.Sprint(count), s.pkg)
	cmd.Stderr = os.Stderr
	text, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %w\n%s", s.pkg, err, text)
	}
	return parse(text), nil
}
