package main

import (
	"fmt"
	"slices"
	"strings"
)

// kernel describes a function that runs over slices of one length:
//
//	func name(out0, ..., in0, ... *float32, n int, constants float32) result
//
// formula computes one vector of each output from those of the inputs; c are the
// kernel's constants. The results do not depend on an element's place: what the last
// whole vector leaves over runs through the same instructions one by one. n is at
// least 1.
type kernel struct {
	name            string
	inputs, outputs int
	constants       []string
	unroll          int // vectors a turn
	formula         func(l *lanes, k int, in []reg, c []reg) []reg

	// The lanes beside an element that is alone hold it too; with padded they are 0.
	padded bool

	// A kernel with a result has accumulators; vector k of a turn is to use the k-th of
	// unroll equal parts of them. start fills them, where the first input's first element is
	// needed for that from its address in R8; finish leaves the result in V0.
	accumulators int
	result       string
	start        func(place func(i int) int) []string
	finish       func(place func(i int) int) []string
}

// vectors and parameters of one turn of a loop.
type turn struct {
	l            lanes
	inputs, outs [][]reg
}

func (k *kernel) turn(count int, single bool, c []reg) *turn {
	t := &turn{l: lanes{single: single}}
	for i := range count {
		var in []reg
		for range k.inputs {
			in = append(in, &value{})
		}
		t.inputs = append(t.inputs, in)
		t.outs = append(t.outs, k.formula(&t.l, i, in, c))
	}
	return t
}

// numbersOf lists the numbers that a turn reads again and again, in their order.
func (t *turn) numbersOf() []uint32 {
	var numbers []uint32
	for _, in := range t.l.body {
		for _, v := range in.in {
			if v.kind == number && !slices.Contains(numbers, v.pattern) {
				numbers = append(numbers, v.pattern)
			}
		}
	}
	return numbers
}

// pointer is the integer register of an output or input; n is in R14, the table of
// numbers in R15.
func (k *kernel) pointer(output bool, i int) int {
	if output {
		return i
	}
	return 8 + i
}

// lines writes a turn with its loads and stores.
func (k *kernel) lines(f *file, fr *frame, t *turn, single bool) ([]string, bool) {
	flat := func(v [][]reg) []reg { return slices.Concat(v...) }
	results := flat(t.outs)
	body, ok := fr.allocate(t.l.body, flat(t.inputs), results, f.load)
	var lines []string
	for _, in := range t.inputs {
		for i, v := range in {
			if single && k.padded {
				lines = append(lines, fmt.Sprintf("\tFMOVS.P 4(R%d), F%d", k.pointer(false, i), v.place))
			} else if single {
				lines = append(lines, fmt.Sprintf("\tVLD1R.P 4(R%d), [V%d.S4]", k.pointer(false, i), v.place))
			} else {
				lines = append(lines, fmt.Sprintf("\tFMOVQ.P 16(R%d), F%d", k.pointer(false, i), v.place))
			}
		}
	}
	lines = append(lines, body...)
	for _, out := range t.outs {
		for i, v := range out {
			if single {
				lines = append(lines, fmt.Sprintf("\tFMOVS.P F%d, 4(R%d)", v.place, k.pointer(true, i)))
			} else {
				lines = append(lines, fmt.Sprintf("\tFMOVQ.P F%d, 16(R%d)", v.place, k.pointer(true, i)))
			}
		}
	}
	return lines, ok
}

// emit writes a kernel: as many numbers stay in registers as there is room for.
func (f *file) emit(k kernel) {
	var c []reg
	for i := range k.constants {
		c = append(c, &value{kind: parameter, index: i})
	}
	counts := []int{k.unroll, 1}
	if k.unroll == 1 {
		counts = counts[1:]
	}
	numbers := k.turn(1, false, c).numbersOf()
	for keep := len(numbers); keep >= 0; keep-- {
		before := len(f.numbers)
		fr := &frame{parameters: len(k.constants), accumulators: k.accumulators, numbers: numbers[:keep]}
		var start []string
		for _, pattern := range fr.numbers {
			start = append(start, f.load(pattern, fr.place(&value{kind: number, pattern: pattern})))
		}
		var loops [][]string
		good := true
		for _, count := range counts {
			lines, ok := k.lines(f, fr, k.turn(count, false, c), false)
			loops, good = append(loops, lines), good && ok
		}
		single, ok := k.lines(f, fr, k.turn(1, true, c), true)
		if good && ok {
			f.function(&k, fr, start, loops, counts, single)
			return
		}
		f.numbers = f.numbers[:before]
	}
	panic(k.name + " needs too many registers")
}

// function writes the lines of a kernel and its declaration.
func (f *file) function(k *kernel, fr *frame, start []string, loops [][]string, counts []int, single []string) {
	var names []string
	for i := range k.outputs {
		names = append(names, fmt.Sprintf("out%d", i))
	}
	for i := range k.inputs {
		names = append(names, fmt.Sprintf("in%d", i))
	}
	pointers := len(names)
	signature := "(" + strings.Join(names, ", ") + " *float32, n int"
	if len(k.constants) > 0 {
		signature += ", " + strings.Join(k.constants, ", ") + " float32"
	}
	signature += ")"
	size := 8*pointers + 8 + 4*len(k.constants)
	ret := (size + 7) / 8 * 8
	switch k.result {
	case "float64":
		size = ret + 8
	case "float32":
		size = ret + 4
	}
	if k.result != "" {
		signature += " " + k.result
	}
	fmt.Fprintf(&f.declarations, "\n//go:noescape\nfunc %s%s\n", k.name, signature)
	f.line("\n// func %s%s", k.name, signature)
	f.line("TEXT ·%s(SB), NOSPLIT, $0-%d", k.name, size)
	for i, name := range names {
		at := k.pointer(true, i)
		if i >= k.outputs {
			at = k.pointer(false, i-k.outputs)
		}
		f.line("\tMOVD %s+%d(FP), R%d", name, 8*i, at)
	}
	f.line("\tMOVD n+%d(FP), R14", 8*pointers)
	all := strings.Join(slices.Concat(slices.Concat(loops...), start, single), "\n")
	if strings.Contains(all, "(R15)") {
		f.line("\tMOVD $neonNumbers<>(SB), R15")
	}
	for i, name := range k.constants {
		at := fr.place(&value{kind: parameter, index: i})
		f.line("\tFMOVS %s+%d(FP), F%d", name, 8*pointers+8+4*i, at)
		f.line("\tVDUP V%d.S[0], V%d.S4", at, at)
	}
	place := func(i int) int { return fr.place(&value{kind: accumulator, index: i}) }
	if k.start != nil {
		start = append(start, k.start(place)...)
	}
	for _, line := range start {
		f.line("%s", line)
	}
	// R14 is, inside the loops, how many elements are left beyond this turn.
	labels := []string{"vectors", "vector"}[2-len(counts):]
	subtracted := 0
	for i, count := range counts {
		next := "singles"
		if i+1 < len(counts) {
			next = labels[i+1] + "Rest"
		}
		if subtracted > 0 {
			f.line("\n%sRest:", labels[i])
			f.line("\tADDS $%d, R14", subtracted-4*count)
		} else {
			f.line("\tSUBS $%d, R14", 4*count)
		}
		f.line("\tBLT %s\n\n%s:", next, labels[i])
		for _, line := range loops[i] {
			f.line("%s", line)
		}
		f.line("\tSUBS $%d, R14\n\tBGE %s", 4*count, labels[i])
		subtracted = 4 * count
	}
	f.line("\nsingles:\n\tADDS $%d, R14\n\tBEQ done\n\nsingle:", subtracted)
	for _, line := range single {
		f.line("%s", line)
	}
	f.line("\tSUBS $1, R14\n\tBNE single\n\ndone:")
	if k.finish != nil {
		for _, line := range k.finish(place) {
			f.line("%s", line)
		}
		name := map[string]string{"float32": "FMOVS", "float64": "FMOVD"}[k.result]
		f.line("\t%s F0, ret+%d(FP)", name, ret)
	}
	f.line("\tRET")
}
