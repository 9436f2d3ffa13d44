package rspamd

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/gomsys/gomsys/msys/scan"
)

// answer is what /checkv2 gives.
type answer struct {
	Score     *float64          `json:"score"`
	Required  float64           `json:"required_score"`
	Action    string            `json:"action"`
	Skipped   bool              `json:"is_skipped"`
	Symbols   map[string]symbol `json:"symbols"`
	MessageID string            `json:"message-id"`
	Subject   string            `json:"subject"`
	Error     string            `json:"error"`
}

type symbol struct {
	Score   float64  `json:"score"`
	Options []string `json:"options"`
}

// parseAnswer reads an answer. virus are the symbols that mean a virus.
func parseAnswer(b []byte, virus []string) (*scan.Result, error) {
	var a answer
	err := json.Unmarshal(b, &a)
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w: %w", scan.ErrAnswer, err)
	case a.Error != "":
		return nil, fmt.Errorf("%w: %.200s", scan.ErrAnswer, a.Error)
	case a.Score == nil || a.Action == "" && !a.Skipped:
		return nil, fmt.Errorf("%w: no score or no action", scan.ErrAnswer)
	}
	res := &scan.Result{
		Code: a.Action, Score: *a.Score, Threshold: a.Required,
		Symbols: slices.Sorted(maps.Keys(a.Symbols)), RefID: a.MessageID,
		Detail: map[string]string{"action": a.Action, "message-id": a.MessageID},
	}
	if a.Subject != "" {
		res.Detail["subject"] = a.Subject
	}
	switch a.Action {
	case "reject", "add header", "rewrite subject":
		res.Spam = true
	}
	for _, name := range virus {
		if s, ok := a.Symbols[name]; ok {
			res.Verdict, res.Name = scan.Infected, name
			if len(s.Options) > 0 {
				res.Name = s.Options[0]
			}
			break
		}
	}
	return res, nil
}
