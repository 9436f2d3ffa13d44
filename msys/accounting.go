package msys

import (
	"net/netip"

	"github.com/gomsys/gomsys/vctx"
)

// Accounting takes note of the sessions of a runtime and of what became of
// their mail. A runtime with the module msys.audit reports to that without
// being told.
type Accounting = vctx.Accounting

// UseAccounting lets a Lua module report to a when it is opened: its loop's
// runtime tells a of sessions from then on, unless Config.Accounting names
// another one. The first one counts.
func (lp *loop) UseAccounting(a Accounting) { lp.rt.accounting.CompareAndSwap(nil, &a) }

// accounts gives who takes note.
func (rt *Runtime) accounts() Accounting { return *rt.accounting.Load() }

// openCounts is the accounting of a runtime without msys.audit: it only
// counts open sessions.
type openCounts struct{ *sessionCounts }

func (c openCounts) OpenSession(service, _ string, peer netip.Addr) (end func()) {
	c.add(service, peer, 1)
	return func() { c.add(service, peer, -1) }
}

func (openCounts) Reception(netip.Addr, int) {}
func (openCounts) Rejection(netip.Addr, int) {}
