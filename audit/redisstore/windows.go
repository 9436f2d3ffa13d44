package redisstore

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"

	"github.com/gomsys/gomsys/audit"
)

// addWindows adds to windows of one item. KEYS: the item. ARGV: its life in
// ms, the oldest window that counts, the greatest number of windows, then
// pairs of window and count.
var addWindows = newScript(`
for i = 4, #ARGV, 2 do redis.call('HINCRBY', KEYS[1], ARGV[i], ARGV[i+1]) end
if redis.call('HLEN', KEYS[1]) > tonumber(ARGV[3]) then
  for _, w in ipairs(redis.call('HKEYS', KEYS[1])) do
    if tonumber(w) < tonumber(ARGV[2]) then redis.call('HDEL', KEYS[1], w) end
  end
end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 1`)

// takeWindows removes an item and gives its windows.
var takeWindows = newScript(`
local all = redis.call('HGETALL', KEYS[1])
redis.call('DEL', KEYS[1])
return all`)

// wideRange is the number of windows from which on a whole hash is read.
const wideRange = 64

// windowKey gives the key of an item.
func (s *Store) windowKey(sh audit.Shape, item string) string {
	kind, name, _ := strings.Cut(sh.Name, ":")
	return fmt.Sprintf("%s:%s:%s:%dx%d:%s", s.prefix, kind, escape(name), sh.Interval, sh.Windows, item)
}

// AddWindows implements audit.Store: one pipeline with one script per item.
func (s *Store) AddWindows(ctx context.Context, d []audit.Delta) error {
	type item struct {
		shape audit.Shape
		name  string
	}
	index := map[item]int{}
	var runs []*run
	var deltas [][]audit.Delta // by run
	for _, d := range d {
		k := item{d.Shape, d.Item}
		i, ok := index[k]
		if !ok {
			i = len(runs)
			index[k] = i
			runs = append(runs, &run{script: addWindows, keys: []string{s.windowKey(d.Shape, d.Item)}})
			deltas = append(deltas, nil)
		}
		deltas[i] = append(deltas[i], d)
	}
	for i, r := range runs {
		newest := deltas[i][0].Window
		for _, d := range deltas[i] {
			newest = max(newest, d.Window)
		}
		sh := deltas[i][0].Shape
		r.args = append(r.args, sh.Life().Milliseconds(), newest-int64(sh.Windows)+1, sh.Windows+1)
		for _, d := range deltas[i] {
			r.args = append(r.args, d.Window, d.N)
		}
	}
	s.exec(ctx, runs)
	var back []audit.Delta
	var failed error
	for i, r := range runs {
		err := r.cmd.Err()
		if err == nil {
			continue
		}
		failed = fmt.Errorf("redisstore: adding windows: %w", err)
		if notApplied(err) {
			back = append(back, deltas[i]...)
		}
	}
	if len(back) > 0 {
		return &audit.UnappliedError{Deltas: back, Err: failed}
	}
	return failed
}

// SumWindows implements audit.Store: one pipeline.
func (s *Store) SumWindows(ctx context.Context, q []audit.Sum) ([]int64, error) {
	out := make([]int64, len(q))
	p := s.client.Pipeline()
	var add []func() error
	for i, q := range q {
		if q.From > q.To {
			continue
		}
		for _, item := range q.Items {
			key := s.windowKey(q.Shape, item)
			if q.To-q.From >= wideRange {
				cmd := p.HGetAll(ctx, key)
				add = append(add, func() error { return addAll(&out[i], cmd, q) })
				continue
			}
			var fields []string
			for w := q.From; w <= q.To; w++ {
				fields = append(fields, strconv.FormatInt(w, 10))
			}
			cmd := p.HMGet(ctx, key, fields...)
			add = append(add, func() error { return addSome(&out[i], cmd) })
		}
	}
	if len(add) == 0 {
		return out, nil
	}
	if _, err := p.Exec(ctx); err != nil {
		return nil, fmt.Errorf("redisstore: summing windows: %w", err)
	}
	for _, f := range add {
		if err := f(); err != nil {
			return nil, fmt.Errorf("redisstore: summing windows: %w", err)
		}
	}
	return out, nil
}

func addSome(sum *int64, cmd *redis.SliceCmd) error {
	for _, v := range cmd.Val() {
		text, ok := v.(string)
		if !ok {
			continue // no such window
		}
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return err
		}
		*sum += n
	}
	return nil
}

func addAll(sum *int64, cmd *redis.MapStringStringCmd, q audit.Sum) error {
	windows, err := parseWindows(cmd.Val())
	for w, n := range windows {
		if w >= q.From && w <= q.To {
			*sum += n
		}
	}
	return err
}

func parseWindows(m map[string]string) (map[int64]int64, error) {
	out := make(map[int64]int64, len(m))
	for window, count := range m {
		w, err1 := strconv.ParseInt(window, 10, 64)
		n, err2 := strconv.ParseInt(count, 10, 64)
		if err := errors.Join(err1, err2); err != nil {
			return nil, err
		}
		out[w] = n
	}
	return out, nil
}

// TakeWindows implements audit.Store.
func (s *Store) TakeWindows(ctx context.Context, sh audit.Shape, item string) (map[int64]int64, error) {
	v, err := s.one(ctx, takeWindows, []string{s.windowKey(sh, item)})
	if err != nil {
		return nil, fmt.Errorf("redisstore: taking windows: %w", err)
	}
	pairs, _ := v.([]any)
	m := map[string]string{}
	for i := 0; i+1 < len(pairs); i += 2 {
		m[fmt.Sprint(pairs[i])] = fmt.Sprint(pairs[i+1])
	}
	windows, err := parseWindows(m)
	if err != nil {
		return nil, fmt.Errorf("redisstore: taking windows: %w", err)
	}
	return windows, nil
}
