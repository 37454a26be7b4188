package train

import (
	"bytes"
	"runtime/pprof"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/tensor"
)

func TestSnakeCase(t *testing.T) {
	for name, want := range map[string]string{"Conv2d": "conv2d", "MaxPool2d": "max_pool2d", "conv2dBackward": "conv2d_backward",
		"max_pool2dBackward": "max_pool2d_backward", "ReLU": "relu", "LeakyReLU": "leaky_relu", "GELUTanh": "gelu_tanh", "ELU": "elu",
		"SiLU": "silu", "MatMul": "matmul", "CumSum": "cumsum", "LogSumExp": "logsumexp", "LogSigmoid": "logsigmoid",
		"AdaptiveAvgPool2d": "adaptive_avg_pool2d", "Log1p": "log1p", "AddScalar": "add_scalar"} {
		if got := snakeCase(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

// TestLabel looks at the labels of this goroutine from another one while it works.
func TestLabel(t *testing.T) {
	m := nn.NewSequential(nn.NewLinear(256, 256), nn.NewReLU())
	nn.Init(m, 1)
	p := nn.Training(1)
	Label(p, m)
	x := tensor.Ones(64, 256)
	want := []string{`"op":"linear"`, `"op":"linear_backward"`, `"layer":"0"`}
	var done atomic.Bool
	go func() {
		defer done.Store(true)
		missing := want
		for deadline := time.Now().Add(20 * time.Second); len(missing) > 0 && time.Now().Before(deadline); {
			var b bytes.Buffer
			if err := pprof.Lookup("goroutine").WriteTo(&b, 1); err != nil {
				t.Error(err)
				return
			}
			if strings.Contains(b.String(), missing[0]) {
				missing = missing[1:]
			}
		}
		if len(missing) > 0 {
			t.Errorf("never seen: %q", missing)
		}
	}()
	for !done.Load() {
		m.Forward(p, x).Sum().Backward()
	}
	var b bytes.Buffer
	if err := pprof.Lookup("goroutine").WriteTo(&b, 1); err != nil {
		t.Fatal(err)
	}
	for record := range strings.SplitSeq(b.String(), "\n\n") { // the pool's threads keep theirs until the next job
		if strings.Contains(record, "TestLabel") && strings.Contains(record, `"op":`) {
			t.Errorf("labels are left after the operations:\n%s", record)
		}
	}
}
