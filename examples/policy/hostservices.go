package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver pgx
	_ "modernc.org/sqlite"             // the driver sqlite

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/db"
	"github.com/gomsys/gomsys/msys/dns"
	"github.com/gomsys/gomsys/msys/iowrap"
	"github.com/gomsys/gomsys/msys/modules"
)

// services makes what a mail server would give to the modules.
func (o *options) services(files *files) (*modules.Set, error) {
	var m modules.Options
	var err error
	if m.DNS, err = o.resolver(); err != nil {
		return nil, err
	}
	m.Files, err = iowrap.New(&iowrap.Options{Schemes: map[string]iowrap.Scheme{
		"": iowrap.SchemeFunc(files.openPath), "file": iowrap.SchemeFunc(files.openPath),
		"jlog": nil, "cluster": nil, "syslog": nil, // nothing but those files is written
	}})
	if err != nil {
		return nil, err
	}
	if m.DB, err = o.registry(m.Files); err != nil {
		return nil, err
	}
	set, err := modules.New(m)
	if err != nil {
		return nil, err
	}
	return set, nil
}

// resolver answers from the zone file, or asks the network without one.
func (o *options) resolver() (*dns.Resolver, error) {
	if o.zone == "" {
		return dns.New(nil)
	}
	f, err := os.Open(o.zone)
	if err != nil {
		return nil, fmt.Errorf("-dns: %w", err)
	}
	defer f.Close()
	z, err := dns.NewZone(f)
	if err != nil {
		return nil, fmt.Errorf("-dns: %s: %w", o.zone, err)
	}
	return dns.New(&dns.Options{Exchange: z.Exchange})
}

// registry has the datasources of -ds.
func (o *options) registry(files *iowrap.FS) (*db.Registry, error) {
	sources := map[string]db.Config{}
	for _, ds := range o.datasources {
		name, uri, _ := strings.Cut(ds, "=")
		sources[name] = db.Config{URI: []string{uri}}
	}
	reg, err := db.New(&db.Options{
		Sources:  sources,
		Drivers:  map[string]db.Driver{"pgx": db.SQL([]string{"pgx"}, db.PostgreSQL(), nil)},
		ReadFile: files.ReadFile,
	})
	if err != nil {
		return nil, fmt.Errorf("-ds: %w", err)
	}
	return reg, nil
}

// closers closes one after the other.
type closers []io.Closer

func (c closers) Close() error {
	var errs []error
	for _, one := range c {
		errs = append(errs, one.Close())
	}
	return errors.Join(errs...)
}

// bindingList is the registry of the bindings that -binding names; each is a
// group of its own, so that binding_group finds it too.
type bindingList []string

func (b bindingList) ID(name string) (int, bool) {
	if name == message.DefaultBinding {
		return 0, true
	}
	i := slices.Index(b, name)
	return i + 1, i >= 0
}

func (b bindingList) Name(id int) (string, bool) {
	switch {
	case id == 0:
		return message.DefaultBinding, true
	case id > 0 && id <= len(b):
		return b[id-1], true
	}
	return "", false
}

func (b bindingList) GroupSize(group string) int {
	if slices.Contains(b, group) {
		return 1
	}
	return 0
}

func (b bindingList) GroupOf(binding string) string {
	if slices.Contains(b, binding) {
		return binding
	}
	return ""
}

func (b bindingList) Select(_ context.Context, _ *message.Message, group string) (string, bool) {
	return group, slices.Contains(b, group)
}
