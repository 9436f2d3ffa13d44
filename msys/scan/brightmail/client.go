package brightmail

import (
	"context"
	"strings"

	"github.com/gomsys/gomsys/msys/scan"
)

// Engine is the name of the slot.
const Engine = "brightmail"

// Options are the options of the module.
type Options struct {
	// SievePrefix is put before "::error" for the message variable that is set
	// when a scan fails. If empty, "brightmail".
	SievePrefix string
}

// Verdict is the answer of a scan.
type Verdict struct {
	// Verdict is "spam", "inbox", or what the engine calls it.
	Verdict string
	// IsDefault says that the mail goes where it would have gone.
	IsDefault bool
	// Rules are the numbers of the rules that matched, separated by spaces.
	Rules string
	// Tracker is the value for a field X-Brightmail-Tracker.
	Tracker string
}

// Client scans with the slot "brightmail" of a set. It may be used by any
// number of goroutines.
type Client struct {
	set    *scan.Set
	prefix string
}

// New makes a client; nil options are all defaults.
func New(set *scan.Set, o *Options) *Client {
	c := &Client{set: set, prefix: "brightmail"}
	if o != nil && o.SievePrefix != "" {
		c.prefix = o.SievePrefix
	}
	return c
}

// Scan scans r. The error is that of [scan.Set.Scan].
func (c *Client) Scan(ctx context.Context, r *scan.Request) (Verdict, error) {
	res, err := c.set.Scan(ctx, Engine, r)
	if err != nil {
		return Verdict{}, err
	}
	return verdictOf(res), nil
}

func verdictOf(res *scan.Result) Verdict {
	v := Verdict{Verdict: "inbox", IsDefault: true, Rules: strings.Join(res.Symbols, " "), Tracker: res.RefID}
	if res.Spam {
		v.Verdict, v.IsDefault = "spam", false
	}
	for key, field := range map[string]*string{"verdict": &v.Verdict, "rules": &v.Rules, "tracker": &v.Tracker} {
		if s, ok := res.Detail[key]; ok {
			*field = s
		}
	}
	if s, ok := res.Detail["is_default"]; ok {
		v.IsDefault = s == "true" || s == "1"
	}
	return v
}
