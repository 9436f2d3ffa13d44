package lualib

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSort(t *testing.T) {
	testLua(t, nil, []luaTest{
		{show + `local t = {5, 2, 8, 1, -9, 3.5} table.sort(t) return show(t)`, `"-9 1 2 3.5 5 8"`},
		{show + `local t = {"b", "a", "", "B", "ab", "\200"} table.sort(t) return show(t)`, `" B a ab b \xc8"`},
		{show + `local t = {5, 2, 8} table.sort(t, function(a, b) return a > b end) return show(t)`, `"8 5 2"`},
		{show + `local t = {3, 1, 2} table.sort(t, nil) return show(t)`, `"1 2 3"`},
		{show + `local t = {2, 1} table.sort(t) return show(t)`, `"1 2"`},
		{`table.sort({}) table.sort({1}) return "fine"`, `"fine"`},
		{`local mt = {__lt = function(a, b) return a.v < b.v end} local t = {}
		for i, v in ipairs{3, 1, 2} do t[i] = setmetatable({v = v}, mt) end
		table.sort(t) return t[1].v, t[2].v, t[3].v`, `1 2 3`},
		{`local t = {} for i = 1, 500 do t[i] = {i * 7919 % 500} end
		table.sort(t, function(a, b) return a[1] < b[1] end)
		for i = 2, 500 do if t[i - 1][1] >= t[i][1] then return i end end return "sorted"`, `"sorted"`},
	})
}

// go-lua: an order function that contradicts itself, or that fails, leaves
// the table half sorted; one that is never satisfied panics.
func TestSortErrors(t *testing.T) {
	testLua(t, nil, []luaTest{
		{`table.sort({1, 2, 3, 4}, function() return true end)`, `error: t:1: invalid order function for sorting`},
		{`table.sort({1, 2, 3, 4, 5, 6, 7}, function(a, b) return a and b and true end)`, `error: t:1: invalid order function for sorting`},
		{`table.sort({3, "x", 1})`, `error: t:1: attempt to compare number with string`},
		{`table.sort({{}, {}})`, `error: t:1: attempt to compare two table values`},
		{`table.sort({true, false, true})`, `error: t:1: attempt to compare two boolean values`},
		{`table.sort({1, 2}, 1)`, `error: t:1: bad argument #2 to 'sort' (function expected, got number)`},
		{`table.sort(1)`, `error: t:1: bad argument #1 to 'sort' (table expected, got number)`},
		{show + `local t = {3, 1, 2} local ok, err = pcall(table.sort, t, function() error("no order", 0) end) return ok, err, show(t)`, `false "no order" "3 1 2"`},
		{`local t = {3, 1, 2, 5} table.sort(t, function(a, b) for i = 1, 4 do t[i] = nil end return (a or 0) < (b or 0) end) return #t`, `0`},
	})
}

// Any answers of an order function end in a permutation or an error.
func TestSortRandom(t *testing.T) {
	th := newStdState(t, nil)
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		n := r.IntN(300)
		values := make([]int, n)
		var lit strings.Builder
		for i := range values {
			values[i] = r.IntN(n)
			fmt.Fprintf(&lit, "%d,", values[i])
		}
		slices.Sort(values)
		want := fmt.Sprintf("%q", strings.Trim(fmt.Sprint(values), "[]"))
		for _, less := range []string{"", ", function(a, b) return a < b end"} {
			got := evalLua(t, th, show+"local t = {"+lit.String()+"} table.sort(t"+less+") return show(t)")
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("-want +got\n%s", diff)
			}
		}
		got := evalLua(t, th, "local t = {"+lit.String()+`} local sum = 0 for i = 1, #t do sum = sum + t[i] end
			local ok, err = pcall(table.sort, t, function() return math.random() < 0.5 end)
			if not ok and not err:find("invalid order function for sorting") then return err end
			for i = 1, #t do sum = sum - t[i] end return sum`)
		if got != "0" {
			t.Fatalf("after a random order function: %s", got)
		}
	}
}
