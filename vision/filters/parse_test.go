package filters_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/lumen-ml/lumen/tensor"
	"github.com/lumen-ml/lumen/vision/filters"
)

func TestParse(t *testing.T) {
	for text, want := range map[string]*tensor.Tensor{
		"0,-1,0;-1,5,-1;0,-1,0":           filters.Sharpen(),
		"0 -1 0\r\n-1 5 -1\r\n0 -1 0\r\n": filters.Sharpen(),
		" 1/4 , 1/2 , .25 ;":              tensor.FromSlice([]float32{0.25, 0.5, 0.25}, 1, 3),
		"1e-3;2;3":                        tensor.FromSlice([]float32{1e-3, 2, 3}, 3, 1),
	} {
		k, err := filters.Parse(text)
		if err != nil || !slices.Equal(k.Shape(), want.Shape()) || !slices.Equal(tensor.Data[float32](k), tensor.Data[float32](want)) {
			t.Errorf("%q: %v, %v", text, k, err)
		}
	}
	for text, want := range map[string]string{
		"":                         "without weights",
		" ; ;":                     "without weights",
		"1,2;3":                    "row 2 of the kernel has 1 weights, row 1 has 2",
		"1,,2":                     "nothing stands between two commas",
		"1,x":                      `row 1, weight 2 of the kernel: "x" is no number`,
		"1/0":                      "is no number",
		"0/0":                      "is no number",
		"nan":                      "is no number",
		"1e39":                     "is no number",
		strings.Repeat("1;", 2000): "more than 1023 x 1023",
		strings.Repeat("1 ", 2000): "more than 1023 x 1023",
		strings.Repeat("1", 2<<20): "at most 1048576 are read",
	} {
		if _, err := filters.Parse(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.30q: %v, want %q", text, err, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"0,-1,0;-1,5,-1;0,-1,0", "1/9 1/9\n1 2", "1,,", ";", "1e400", "-.5,+3"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		k, err := filters.Parse(text)
		if err != nil {
			return
		}
		if k.Dim() != 2 || k.Numel() == 0 {
			t.Errorf("%q has shape %v", text, k.Shape())
		}
		if k.IsFinite().All().Item() != 1 {
			t.Errorf("%q has weights that are not finite: %v", text, k)
		}
	})
}
