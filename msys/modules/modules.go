// Package modules gives a host all Lua modules of this library in one line:
//
//	rt, err := msys.New(msys.Config{Modules: modules.All(modules.Options{})})
//
// A host that also works with the services behind the modules (counters,
// timers, audit series, datasources, delivery) makes a [Set] with [New], or
// gives its own. A host that wants fewer modules names the packages' own
// Library functions.
package modules

import (
	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/audit"
	"github.com/gomsys/gomsys/counter"
	"github.com/gomsys/gomsys/msys/adaptive"
	"github.com/gomsys/gomsys/msys/bounce"
	"github.com/gomsys/gomsys/msys/cidr"
	"github.com/gomsys/gomsys/msys/curl"
	"github.com/gomsys/gomsys/msys/db"
	"github.com/gomsys/gomsys/msys/dkim"
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
	"github.com/gomsys/gomsys/msys/rfc3464"
	"github.com/gomsys/gomsys/msys/scan"
	"github.com/gomsys/gomsys/msys/scan/brightmail"
	"github.com/gomsys/gomsys/msys/scan/cloudmark"
	"github.com/gomsys/gomsys/msys/scan/commtouch"
	"github.com/gomsys/gomsys/msys/scan/expurgate"
	"github.com/gomsys/gomsys/msys/snmp"
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

	// DNS is msys.dnsLookup, and the resolver of DKIM, DomainKeys and ARC if
	// these are nil.
	DNS        *dns.Resolver
	DKIM       *dkim.Options       // msys.validate.opendkim, msys.validate.dkim, opendkim.dkim
	DomainKeys *domainkeys.Options // msys.validate.dk
	ARC        *openarc.Options    // msys.validate.openarc

	// Scanners are the engines of msys.av, msys.spamc and the commercial
	// scanners' modules. If nil, there is none, and calls say so.
	Scanners   *scan.Set
	Brightmail *brightmail.Options
	Cloudmark  *cloudmark.Options
	Commtouch  *commtouch.Options
	Expurgate  *expurgate.Options

	HTTP   *httpclient.Service // msys.http.client
	Curl   *curl.Service       // curl
	Server *httpsrv.Server     // msys.httpsrv; the host serves it
	DB     *db.Registry        // msys.db; if nil, there are no datasources
	Traps  *snmp.Sender        // msys.snmpTrap
	Parked *mstore.Messages    // msys.mstore
	// Files are msys.readfile and msys.core.io_wrapper_open. If nil, and for
	// Curl likewise, scripts can read what this process can read, and write
	// nothing.
	Files *iowrap.FS

	Methods  *httpclnt.Methods // msys.http_lua: delivery methods of scripts
	Adaptive *adaptive.Engine  // msys.adaptive; if nil, rules are checked and do nothing
}

// Set is the services behind all modules.
type Set struct {
	Options
	made []func() error // ends the services that New made
}

// Close ends the services that New made; the host's own are its to end. Call
// it after the runtime's Close.
func (s *Set) Close() error { return s.end() }

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
