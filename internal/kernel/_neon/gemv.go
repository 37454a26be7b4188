package main

import "fmt"

// gemv writes the parts of the product with a vector: the dot product in float32, and
// what adds one or four columns, each times a number.
func gemv(f *file) {
	const unroll = 4
	f.emit(kernel{name: "gemvDotNEON", inputs: 2, unroll: unroll, accumulators: unroll, padded: true, result: "float32",
		start: clearAll(unroll),
		finish: func(place func(i int) int) (lines []string) {
			for half := unroll / 2; half > 0; half /= 2 {
				for i := range half {
					d, m := place(i), place(i+half)
					lines = append(lines, encoded(0x4e20d400, fmt.Sprintf("fadd v%d.4s, v%d.4s, v%d.4s", d, d, m), d, d, m))
				}
			}
			return append(lines, encoded(0x6e20d400, fmt.Sprintf("faddp v0.4s, v%d.4s, v%[1]d.4s", place(0)), 0, place(0), place(0)),
				encoded(0x7e30d800, "faddp s0, v0.2s", 0, 0, 0))
		},
		formula: func(l *lanes, k int, in, _ []reg) []reg {
			l.fma(in[0], in[1], l.accumulator(k))
			l.into(k)
			return nil
		}})
	f.emit(kernel{name: "gemvColumnNEON", inputs: 2, outputs: 1, constants: []string{"a"}, unroll: 2,
		formula: func(l *lanes, _ int, in, c []reg) []reg { return []reg{l.fma(in[1], c[0], in[0])} }})
	f.emit(kernel{name: "gemvColumnsNEON", inputs: 5, outputs: 1, constants: []string{"a", "b", "c", "d"}, unroll: 2,
		formula: func(l *lanes, _ int, in, c []reg) []reg {
			left := l.fma(in[2], c[1], l.mul(in[1], c[0]))
			right := l.fma(in[4], c[3], l.mul(in[3], c[2]))
			return []reg{l.add(in[0], l.add(left, right))}
		}})
}
