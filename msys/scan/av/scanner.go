package av

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/scan"
	"github.com/gomsys/gomsys/vctx"
)

// Status is the outcome of a scan. Its numbers are those of the constants
// msys.av.EC_AV_*.
type Status int

const (
	Clean           Status = iota // nothing found
	Infected                      // found
	Unscannable                   // encrypted, too large
	Failed                        // an engine failed
	NoEngine                      // none is configured, or not the one asked for
	NameTooLong                   // the name of the engine has over 40 bytes
	PartIsContainer               // a part with parts of its own was given
	NotSuitable                   // the engine cannot scan a stream
)

// statusNames are the constants' names behind "EC_AV_".
var statusNames = [...]string{
	"CLEAN", "INFECTED", "UNSCANNABLE", "ERROR", "NO_ENGINE", "NAME_TOO_LONG",
	"PART_IS_CONTAINER", "NOT_SUITABLE_FOR_STREAMING",
}

// String gives the name of the constant.
func (s Status) String() string {
	if s < 0 || int(s) >= len(statusNames) {
		return "EC_AV_" + strconv.Itoa(int(s))
	}
	return "EC_AV_" + statusNames[s]
}

// severity orders what several engines say.
func (s Status) severity() int {
	switch s {
	case Infected:
		return 4
	case Unscannable:
		return 3
	case Failed:
		return 2
	case NotSuitable:
		return 1
	}
	return 0
}

// Result is what a scan found.
type Result struct {
	Status Status
	// Info is the virus, or the reason of any other outcome; "" for clean mail.
	Info string
	// Engine is the engine that found the virus or could not scan the mail; ""
	// for clean mail and failures.
	Engine string
	// Code is the engine's own code, "" if there is none.
	Code string
}

// Scanner scans with the antivirus engines of a set.
type Scanner struct{ set *scan.Set }

// New makes a scanner.
func New(set *scan.Set) *Scanner { return &Scanner{set} }

// Engines gives the names of the engines in the order of the set.
func (s *Scanner) Engines() []string { return s.set.Names(scan.Antivirus) }

// Scan scans with the engine of that name, or for "" with all of them in order
// until one finds something; the most serious result is given. With the
// statuses Failed, NoEngine and NameTooLong comes the error that they stand
// for, a [*scan.Error] or the context's.
func (s *Scanner) Scan(ctx context.Context, engine string, r *scan.Request) (Result, error) {
	names := s.Engines()
	switch {
	case len(engine) > scan.MaxNameLength:
		err := &scan.Error{Engine: engine[:scan.MaxNameLength], Err: scan.ErrNameTooLong}
		return Result{Status: NameTooLong, Info: scan.Reason(err)}, err
	case engine != "":
		return s.named(ctx, engine, names, r)
	case len(names) == 0:
		return Result{Status: NoEngine, Info: "no engine configured"}, &scan.Error{Engine: "antivirus", Err: scan.ErrNoEngine}
	}
	var worst Result
	var failed error
	for i, name := range names {
		res, err := s.one(ctx, name, r)
		if err != nil && failed == nil {
			failed = err
		}
		if i == 0 || res.Status.severity() >= worst.Status.severity() {
			worst = res
		}
		if res.Status == Infected || ctx.Err() != nil {
			break
		}
	}
	if worst.Status != Failed {
		failed = nil
	}
	return worst, failed
}

// named scans with one engine if it is an antivirus engine.
func (s *Scanner) named(ctx context.Context, engine string, names []string, r *scan.Request) (Result, error) {
	for _, name := range names {
		if name == engine {
			return s.one(ctx, name, r)
		}
	}
	return Result{Status: NoEngine, Info: fmt.Sprintf("no engine %q configured", engine)}, &scan.Error{Engine: engine, Err: scan.ErrNoEngine}
}

// one scans with one engine.
func (s *Scanner) one(ctx context.Context, name string, r *scan.Request) (Result, error) {
	res, err := s.set.Scan(ctx, name, r)
	if err != nil {
		return Result{Status: Failed, Info: scan.Reason(err)}, err
	}
	switch res.Verdict {
	case scan.Infected:
		return Result{Infected, res.Name, name, res.Code}, nil
	case scan.Unscannable:
		return Result{Unscannable, orText(res.Name, "the content cannot be scanned"), name, res.Code}, nil
	case scan.NotStreamable:
		return Result{Status: NotSuitable, Info: orText(res.Name, "the engine cannot scan a stream")}, nil
	}
	return Result{Status: Clean, Code: res.Code}, nil
}

func orText(s, def string) string {
	if s == "" {
		return def
	}
	return s
}

// ScanPart scans a leaf part, decoded, as Scan does. A container gives
// PartIsContainer with [scan.ErrContainer].
func (s *Scanner) ScanPart(ctx context.Context, engine string, p *message.Part, c *vctx.Context) (Result, error) {
	r, err := scan.NewPartRequest(p, c)
	switch {
	case errors.Is(err, scan.ErrContainer):
		return Result{Status: PartIsContainer, Info: scan.Reason(err)}, err
	case err != nil:
		return Result{Status: Failed, Info: scan.Reason(err)}, err
	}
	return s.Scan(ctx, engine, r)
}
