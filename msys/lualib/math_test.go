package lualib

import (
	"testing"
)

func TestMath(t *testing.T) {
	testLua(t, nil, []luaTest{
		{`math.abs(-2.5), math.ceil(1.2), math.ceil(-1.2), math.floor(1.8), math.floor(-1.2)`, `2.5 2 -1 1 -2`},
		{`math.sqrt(16), math.exp(0), math.pow(2, 10), math.pow(-2, 3), math.pow(10, 15) == 1e15`, `4 1 1024 -8 true`},
		{`math.log(1), math.log(8, 2), math.log(1000, 10), math.log10(1000), math.log(27, 3)`, `0 3 3 3 3`},
		{`math.deg(math.pi), math.rad(180) == math.pi, math.pi`, `180 true 3.1415926535898`},
		{`math.sin(0), math.cos(0), math.tan(0), math.asin(0), math.acos(1), math.atan(0), math.atan2(0, 1)`, `0 1 0 0 0 0 0`},
		{`math.sinh(0), math.cosh(0), math.tanh(0)`, `0 1 0`},
		{`math.max(1, 5, 3), math.min(4, -2, 3), math.max("10", 9), math.max(7)`, `5 -2 10 7`},
		{`math.fmod(7, 3), math.fmod(-7, 3), math.fmod(7, -3), math.mod(-7, 3), math.fmod(5.5, 2)`, `1 -1 1 -1 1.5`},
		{`math.fmod(7, math.huge), math.fmod(1, 0) ~= math.fmod(1, 0)`, `7 true`},
		{`math.modf(3.7)`, `3 0.7`},
		{`math.modf(-3.7)`, `-3 -0.7`},
		{`math.modf(5)`, `5 0`},
		{`math.modf(math.huge)`, `inf 0`},
		{`math.modf(-math.huge)`, `-inf -0`},
		{`math.frexp(8)`, `0.5 4`},
		{`math.frexp(-0.3)`, `-0.6 -1`},
		{`math.frexp(0)`, `0 0`},
		{`math.ldexp(0.5, 4), math.ldexp(1, -2000), math.ldexp(1, 1e300), math.ldexp(3, 2.9)`, `8 0 inf 12`},
		{`math.huge, -math.huge, math.huge > 1e308`, `inf -inf true`},
	})
}

func TestMathErrors(t *testing.T) {
	testLua(t, nil, []luaTest{
		{`math.sin()`, `error: t:1: bad argument #1 to 'sin' (number expected, got no value)`},
		{`math.floor("x")`, `error: t:1: bad argument #1 to 'floor' (number expected, got string)`},
		{`math.max()`, `error: t:1: bad argument #1 to 'max' (number expected, got no value)`},
		{`math.min(1, {})`, `error: t:1: bad argument #2 to 'min' (number expected, got table)`},
		{`math.pow(1)`, `error: t:1: bad argument #2 to 'pow' (number expected, got no value)`},
		{`math.random(0)`, `error: t:1: bad argument #1 to 'random' (interval is empty)`},
		{`math.random(2, 1)`, `error: t:1: bad argument #2 to 'random' (interval is empty)`},
		{`math.random(0/0)`, `error: t:1: bad argument #1 to 'random' (interval is empty)`},
		{`math.random(1, 2, 3)`, `error: t:1: wrong number of arguments`},
		{`math.randomseed()`, `error: t:1: bad argument #1 to 'randomseed' (number expected, got no value)`},
	})
}

// go-lua: the bounds of math.random are checked otherwise than in 5.1, and
// its seed is that of the process.
func TestRandom(t *testing.T) {
	testLua(t, nil, []luaTest{
		{`for i = 1, 1000 do local r = math.random() if r < 0 or r >= 1 then return r end end return "fine"`, `"fine"`},
		{`local seen = {} for i = 1, 1000 do seen[math.random(3)] = true end return seen[0], seen[1], seen[2], seen[3], seen[4]`, `nil true true true nil`},
		{`local seen = {} for i = 1, 1000 do seen[math.random(-1, 1)] = true end return seen[-2], seen[-1], seen[0], seen[1], seen[2]`, `nil true true true nil`},
		{`math.random(1), math.random(5, 5), math.random(1.9), math.random("1")`, `1 5 1 1`},
		{`local r = math.random(-2^60, 2^60) return r >= -2^60 and r <= 2^60 and r == math.floor(r)`, `true`},
		{`math.randomseed(42) local a, b = math.random(), math.random(1000) math.randomseed(42) return a == math.random(), b == math.random(1000)`, `true true`},
	})
	one, other := newStdState(t, nil), newStdState(t, nil)
	const seed, draw = `math.randomseed(1)`, `return math.random()`
	evalLua(t, one, seed)
	first := evalLua(t, one, draw)
	second := evalLua(t, one, draw)
	evalLua(t, one, seed)
	evalLua(t, other, seed)
	evalLua(t, other, draw)
	if got := evalLua(t, one, draw); got != first || first == second {
		t.Errorf("another universe disturbs the sequence: %s, %s after %s", first, second, got)
	}
}
