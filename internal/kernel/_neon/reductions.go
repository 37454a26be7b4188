package main

import "fmt"

// clearAll starts accumulators at zero.
func clearAll(count int) func(place func(i int) int) []string {
	return func(place func(i int) int) (lines []string) {
		for i := range count {
			lines = append(lines, fmt.Sprintf("\tVEOR V%d.B16, V%d.B16, V%d.B16", place(i), place(i), place(i)))
		}
		return lines
	}
}

// addAll adds up accumulators of two float64 each, in pairs, and leaves the sum in F0.
func addAll(count int) func(place func(i int) int) []string {
	return func(place func(i int) int) (lines []string) {
		for half := count / 2; half > 0; half /= 2 {
			for i := range half {
				d, m := place(i), place(i+half)
				lines = append(lines, encoded(0x4e60d400, fmt.Sprintf("fadd v%d.2d, v%d.2d, v%d.2d", d, d, m), d, d, m))
			}
		}
		return append(lines, encoded(0x7e70d800, fmt.Sprintf("faddp d0, v%d.2d", place(0)), 0, place(0), 0))
	}
}

// reductions writes the sums, which add in float64, and the extremes.
func reductions(f *file) {
	const unroll = 4
	sums := []struct {
		name   string
		inputs int
		add    func(l *lanes, k int, in []reg)
	}{
		{"Sum", 1, func(l *lanes, k int, in []reg) { l.total(k, in[0]) }},
		{"SumAbs", 1, func(l *lanes, k int, in []reg) { l.total(k, l.magnitude(in[0])) }},
		{"SumSquares", 1, func(l *lanes, k int, in []reg) { l.totalProducts(k, in[0], in[0]) }},
		{"Dot", 2, func(l *lanes, k int, in []reg) { l.totalProducts(k, in[0], in[1]) }},
	}
	for _, s := range sums {
		f.emit(kernel{name: "vector" + s.name + "NEON", inputs: s.inputs, unroll: unroll, accumulators: 2 * unroll, result: "float64",
			start: clearAll(2 * unroll), finish: addAll(2 * unroll),
			formula: func(l *lanes, k int, in, _ []reg) []reg { s.add(l, k, in); return nil }})
	}
	extremes := []struct {
		name, two, across        string
		encoding, encodingAcross uint32
		formula                  func(l *lanes, a, b reg) reg
	}{
		{"Max", "fmax", "fmaxv", 0x4e20f400, 0x6e30f800, (*lanes).max},
		{"Min", "fmin", "fminv", 0x4ea0f400, 0x6eb0f800, (*lanes).min},
	}
	for _, e := range extremes {
		f.emit(kernel{name: "vector" + e.name + "NEON", inputs: 1, unroll: unroll, accumulators: unroll, result: "float32",
			start: func(place func(i int) int) (lines []string) {
				for i := range unroll {
					lines = append(lines, fmt.Sprintf("\tVLD1R (R8), [V%d.S4]", place(i)))
				}
				return lines
			},
			finish: func(place func(i int) int) (lines []string) {
				for half := unroll / 2; half > 0; half /= 2 {
					for i := range half {
						d, m := place(i), place(i+half)
						lines = append(lines, encoded(e.encoding, fmt.Sprintf("%s v%d.4s, v%d.4s, v%d.4s", e.two, d, d, m), d, d, m))
					}
				}
				return append(lines, encoded(e.encodingAcross, fmt.Sprintf("%s s0, v%d.4s", e.across, place(0)), 0, place(0), 0))
			},
			formula: func(l *lanes, k int, in, _ []reg) []reg {
				e.formula(l, l.accumulator(k), in[0])
				l.into(k)
				return nil
			}})
	}
}

// softmax writes the parts of Softmax and its gradient that are no elementwise
// operation: e^(x-a), stored or not, with its sum, and the last steps of the gradient.
func softmax(f *file) {
	shifted := func(l *lanes, k int, in, c []reg) []reg {
		e := l.exp(l.sub(in[0], c[0]))
		l.total(k, e)
		return []reg{e}
	}
	f.emit(kernel{name: "vectorSoftmaxExpNEON", inputs: 1, outputs: 1, constants: []string{"a"}, unroll: 1, accumulators: 2, result: "float64",
		start: clearAll(2), finish: addAll(2), formula: shifted})
	f.emit(kernel{name: "vectorSoftmaxSumNEON", inputs: 1, constants: []string{"a"}, unroll: 1, accumulators: 2, result: "float64",
		start: clearAll(2), finish: addAll(2),
		formula: func(l *lanes, k int, in, c []reg) []reg { shifted(l, k, in, c); return nil }})
	f.emit(kernel{name: "vectorSoftmaxBackNEON", inputs: 2, outputs: 1, constants: []string{"a"}, unroll: 2,
		formula: func(l *lanes, _ int, in, c []reg) []reg { return []reg{l.mul(in[0], l.sub(in[1], c[0]))} }})
	f.emit(kernel{name: "vectorLogSoftmaxBackNEON", inputs: 2, outputs: 1, constants: []string{"a"}, unroll: 1,
		formula: func(l *lanes, _ int, in, c []reg) []reg { return []reg{l.fnma(l.exp(in[0]), c[0], in[1])} }})
}
