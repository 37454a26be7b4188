package vision_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/lumen-ml/lumen/tensor"
	"github.com/lumen-ml/lumen/vision"
)

// TestMakeGrid holds sheets to torchvision's, which sheets.py in testdata wrote down.
func TestMakeGrid(t *testing.T) {
	b, err := os.ReadFile(filepath.Join("testdata", "sheets.json"))
	if err != nil {
		t.Fatal(err)
	}
	var all struct {
		Cases []struct {
			Shape   []int
			X       []float32
			Options struct {
				NRow       *int
				Padding    *int
				PadValue   float64 `json:"pad_value"`
				Normalize  bool
				ScaleEach  bool       `json:"scale_each"`
				ValueRange [2]float64 `json:"value_range"`
			}
			SheetShape []int `json:"sheet_shape"`
			Sheet      []float32
		}
	}
	if err := json.Unmarshal(b, &all); err != nil {
		t.Fatal(err)
	}
	if len(all.Cases) < 10 {
		t.Fatalf("%d cases", len(all.Cases))
	}
	for i, c := range all.Cases {
		o := vision.DefaultGrid()
		if c.Options.NRow != nil {
			o.NRow = *c.Options.NRow
		}
		if c.Options.Padding != nil {
			o.Padding = *c.Options.Padding
		}
		o.PadValue, o.Normalize, o.ScaleEach, o.ValueRange = c.Options.PadValue, c.Options.Normalize, c.Options.ScaleEach, c.Options.ValueRange
		x := tensor.FromSlice(c.X, c.Shape...)
		sheet := vision.MakeGrid(x, o)
		if !slices.Equal(sheet.Shape(), c.SheetShape) {
			t.Errorf("case %d: shape %v, want %v", i, sheet.Shape(), c.SheetShape)
			continue
		}
		if d := sheet.Sub(tensor.FromSlice(c.Sheet, c.SheetShape...)).Abs().MaxAll().Item(); d > 1e-6 {
			t.Errorf("case %d is off by %g", i, d)
		}
		if !slices.Equal(tensor.Data[float32](x), c.X) {
			t.Errorf("case %d: the pictures were changed", i)
		}
	}
	if sheet := vision.MakeGrid(tensor.ZerosOf(tensor.Uint8, 3, 1, 4, 4)); sheet.DType() != tensor.Uint8 || !slices.Equal(sheet.Shape(), []int{3, 8, 20}) {
		t.Errorf("of bytes: %v of %v", sheet.DType(), sheet.Shape())
	}
}
