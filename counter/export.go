package counter

import (
	"encoding/json"
	"strconv"
)

// String gives all counters as one JSON object from path to value, sorted by
// path, so that a Registry is an expvar.Var: expvar.Publish("counters", reg).
func (r *Registry) String() string {
	out := []byte{'{'}
	for info := range r.All("") {
		if len(out) > 1 {
			out = append(out, ',')
		}
		name, err := json.Marshal(info.Path)
		if err != nil {
			continue
		}
		out = append(out, name...)
		out = append(out, ':')
		out = strconv.AppendInt(out, info.Value, 10)
	}
	return string(append(out, '}'))
}
