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
	"runtime"
	"strings"
	"time"

	"github.com/gomsys/gomsys/internal/bench/smtpbench"
)

// suite is one benchmark run and its table.
type suite struct {
	title, pkg, bench string
	note              string
}

var suites = []suite{
	{"Lua: the standard library", "./msys/lualib", "Stdlib", "Beside github.com/yuin/gopher-lua."},
	{"Lua: the runtime", "./msys/lualib", "Runtime", "Beside gopher-lua and bare Shopify/go-lua."},
	{"A policy", "./msys", "Policy", "A session with 9 callouts that make 60 calls; the same session without scripts; the same Lua work on bare go-lua."},
	{"Messages: index and decode every part", "./message", "Index|Decode", "Beside net/mail with mime/multipart, emersion/go-message and jhillyerd/enmime."},
	{"Messages: header fields", "./message", "HeaderGet|HeaderAppend", "HeaderAppend is on a message of 10 MB."},
	{"Patterns over a body of 1 MB", "./pcre", "Body", "Beside the standard library's regexp and dlclark/regexp2."},
	{"Patterns on 60 bytes", "./pcre", "Short", "Likewise."},
	{"JSON", "./msys/json", ".", "Beside encoding/json, which does not keep the order of keys."},
	{"Quoted-printable", "./msys/qp", ".", "Beside mime/quotedprintable."},
	{"Base64", "./msys/base64", ".", "Beside encoding/base64."},
	{"Bounce classes", "./msys/bounce", "Classify", "With the full rule set."},
	{"Delivery status notifications", "./msys/rfc3464", "Create", "About a mail of 100 KB."},
	{"DKIM", "./msys/dkim", "Verify|Sign", "Each benchmark reports its time as a multiple of the floor: the bare hash and public-key operation."},
	{"Counters", "./counter", "Inc", "Beside atomic.Int64, xsync.Counter and a map under a mutex."},
	{"Audit series", "./audit", "Series", "12 windows; random hosts."},
	{"Prefix tables", "./msys/cidr", "Load|Lookup", "Beside gaissmai/bart and cidranger; Load is of 1,000,000 lines."},
	{"DNS answers remembered, from Lua", "./msys/dns", ".", ""},
	{"SQL results remembered, from Lua", "./msys/db", ".", ""},
	{"HTTP requests", "./msys/http", ".", "ManySessions is 1,000 requests at once."},
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
	exit(run(*duration, *count, *only, *out, *haraka))
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

const smtpTitle = "Whole mails over SMTP"

func run(duration time.Duration, count int, only, out, haraka string) error {
	var page bytes.Buffer
	fmt.Fprintf(&page, "# Speed\n\nWritten by `go run ./internal/bench`, which runs the benchmarks of the repository beside their peers.\n"+
		"Of %d runs of %v the fastest counts. A ratio above 1 says how many times faster than the peer we are.\n\n%s\n", count, duration, machine())
	w := io.MultiWriter(os.Stdout, &page)
	for _, s := range suites {
		if !strings.Contains(strings.ToLower(s.title), strings.ToLower(only)) {
			continue
		}
		results, err := s.measure(duration, count)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "\n## %s\n\n", s.title)
		if s.note != "" {
			fmt.Fprintf(w, "%s\n\n", s.note)
		}
		writeTable(w, results)
	}
	if strings.Contains(strings.ToLower(smtpTitle), strings.ToLower(only)) {
		list, note, err := measureSMTP(context.Background(), &smtpbench.Options{Time: 10 * duration, Rounds: count}, haraka)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "\n## %s\n\n%s\n\n", smtpTitle, note)
		writeSMTP(w, list)
	}
	if out == "" {
		return nil
	}
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

// machine describes what the numbers were measured on.
func machine() string {
	model := "an unknown processor"
	if b, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(b)) {
			if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
				model = strings.TrimSpace(value)
				break
			}
		}
	}
	return fmt.Sprintf("Machine: %s, %d threads, %s/%s, %s.", model, runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version())
}
