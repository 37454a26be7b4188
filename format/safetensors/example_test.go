package safetensors_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"github.com/lumen-ml/lumen/format/safetensors"
	"github.com/lumen-ml/lumen/tensor"
)

func Example() {
	dir, err := os.MkdirTemp("", "safetensors")
	check(err)
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "net.safetensors")

	check(safetensors.Save(path, map[string]*tensor.Tensor{
		"fc1.weight": tensor.FromSlice([]float32{1, 2, 3, 4, 5, 6}, 2, 3),
		"fc1.bias":   tensor.FromSlice([]float32{-1, 1}),
	}))
	state, err := safetensors.Load(path)
	check(err)
	w := state["fc1.weight"]
	fmt.Println(w.DType(), w.Shape(), tensor.Data[float32](w))
	// Output: float32 [2 3] [1 2 3 4 5 6]
}

// Open reads the header alone; tensors are read one at a time.
func ExampleOpen() {
	dir, err := os.MkdirTemp("", "safetensors")
	check(err)
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "net.safetensors")
	check(safetensors.SaveWith(path, map[string]*tensor.Tensor{
		"bias": tensor.FromSlice([]float32{-1, 1}),
		"step": tensor.FromSlice([]int64{120}, []int{}...),
	}, safetensors.Options{Metadata: map[string]string{"format": "pt"}}))

	f, err := safetensors.Open(path)
	check(err)
	defer f.Close()
	fmt.Println(f.Metadata())
	for _, name := range f.Names() {
		info, _ := f.Info(name)
		fmt.Println(name, info.DType, info.Shape, info.Bytes)
	}
	bias, err := f.Tensor("bias")
	check(err)
	fmt.Println(tensor.Data[float32](bias))
	// Output:
	// map[format:pt]
	// step I64 [] 8
	// bias F32 [2] 8
	// [-1 1]
}

// A file that promises more than it holds is refused with what is wrong.
func ExampleRead() {
	var b bytes.Buffer
	check(safetensors.Write(&b, map[string]*tensor.Tensor{"x": tensor.Ones(100)}))
	b.Truncate(200)
	_, err := safetensors.Read(&b)
	fmt.Println(err)
	// Output: safetensors: tensor "x": the file ends after 128 of its 400 bytes: it was cut short
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
