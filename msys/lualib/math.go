package lualib

import (
	"math"
	"math/rand/v2"

	lua "github.com/Shopify/go-lua"
)

// openMath leaves the table math on the stack.
func openMath(l *lua.State, _ *Options) int {
	random := &randomNumbers{rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64()))}
	lua.NewLibrary(l, []lua.RegistryFunction{
		{Name: "fmod", Function: mathFmod},
		{Name: "frexp", Function: mathFrexp},
		{Name: "ldexp", Function: mathLdexp},
		{Name: "log", Function: mathLog},
		{Name: "max", Function: mathMax},
		{Name: "min", Function: mathMin},
		{Name: "mod", Function: mathFmod},
		{Name: "modf", Function: mathModf},
		{Name: "random", Function: random.next},
		{Name: "randomseed", Function: random.seed},
	})
	for name, f := range map[string]func(x float64) float64{
		"abs": math.Abs, "acos": math.Acos, "asin": math.Asin, "atan": math.Atan,
		"ceil": math.Ceil, "cos": math.Cos, "cosh": math.Cosh, "exp": math.Exp,
		"floor": math.Floor, "log10": math.Log10, "sin": math.Sin, "sinh": math.Sinh,
		"sqrt": math.Sqrt, "tan": math.Tan, "tanh": math.Tanh,
		"deg": func(x float64) float64 { return x / (math.Pi / 180) },
		"rad": func(x float64) float64 { return x * (math.Pi / 180) },
	} {
		fn := "math." + name
		l.PushGoFunction(func(l *lua.State) int {
			l.PushNumber(f(args{l, fn}.num(1)))
			return 1
		})
		l.SetField(-2, name)
	}
	for name, f := range map[string]func(x, y float64) float64{"atan2": math.Atan2, "pow": power} {
		fn := "math." + name
		l.PushGoFunction(func(l *lua.State) int {
			a := args{l, fn}
			l.PushNumber(f(a.num(1), a.num(2)))
			return 1
		})
		l.SetField(-2, name)
	}
	l.PushNumber(math.Inf(1))
	l.SetField(-2, "huge")
	l.PushNumber(math.Pi)
	l.SetField(-2, "pi")
	return 1
}

// power is exact for powers of ten, where math.Pow is not.
func power(x, y float64) float64 {
	if n := int(y); x == 10 && float64(n) == y {
		return math.Pow10(n)
	}
	return math.Pow(x, y)
}

// mathFmod gives the remainder with the sign of the dividend, as fmod of C.
func mathFmod(l *lua.State) int {
	a := args{l, "math.fmod"}
	l.PushNumber(math.Mod(a.num(1), a.num(2)))
	return 1
}

func mathFrexp(l *lua.State) int {
	fraction, exponent := math.Frexp(args{l, "math.frexp"}.num(1))
	l.PushNumber(fraction)
	l.PushNumber(float64(exponent))
	return 2
}

func mathLdexp(l *lua.State) int {
	a := args{l, "math.ldexp"}
	// No float64 has an exponent beyond a few thousand.
	exponent := min(max(a.integer(2), -10_000), 10_000)
	l.PushNumber(math.Ldexp(a.num(1), exponent))
	return 1
}

func mathLog(l *lua.State) int {
	a := args{l, "math.log"}
	x := a.num(1)
	switch base := a.optNum(2, math.E); base {
	case math.E:
		l.PushNumber(math.Log(x))
	case 2:
		l.PushNumber(math.Log2(x))
	case 10:
		l.PushNumber(math.Log10(x))
	default:
		l.PushNumber(math.Log(x) / math.Log(base))
	}
	return 1
}

func mathMax(l *lua.State) int {
	a := args{l, "math.max"}
	result := a.num(1)
	for i := 2; i <= l.Top(); i++ {
		if x := a.num(i); x > result {
			result = x
		}
	}
	l.PushNumber(result)
	return 1
}

func mathMin(l *lua.State) int {
	a := args{l, "math.min"}
	result := a.num(1)
	for i := 2; i <= l.Top(); i++ {
		if x := a.num(i); x < result {
			result = x
		}
	}
	l.PushNumber(result)
	return 1
}

// mathModf gives the integral part and the fraction, both with the sign of
// the argument. Infinity has the fraction 0, unlike in math.Modf.
func mathModf(l *lua.State) int {
	x := args{l, "math.modf"}.num(1)
	whole := math.Trunc(x)
	fraction := x - whole
	if math.IsInf(x, 0) || fraction == 0 {
		fraction = math.Copysign(0, x)
	}
	l.PushNumber(whole)
	l.PushNumber(fraction)
	return 2
}

// randomNumbers is the generator of one Lua universe.
type randomNumbers struct{ *rand.Rand }

func (r *randomNumbers) next(l *lua.State) int {
	a := args{l, "math.random"}
	low, high := 1.0, 0.0
	last := l.Top() // the argument that bounds the interval above
	switch last {
	case 0:
		l.PushNumber(r.Float64())
		return 1
	case 1:
		high = math.Trunc(a.num(1))
	case 2:
		low, high = math.Trunc(a.num(1)), math.Trunc(a.num(2))
	default:
		a.errorf("wrong number of arguments")
	}
	if !(low <= high) { // also when one is NaN
		a.fail(last, "interval is empty")
	}
	if size := high - low + 1; size <= 1<<53 {
		l.PushNumber(low + float64(r.Uint64N(uint64(size))))
	} else {
		l.PushNumber(math.Floor(low + r.Float64()*size))
	}
	return 1
}

func (r *randomNumbers) seed(l *lua.State) int {
	seed := args{l, "math.randomseed"}.num(1)
	r.Rand = rand.New(rand.NewPCG(math.Float64bits(seed), 0))
	return 0
}
