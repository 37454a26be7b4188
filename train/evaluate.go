package train

import (
	"context"

	"github.com/lumen-ml/lumen/data"
	"github.com/lumen-ml/lumen/metrics"
	"github.com/lumen-ml/lumen/nn"
)

// evaluationBatch is how many examples are evaluated at a time.
const evaluationBatch = 256

// Evaluate runs model in inference over a dataset and returns the mean loss over its
// examples and the metrics, in the given order. The metrics are reset before and
// after.
func Evaluate(ctx context.Context, model nn.Module, set data.Dataset, loss nn.Loss, ms []metrics.Metric) (float64, []Value, error) {
	for _, m := range ms {
		m.Reset()
	}
	p := nn.Inference()
	total, n := 0.0, 0
	loader := data.NewLoader(set, data.LoaderOptions{BatchSize: evaluationBatch})
	for batch, err := range loader.Batches(ctx) {
		if err != nil {
			return 0, nil, err
		}
		if err := whole(batch); err != nil {
			return 0, nil, err
		}
		p.Reset()
		pred := model.Forward(p, batch.X)
		total += loss(pred, batch.Y).Item() * float64(batch.Len())
		n += batch.Len()
		for _, m := range ms {
			m.Update(pred, batch.Y)
		}
	}
	values := read(ms)
	for _, m := range ms {
		m.Reset()
	}
	return total / float64(n), values, nil
}

func read(ms []metrics.Metric) []Value {
	vs := make([]Value, len(ms))
	for i, m := range ms {
		vs[i] = Value{m.Name(), m.Value()}
	}
	return vs
}
