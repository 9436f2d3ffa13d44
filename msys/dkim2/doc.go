// Package dkim2 is the place of DKIM2 (draft-ietf-dkim-dkim2-spec), of which
// the wire format still changes from draft to draft, so that what one draft
// signs another does not verify. This version neither signs nor verifies: its
// Lua face, the module msys.validate.dkim2, can be required, and its functions
// say so with [ErrUnsupported], as scripts that check their results expect.
// Messages are never changed and no variables are set.
package dkim2
