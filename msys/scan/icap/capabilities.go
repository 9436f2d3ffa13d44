package icap

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gomsys/gomsys/msys/scan"
)

// serviceOptions are what a service says of itself.
type serviceOptions struct {
	method         string // RESPMOD or REQMOD
	preview        int    // bytes, negative: none
	maxConnections int    // 0: no limit
	tag            string
	until          time.Time // to be asked for again then
}

// optionsLife is how long options are good if the service does not say less.
const optionsLife = time.Hour

// options reads the response to OPTIONS.
func (resp *response) options(now time.Time) (*serviceOptions, error) {
	if resp.status != 200 && resp.status != 204 {
		return nil, resp.failure()
	}
	o := &serviceOptions{preview: -1, tag: resp.fields["istag"], until: now.Add(optionsLife)}
	for m := range strings.SplitSeq(resp.fields["methods"], ",") {
		switch strings.ToUpper(strings.TrimSpace(m)) {
		case "RESPMOD":
			o.method = "RESPMOD"
		case "REQMOD":
			if o.method == "" {
				o.method = "REQMOD"
			}
		}
	}
	if o.method == "" {
		return nil, fmt.Errorf("%w: the service modifies neither responses nor requests", scan.ErrAnswer)
	}
	if n, err := strconv.Atoi(resp.fields["preview"]); err == nil && n >= 0 {
		o.preview = min(n, maxPreview)
	}
	if n, err := strconv.Atoi(resp.fields["max-connections"]); err == nil && n > 0 {
		o.maxConnections = n
	}
	if n, err := strconv.Atoi(resp.fields["options-ttl"]); err == nil && n > 0 && n < int(optionsLife/time.Second) {
		o.until = now.Add(time.Duration(n) * time.Second)
	}
	return o, nil
}

// capabilities keep a service's options. One goroutine at a time asks for
// them.
type capabilities struct {
	once sync.Once
	turn chan struct{}

	mu   sync.Mutex
	now  *serviceOptions
	last string // tag of the last response to a scan
}

// capabilities gives the options of the service, and asks for them at first,
// when they are too old and when the service has changed.
func (c *Client) capabilities(ctx context.Context) (*serviceOptions, error) {
	k := &c.caps
	if o := k.fresh(c.o.Now()); o != nil {
		return o, nil
	}
	k.once.Do(func() { k.turn = make(chan struct{}, 1) })
	select {
	case k.turn <- struct{}{}:
		defer func() { <-k.turn }()
	case <-ctx.Done():
		return nil, fail("asking for options", context.Cause(ctx))
	}
	if o := k.fresh(c.o.Now()); o != nil {
		return o, nil
	}
	o, err := c.fetchOptions(ctx)
	if err != nil {
		return nil, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.now = o
	return o, nil
}

func (k *capabilities) fresh(now time.Time) *serviceOptions {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.now == nil || !now.Before(k.now.until) {
		return nil
	}
	return k.now
}

// seen notes the tag of a response. A new one says that the service is not
// what it was.
func (k *capabilities) seen(tag string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if tag == "" {
		return
	}
	if k.now != nil && tag != k.now.tag && tag != k.last {
		k.now = nil
	}
	k.last = tag
}
