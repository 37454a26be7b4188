package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// reduce emits the kernels that bring rows to one number each, and those that need
// such a number of a row to write it: softmax.
func reduce() {
	for _, l := range []*lanes{{name: "512", width: 64}, {name: "256", width: 32}} {
		for _, f := range sumFormulas {
			l.reduction("reduce"+f.name, func(x Register, n GPVirtual) VecVirtual { return l.sumRow(x, n, f.step) }, true)
		}
		for _, f := range extremeFormulas {
			l.reduction("reduce"+f.name, func(x Register, n GPVirtual) VecVirtual { return l.extremeRow(x, n, f.identity, f.join) }, false)
		}
		softmaxes(l)
	}
}

// sumFormulas: sum + f(x) for each of the sums.
var sumFormulas = []struct {
	name string
	step func(l *lanes, x, sum VecVirtual) VecVirtual
}{
	{"Sum", func(l *lanes, x, sum VecVirtual) VecVirtual { return l.add(x, sum) }},
	{"SumSquares", func(l *lanes, x, sum VecVirtual) VecVirtual { return l.fma(x, x, sum) }},
	{"SumAbs", func(l *lanes, x, sum VecVirtual) VecVirtual { return l.add(l.magnitude(x), sum) }},
}

// extremeFormulas: the pattern of what any number beats, and the join of x and the
// best so far, which keeps a NaN of either.
var extremeFormulas = []struct {
	name     string
	identity uint32
	join     func(l *lanes, x, best VecVirtual) VecVirtual
}{
	{"Max", 0xff800000, func(l *lanes, x, best VecVirtual) VecVirtual {
		return l.choose(l.compare(unordered, x, x), x, l.max(x, best))
	}},
	{"Min", 0x7f800000, func(l *lanes, x, best VecVirtual) VecVirtual {
		return l.choose(l.compare(unordered, x, x), x, l.min(x, best))
	}},
}

// reduction emits a kernel for one row, whose result it returns, and one for rows of
// n elements side by side. row leaves the result in every lane: of float64 if double.
func (l *lanes) reduction(name string, row func(x Register, n GPVirtual) VecVirtual, double bool) {
	result := "float32"
	if double {
		result = "float64"
	}
	TEXT(name+l.name, NOSPLIT, "func(x *float32, n int) "+result)
	Pragma("noescape")
	x, n := Load(Param("x"), GP64()), GP64()
	Load(Param("n"), n)
	to, err := ReturnIndex(0).Resolve()
	if err != nil {
		panic(err)
	}
	if y := row(x, n).AsX(); double {
		VMOVSD(y, to.Addr)
	} else {
		VMOVSS(y, to.Addr)
	}
	VZEROUPPER()
	RET()

	TEXT(name+"Rows"+l.name, NOSPLIT, "func(out, x *float32, rows, n int)")
	Pragma("noescape")
	l.eachRow([]string{"out"}, []string{"x"}, func(p []Register, n GPVirtual) {
		y := row(p[1], n)
		if double {
			y = l.narrow(y)
		}
		VMOVSS(y.AsX(), Mem{Base: p[0]})
	})
}

// eachRow emits the loop over rows: f on the pointers to one row. single are those
// that have one element a row.
func (l *lanes) eachRow(single, whole []string, f func(p []Register, n GPVirtual)) {
	var p []Register
	for _, name := range append(append([]string{}, single...), whole...) {
		p = append(p, Load(Param(name), GP64()))
	}
	rows, n := GP64(), GP64()
	Load(Param("rows"), rows)
	Load(Param("n"), n)
	Label("rows")
	f(p, n)
	for i, pointer := range p {
		if i < len(single) {
			ADDQ(Imm(4), pointer)
		} else {
			LEAQ(Mem{Base: pointer, Index: n, Scale: 4}, pointer)
		}
	}
	DECQ(rows)
	JNZ(LabelRef("rows"))
	VZEROUPPER()
	RET()
}

// place is where in a row a vector lies; the last one may be masked.
type place struct {
	lanes    *lanes
	at       GPVirtual
	offset   int
	selected mask // nil: all lanes
}

func (p place) mem(base Register) Mem {
	if p.at == nil {
		return Mem{Base: base, Disp: p.offset}
	}
	return Mem{Base: base, Index: p.at, Scale: 1, Disp: p.offset}
}

// load gives zero where nothing is selected.
func (p place) load(base Register) VecVirtual {
	d := p.lanes.vector()
	switch {
	case p.selected == nil:
		VMOVUPS(p.mem(base), d)
	case p.lanes.wide():
		VMOVUPS_Z(p.mem(base), p.selected, d)
	default:
		VMASKMOVPS(p.mem(base), p.selected, d)
	}
	return d
}

func (p place) store(v VecVirtual, base Register) {
	switch {
	case p.selected == nil:
		VMOVUPS(v, p.mem(base))
	case p.lanes.wide():
		VMOVUPS(v, p.selected, p.mem(base))
	default:
		VMASKMOVPS(v, p.selected, p.mem(base))
	}
}

// or is v where the place is selected, and otherwise elsewhere.
func (p place) or(v, otherwise VecVirtual) VecVirtual {
	if p.selected == nil {
		return v
	}
	return p.lanes.choose(p.selected, v, otherwise)
}

// walk emits the loops over a row of n elements from at on, which is moved: unroll
// vectors a turn, then one, then what is left. body gets the number of the vector in
// the turn. label begins the loops' labels.
func (l *lanes) walk(label string, n, at GPVirtual, unroll int, body func(p place, k int)) {
	left := GP64()
	MOVQ(n, left)
	l.rest(label, left, at, unroll, body)
}

// rest is walk over the elements left; it uses the counter up.
func (l *lanes) rest(label string, left, at GPVirtual, unroll int, body func(p place, k int)) {
	step := l.width / 4
	turn := func(name string, vectors int) {
		after := label + name + "_done"
		SUBQ(U32(uint32(vectors*step)), left)
		JL(LabelRef(after))
		Label(label + name)
		for k := range vectors {
			body(place{l, at, k * l.width, nil}, k)
		}
		ADDQ(U32(uint32(vectors*l.width)), at)
		SUBQ(U32(uint32(vectors*step)), left)
		JGE(LabelRef(label + name))
		Label(after)
		ADDQ(U32(uint32(vectors*step)), left)
	}
	if unroll > 1 {
		turn("_turn", unroll)
	}
	turn("_vector", 1)
	JZ(LabelRef(label + "_end"))
	body(place{l, at, 0, l.first(left)}, 0)
	Label(label + "_end")
}

// into writes v to the register that a loop carries on.
func (l *lanes) into(register, v VecVirtual) { VMOVAPS(v, register) }

// swap exchanges neighbouring groups of so many bytes.
func (l *lanes) swap(v VecVirtual, bytes int) VecVirtual {
	d := l.vector()
	switch bytes {
	case 32:
		VSHUFF64X2(U8(0x4e), v, v, d)
	case 16:
		if l.wide() {
			VSHUFF64X2(U8(0xb1), v, v, d)
		} else {
			VPERM2F128(U8(1), v, v, d)
		}
	case 8:
		VPERMILPS(U8(0x4e), v, d)
	case 4:
		VPERMILPS(U8(0xb1), v, d)
	}
	return d
}

// fold joins all lanes, of so many bytes each; the result is in every lane.
func (l *lanes) fold(v VecVirtual, bytes int, join func(a, b VecVirtual) VecVirtual) VecVirtual {
	for half := l.width / 2; half >= bytes; half /= 2 {
		v = join(v, l.swap(v, half))
	}
	return v
}

// The lanes of float64, half as many.

// widen is the lower and the upper half of v in float64.
func (l *lanes) widen(v VecVirtual) (low, high VecVirtual) {
	low, high = l.vector(), l.vector()
	if l.wide() {
		upper := YMM()
		VCVTPS2PD(v.AsY(), low)
		VEXTRACTF64X4(U8(1), v, upper)
		VCVTPS2PD(upper, high)
		return low, high
	}
	upper := XMM()
	VCVTPS2PD(v.AsX(), low)
	VEXTRACTF128(U8(1), v, upper)
	VCVTPS2PD(upper, high)
	return low, high
}

func (l *lanes) addDouble(a, b VecVirtual) VecVirtual { return l.do(VADDPD, a, b) }

// narrow is the number in v's first lane of float64 in every lane of float32.
func (l *lanes) narrow(v VecVirtual) VecVirtual {
	x, d := XMM(), l.vector()
	VCVTSD2SS(v.AsX(), v.AsX(), x)
	VBROADCASTSS(x, d)
	return d
}

// sums are totals in float64, several so that one addition need not wait for the last.
type sums struct {
	lanes *lanes
	total []VecVirtual
}

// newSums makes totals for so many vectors a turn.
func (l *lanes) newSums(vectors int) *sums {
	s := &sums{lanes: l}
	for range 2 * vectors {
		s.total = append(s.total, l.zero())
	}
	return s
}

// add adds v to the totals of vector k.
func (s *sums) add(v VecVirtual, k int) {
	low, high := s.lanes.widen(v)
	VADDPD(low, s.total[2*k], s.total[2*k])
	VADDPD(high, s.total[2*k+1], s.total[2*k+1])
}

// addProduct adds a*b, which is exact in float64.
func (s *sums) addProduct(a, b VecVirtual, k int) {
	al, ah := s.lanes.widen(a)
	bl, bh := s.lanes.widen(b)
	VFMADD231PD(al, bl, s.total[2*k])
	VFMADD231PD(ah, bh, s.total[2*k+1])
}

// all is the sum of everything, in every lane.
func (s *sums) all() VecVirtual {
	total := s.total
	for len(total) > 1 {
		half := len(total) / 2
		var next []VecVirtual
		for i := range half {
			next = append(next, s.lanes.addDouble(total[i], total[half+i]))
		}
		total = next
	}
	return s.lanes.fold(total[0], 8, s.lanes.addDouble)
}

// sumRow is the sum over a row in float64. Blocks are added in float32, up to 16 deep in
// each of four vectors, which are then joined and go into the float64 total: no sum in
// float32 has more than 18 terms, about as in the generic loop.
func (l *lanes) sumRow(x Register, n GPVirtual, step func(l *lanes, x, sum VecVirtual) VecVirtual) VecVirtual {
	const vectors, depth = 4, 16
	elements := vectors * l.width / 4
	left, at, turns, most := GP64(), GP64(), GP64(), GP64()
	MOVQ(n, left)
	XORQ(at, at)
	MOVQ(U32(depth), most)
	total := l.newSums(1)
	Label("block")
	CMPQ(left, U32(uint32(elements)))
	JL(LabelRef("short"))
	MOVQ(left, turns)
	SHRQ(U8(map[int]uint8{32: 5, 64: 6}[elements]), turns)
	CMPQ(turns, most)
	CMOVQGT(most, turns)
	var block [vectors]VecVirtual
	for k := range block {
		block[k] = l.zero()
	}
	Label("turn")
	for k := range block {
		l.into(block[k], step(l, place{l, at, k * l.width, nil}.load(x), block[k]))
	}
	ADDQ(U32(uint32(vectors*l.width)), at)
	SUBQ(U32(uint32(elements)), left)
	DECQ(turns)
	JNZ(LabelRef("turn"))
	total.add(l.add(l.add(block[0], block[1]), l.add(block[2], block[3])), 0)
	JMP(LabelRef("block"))
	Label("short")
	l.rest("short", left, at, 1, func(p place, _ int) { total.add(step(l, p.load(x), l.zero()), 0) })
	return total.all()
}

// extremeRow is the extreme of a row, in every lane.
func (l *lanes) extremeRow(x Register, n GPVirtual, identity uint32, join func(l *lanes, x, best VecVirtual) VecVirtual) VecVirtual {
	none, at := l.bits(identity), GP64()
	XORQ(at, at)
	var best [4]VecVirtual
	for k := range best {
		best[k] = l.copy(none)
	}
	l.walk("extreme", n, at, len(best), func(p place, k int) {
		l.into(best[k], join(l, p.or(p.load(x), none), best[k]))
	})
	both := func(a, b VecVirtual) VecVirtual { return join(l, a, b) }
	return l.fold(both(both(best[0], best[1]), both(best[2], best[3])), 4, both)
}
