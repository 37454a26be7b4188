package train

import (
	"context"
	"runtime/pprof"
	"strings"
	"unicode"

	"github.com/lumen-ml/lumen/internal/pool"
	"github.com/lumen-ml/lumen/nn"
)

// Label puts labels on what runs under p, for CPU profiles of runtime/pprof: op, the
// operation ("conv2d", "conv2d_backward"), and layer, the layer's name in model
// ("conv1"). "go tool pprof -tags" sums by them, "-tagfocus layer=conv1" picks one.
// The pool's threads carry the labels of the goroutine that labelled last: with several
// Passes at once their samples may count for another's operation. A Pass that nobody
// calls Label for pays nothing.
func Label(p *nn.Pass, model nn.Module) {
	type operation struct{ op, layer string }
	type labels struct {
		own  context.Context
		pool func()
	}
	known := map[operation]*labels{}
	p.Trace(model, func(op, layer string) {
		o := operation{op, layer}
		l := known[o]
		if l == nil {
			var pairs []string
			if op != "" {
				pairs = append(pairs, "op", snakeCase(op))
			}
			if layer != "" {
				pairs = append(pairs, "layer", layer)
			}
			l = &labels{own: pprof.WithLabels(context.Background(), pprof.Labels(pairs...))}
			l.pool = func() { pprof.SetGoroutineLabels(l.own) }
			known[o] = l
		}
		l.pool()
		pool.Mark(&l.pool)
	})
}

// wholeWords are the parts of operations' names that are spelt with capitals inside.
var wholeWords = strings.NewReplacer("ReLU", "Relu", "GELU", "Gelu", "SiLU", "Silu", "ELU", "Elu", "MatMul", "Matmul",
	"CumSum", "Cumsum", "LogSumExp", "Logsumexp", "LogSigmoid", "Logsigmoid")

// snakeCase is an operation's name as observers hear it: "max_pool2d" of "MaxPool2d".
func snakeCase(name string) string {
	var b strings.Builder
	for i, r := range wholeWords.Replace(name) {
		if unicode.IsUpper(r) && i > 0 {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
