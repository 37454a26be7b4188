package main

import "math"

// The formulas and the coefficients are those of ../_asm/vector_formulas.go.

// exponential is e^x in two parts, 1+p and 2^n: x = n*ln2 + f with |f| <= ln2/2. x lies
// between -150 and 150, or is NaN, as p is then.
func (l *lanes) exponential(x reg) (p, n reg) {
	n = l.nearest(l.mul(x, l.number(1/math.Ln2)))
	f := l.fnma(n, l.number(0.693359375), x) // 9 bits of ln2: the product is exact
	f = l.fnma(n, l.number(math.Ln2-0.693359375), f)
	q := l.polynomial(f, 0.5, 0.166665435, 0.0416662805, 0.00836658385, 0.00139464485)
	return l.fma(l.mul(f, f), q, f), n
}

func (l *lanes) exp(x reg) reg {
	x = l.min(l.number(89), l.max(l.number(-104), x))
	p, n := l.exponential(x)
	return l.scale(l.add(p, l.number(1)), n)
}

// expm1 is e^x - 1 = (2^(n-1)*p + (2^(n-1) - 1/2)) * 2: 2^n itself may be too large.
func (l *lanes) expm1(x reg) reg {
	original := x
	x = l.min(l.number(89), l.max(l.number(-20), x))
	p, n := l.exponential(x)
	half := l.scale(l.number(0.5), n)
	y := l.fma(half, p, l.sub(half, l.number(0.5)))
	y = l.add(y, y)
	return l.choose(l.equal(original, l.zero()), original, y)
}

// logarithm is log(u + c), c being what u lost in a rounding (nil: nothing): u = 2^n *
// m with m in [sqrt(1/2), sqrt(2)), and f = m - 1. u is normal, or zero and below, which
// logarithmEnds sets right.
func (l *lanes) logarithm(u, c, shift reg) reg {
	n := l.shiftRight(l.subInt(u, l.bits(math.Float32bits(math.Sqrt2/2))), 23)
	power := l.shiftLeft(n, 23)
	f := l.sub(l.subInt(u, power), l.number(1))
	if c != nil {
		inverse := l.subInt(l.number(1), power) // 2^-n; from 2^25 on c is nothing, and there may be no 2^-n
		f = l.fma(c, l.choose(l.less(u, l.number(0x1p25)), inverse, l.zero()), f)
	}
	e := l.toFloat(n)
	if shift != nil {
		e = l.add(e, shift)
	}
	z := l.mul(f, f)
	y := l.mul(l.mul(z, f), l.polynomial(f, 0.333333313, -0.250008225, 0.200012267, -0.166233569, 0.142017618,
		-0.131601945, 0.127615497, -0.0763442963))
	y = l.fma(e, l.number(math.Ln2-0.693359375), y)
	y = l.fnma(z, l.number(0.5), y)
	y = l.add(f, y)
	return l.fma(e, l.number(0.693359375), y)
}

// logarithmEnds: NaN below 0 and for NaN, -Inf at 0, and Inf at Inf, which x is too then.
func (l *lanes) logarithmEnds(y, u, x reg) reg {
	y = l.choose(l.atLeast(u, l.zero()), y, l.bits(0x7fc00000))
	y = l.choose(l.equal(u, l.zero()), l.number(math.Inf(-1)), y)
	return l.choose(l.equal(x, l.number(math.Inf(1))), x, y)
}

func (l *lanes) log(x reg) reg {
	tiny := l.number(0x1p-126)
	u := l.choose(l.less(x, tiny), l.mul(x, l.number(0x1p23)), x)
	shift := l.and(l.less(x, tiny), l.number(-23))
	return l.logarithmEnds(l.logarithm(u, nil, shift), x, x)
}

func (l *lanes) log1p(x reg) reg {
	one := l.number(1)
	u := l.add(x, one)
	lost := l.choose(l.greater(x, one), l.sub(one, l.sub(u, x)), l.sub(x, l.sub(u, one)))
	y := l.logarithmEnds(l.logarithm(u, lost, nil), u, x)
	return l.choose(l.equal(x, l.zero()), x, y)
}

// fade is e^-|x| as (1+p) * 2^n; |x| counts as 130 beyond that.
func (l *lanes) fade(x reg) (p, n reg) {
	return l.exponential(l.max(l.number(-130), l.or(x, l.bits(0x80000000))))
}

// sigmoid is 1/(1+t), for x below 0 t/(1+t), with t = e^-|x|.
func (l *lanes) sigmoid(x reg) reg {
	one := l.number(1)
	p, n := l.fade(x)
	t := l.scale(l.add(p, one), n)
	return l.div(l.choose(l.less(x, l.zero()), t, one), l.add(t, one))
}

// silu is x times that; 2^n comes last, so that what is normal in the end never was a
// denormal. The last step makes NaN of -Inf.
func (l *lanes) silu(x reg) reg {
	one := l.number(1)
	p, n := l.fade(x)
	t := l.scale(l.add(p, one), n)
	below := func() reg { return l.less(x, l.zero()) }
	limited := l.max(l.number(-200), x)
	y := l.div(l.choose(below(), l.fma(limited, p, limited), limited), l.add(t, one))
	return l.spoil(l.scale(y, l.and(below(), n)), x)
}

// spoil is y, and NaN where x is -Inf or NaN.
func (l *lanes) spoil(y, x reg) reg {
	zero := l.zero()
	return l.fma(l.min(zero, x), zero, y)
}

// tanh is a polynomial up to 0.9, then 1 - 2/(e^2|x| + 1).
func (l *lanes) tanh(x reg) reg {
	z := l.mul(x, x)
	small := l.fma(l.mul(x, z), l.polynomial(z, -0.333333224, 0.133329779, -0.0539292991, 0.0216635391, -0.00826453883,
		0.00258266344, -0.000455458445), x)
	a := l.magnitude(x)
	one := l.number(1)
	e := l.exp(l.min(l.number(40), l.add(a, a)))
	large := l.sub(one, l.div(l.number(2), l.add(e, one)))
	return l.choose(l.less(a, l.number(0.9)), small, l.or(large, l.sign(x)))
}

// erf is a polynomial up to 1, then 1 - e^q(|x|) with a polynomial q.
func (l *lanes) erf(x reg) reg {
	z := l.mul(x, x)
	small := l.fma(x, l.polynomial(z, 0.128379166, -0.37612626, 0.112835854, -0.026853811, 0.00518832775, -0.000801019254,
		7.85385782e-05), x)
	a := l.magnitude(x)
	q := l.polynomial(l.min(l.number(4), a), -0.000341512583, -1.12708926, -0.638144732, -0.103106819, 0.0218380969,
		-0.00294766692, 0.000186380086)
	large := l.sub(l.number(1), l.exp(q))
	return l.choose(l.less(a, l.number(1)), small, l.or(large, l.sign(x)))
}

// gelu is max(x, 0) - |x| * Phi(-|x|), Phi the normal distribution's cumulative
// function: a * Phi(-a) = e^(-a*a/2) * s, where s is a times a polynomial c + u*q in u =
// a-1 up to 2, and then a polynomial in 1/(1 + 0.4a), which says too little about a smaller
// a. The products are written so that what is rounded is small beside the result. The
// square's rounding goes into p, and 2^n comes last.
func (l *lanes) gelu(x reg) reg {
	one := l.number(1)
	a := l.min(l.number(15), l.magnitude(x))
	high := l.mul(a, a)
	low := l.fma(a, a, l.negate(high))
	p, n := l.exponential(l.mul(high, l.number(-0.5)))
	p = l.fnma(l.mul(low, l.number(0.5)), l.add(p, one), p)
	u := l.sub(a, one)
	q := l.polynomial(u, -0.137364, 0.06210713, -0.025085228, 0.0092554977, -0.00316823, 0.001014836, -0.00030230382,
		8.7905144e-05, -2.9228078e-05, 7.3372325e-06)
	small := l.fma(a, l.fma(u, q, l.number(0.26157829-0.5)), l.mul(a, l.number(0.5)))
	middle := l.fma(u, l.fma(a, q, l.number(0.26157829)), l.number(0.26157829))
	near := l.choose(l.less(a, one), small, middle)
	far := l.polynomial(l.div(one, l.fma(a, l.number(0.4), one)), 0.398963273, -0.0005970528, -0.0566994026, -0.174174249,
		0.0185593311, -0.54134661, 0.457251459, -0.09948311)
	s := l.choose(l.less(a, l.number(2)), near, far)
	tail := l.scale(l.fma(s, p, s), n)
	y := l.choose(l.greater(x, l.zero()), l.sub(x, tail), l.negate(tail))
	return l.spoil(y, x)
}

// softplus is max(x, 0) + log(1 + e^-|x|).
func (l *lanes) softplus(x reg) reg {
	p, n := l.fade(x)
	t := l.scale(l.add(p, l.number(1)), n)
	return l.add(l.max(l.zero(), x), l.log1p(t))
}

// signum is -1, 0 or 1; 0 for NaN.
func (l *lanes) signum(x reg) reg {
	zero, one := l.zero(), l.number(1)
	return l.sub(l.and(l.greater(x, zero), one), l.and(l.less(x, zero), one))
}

// clamp is min(max(x, low), high) with comparisons: NaN stays, and a NaN among the
// limits is none.
func (l *lanes) clamp(x, low, high reg) reg {
	x = l.choose(l.less(x, low), low, x)
	return l.choose(l.greater(x, high), high, x)
}

// unaryFormulas: the name, vectors a turn, and the formula with the constants a and b.
var unaryFormulas = []struct {
	name    string
	unroll  int
	formula func(l *lanes, x reg, c []reg) reg
}{
	{"Neg", 4, func(l *lanes, x reg, _ []reg) reg { return l.negate(x) }},
	{"Abs", 4, func(l *lanes, x reg, _ []reg) reg { return l.magnitude(x) }},
	{"Sign", 2, func(l *lanes, x reg, _ []reg) reg { return l.signum(x) }},
	{"Square", 4, func(l *lanes, x reg, _ []reg) reg { return l.mul(x, x) }},
	{"Sqrt", 2, func(l *lanes, x reg, _ []reg) reg { return l.sqrt(x) }},
	{"Rsqrt", 2, func(l *lanes, x reg, _ []reg) reg { return l.div(l.number(1), l.sqrt(x)) }},
	{"Reciprocal", 2, func(l *lanes, x reg, _ []reg) reg { return l.div(l.number(1), x) }},
	{"ReLU", 4, func(l *lanes, x reg, _ []reg) reg { return l.max(x, l.zero()) }},
	{"LeakyReLU", 4, func(l *lanes, x reg, c []reg) reg {
		return l.choose(l.greater(x, l.zero()), x, l.mul(x, c[0]))
	}},
	{"Clamp", 2, func(l *lanes, x reg, c []reg) reg { return l.clamp(x, c[0], c[1]) }},
	{"Floor", 2, func(l *lanes, x reg, _ []reg) reg { return l.floor(x) }},
	{"Ceil", 2, func(l *lanes, x reg, _ []reg) reg { return l.ceil(x) }},
	{"Round", 2, func(l *lanes, x reg, _ []reg) reg { return l.nearest(x) }},
	{"Trunc", 2, func(l *lanes, x reg, _ []reg) reg { return l.trunc(x) }},
	{"Exp", 1, func(l *lanes, x reg, _ []reg) reg { return l.exp(x) }},
	{"Expm1", 1, func(l *lanes, x reg, _ []reg) reg { return l.expm1(x) }},
	{"Log", 1, func(l *lanes, x reg, _ []reg) reg { return l.log(x) }},
	{"Log1p", 1, func(l *lanes, x reg, _ []reg) reg { return l.log1p(x) }},
	{"Sigmoid", 1, func(l *lanes, x reg, _ []reg) reg { return l.sigmoid(x) }},
	{"SiLU", 1, func(l *lanes, x reg, _ []reg) reg { return l.silu(x) }},
	{"Tanh", 1, func(l *lanes, x reg, _ []reg) reg { return l.tanh(x) }},
	{"Erf", 1, func(l *lanes, x reg, _ []reg) reg { return l.erf(x) }},
	{"GELU", 1, func(l *lanes, x reg, _ []reg) reg { return l.gelu(x) }},
	{"ELU", 1, func(l *lanes, x reg, c []reg) reg {
		return l.choose(l.greater(x, l.zero()), x, l.mul(c[0], l.expm1(x)))
	}},
	{"Softplus", 1, func(l *lanes, x reg, _ []reg) reg { return l.softplus(x) }},
	{"LogSigmoid", 1, func(l *lanes, x reg, _ []reg) reg { return l.negate(l.softplus(l.negate(x))) }},
}

// binaryFormulas: also written with one number on the right.
var binaryFormulas = []struct {
	name    string
	formula func(l *lanes, x, y reg) reg
}{
	{"Add", (*lanes).add},
	{"Sub", (*lanes).sub},
	{"Mul", (*lanes).mul},
	{"Div", (*lanes).div},
	{"Maximum", (*lanes).max},
	{"Minimum", (*lanes).min},
	{"ReLUGrad", func(l *lanes, g, y reg) reg { return l.unless(l.atLeast(l.zero(), y), g) }},
	{"TanhGrad", func(l *lanes, g, y reg) reg { return l.mul(g, l.fnma(y, y, l.number(1))) }},
	{"SigmoidGrad", func(l *lanes, g, y reg) reg { return l.mul(l.mul(g, y), l.sub(l.number(1), y)) }},
	{"AbsGrad", func(l *lanes, g, y reg) reg { return l.mul(g, l.signum(y)) }},
}
