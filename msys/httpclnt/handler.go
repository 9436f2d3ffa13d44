package httpclnt

import (
	"context"
	"strconv"
	"strings"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/delivery"
)

// Decision is what a step of a [Handler] decides; the numbers are those of
// msys.httpclnt.HTTP_INTERNAL_*.
type Decision int

// Decisions of a handler.
const (
	Cont Decision = 0  // go on as usual
	Done Decision = 1  // the step is done
	Fail Decision = -1 // the attempt fails
)

// Handler is what is special about a delivery method over HTTP. Each function
// may be nil. An error of BuildRequest defers the message; after one of
// HandleResponse the status decides. Both are logged.
type Handler struct {
	// BuildRequest fills the request. After Cont the driver writes its Data,
	// after Done Data is complete; Fail makes no request, and the message
	// variable DLV_Response_Status says why. Without one the message counts
	// as delivered, as in Momentum.
	BuildRequest func(ctx context.Context, s *Session) (Decision, error)
	// HandleResponse reads the response. After Cont its status decides; after
	// Done or Fail DLV_Response_Status does, which is empty for a delivery.
	HandleResponse func(ctx context.Context, s *Session) (Decision, error)
	// Classify reads a DLV_Response_Status. If nil, or if it gives
	// delivery.Continue, [ClassifyStatus] does, with Options.Retry5xx. The
	// words of internal replies, which stand there if there was no response,
	// are not for it: they are failures for now.
	Classify func(ctx context.Context, m *message.Message, status string) delivery.Status
	// Unreachable is the DLV_Response_Status for an attempt without a
	// response. If empty, the words of the internal reply.
	Unreachable string

	// Init is called at the begin of a session, which is one attempt, Reset
	// and Destroy at its end.
	Init, Reset, Destroy func(ctx context.Context, s *Session)
	// Disposed is told what became of the message.
	Disposed func(ctx context.Context, m *message.Message, out delivery.Outcome)
}

// ClassifyStatus reads an HTTP status: "" and 2xx are deliveries, every other
// number has failed for good, as Momentum has it, and text failed for now. With
// retry5xx, 408, 429 and 5xx failed for now, too.
func ClassifyStatus(status string, retry5xx bool) delivery.Status {
	status = strings.TrimSpace(status)
	if status == "" {
		return delivery.Success
	}
	n, err := strconv.ParseFloat(status, 64)
	switch {
	case err != nil || n != n:
		return delivery.TempFailed
	case n >= 200 && n < 300:
		return delivery.Success
	case retry5xx && (n == 408 || n == 429 || n >= 500 && n < 600):
		return delivery.TempFailed
	}
	return delivery.PermFailed
}
