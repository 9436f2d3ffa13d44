package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/bind/refdoc"
	"github.com/gomsys/gomsys/vctx"
)

// dryRun is one run of the program.
type dryRun struct {
	o      *options
	rt     *msys.Runtime
	files  *files
	stores io.Closer

	mu     sync.Mutex
	times  timeTable
	report *report

	closeOnce sync.Once
	closeErr  error
}

// newDryRun makes the runtime and loads the scripts. The dryRun is never nil,
// so that its report can tell of the error.
func newDryRun(o *options, stderr io.Writer) (*dryRun, error) {
	d := &dryRun{o: o, report: newReport()}
	var err error
	if d.files, err = newFiles(o); err != nil {
		return d, err
	}
	path, names, err := o.searchPath()
	if err != nil {
		return d, err
	}
	cfg := msys.Config{
		Path:         path,
		Logger:       slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
		Print:        d.print,
		Trace:        d.trace,
		Enqueuer:     d,
		ConfigSource: msys.NewConfigMap(o.settings),
		OpenFile:     d.files.open,
		Message:      message.Options{Bindings: bindingList(o.bindings), Files: d.files},
		Context:      func(vctx.Conn) map[string]string { return o.connVars },
	}
	set, err := o.services(d.files)
	if err != nil {
		return d, err
	}
	d.stores = closers{set, set.DB, set.Files}
	cfg.Resolver = set.DNS
	cfg.Modules = set.Libraries()
	if d.rt, err = msys.New(cfg); err != nil {
		return d, err
	}
	for _, name := range names {
		if err := d.rt.Load(name); err != nil {
			return d, err
		}
	}
	return d, nil
}

// searchPath gives the directories for require and the names of the scripts
// to load from them.
func (o *options) searchPath() (path []fs.FS, names []string, err error) {
	if o.useBundle {
		dir, err := fs.Sub(bundled, "bundled")
		return []fs.FS{dir}, []string{"policy"}, err
	}
	dirs := o.scriptDirs()
	for _, s := range o.scripts {
		names = append(names, strings.TrimSuffix(filepath.Base(s), ".lua"))
		if !strings.HasSuffix(s, ".lua") {
			return nil, nil, fmt.Errorf("-script: %s: a file name ending in .lua expected", s)
		}
	}
	if len(o.paths) > 0 {
		for _, dir := range o.paths {
			if info, err := os.Stat(dir); err != nil || !info.IsDir() {
				return nil, nil, fmt.Errorf("-path: %s is not a directory", dir)
			}
		}
		dirs = append(slices.Clone(o.paths), dirs...)
	}
	for _, dir := range dirs {
		root, err := os.OpenRoot(dir)
		if err != nil {
			return nil, nil, fmt.Errorf("opening %s: %w", dir, err)
		}
		path = append(path, root.FS())
	}
	return path, names, nil
}

// print takes a line that a script printed.
func (d *dryRun) print(line string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.report.Log = append(d.report.Log, text(line))
}

// trace takes a callout that ran.
func (d *dryRun) trace(t msys.CalloutTrace) {
	if t.Session == "" && !d.o.loadOnly && t.Error == "" {
		return // init and its like, which every run has
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.times.add(t)
	d.report.Callouts = append(d.report.Callouts, calloutJSON{t.Phase, t.Callout, t.Module, t.Return, t.Error})
}

// Enqueue takes mail that a script sent.
func (d *dryRun) Enqueue(_ context.Context, m *message.Message) error {
	raw, err := content(m)
	if err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if n := len(d.report.Injected); n > 0 {
		last := &d.report.Injected[n-1]
		if last.batch == m.BatchID() && last.Raw == text(raw) {
			last.RcptTo = append(last.RcptTo, m.Recipient())
			return nil
		}
	}
	d.report.Injected = append(d.report.Injected, injectedJSON{
		MailFrom: m.Sender(), RcptTo: []string{m.Recipient()}, Raw: text(raw), batch: m.BatchID(),
	})
	return nil
}

// session plays the SMTP session.
func (d *dryRun) session(ctx context.Context, mail io.Reader) error {
	raw, err := io.ReadAll(mail)
	if err != nil {
		return fmt.Errorf("reading the message: %w", err)
	}
	env, err := d.o.envelope(raw)
	if err != nil {
		return err
	}
	s := d.rt.NewSession(vctx.Conn{
		Remote: d.o.peer, Local: d.o.local, Service: "SMTP",
		Capabilities: []string{"PIPELINING", "SIZE 33554432", "8BITMIME", "ENHANCEDSTATUSCODES", "SMTPUTF8", "CHUNKING"},
	})
	defer s.Close()
	v, err := d.play(ctx, s, env, raw)
	d.report.Verdict = verdictJSON{string(v.Action), v.Code, v.Text}
	if v.Text == "" {
		d.report.Verdict.Text = vctx.DefaultText(v.Code)
	}
	return err
}

// play runs the commands up to the first one that ends the session.
func (d *dryRun) play(ctx context.Context, s *msys.Session, env envelope, raw []byte) (msys.Verdict, error) {
	step := func(v msys.Verdict, err error) (msys.Verdict, bool, error) {
		d.report.Tarpit += v.Tarpit.Seconds()
		return v, err != nil || v.Action != msys.Accept, err
	}
	if v, end, err := step(s.Connect(ctx)); end {
		return v, err
	}
	v, end, err := step(s.Ehlo(ctx, d.o.helo))
	d.report.ESMTP = s.Conn().EHLO()
	if end {
		return v, err
	}
	if d.o.auth != "" {
		if v, end, err := step(s.Authenticated(ctx, "PLAIN", d.o.auth)); end {
			return v, err
		}
	}
	v, end, err = step(s.MailFrom(ctx, env.from))
	if end {
		return v, err
	}
	for k, value := range d.o.messVars {
		s.Context().Set(vctx.MessScope, k, value)
	}
	var refused msys.Verdict
	for _, rcpt := range env.rcpts {
		v, end, err := step(s.RcptTo(ctx, rcpt))
		if err != nil || v.Action == msys.Disconnect {
			return v, err
		}
		if end {
			refused = v
		}
	}
	d.report.Recipients = append(d.report.Recipients, s.Context().Recipients()...)
	if len(d.report.Recipients) == 0 && refused.Code >= 400 {
		return refused, nil
	}
	res, err := s.Data(ctx, strings.NewReader(string(raw)))
	if err != nil {
		return msys.Verdict{}, err
	}
	d.report.Tarpit += res.Tarpit.Seconds()
	if res.Recipients != nil {
		d.report.Recipients = res.Recipients
	}
	return res.Verdict, d.messages(res)
}

// messages reports the copies of the mail.
func (d *dryRun) messages(res *msys.Result) error {
	for _, group := range [][]*msys.Message{res.Messages, res.Discarded} {
		for _, m := range group {
			raw, err := content(m.Message)
			if err != nil {
				return err
			}
			vars := map[string]string{}
			for _, scope := range []message.ContextType{message.ContextConn, message.ContextMess} {
				for _, k := range m.ContextKeys(scope) {
					vars[k], _ = m.ContextGet(scope, k)
				}
			}
			d.report.Messages = append(d.report.Messages, messageJSON{
				MailFrom: m.Sender(), RcptTo: m.Recipient(), Binding: m.Binding(), BindingGroup: m.BindingGroup(),
				RoutingDomain: m.RoutingDomain(context.Background()), Context: vars,
				Discarded: m.Disposition().Discarded, Raw: text(raw),
			})
		}
	}
	return nil
}

func content(m *message.Message) (string, error) {
	var b strings.Builder
	if _, err := m.WriteTo(&b); err != nil {
		return "", fmt.Errorf("rendering message %s: %w", m.ID(), err)
	}
	return b.String(), nil
}

// envelope is the sender and the recipients of a mail.
type envelope struct {
	from  string
	rcpts []string
}

// envelope gives those of the command line; what it left out comes from the
// mail's header.
func (o *options) envelope(raw []byte) (envelope, error) {
	env := envelope{o.mailfrom, o.rcpts}
	if o.mailfromGiven && len(env.rcpts) > 0 {
		return env, nil
	}
	m, err := message.ParseBytes(raw, message.Envelope{}, nil)
	if err != nil {
		return env, fmt.Errorf("reading the message: %w", err)
	}
	defer m.Close()
	if !o.mailfromGiven {
		if from := addresses(m, "From"); len(from) > 0 {
			env.from = from[0]
		}
	}
	if len(env.rcpts) == 0 {
		env.rcpts = append(addresses(m, "To"), addresses(m, "Cc")...)
	}
	if len(env.rcpts) == 0 {
		return env, errors.New("no recipient: give -rcpt, the message has no To field")
	}
	return env, nil
}

// finish prints the report and gives the exit status.
func (d *dryRun) finish(stdout io.Writer) int {
	d.printReport(stdout)
	switch msys.Action(d.report.Verdict.Action) {
	case msys.Accept:
		return exitAccepted
	default:
		return exitRefused
	}
}

// printTimes prints what -trace asks for.
func (d *dryRun) printTimes(stdout, stderr io.Writer) {
	switch {
	case !d.o.trace:
	case d.o.json:
		d.times.write(stderr)
	default:
		d.times.write(stdout)
	}
}

// fail reports an error of usage, script or configuration.
func (d *dryRun) fail(err error, stdout, stderr io.Writer) int {
	d.report.Error = err.Error()
	if d.report.Message != "" {
		err = fmt.Errorf("%s: %w", d.report.Message, err)
	}
	fmt.Fprintln(stderr, "policy:", err)
	if d.o.json {
		d.report.writeJSON(stdout)
	}
	return exitError
}

func (d *dryRun) printReport(w io.Writer) {
	if d.o.json {
		d.report.writeJSON(w)
		return
	}
	d.report.writeText(w)
}

// close runs deinit and releases files; the first call counts.
func (d *dryRun) close() error {
	d.closeOnce.Do(func() {
		if d.rt != nil {
			d.closeErr = d.rt.Close()
		}
		if d.stores != nil {
			d.closeErr = errors.Join(d.closeErr, d.stores.Close())
		}
	})
	return d.closeErr
}

func (d *dryRun) printAPI(w io.Writer) error { return refdoc.WriteList(w, d.rt.API()) }
