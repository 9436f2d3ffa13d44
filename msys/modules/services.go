package modules

import (
	"context"
	"errors"
	"io"
	"io/fs"

	"github.com/gomsys/gomsys/audit"
	"github.com/gomsys/gomsys/counter"
	"github.com/gomsys/gomsys/msys/adaptive"
	"github.com/gomsys/gomsys/msys/bounce"
	"github.com/gomsys/gomsys/msys/cidr"
	"github.com/gomsys/gomsys/msys/curl"
	"github.com/gomsys/gomsys/msys/db"
	"github.com/gomsys/gomsys/msys/dkim"
	"github.com/gomsys/gomsys/msys/dkim/dkimsig"
	"github.com/gomsys/gomsys/msys/dns"
	"github.com/gomsys/gomsys/msys/domainkeys"
	"github.com/gomsys/gomsys/msys/gaugecache"
	httpclient "github.com/gomsys/gomsys/msys/http"
	"github.com/gomsys/gomsys/msys/httpclnt"
	"github.com/gomsys/gomsys/msys/httpsrv"
	"github.com/gomsys/gomsys/msys/iowrap"
	"github.com/gomsys/gomsys/msys/mstore"
	"github.com/gomsys/gomsys/msys/openarc"
	"github.com/gomsys/gomsys/msys/osstat"
	"github.com/gomsys/gomsys/msys/scan"
	"github.com/gomsys/gomsys/msys/snmp"
	"github.com/gomsys/gomsys/pcre"
	"github.com/gomsys/gomsys/timer"
)

// New completes o with default services. The error is that of a default that
// cannot be made.
func New(o Options) (*Set, error) {
	s := &Set{Options: o}
	for _, fill := range []func() error{s.accounting, s.files, s.naming, s.network, s.outgoing} {
		if err := fill(); err != nil {
			return nil, errors.Join(err, s.end())
		}
	}
	return s, nil
}

func (s *Set) end() error {
	var errs []error
	for _, end := range s.made {
		errs = append(errs, end())
	}
	return errors.Join(errs...)
}

// ends notes how to end a service that was made.
func (s *Set) ends(end func() error) { s.made = append(s.made, end) }

// accounting makes what counts, and what needs nothing.
func (s *Set) accounting() (err error) {
	if s.Counters == nil {
		s.Counters = counter.New(nil)
	}
	if s.Audit == nil {
		a, err := audit.New(nil)
		if err != nil {
			return err
		}
		s.Audit = a
		s.ends(func() error { return a.Close(context.Background()) })
	}
	if s.Timers == nil {
		s.Timers = timer.New(nil)
		s.ends(func() error { s.Timers.Close(); return nil })
	}
	if s.Gauges == nil {
		s.Gauges = gaugecache.New(nil)
		s.ends(func() error { s.Gauges.Close(context.Background()); return nil })
	}
	if s.OS == nil {
		s.OS = osstat.New(nil)
		s.ends(func() error { s.OS.Close(); return nil })
	}
	if s.Patterns == nil {
		s.Patterns = pcre.NewCache(nil)
	}
	if s.Bounce == nil {
		s.Bounce, err = bounce.New(nil)
	}
	return err
}

// naming makes the resolver and what asks it.
func (s *Set) naming() (err error) {
	if s.DNS == nil {
		if s.DNS, err = dns.New(nil); err != nil {
			return err
		}
	}
	// Scripts name key files: they are among those that scripts may read.
	keys := s.Files.ReadFile
	if s.DKIM == nil {
		s.DKIM = &dkim.Options{
			Verifier: &dkim.Verifier{Keys: dkimsig.KeyStore{Resolver: s.DNS}},
			Signer:   &dkim.Signer{KeyLoader: keys},
		}
	}
	if s.DomainKeys == nil {
		s.DomainKeys = &domainkeys.Options{Signer: &domainkeys.Signer{KeyLoader: keys}}
	}
	if s.ARC == nil {
		v := &openarc.Verifier{Keys: dkimsig.KeyStore{Resolver: s.DNS}}
		s.ARC = &openarc.Options{Verifier: v, Sealer: &openarc.Sealer{Verifier: v, KeyLoader: keys}}
	}
	return nil
}

// files makes what scripts may read.
func (s *Set) files() (err error) {
	if s.Files == nil {
		if s.Files, err = iowrap.New(&iowrap.Options{ReadOnly: true}); err != nil {
			return err
		}
		s.ends(s.Files.Close)
	}
	return nil
}

// network makes clients, the server, files and stores.
func (s *Set) network() (err error) {
	if s.HTTP == nil {
		s.HTTP = httpclient.New(nil)
		s.ends(func() error { s.HTTP.Close(); return nil })
	}
	if s.Curl == nil {
		s.Curl = curl.New(&curl.Options{Files: readOnly{curl.Dir("/")}})
		s.ends(func() error { s.Curl.Close(); return nil })
	}
	if s.Server == nil {
		s.Server = httpsrv.New(nil)
	}
	if s.DB == nil {
		if s.DB, err = db.New(nil); err != nil {
			return err
		}
		s.ends(s.DB.Close)
	}
	if s.CIDR == nil {
		s.CIDR = cidr.New(&cidr.Config{Query: s.DB.Each})
		s.ends(func() error { s.CIDR.Close(); return nil })
	}
	if s.Traps == nil {
		if s.Traps, err = snmp.New(nil); err != nil {
			return err
		}
	}
	if s.Parked == nil {
		s.Parked = mstore.New(nil)
	}
	if s.Scanners == nil {
		s.Scanners, err = scan.NewSet()
	}
	return err
}

// outgoing makes what goes with deliveries.
func (s *Set) outgoing() (err error) {
	if s.Methods == nil {
		s.Methods = httpclnt.NewMethods(nil)
		s.ends(s.Methods.Close)
	}
	if s.Adaptive == nil {
		s.Adaptive, err = adaptive.New(nil)
	}
	return err
}

// readOnly are files that scripts cannot change.
type readOnly struct{ curl.Files }

func (readOnly) Create(name string) (io.WriteCloser, error) { return nil, refused("create", name) }
func (readOnly) Rename(from, _ string) error                { return refused("rename", from) }
func (readOnly) Remove(name string) error                   { return refused("remove", name) }

func refused(op, name string) error {
	return &fs.PathError{Op: op, Path: name, Err: fs.ErrPermission}
}
