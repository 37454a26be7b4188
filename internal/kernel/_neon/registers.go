package main

import "fmt"

// registers is how many vector registers there are.
const registers = 32

// frame is what a kernel keeps in registers through its loops, from V31 down: its
// constants, its accumulators and the first of the numbers that it uses.
type frame struct {
	parameters, accumulators int
	numbers                  []uint32
}

func (f *frame) size() int { return f.parameters + f.accumulators + len(f.numbers) }

// place is the register that v has through the loops, -1 if it has none.
func (f *frame) place(v reg) int {
	switch v.kind {
	case parameter:
		return registers - 1 - v.index
	case accumulator:
		return registers - 1 - f.parameters - v.index
	case number:
		for i, pattern := range f.numbers {
			if pattern == v.pattern {
				return registers - 1 - f.parameters - f.accumulators - i
			}
		}
	}
	return -1
}

// allocate gives the values of body registers, in the order of the instructions, and
// returns the lines; ok is false if there are too few. A number that has no register
// is loaded where it is used, and where it is the input that an instruction changes,
// into the result's register. results are read after the body.
func (f *frame) allocate(body []instruction, inputs, results []reg, load func(pattern uint32, place int) string) (lines []string, ok bool) {
	last := map[reg]int{}
	for i, in := range body {
		for _, v := range append(in.in, in.tied) {
			if v != nil {
				last[v] = i
			}
		}
	}
	for _, v := range results {
		last[v] = len(body)
	}
	var taken [registers]bool
	for i := range f.size() {
		taken[registers-1-i] = true
	}
	take := func() int {
		for i := range taken {
			if !taken[i] {
				taken[i] = true
				return i
			}
		}
		ok = false
		return 0
	}
	ok = true
	for _, v := range inputs {
		v.place = take()
	}
	for i, in := range body {
		var places, free []int
		for _, v := range in.in {
			at := f.place(v)
			switch {
			case at >= 0:
			case v.kind == number:
				at = take()
				free = append(free, at)
				lines = append(lines, load(v.pattern, at))
			default:
				at = v.place
				if last[v] == i {
					free = append(free, at)
				}
			}
			places = append(places, at)
		}
		release := func() {
			for _, at := range free {
				taken[at] = false
			}
		}
		d := f.place(in.d)
		switch {
		case in.tied == nil:
			release()
			if d < 0 {
				d = take()
			}
		case in.tied.kind == accumulator && in.d.kind == accumulator:
			release()
		case in.tied.kind == number:
			d = take()
			lines = append(lines, load(in.tied.pattern, d))
			release()
		case f.place(in.tied) < 0 && last[in.tied] == i && !uses(in.in, in.tied):
			d = in.tied.place
			release()
		default:
			from := f.place(in.tied)
			if from < 0 {
				from = in.tied.place
			}
			d = take()
			lines = append(lines, fmt.Sprintf("\tVMOV V%d.B16, V%d.B16", from, d))
			release()
		}
		in.d.place = d
		if _, used := last[in.d]; !used && in.d.kind == temporary {
			taken[d] = false
		}
		lines = append(lines, in.text(d, places))
	}
	return lines, ok
}

func uses(in []reg, v reg) bool {
	for _, w := range in {
		if w == v {
			return true
		}
	}
	return false
}
