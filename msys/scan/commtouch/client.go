package commtouch

import (
	"context"
	"net"
	"strconv"

	"github.com/gomsys/gomsys/msys/scan"
	"github.com/gomsys/gomsys/msys/scan/ctasd"
)

// Engine is the name of the slot.
const Engine = "commtouch"

// Options are the options of the module.
type Options struct {
	// Concurrency is how many scans run at once; others wait. If zero, 10. If
	// negative, mail is never scanned, and the result is that nothing is known.
	Concurrency int
	// Host and Port are those of a ctasd that is used if the set has no engine
	// "commtouch". If one of them is set, the other is 127.0.0.1 or 8088; if
	// neither is, there is none.
	Host string
	Port int
}

// Diagnosis is the answer of a scan. The zero value says that nothing is known.
type Diagnosis struct {
	Class  Class
	Threat Threat
	// RefID identifies the scan to the vendor.
	RefID string
}

// Client scans with the slot "commtouch" of a set. It may be used by any number
// of goroutines.
type Client struct {
	set   *scan.Set
	turns chan struct{} // nil: never scans
}

// New makes a client; nil options are all defaults.
func New(set *scan.Set, o *Options) *Client {
	if o == nil {
		o = &Options{}
	}
	c := &Client{set: set}
	if n := o.Concurrency; n >= 0 {
		if n == 0 {
			n = 10
		}
		c.turns = make(chan struct{}, n)
	}
	if !set.Has(Engine) && (o.Host != "" || o.Port > 0) {
		c.set = defaultSet(o)
	}
	return c
}

// defaultSet has the ctasd of the options.
func defaultSet(o *Options) *scan.Set {
	host, port := o.Host, o.Port
	if host == "" {
		host = "127.0.0.1"
	}
	if port <= 0 {
		port = 8088
	}
	set, err := scan.NewSet(scan.Slot{Name: Engine, Engine: ctasd.New(net.JoinHostPort(host, strconv.Itoa(port)), nil)})
	if err != nil {
		return nil // one slot with a good name: there is no error
	}
	return set
}

// Diagnose scans r. The error is that of [scan.Set.Scan].
func (c *Client) Diagnose(ctx context.Context, r *scan.Request) (Diagnosis, error) {
	if c.turns == nil {
		return Diagnosis{}, nil
	}
	select {
	case c.turns <- struct{}{}:
		defer func() { <-c.turns }()
	case <-ctx.Done():
		return Diagnosis{}, &scan.Error{Engine: Engine, Op: "waiting for a turn", Err: context.Cause(ctx)}
	}
	res, err := c.set.Scan(ctx, Engine, r)
	if err != nil {
		return Diagnosis{}, err
	}
	return diagnosisOf(res), nil
}

// Close closes what New made for Host and Port.
func (c *Client) Close() error { return c.set.Close() }
