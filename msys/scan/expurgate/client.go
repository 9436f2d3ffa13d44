package expurgate

import (
	"context"

	"github.com/gomsys/gomsys/msys/scan"
)

// Engine is the name of the slot.
const Engine = "eleven"

// Options are the options of the module.
type Options struct {
	// EnableAntivir allows the minor types virus and outbreak. If false they
	// are normal; the major type stays.
	EnableAntivir bool
}

// Verdict is the answer of a scan.
type Verdict struct {
	Major Major
	Minor Minor
}

// Client scans with the slot "eleven" of a set. It may be used by any number of
// goroutines.
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
	return c
}

// Scan scans r. The error is that of [scan.Set.Scan].
func (c *Client) Scan(ctx context.Context, r *scan.Request) (Verdict, error) {
	res, err := c.set.Scan(ctx, Engine, r)
	if err != nil {
		return Verdict{}, err
	}
	v := verdictOf(res)
	if !c.o.EnableAntivir && (v.Minor == SubtypeDangerousVirus || v.Minor == SubtypeDangerousOutbreak) {
		v.Minor = SubtypeNormal
	}
	return v, nil
}

func verdictOf(res *scan.Result) Verdict {
	v := Verdict{Major: TypeClean}
	switch {
	case res.Verdict == scan.Infected:
		v = Verdict{TypeDangerous, SubtypeDangerousVirus}
	case res.Spam:
		v.Major = TypeSpam
	}
	if word, ok := res.Detail["eleven-result"]; ok {
		v.Major, _ = majorOf(word)
		v.Minor = SubtypeNormal
	}
	if word, ok := res.Detail["eleven-result-subtype"]; ok {
		v.Minor, _ = minorOf(word)
	}
	return v
}
