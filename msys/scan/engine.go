package scan

import "context"

// Engine is a scanner. Scan reads the content through r.Open, gives what it
// found, and returns when ctx ends. It may be called concurrently, and must
// not change r.
type Engine interface {
	Scan(ctx context.Context, r *Request) (*Result, error)
}

// HeaderAnalyzer is an engine that can tell what it thinks of a mail from an
// analysis header that it made before, as Cloudmark's does.
type HeaderAnalyzer interface {
	AnalyzeHeader(ctx context.Context, header string, r *Request) (*Result, error)
}

// Pinger is an engine that can be asked whether it works.
type Pinger interface {
	Ping(ctx context.Context) error
}

// EngineFunc is a function as an engine.
type EngineFunc func(ctx context.Context, r *Request) (*Result, error)

// Scan implements [Engine].
func (f EngineFunc) Scan(ctx context.Context, r *Request) (*Result, error) { return f(ctx, r) }

// Verdict says what a virus scan found. The order of the constants is that of
// the table of results, not of severity.
type Verdict int

const (
	Clean         Verdict = iota // nothing found
	Infected                     // found; Name says what
	Unscannable                  // encrypted, too large; Name says why
	NotStreamable                // the engine cannot scan this as a stream
)

// String gives the name in lower case.
func (v Verdict) String() string {
	switch v {
	case Clean:
		return "clean"
	case Infected:
		return "infected"
	case Unscannable:
		return "unscannable"
	case NotStreamable:
		return "not streamable"
	}
	return "unknown"
}

// severity orders verdicts for the worst of several parts.
func (v Verdict) severity() int {
	switch v {
	case Infected:
		return 4
	case Unscannable:
		return 3
	case NotStreamable:
		return 1
	}
	return 0
}

// Result is what an engine says of a mail or a part. A Result that a [Set] gave
// may be shared and must not be changed.
type Result struct {
	// Verdict is that of a virus scan.
	Verdict Verdict
	// Name is the virus, or why the content could not be scanned.
	Name string
	// Code is the engine's own code for the result.
	Code string

	// Spam is the engine's decision.
	Spam bool
	// Score is the engine's measure and Threshold the score from which it
	// takes a mail for spam. If Threshold is 0, Score counts from 0 to 100.
	Score, Threshold float64
	// Symbols are the names or numbers of the rules that matched.
	Symbols []string
	// RefID identifies the scan to the engine's vendor.
	RefID string

	// Detail has an answer in a vendor's own words. A binding takes a value
	// from here, where there is one, instead of deriving it from the fields
	// above; its package says which keys it knows.
	Detail map[string]string
}
