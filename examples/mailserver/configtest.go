package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"

	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/modules"
)

// test looks whether the server could start with these options: addresses,
// directories, certificate, services, and the policies, which it reads as
// examples/check does. It opens no port, changes no file and runs no policy.
func test(o *options, w io.Writer) error {
	o.logger = slog.New(slog.DiscardHandler)
	errs := []error{o.useCertificate(), o.testAddresses(), testDirectory("maildir", o.maildir, o.relay == "")}
	if o.relay != "" {
		driver, err := nextHop(o)
		if closer, ok := driver.(io.Closer); ok {
			err = errors.Join(err, closer.Close())
		}
		errs = append(errs, err, testDirectory("queue", filepath.Dir(o.queue), true))
	}
	rule := o.relayRule // a copy, which prepare fills in
	errs = append(errs, rule.prepare(o.relay != ""), o.testPolicies(w))
	if err := errors.Join(errs...); err != nil {
		return err
	}
	_, err := fmt.Fprintln(w, "configuration and policies are in order")
	return err
}

// testAddresses reports addresses that nobody could listen on or connect to.
func (o *options) testAddresses() error {
	type address struct{ key, value string }
	list := []address{{"http", o.http}, {"clamd", o.clamd}, {"spamd", o.spamd}}
	for _, value := range o.listen {
		list = append(list, address{"listen", value})
	}
	for _, value := range o.listenTLS {
		list = append(list, address{"listen-tls", value})
	}
	var errs []error
	for _, a := range list {
		if a.value == "" {
			continue
		}
		if _, port, err := net.SplitHostPort(a.value); err != nil {
			errs = append(errs, fmt.Errorf("%s: HOST:PORT expected, got %q", a.key, a.value))
		} else if _, err := net.LookupPort("tcp", port); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", a.key, err))
		}
	}
	return errors.Join(errs...)
}

// testDirectory reports a path that is there and no directory.
func testDirectory(key, path string, used bool) error {
	if info, err := os.Stat(path); used && err == nil && !info.IsDir() {
		return fmt.Errorf("%s: %s is no directory", key, path)
	}
	return nil
}

// testPolicies makes the services and reads the policies.
func (o *options) testPolicies(w io.Writer) error {
	quiet := *o
	quiet.http = ""
	services, err := newServices(&quiet, modules.Options{})
	if err != nil {
		return err
	}
	defer services.close()
	rt, err := msys.New(msys.Config{Modules: services.set.Libraries(), Logger: o.logger})
	if err != nil {
		return err
	}
	defer rt.Close()
	c := modules.NewChecker(rt)
	err = filepath.WalkDir(o.policies, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(name) != ".lua" {
			return err
		}
		source, err := os.ReadFile(name)
		c.Add(filepath.ToSlash(name), source)
		return err
	})
	if err != nil {
		return fmt.Errorf("policies: %w: name a directory with Lua files", err)
	}
	report := c.Report()
	for _, finding := range report.Findings {
		fmt.Fprintln(w, finding)
	}
	fmt.Fprintln(w, report.Summary())
	if n := report.Errors(); n > 0 {
		return fmt.Errorf("policies: %d of the findings above are errors: mend these scripts", n)
	}
	return nil
}
