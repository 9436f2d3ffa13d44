package lualib

import (
	"slices"

	lua "github.com/Shopify/go-lua"
)

// tableSort puts the elements of a table into order. The table changes at the
// end only, so that an order function that fails leaves it as it was.
func tableSort(l *lua.State) int {
	a := args{l, "table.sort"}
	n := a.length(1)
	if !a.missing(2) {
		a.function(2)
	}
	l.SetTop(2)
	if n < 2 || l.IsNil(2) && sortNumbers(l, n) || l.IsNil(2) && sortStrings(l, n) {
		return 0
	}
	s := sorter{args: a, byFunction: !l.IsNil(2), order: make([]int, n), spare: make([]int, n)}
	for i := range s.order {
		s.order[i] = i + 1
	}
	s.sort(0, n)
	// Of an order function that is always true, C Lua finds out when there
	// are four elements or more.
	if n >= 4 && s.less(s.order[n-1], s.order[0]) {
		a.errorf("invalid order function for sorting")
	}
	s.apply()
	return 0
}

// sortNumbers sorts a table of nothing but numbers.
func sortNumbers(l *lua.State, n int) bool { return sortPlain(l, n, (*lua.State).PushNumber) }

// sortStrings sorts a table of nothing but strings.
func sortStrings(l *lua.State, n int) bool { return sortPlain(l, n, pushString) }

func sortPlain[T float64 | string](l *lua.State, n int, push func(*lua.State, T)) bool {
	var values []T
	for i := 1; i <= n; i++ {
		l.RawGetInt(1, i)
		v, ok := l.ToValue(-1).(T)
		l.Pop(1)
		if !ok {
			return false
		}
		values = append(values, v)
	}
	slices.Sort(values)
	for i, v := range values {
		push(l, v)
		l.RawSetInt(1, i+1)
	}
	return true
}

// sorter orders the indices of a table's elements by the elements. Comparing
// takes a call of Lua, so it merges: that needs the fewest comparisons.
type sorter struct {
	args
	byFunction bool
	order      []int
	spare      []int
}

// sort sorts the elements from low to before high. Equal ones keep their
// order.
func (s *sorter) sort(low, high int) {
	if high-low < 2 {
		return
	}
	middle := low + (high-low)/2
	s.sort(low, middle)
	s.sort(middle, high)
	if s.less(s.order[middle], s.order[middle-1]) {
		s.merge(low, middle, high)
	}
}

// merge merges the sorted elements before middle with those from it on.
func (s *sorter) merge(low, middle, high int) {
	left := s.spare[:copy(s.spare, s.order[low:middle])]
	right := s.order[middle:high]
	out := s.order[low:low]
	for len(left) > 0 && len(right) > 0 {
		if s.less(right[0], left[0]) {
			out = append(out, right[0])
			right = right[1:]
		} else {
			out = append(out, left[0])
			left = left[1:]
		}
	}
	copy(s.order[low+len(out):high], left)
}

// less compares the elements at two indices of the table.
func (s *sorter) less(i, j int) bool {
	l := s.l
	if s.byFunction {
		l.PushValue(2)
		l.RawGetInt(1, i)
		l.RawGetInt(1, j)
		l.Call(2, 1)
		less := l.ToBoolean(-1)
		l.Pop(1)
		return less
	}
	l.RawGetInt(1, i)
	l.RawGetInt(1, j)
	if !canCompare(l) {
		s.failOrder()
	}
	less := l.Compare(-2, -1, lua.OpLT)
	l.Pop(2)
	return less
}

// canCompare reports whether < is defined for the two values on top of the
// stack.
func canCompare(l *lua.State) bool {
	t := l.TypeOf(-1)
	if t == l.TypeOf(-2) && (t == lua.TypeNumber || t == lua.TypeString) {
		return true
	}
	for i := -2; i < 0; i++ {
		if lua.MetaField(l, i, "__lt") {
			l.Pop(1)
			return true
		}
	}
	return false
}

func (s *sorter) failOrder() {
	t, u := s.typeName(-2), s.typeName(-1)
	if t == u {
		s.errorf("attempt to compare two %s values", t)
	}
	s.errorf("attempt to compare %s with %s", t, u)
}

// apply moves the elements to their places, along the cycles of the order.
func (s *sorter) apply() {
	l := s.l
	for start := range s.order {
		if s.order[start] == start+1 || s.order[start] == 0 {
			continue
		}
		l.RawGetInt(1, start+1)
		to := start
		for {
			from := s.order[to] - 1
			s.order[to] = 0
			if from == start {
				break
			}
			l.RawGetInt(1, from+1)
			l.RawSetInt(1, to+1)
			to = from
		}
		l.RawSetInt(1, to+1)
	}
}
