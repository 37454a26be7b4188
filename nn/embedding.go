package nn

import (
	"fmt"
	"math/rand/v2"

	"github.com/lumen-ml/lumen/tensor"
)

// EmbeddingOptions are the options of an Embedding.
type EmbeddingOptions struct {
	// Padding lists rows that start as zeros and get no gradient (PyTorch's
	// padding_idx); negative numbers count from the end.
	Padding []int
}

// Embedding looks up rows of its weight by number (torch.nn.Embedding): input int64
// of any shape, result that shape followed by the width.
type Embedding struct {
	Weight  *Param // [rows, width]
	Options EmbeddingOptions
}

// NewEmbedding returns a table of so many rows; they start normal, as PyTorch's.
func NewEmbedding(rows, width int, o ...EmbeddingOptions) *Embedding {
	positive("NewEmbedding", "rows", rows)
	positive("NewEmbedding", "width", width)
	l := &Embedding{Options: one("NewEmbedding", o)}
	for _, r := range l.Options.Padding {
		if r < -rows || r >= rows {
			badSize("NewEmbedding", "padding row %d is none of the %d rows", r, rows)
		}
	}
	var init Initializer = Normal{}
	if len(l.Options.Padding) > 0 {
		init = blankRows{Normal{}, l.Options.Padding}
	}
	l.Weight = NewParam(init, rows, width)
	return l
}

// Forward returns [..., width] for numbers x [...]; see [tensor.Embedding].
func (l *Embedding) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	x = p.Enter(l, x)
	return tensor.Embedding(p.Use(l.Weight), x, tensor.EmbeddingOptions{Padding: l.Options.Padding})
}

// blankRows is another initialiser with some rows zero.
type blankRows struct {
	Initializer
	rows []int
}

func (b blankRows) Draw(rng *rand.Rand, shape ...int) *tensor.Tensor {
	data := tensor.Data[float32](b.Initializer.Draw(rng, shape...))
	for _, r := range b.rows {
		if r < 0 {
			r += shape[0]
		}
		clear(data[r*shape[1] : (r+1)*shape[1]])
	}
	return tensor.FromSlice(data, shape...)
}

func (b blankRows) String() string { return fmt.Sprintf("%v, rows %v zero", b.Initializer, b.rows) }
