package dkim

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/vctx"
)

// AutoSign signs a message as its domain's options say, as the last edit: it
// is for the callout core_final_validation, after scripts. Messages that
// SignAllowed refuses, that lack the variable of SignCondition, or for whose
// domain no selector is configured, stay as they are, without an error.
func (s *Signer) AutoSign(ctx context.Context, c *vctx.Context, m *message.Message) error {
	if m == nil || s.SignAllowed != nil && !s.SignAllowed(m) {
		return nil
	}
	o := s.OptionsFor(m)
	if o.Selector == "" {
		return nil
	}
	o.meetCondition(c)
	if _, err := s.Sign(ctx, m, &o); err != nil && !errors.Is(err, ErrSignCondition) {
		return err
	}
	return nil
}

// meetCondition drops a condition that the session's variables meet.
func (o *SignOptions) meetCondition(c *vctx.Context) {
	if c != nil && o.SignCondition != "" && (c.Exists(vctx.MessScope, o.SignCondition) || c.Exists(vctx.ConnScope, o.SignCondition)) {
		o.SignCondition = ""
	}
}

// Validator verifies the mail of sessions by itself. Its method Data is for
// the callout validate_data, before scripts, which find the results
// remembered.
type Validator struct {
	// Verifier verifies. It is required.
	Verifier *Verifier
	// AuthservID names the server in Authentication-Results. If empty,
	// os.Hostname.
	AuthservID string
	// NoAuthResults leaves the header as it is.
	NoAuthResults bool
}

var errNoVerifier = errors.New("dkim: Validator without a Verifier")

// Data verifies a message and adds an Authentication-Results field with the
// results, none to unsigned mail. Then it sends the report that a script has
// asked for, if one has. It never decides about the message.
func (v *Validator) Data(ctx context.Context, c *vctx.Context, m *message.Message) error {
	if v.Verifier == nil {
		return errNoVerifier
	}
	if m == nil {
		return nil
	}
	res, err := v.Verifier.Verify(ctx, m)
	if err != nil {
		return err
	}
	reportErr := v.report(ctx, c, m, res)
	if value := res.AuthResults(v.authservID()); value != "" && !v.NoAuthResults {
		if err := v.add(m, res, value); err != nil {
			return err
		}
	}
	return reportErr
}

// add adds the field. The results hold for the content with it too, unless it
// is signed that there is no other such field.
func (v *Validator) add(m *message.Message, res *Result, value string) error {
	if err := m.Header().Prepend("Authentication-Results", value); err != nil {
		return fmt.Errorf("dkim: adding results: %w", err)
	}
	for _, s := range res.Signatures {
		if s.Signed("Authentication-Results") {
			return nil
		}
	}
	v.Verifier.remember(idOf(m), res)
	return nil
}

func (v *Validator) authservID() string {
	if v.AuthservID != "" {
		return v.AuthservID
	}
	name, err := os.Hostname()
	if err != nil {
		return "localhost"
	}
	return name
}
