package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// The fields of kernel.tile, in bytes; TestTileLayout compares.
const (
	tileK     = 0
	tileA     = 8
	tileARS   = 16
	tileACS   = 24
	tileB     = 32
	tileBRS   = 40
	tileC     = 48
	tileCRS   = 56
	tileBias  = 64
	tileMask  = 72
	tileFlags = 80
	tileAhead = 88
)

// The bits of kernel.tile's flags.
const (
	flagAccumulate = 1 << iota
	flagWhole
	flagBiasColumns
	flagBiasRows
	flagReLU
	flagFull
	flagRows
	flagPacked
)

// unrolled is how many steps along k the loops over packed panels do at a time.
const unrolled = 4

// tile emits the micro-kernel for that many rows and vectors of columns: the sums
// stay in registers while k runs; a is broadcast element by element.
func tile(v vectorSet, rows, vectors int) {
	TEXT(fmt.Sprintf("gemmTile%sx%dx%d", v.name, rows, vectors), NOSPLIT, "func(t *byte)")
	Pragma("noescape")
	Doc(fmt.Sprintf("is the micro-kernel of %d rows and %d vectors of %d bytes. t is a *tile.", rows, vectors, v.width))
	Load(Param("t"), RAX)
	field := func(offset int) Mem { return Mem{Base: RAX, Disp: offset} }
	k, acs, b, brs := RCX, R10, R11, R12
	MOVQ(field(tileK), k)
	a := newRowPointers(rows)
	MOVQ(field(tileA), RSI)
	MOVQ(field(tileARS), a.stride)
	a.start()
	MOVQ(field(tileACS), acs)
	MOVQ(field(tileB), b)
	MOVQ(field(tileBRS), brs)
	MOVQ(field(tileC), RDX)
	MOVQ(field(tileCRS), RBX)

	last := len(v.registers)
	sum := func(row, vector int) VecPhysical { return v.registers[row*vectors+vector] }
	bRow := v.registers[last-4 : last-2]
	aElement := v.registers[last-2:]
	if v.masks != nil {
		MOVL(field(tileMask), R8L)
		KMOVW(R8L, K1)
		SHRL(Imm(16), R8L)
		KMOVW(R8L, K2)
		a.start() // R8 is one of the row pointers
	} else {
		MOVQ(field(tileMask), R15)
	}
	eachRow(rows, func(c GPPhysical) {
		for j := range vectors {
			PREFETCHT0(Mem{Base: c, Disp: 64 * (j * v.width / 64)})
		}
	})
	for i := range rows * vectors {
		v.zero(v.registers[i])
	}

	multiplyAdd := func(element func(row int) Mem) {
		for i := range rows {
			if vectors == 1 && v.masks != nil {
				VFMADD231PS_BCST(element(i), bRow[0], sum(i, 0))
				continue
			}
			v.broadcast(element(i), aElement[i%2])
			for j := range vectors {
				v.fma(aElement[i%2], bRow[j], sum(i, j))
			}
		}
	}
	step := func(whole bool) {
		for j := range vectors {
			m := Mem{Base: b, Disp: j * v.width}
			if whole {
				v.move(m, bRow[j])
			} else {
				v.load(m, j, bRow[j], aElement[0])
			}
		}
		multiplyAdd(a.row)
		a.advance(acs)
		ADDQ(brs, b)
		DECQ(k)
	}
	// With constant strides little is left but loads and multiply-adds, which a core that
	// has to share its front end with another thread can still keep up with.
	MOVQ(field(tileAhead), v.ahead)
	for _, loop := range []struct {
		flag uint32
		name string
	}{{flagPacked, "packed"}, {flagRows, "inRows"}} {
		MOVQ(field(tileFlags), R14)
		TESTQ(U32(loop.flag), R14)
		JZ(LabelRef("not" + loop.name))
		SUBQ(Imm(unrolled), k)
		JL(LabelRef(loop.name + "Rest"))
		Label(loop.name)
		for line := 0; line < 2*v.width; line += 64 { // those of one step of the next panel
			PREFETCHT0(Mem{Base: b, Index: v.ahead, Scale: 1, Disp: line})
		}
		for l := range unrolled {
			for j := range vectors {
				v.move(Mem{Base: b, Disp: (2*l + j) * v.width}, bRow[j])
			}
			multiplyAdd(func(i int) Mem {
				if loop.flag == flagPacked {
					return Mem{Base: RSI, Disp: (l*rows + i) * v.size}
				}
				return a.row(i).Offset(l * v.size)
			})
		}
		ADDQ(U32(unrolled*2*v.width), b)
		if loop.flag == flagPacked {
			ADDQ(U32(unrolled*rows*v.size), RSI)
		} else {
			for _, r := range a.pointers {
				ADDQ(Imm(uint64(unrolled*v.size)), r)
			}
		}
		SUBQ(Imm(unrolled), k)
		JGE(LabelRef(loop.name))
		Label(loop.name + "Rest")
		if loop.flag == flagPacked {
			a.start()
		}
		ADDQ(Imm(unrolled), k)
		JZ(LabelRef("summed"))
		JMP(LabelRef("whole"))
		Label("not" + loop.name)
	}
	TESTQ(U32(flagWhole), field(tileFlags))
	JZ(LabelRef("masked"))
	Label("whole")
	step(true)
	JNZ(LabelRef("whole"))
	JMP(LabelRef("summed"))
	Label("masked")
	step(false)
	JNZ(LabelRef("masked"))
	Label("summed")

	// From here on R8 to R13, RCX, RSI and RDI are free.
	MOVQ(field(tileFlags), RCX)
	when(flagAccumulate, func() {
		add := func(masked bool) {
			row := 0
			eachRow(rows, func(c GPPhysical) {
				for j := range vectors {
					m := Mem{Base: c, Disp: j * v.width}
					if masked {
						v.load(m, j, bRow[j], aElement[0])
						v.add(bRow[j], sum(row, j), sum(row, j))
					} else {
						v.add(m, sum(row, j), sum(row, j))
					}
				}
				row++
			})
		}
		if v.masks == nil {
			TESTQ(U32(flagFull), RCX)
			JZ(LabelRef("addPartly"))
			add(false)
			JMP(LabelRef("added"))
			Label("addPartly")
		}
		add(true)
		Label("added")
	})
	when(flagBiasColumns, func() {
		MOVQ(field(tileBias), RSI)
		for j := range vectors {
			v.load(Mem{Base: RSI, Disp: j * v.width}, j, bRow[j], aElement[0])
			for i := range rows {
				v.add(bRow[j], sum(i, j), sum(i, j))
			}
		}
	})
	when(flagBiasRows, func() {
		MOVQ(field(tileBias), RSI)
		for i := range rows {
			v.broadcast(Mem{Base: RSI, Disp: i * v.size}, aElement[0])
			for j := range vectors {
				v.add(aElement[0], sum(i, j), sum(i, j))
			}
		}
	})
	when(flagReLU, func() {
		v.zero(aElement[0])
		for i := range rows * vectors {
			// The second operand, here the sum, is the result where one is NaN. Adding 0
			// makes a -0 the +0 that the generic loop returns.
			v.max(v.registers[i], aElement[0], v.registers[i])
			v.add(aElement[0], v.registers[i], v.registers[i])
		}
	})
	store := func(masked bool) {
		row := 0
		eachRow(rows, func(c GPPhysical) {
			for j := range vectors {
				m := Mem{Base: c, Disp: j * v.width}
				switch {
				case v.masks != nil:
					v.move(sum(row, j), v.masks[j], m)
				case masked && j == vectors-1:
					v.maskedMove(sum(row, j), bRow[j], m)
				default:
					v.move(sum(row, j), m)
				}
			}
			row++
		})
	}
	if v.masks == nil {
		// A masked store in AVX2 takes as long as a dozen plain ones on some processors.
		TESTQ(U32(flagFull), RCX)
		JZ(LabelRef("partly"))
		store(false)
		VZEROUPPER()
		RET()
		Label("partly")
		v.move(Mem{Base: R15, Disp: (vectors - 1) * v.width}, bRow[vectors-1])
	}
	store(true)
	VZEROUPPER()
	RET()
}

// load emits a masked load of a tile's vector j; lanes outside the mask become 0.
// scratch holds the mask where masks lie in memory.
func (v vectorSet) load(m Mem, j int, to, scratch VecPhysical) {
	if v.masks != nil {
		VMOVUPS_Z(m, v.masks[j], to)
		return
	}
	v.move(Mem{Base: R15, Disp: j * v.width}, scratch)
	v.maskedMove(m, scratch, to)
}

// labels numbers what when jumps to; names are local to a function.
var labels int

// when emits code that runs if a bit of RCX is set.
func when(flag uint32, body func()) {
	labels++
	skip := fmt.Sprintf("without%d", labels)
	TESTQ(U32(flag), RCX)
	JZ(LabelRef(skip))
	body()
	Label(skip)
}

// eachRow emits body for the row of c that the register points to, row by row. RDX
// points to the first, RBX is the distance, R14 changes.
func eachRow(rows int, body func(c GPPhysical)) {
	MOVQ(RDX, R14)
	for i := range rows {
		body(R14)
		if i != rows-1 {
			ADDQ(RBX, R14)
		}
	}
}

// rowPointers address up to 15 rows by one pointer for each five of them.
type rowPointers struct {
	pointers        []GPPhysical
	stride, stride3 GPPhysical
}

func newRowPointers(rows int) rowPointers {
	return rowPointers{[]GPPhysical{RSI, RDI, R8}[:(rows+4)/5], R9, R13}
}

// start derives the pointers from the first and the stride.
func (p rowPointers) start() {
	LEAQ(Mem{Base: p.stride, Index: p.stride, Scale: 2}, p.stride3)
	for i := 1; i < len(p.pointers); i++ {
		LEAQ(Mem{Base: p.pointers[i-1], Index: p.stride, Scale: 4}, p.pointers[i])
		ADDQ(p.stride, p.pointers[i])
	}
}

func (p rowPointers) row(i int) Mem {
	m := Mem{Base: p.pointers[i/5]}
	switch i % 5 {
	case 1, 2, 4:
		m.Index, m.Scale = p.stride, uint8(i%5)
	case 3:
		m.Index, m.Scale = p.stride3, 1
	}
	return m
}

func (p rowPointers) advance(by GPPhysical) {
	for _, r := range p.pointers {
		ADDQ(by, r)
	}
}
