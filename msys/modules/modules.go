// Package modules gives a host all Lua modules of this library in one line:
//
//	rt, err := msys.New(msys.Config{Modules: modules.All(modules.Options{})})
//
// A host that also works with the services behind the modules (counters,
// timers, audit series) makes a [Set] with [New], or gives its own. A host
// that wants fewer modules names the packages' own Library functions.
package modules

import (
	"context"
	"errors"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/audit"
	"github.com/gomsys/gomsys/counter"
	"github.com/gomsys/gomsys/msys/base64"
	"github.com/gomsys/gomsys/msys/bounce"
	"github.com/gomsys/gomsys/msys/cidr"
	"github.com/gomsys/gomsys/msys/dkim"
	"github.com/gomsys/gomsys/msys/gaugecache"
	"github.com/gomsys/gomsys/msys/idn"
	"github.com/gomsys/gomsys/msys/json"
	"github.com/gomsys/gomsys/msys/osstat"
	"github.com/gomsys/gomsys/msys/qp"
	"github.com/gomsys/gomsys/msys/rfc3464"
	"github.com/gomsys/gomsys/msys/xml"
	"github.com/gomsys/gomsys/pcre"
	"github.com/gomsys/gomsys/timer"
)

// Options are the services that modules work with. Each that is nil is made
// with its defaults.
type Options struct {
	Counters *counter.Registry  // msys.counter
	Audit    *audit.Audit       // msys.audit, msys.audit_series
	Timers   *timer.Engine      // msys.timer
	Gauges   *gaugecache.Caches // msys.gauge_cache
	CIDR     *cidr.Registry     // msys.cidr
	OS       *osstat.Monitor    // msys.os
	Patterns *pcre.Cache        // msys.pcre, pcre
	Bounce   *bounce.Classifier // msys.bounce
	DSN      *rfc3464.Options   // msys.rfc3464
	DKIM     *dkim.Options      // msys.validate.opendkim, msys.validate.dkim, opendkim.dkim
}

// Set is the services behind all modules.
type Set struct {
	Options
	made []func() error // ends the services that New made
}

// New completes o with default services. The error is that of a default that
// cannot be made.
func New(o Options) (*Set, error) {
	s := &Set{Options: o}
	if s.Counters == nil {
		s.Counters = counter.New(nil)
	}
	if s.Audit == nil {
		a, err := audit.New(nil)
		if err != nil {
			return nil, err
		}
		s.Audit = a
		s.made = append(s.made, func() error { return a.Close(context.Background()) })
	}
	if s.Timers == nil {
		s.Timers = timer.New(nil)
		s.made = append(s.made, func() error { s.Timers.Close(); return nil })
	}
	if s.Gauges == nil {
		s.Gauges = gaugecache.New(nil)
		s.made = append(s.made, func() error { s.Gauges.Close(context.Background()); return nil })
	}
	if s.CIDR == nil {
		s.CIDR = cidr.New(nil)
		s.made = append(s.made, func() error { s.CIDR.Close(); return nil })
	}
	if s.OS == nil {
		s.OS = osstat.New(nil)
		s.made = append(s.made, func() error { s.OS.Close(); return nil })
	}
	if s.Patterns == nil {
		s.Patterns = pcre.NewCache(nil)
	}
	if s.Bounce == nil {
		b, err := bounce.New(nil)
		if err != nil {
			return nil, err
		}
		s.Bounce = b
	}
	return s, nil
}

// Libraries gives the modules for msys.Config.Modules.
func (s *Set) Libraries() []lua.RegistryFunction {
	libs := []lua.RegistryFunction{
		base64.Library(),
		bounce.Library(s.Bounce),
		cidr.Library(s.CIDR),
		counter.Library(s.Counters),
		gaugecache.Library(s.Gauges),
		idn.Library(),
		json.Library(),
		osstat.Library(s.OS),
		qp.Library(),
		threadModule().Library(),
		timer.Library(s.Timers),
		xml.Library(),
	}
	libs = append(libs, audit.Libraries(s.Audit)...)
	libs = append(libs, pcre.Libraries(s.Patterns)...)
	libs = append(libs, dkim.Libraries(s.DKIM)...)
	return append(libs, rfc3464.Libraries(s.DSN)...)
}

// Close ends the services that New made; the host's own are its to end. Call
// it after the runtime's Close.
func (s *Set) Close() error {
	var errs []error
	for _, end := range s.made {
		errs = append(errs, end())
	}
	return errors.Join(errs...)
}

// All gives the modules for msys.Config.Modules, with o completed by default
// services, which live as long as the program. A default that cannot be made
// leaves its modules out, and requiring one says so.
func All(o Options) []lua.RegistryFunction {
	s, err := New(o)
	if err != nil {
		return []lua.RegistryFunction{{Name: "msys.modules", Function: func(l *lua.State) int {
			lua.Errorf(l, "modules are not available: %s", err.Error())
			return 0
		}}}
	}
	return s.Libraries()
}
