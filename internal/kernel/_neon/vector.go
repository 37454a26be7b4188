package main

// vector writes the kernels that work element by element, the reductions and the steps of
// the optimizers.
func vector(f *file) {
	for _, u := range unaryFormulas {
		f.emit(kernel{name: "vector" + u.name + "NEON", inputs: 1, outputs: 1, constants: []string{"a", "b"}, unroll: u.unroll,
			formula: func(l *lanes, _ int, in, c []reg) []reg { return []reg{u.formula(l, in[0], c)} }})
	}
	for _, b := range binaryFormulas {
		f.emit(kernel{name: "vector" + b.name + "NEON", inputs: 2, outputs: 1, unroll: 2,
			formula: func(l *lanes, _ int, in, _ []reg) []reg { return []reg{b.formula(l, in[0], in[1])} }})
		f.emit(kernel{name: "vector" + b.name + "ScalarNEON", inputs: 1, outputs: 1, constants: []string{"a"}, unroll: 2,
			formula: func(l *lanes, _ int, in, c []reg) []reg { return []reg{b.formula(l, in[0], c[0])} }})
	}
	reductions(f)
	softmax(f)
	optimizers(f)
	gemv(f)
}
