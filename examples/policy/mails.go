package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/gomsys/gomsys/internal/progress"
)

// mails plays a session for each message and prints a report of each. The
// highest exit status counts. Scripts end before the last report is printed,
// so that it has what they do then.
func (d *dryRun) mails(ctx context.Context, stdin io.Reader, stdout, stderr io.Writer) int {
	names, err := d.o.messageFiles()
	if err != nil {
		d.close()
		return d.fail(err, stdout, stderr)
	}
	var line *progress.Line
	if !progress.IsTerminal(stdout) || !progress.IsTerminal(stderr) { // where reports show how far it is
		line = progress.New(stderr, "mails", len(names), nil)
		defer line.Done()
	}
	worst := exitAccepted
	for i, name := range names {
		d.begin(name, len(names) > 1)
		err := d.mail(ctx, name, stdin)
		last := i == len(names)-1 || ctx.Err() != nil
		if last {
			if closeErr := d.close(); err == nil {
				err = closeErr
			}
			line.Done()
		}
		code := exitError
		if err != nil {
			line.Done()
			d.fail(err, stdout, stderr)
		} else {
			code = d.finish(stdout)
		}
		worst = max(worst, code)
		if last {
			break
		}
		line.Step()
	}
	d.printTimes(stdout, stderr)
	return worst
}

// begin starts a report; it names the message if there are several.
func (d *dryRun) begin(name string, several bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	before := d.report
	d.report = newReport()
	if before.Message == "" { // of the scripts' start, which no message has had yet
		d.report.Callouts, d.report.Log, d.report.Injected = before.Callouts, before.Log, before.Injected
	}
	if several {
		d.report.Message = name
	}
}

// mail plays the session of one message.
func (d *dryRun) mail(ctx context.Context, name string, stdin io.Reader) error {
	mail, err := openMessage(name, stdin)
	if err != nil {
		return err
	}
	defer mail.Close()
	return d.session(ctx, mail)
}

// bundledName stands for the bundled mail.
const bundledName = ""

// messageFiles lists the messages: files, "-", and bundledName for the bundled
// mail.
func (o *options) messageFiles() ([]string, error) {
	if len(o.messages) == 0 {
		if !o.useBundle {
			return nil, errors.New("no message: name files or directories, or - for standard input")
		}
		return []string{bundledName}, nil
	}
	var names []string
	for _, arg := range o.messages {
		if info, err := os.Stat(arg); err != nil || !info.IsDir() {
			names = append(names, arg)
			continue
		}
		entries, err := os.ReadDir(arg)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			if e.Type().IsRegular() {
				names = append(names, filepath.Join(arg, e.Name()))
			}
		}
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("no files in %q", o.messages)
	}
	return names, nil
}

// openMessage opens a mail: a file, standard input, or the bundled one.
func openMessage(name string, stdin io.Reader) (io.ReadCloser, error) {
	switch name {
	case "-":
		return io.NopCloser(stdin), nil
	case bundledName:
		b, err := bundled.ReadFile("bundled/newsletter.eml")
		return io.NopCloser(bytes.NewReader(crlf(b))), err
	}
	return os.Open(name)
}
