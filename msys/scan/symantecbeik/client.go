package symantecbeik

import (
	"context"
	"strconv"

	"github.com/gomsys/gomsys/msys/scan"
)

// Engine is the name of the slot.
const Engine = "symantec_beik"

// Verdict is the answer of a scan.
type Verdict struct {
	// Code is the code of the engine, never 0.
	Code int
	// Destination is "inbox", "is-spam" or "tracker".
	Destination string
	// IsDefault says that the mail goes where it would have gone.
	IsDefault bool
	// Tracker is a text for a header field.
	Tracker string
}

// Client scans with the slot "symantec_beik" of a set. It may be used by any
// number of goroutines.
type Client struct{ set *scan.Set }

// New makes a client.
func New(set *scan.Set) *Client { return &Client{set} }

// Scan scans r. The error is that of [scan.Set.Scan].
func (c *Client) Scan(ctx context.Context, r *scan.Request) (Verdict, error) {
	res, err := c.set.Scan(ctx, Engine, r)
	if err != nil {
		return Verdict{}, err
	}
	return verdictOf(res), nil
}

func verdictOf(res *scan.Result) Verdict {
	v := Verdict{Code: 1, Destination: "inbox", IsDefault: true, Tracker: res.RefID}
	if res.Spam {
		v.Destination, v.IsDefault = "is-spam", false
	}
	if n, err := strconv.Atoi(res.Detail["code"]); err == nil && n != 0 {
		v.Code = n
	}
	if s, ok := res.Detail["destination"]; ok {
		v.Destination = s
	}
	if s, ok := res.Detail["is_default"]; ok {
		v.IsDefault = s == "1" || s == "true"
	}
	if s, ok := res.Detail["tracker"]; ok {
		v.Tracker = s
	}
	return v
}
