package modules

import (
	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/audit"
	"github.com/gomsys/gomsys/counter"
	"github.com/gomsys/gomsys/msys/adaptive"
	"github.com/gomsys/gomsys/msys/apn"
	"github.com/gomsys/gomsys/msys/base64"
	"github.com/gomsys/gomsys/msys/bounce"
	"github.com/gomsys/gomsys/msys/cidr"
	"github.com/gomsys/gomsys/msys/curl"
	"github.com/gomsys/gomsys/msys/db"
	"github.com/gomsys/gomsys/msys/delivery"
	"github.com/gomsys/gomsys/msys/dkim"
	"github.com/gomsys/gomsys/msys/dkim2"
	"github.com/gomsys/gomsys/msys/dns"
	"github.com/gomsys/gomsys/msys/domainkeys"
	"github.com/gomsys/gomsys/msys/gaugecache"
	"github.com/gomsys/gomsys/msys/gcm"
	httpclient "github.com/gomsys/gomsys/msys/http"
	"github.com/gomsys/gomsys/msys/httpclnt"
	"github.com/gomsys/gomsys/msys/httpsrv"
	"github.com/gomsys/gomsys/msys/idn"
	"github.com/gomsys/gomsys/msys/iowrap"
	"github.com/gomsys/gomsys/msys/json"
	"github.com/gomsys/gomsys/msys/mstore"
	"github.com/gomsys/gomsys/msys/openarc"
	"github.com/gomsys/gomsys/msys/osstat"
	"github.com/gomsys/gomsys/msys/qp"
	"github.com/gomsys/gomsys/msys/rfc3464"
	"github.com/gomsys/gomsys/msys/scan/av"
	"github.com/gomsys/gomsys/msys/scan/brightmail"
	"github.com/gomsys/gomsys/msys/scan/cloudmark"
	"github.com/gomsys/gomsys/msys/scan/commtouch"
	"github.com/gomsys/gomsys/msys/scan/expurgate"
	"github.com/gomsys/gomsys/msys/scan/spamc"
	"github.com/gomsys/gomsys/msys/scan/symantecbeik"
	"github.com/gomsys/gomsys/msys/smpp"
	"github.com/gomsys/gomsys/msys/snmp"
	"github.com/gomsys/gomsys/msys/xml"
	"github.com/gomsys/gomsys/pcre"
	"github.com/gomsys/gomsys/timer"
)

// Libraries gives the modules for msys.Config.Modules.
func (s *Set) Libraries() []lua.RegistryFunction {
	libs := []lua.RegistryFunction{
		adaptive.Library(s.Adaptive),
		apn.Library(),
		base64.Library(),
		bounce.Library(s.Bounce),
		cidr.Library(s.CIDR),
		counter.Library(s.Counters),
		curl.Library(s.Curl),
		delivery.Library(),
		dkim2.Library(),
		dns.Library(s.DNS),
		gaugecache.Library(s.Gauges),
		gcm.Library(),
		httpclient.Library(s.HTTP),
		httpsrv.Library(s.Server),
		idn.Library(),
		json.Library(),
		mstore.Library(s.Parked),
		openarc.Library(s.ARC),
		osstat.Library(s.OS),
		qp.Library(),
		snmp.Library(s.Traps),
		threadModule().Library(),
		timer.Library(s.Timers),
		xml.Library(),

		av.Library(s.Scanners),
		brightmail.Library(s.Scanners, s.Brightmail),
		cloudmark.Library(s.Scanners, s.Cloudmark),
		commtouch.Library(s.Scanners, s.Commtouch),
		expurgate.Library(s.Scanners, s.Expurgate),
		spamc.Library(s.Scanners),
		symantecbeik.Library(s.Scanners),
	}
	for _, more := range [][]lua.RegistryFunction{
		audit.Libraries(s.Audit),
		db.Libraries(s.DB),
		dkim.Libraries(s.DKIM),
		domainkeys.Libraries(s.DomainKeys),
		httpclnt.Libraries(s.Methods),
		iowrap.Libraries(s.Files),
		pcre.Libraries(s.Patterns),
		rfc3464.Libraries(s.DSN),
		smpp.Libraries(),
	} {
		libs = append(libs, more...)
	}
	return libs
}
