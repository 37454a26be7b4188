package lumen_test

// The names that users' programs are written against, with their types: what stands
// here may not change. That it compiles is the test.

import (
	"context"
	"io"
	"iter"
	"math/rand/v2"
	"testing"

	"github.com/lumen-ml/lumen/classic"
	"github.com/lumen-ml/lumen/data"
	"github.com/lumen-ml/lumen/format/safetensors"
	"github.com/lumen-ml/lumen/gradcheck"
	"github.com/lumen-ml/lumen/metrics"
	"github.com/lumen-ml/lumen/nn"
	"github.com/lumen-ml/lumen/optim"
	"github.com/lumen-ml/lumen/tensor"
	"github.com/lumen-ml/lumen/train"
	"github.com/lumen-ml/lumen/vision/datasets"
	"github.com/lumen-ml/lumen/vision/filters"
)

type (
	t     = *tensor.Tensor
	unary = func(t) t
	pair  = func(t, t) t
	dims  = func(t, ...int) t
	maker = func(...int) t
)

var (
	// package tensor: creation
	_ func([]float32, ...int) t                = tensor.FromSlice[float32]
	_ func([]bool, ...int) t                   = tensor.FromSlice[bool]
	_ maker                                    = tensor.Zeros
	_ maker                                    = tensor.Ones
	_ func(float64, ...int) t                  = tensor.Full
	_ func(tensor.DType, ...int) t             = tensor.ZerosOf
	_ func(a, b, c float64) t                  = tensor.Arange
	_ func(a, b float64, n int) t              = tensor.Linspace
	_ func(int) t                              = tensor.Eye
	_ func(*rand.Rand, ...int) t               = tensor.Randn
	_ func(*rand.Rand, ...int) t               = tensor.Rand
	_ func(*rand.Rand, int, int, ...int) t     = tensor.RandInt
	_ func(*rand.Rand, int) t                  = tensor.RandPerm
	_ func(*rand.Rand, float64, ...int) t      = tensor.Bernoulli
	_ func(t) []int                            = t.Shape
	_ func(t, int) int                         = t.Size
	_ func(t) int                              = t.Dim
	_ func(t) int                              = t.Numel
	_ func(t) tensor.DType                     = t.DType
	_ func(t) float64                          = t.Item
	_ func(t) string                           = t.String
	_ func(t, tensor.DType) t                  = t.To
	_ func(t) []float32                        = tensor.Data[float32]
	_ func(t) []int64                          = tensor.Data[int64]
	_ unary                                    = t.RequireGrad
	_ unary                                    = t.Grad
	_ func(t)                                  = t.Backward
	_ func(t, tensor.BackwardOptions)          = t.BackwardWith
	_ unary                                    = t.Detach
	_ unary                                    = t.Clone
	_ func(t, func(g t))                       = t.OnGrad
	_ func(t, []t, tensor.BackwardOptions) []t = tensor.GradOf
	_                                          = tensor.BackwardOptions{CreateGraph: true}

	// arithmetic
	_, _, _, _, _ pair                           = t.Add, t.Sub, t.Mul, t.Div, t.MatMul
	_, _, _       func(t, float64) t             = t.Pow, t.AddScalar, t.MulScalar
	_, _, _, _, _ unary                          = t.Neg, t.Exp, t.Log, t.Sqrt, t.Abs
	_, _, _, _, _ unary                          = t.Tanh, t.Sigmoid, t.ReLU, t.GELU, t.SiLU
	_             unary                          = t.Softplus
	_, _          func(t, float64) t             = t.LeakyReLU, t.ELU
	_, _          func(t, int) t                 = t.Softmax, t.LogSoftmax
	_             func(x t, lo, hi float64) t    = t.Clamp
	_, _          func(a, b t)                   = func(a, b t) { a.AddInPlace(b) }, func(a, b t) { a.MulInPlace(b) }
	_             func(x t, d, a, b, s int, v t) = func(x t, d, a, b, s int, v t) { x.SetSlice(d, a, b, s, v) }

	// reductions
	_, _, _, _, _ dims                             = t.Sum, t.Mean, t.Var, t.Std, t.LogSumExp
	_, _, _, _    dims                             = t.SumKeep, t.MeanKeep, t.VarKeep, t.StdKeep
	_             func(x t, p float64, d ...int) t = t.Norm
	_, _          func(t, int) (t, t)              = t.Max, t.Min
	_, _          unary                            = t.MaxAll, t.MinAll
	_, _, _       func(t, int) t                   = t.ArgMax, t.ArgMin, t.CumSum

	// shapes
	_, _, _ dims                         = t.Reshape, t.Permute, t.Expand
	_, _, _ func(t, int) t               = t.Flatten, t.Squeeze, t.Unsqueeze
	_, _    func(x t, a, b int) t        = t.Transpose, t.Select
	_       func(x t, d, a, b, s int) t  = t.Slice
	_, _    func(t, int, t) t            = t.IndexSelect, t.Gather
	_       func(t, int, t, t) t         = t.ScatterAdd
	_       func(t, t, float64) t        = t.MaskedFill
	_       func(x t, k, dim int) (t, t) = t.TopK
	_       func(int, ...t) t            = tensor.Concat
	_       func(int, ...t) t            = tensor.Stack
	_       func(cond, a, b t) t         = tensor.Where
	_       func(string, ...t) t         = tensor.Einsum

	// convolution and pooling
	_                                                   = tensor.ConvOptions{Stride: 1, Padding: 1, Dilation: 1, Groups: 1, StrideHW: [2]int{}, PaddingHW: [2]int{}, DilationHW: [2]int{}, NoBias: true}
	_, _    func(x, w, b t, o tensor.ConvOptions) t     = tensor.Conv2d, tensor.ConvTranspose2d
	_, _    func(x t, k int, o ...tensor.PoolOptions) t = t.MaxPool2d, t.AvgPool2d
	_       func(x t, h, w int) t                       = t.AdaptiveAvgPool2d
	_       func(t, []int, tensor.PadMode, float64) t   = t.Pad
	_       func(t, tensor.UpsampleOptions) t           = t.Upsample
	_, _, _ tensor.Misuse                               = (*tensor.ShapeError)(nil), (*tensor.DTypeError)(nil), (*tensor.IndexError)(nil)
	_, _    tensor.Misuse                               = (*tensor.GraphError)(nil), (*tensor.StaleError)(nil)
	_                                                   = tensor.ShapeError{Op: "", Shapes: [][]int{}, Want: "", Where: ""}

	// package nn
	_          nn.Module                                                         = (*nn.Sequential)(nil)
	_, _, _, _ nn.Loss                                                           = nn.CrossEntropy, nn.BCEWithLogits, nn.BCE, nn.MSE
	_, _, _, _ nn.Loss                                                           = nn.L1, nn.Huber, nn.NLL, nn.KLDiv
	_          func(nn.CrossEntropyOptions) nn.Loss                              = nn.CrossEntropyWith
	_          func(uint64) *nn.Pass                                             = nn.Training
	_          func() *nn.Pass                                                   = nn.Inference
	_          func(nn.Module, t) t                                              = nn.Predict
	_          func(*nn.Pass, *nn.Param) t                                       = (*nn.Pass).Use
	_          func(*nn.Pass, any)                                               = (*nn.Pass).Eval
	_          func(*nn.Pass)                                                    = (*nn.Pass).Reset
	_          func(*nn.Pass, any, func(nn.Event))                               = (*nn.Pass).Observe
	_          func(...*nn.Pass)                                                 = nn.Reduce
	_          func(any) []*nn.Param                                             = nn.Parameters
	_          func(any) iter.Seq2[string, *nn.Param]                            = nn.Named
	_          func(any) map[string]t                                            = nn.State
	_          func(any, map[string]t, ...nn.LoadOptions) (nn.LoadReport, error) = nn.LoadState
	_          func(*nn.Linear) *nn.Linear                                       = nn.Clone[*nn.Linear]
	_          func(dst, src any) error                                          = nn.CopyState
	_          func(any, uint64)                                                 = nn.Init
	_          func(any, tensor.DType)                                           = nn.To
	_          func(any)                                                         = nn.Freeze
	_          func(nn.Module, ...int) (string, error)                           = nn.Summary
	_          func(nn.Module, ...int) error                                     = nn.CheckInput
	_          func(...nn.Module) *nn.Sequential                                 = nn.NewSequential
	_          func(in, out int, o ...nn.LinearOptions) *nn.Linear               = nn.NewLinear
	_          func(in, out, k int, o ...nn.ConvOptions) *nn.Conv2d              = nn.NewConv2d
	_          func(*nn.Param) t                                                 = (*nn.Param).Grad

	// the others
	_, _, _ optim.Optimizer                                                   = (*optim.SGD)(nil), (*optim.Adam)(nil), (*optim.AdamW)(nil)
	_, _, _ optim.Optimizer                                                   = (*optim.RMSprop)(nil), (*optim.Adagrad)(nil), (*optim.Adadelta)(nil)
	_       func([]*nn.Param, optim.AdamOptions) *optim.Adam                  = optim.NewAdam
	_       func() optim.AdamOptions                                          = optim.DefaultAdam
	_       func() optim.SGDOptions                                           = optim.DefaultSGD
	_       data.Dataset                                                      = (*datasets.Set)(nil)
	_       func(data.Dataset, data.LoaderOptions) *data.Loader               = data.NewLoader
	_       func(*data.Loader, context.Context) iter.Seq2[*data.Batch, error] = (*data.Loader).Batches
	_       func(string, map[string]t) error                                  = safetensors.Save
	_       func(string) (map[string]t, error)                                = safetensors.Load
	_       func(io.Reader) (map[string]t, error)                             = safetensors.Read
	_       func(io.Writer, map[string]t) error                               = safetensors.Write
	_       func(func([]t) t, []t, gradcheck.Options) error                   = gradcheck.Func
	_                                                                         = train.Config{Model: nil, Train: nil, Validation: nil, Epochs: 1, BatchSize: 1, Seed: 1, Loss: nil, Optimizer: nil, Schedule: nil,
		Metrics: []metrics.Metric{metrics.Accuracy()}, Dir: "", Listeners: []train.Listener{train.Progress(io.Discard)}}
	_ func(context.Context, train.Config) (*train.Record, error) = train.Run
	_ func(x, kernel t, o filters.Options) t                     = filters.Filter2D
	_ func(size int, sigma float64) t                            = filters.Gaussian
	_ func() t                                                   = filters.SobelX

	_    func(classic.LogisticOptions) *classic.LogisticRegression = classic.NewLogisticRegression
	_    func(*classic.LogisticRegression, t, t) error             = (*classic.LogisticRegression).Fit
	_, _ func(*classic.LogisticRegression, t) t                    = (*classic.LogisticRegression).PredictProba, (*classic.LogisticRegression).Predict
	_    func(*classic.LogisticRegression, t, t) float64           = (*classic.LogisticRegression).Score
	_, _ func(*classic.LogisticRegression) t                       = (*classic.LogisticRegression).Coef, (*classic.LogisticRegression).Intercept
	_, _ classic.Classifier                                        = (*classic.LogisticRegression)(nil), (*classic.MLPClassifier)(nil)
	_    func(classic.MLPOptions) *classic.MLPClassifier           = classic.NewMLPClassifier
)

// The layers and functions whose arguments the API leaves open.
var _ = []any{nn.NewMaxPool2d, nn.NewAvgPool2d, nn.NewAdaptiveAvgPool2d, nn.NewBatchNorm1d, nn.NewBatchNorm2d, nn.NewLayerNorm,
	nn.NewGroupNorm, nn.NewDropout, nn.NewDropout2d, nn.NewEmbedding, nn.NewFlatten, nn.NewReLU, nn.NewSigmoid, nn.NewTanh,
	t.Sort, optim.NewAdamGroups, optim.ClipGradNorm, optim.ClipGradValue, gradcheck.Module, datasets.MNIST, datasets.IDX}

func TestDatasetsOfTheAPI(t *testing.T) {
	for _, split := range []datasets.Split{datasets.Train, datasets.Test} {
		if _, err := datasets.MNIST(split); err != nil {
			t.Error(err)
		}
	}
}
