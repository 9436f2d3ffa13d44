package cloudmark

import (
	"context"

	"github.com/gomsys/gomsys/msys/scan"
)

// Engine is the name of the slot.
const Engine = "cloudmark"

// Options are the options of the module.
type Options struct {
	// MinimumScore is the score that a mail must exceed to be spam. If zero,
	// no mail is called spam.
	MinimumScore float64
	// MaxBodyLength is how many bytes behind the header are scanned. If zero,
	// all.
	MaxBodyLength int64
	// AF remembers scanned mail for the ActiveFilter. If nil, one that keeps
	// its records in memory and sends nothing.
	AF *ActiveFilter
}

// Client scans with the slot "cloudmark" of a set. It may be used by any number
// of goroutines.
type Client struct {
	set *scan.Set
	o   Options
}

// New makes a client; nil options are all defaults.
func New(set *scan.Set, o *Options) *Client {
	c := &Client{set: set}
	if o != nil {
		c.o = *o
	}
	if c.o.MaxBodyLength <= 0 {
		c.o.MaxBodyLength = -1
	}
	if c.o.AF == nil {
		c.o.AF = &ActiveFilter{}
	}
	return c
}

// Score scans r. The error is that of [scan.Set.Scan].
func (c *Client) Score(ctx context.Context, r *scan.Request) (Score, error) {
	if c.o.MaxBodyLength >= 0 {
		var err error
		if r, err = r.CutBody(c.o.MaxBodyLength); err != nil {
			return Score{}, &scan.Error{Engine: Engine, Err: err}
		}
	}
	res, err := c.set.Scan(ctx, Engine, r)
	if err != nil {
		return Score{}, err
	}
	return c.scoreOf(res), nil
}

// Analyze judges a mail by the analysis header of an earlier scan. An engine
// that is no [scan.HeaderAnalyzer] scans the header's text alone as a mail.
func (c *Client) Analyze(ctx context.Context, header string, r *scan.Request) (Score, error) {
	res, err := c.set.AnalyzeHeader(ctx, Engine, header, r)
	if err != nil {
		return Score{}, err
	}
	return c.scoreOf(res), nil
}
