package plot_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lumen-ml/lumen/plot"
)

// figures is every kind of chart, also of numbers that cannot be drawn.
func figures() map[string]*plot.Figure {
	nan, inf := math.NaN(), math.Inf(1)
	long := make([]float64, 50_000)
	for i := range long {
		long[i] = math.Exp(-float64(i)/1e4) + 0.1*math.Sin(float64(i)) + 0.2
	}
	many := make([][]int64, 100)
	classes := make([]string, 100)
	for i := range many {
		many[i] = make([]int64, 100)
		many[i][i] = int64(i)
		classes[i] = fmt.Sprint("class ", i)
	}
	coefficients := []float64{-1.2, 0.4, -2.6, nan}
	names := []string{"Pclass", "Age", "Sex_male", "unknown"}
	return map[string]*plot.Figure{
		"lines": plot.Lines(plot.Options{Title: "Loss", X: "epoch", Y: "cross-entropy"},
			plot.Series{Name: "training", Y: []float64{2.3, 0.9, 0.4, 0.2, 0.15}}, plot.Series{Name: "validation", Y: []float64{2.2, 1, 0.6, 0.5, 0.52}, Dashed: true}),
		"log axes":         plot.Lines(plot.Options{LogX: true, LogY: true}, plot.Series{X: []float64{1, 10, 100, 1e6}, Y: []float64{1e-7, 1e-3, 1, 20}}),
		"within a decade":  plot.Lines(plot.Options{LogY: true}, plot.Series{Y: []float64{0.031, 0.04, 0.038, 0.09}}),
		"gaps":             plot.Lines(plot.Options{Title: "gaps"}, plot.Series{Name: "a", Y: []float64{1, 2, nan, 3, inf, 2, 1}}),
		"gaps on log axes": plot.Lines(plot.Options{LogY: true}, plot.Series{Y: []float64{1, 0, 3, -1, nan, 2, 1}}),
		"nothing":          plot.Lines(plot.Options{}),
		"nothing finite":   plot.Lines(plot.Options{LogX: true, LogY: true}, plot.Series{Name: "a", Y: []float64{nan, inf, -1, 0}}),
		"constant":         plot.Lines(plot.Options{LogY: true}, plot.Series{Y: []float64{3, 3, 3}}),
		"one point":        plot.Lines(plot.Options{LogX: true, LogY: true}, plot.Series{X: []float64{5}, Y: []float64{1e-9}}),
		"long":             plot.Lines(plot.Options{Title: "50,000 points", LogY: true}, plot.Series{Y: long}),
		"roc": plot.ROC("Receiver operating characteristic",
			plot.Series{Name: "exact, AUC 0.84", X: []float64{0, 0, 0.1, 0.3, 1}, Y: []float64{0, 0.4, 0.7, 0.9, 1}}),
		"bars":         plot.Bars(plot.Options{Title: "Coefficients", X: "log odds"}, names, plot.Series{Name: "exact", Y: coefficients}, plot.Series{Name: "gradient descent", Y: coefficients}),
		"no bars":      plot.Bars(plot.Options{}, nil, plot.Series{Name: "a"}),
		"confusion":    plot.Confusion([][]int64{{96, 14}, {19, 50}}, []string{"died", "survived"}),
		"many classes": plot.Confusion(many, classes),
		"no classes":   plot.Confusion(nil, nil),
	}
}

func TestFigures(t *testing.T) {
	for name, f := range figures() {
		t.Run(name, func(t *testing.T) {
			var picture, again, svg bytes.Buffer
			for _, err := range []error{f.Write(&picture, "png"), f.Write(&again, "png"), f.Write(&svg, "svg")} {
				if err != nil {
					t.Fatal(err)
				}
			}
			if !bytes.Equal(picture.Bytes(), again.Bytes()) {
				t.Error("the same figure is not the same bytes")
			}
			m, err := png.Decode(&picture)
			if err != nil {
				t.Fatal(err)
			}
			if !varied(m) {
				t.Error("the picture is of one colour")
			}
			if svg.Len() > 300_000 {
				t.Errorf("the SVG has %d bytes", svg.Len())
			}
			wellFormed(t, svg.Bytes())
			for _, bad := range []string{"NaN", "Inf"} {
				if strings.Contains(svg.String(), bad) {
					t.Errorf("%s stands in the SVG", bad)
				}
			}
		})
	}
}

func varied(m image.Image) bool {
	b := m.Bounds()
	first := m.At(b.Min.X, b.Min.Y)
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			if m.At(x, y) != first {
				return true
			}
		}
	}
	return false
}

func wellFormed(t *testing.T, svg []byte) {
	t.Helper()
	for d := xml.NewDecoder(bytes.NewReader(svg)); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

// TestText: what is to be read stands in the SVG, escaped.
func TestText(t *testing.T) {
	for name, want := range map[string][]string{
		"lines":     {"Loss", "epoch", "cross-entropy", "training", "validation", "font-family:Liberation Sans,Arial"},
		"log axes":  {">1e-06<", ">1<", ">1e+06<"},
		"bars":      {"Coefficients", "log odds", "Pclass", "Sex_male", "gradient descent"},
		"confusion": {"146 of 179 right (81.6 %)", "predicted", "true", ">96<", ">14<", ">19<", ">50<", "survived"},
		"roc":       {"false positive rate", "true positive rate", "exact, AUC 0.84"},
	} {
		var svg bytes.Buffer
		if err := figures()[name].Write(&svg, "svg"); err != nil {
			t.Fatal(err)
		}
		for _, text := range want {
			if !strings.Contains(svg.String(), text) {
				t.Errorf("%s: there is no %q", name, text)
			}
		}
	}
	var svg bytes.Buffer
	if err := plot.Lines(plot.Options{Title: "<a & b>"}).Write(&svg, "svg"); err != nil {
		t.Fatal(err)
	}
	wellFormed(t, svg.Bytes())
}

func TestSave(t *testing.T) {
	dir := t.TempDir()
	f := plot.Lines(plot.Options{}, plot.Series{Y: []float64{1, 2}})
	for _, name := range []string{"a.png", "a.SVG"} {
		if err := f.Save(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}
	for _, name := range []string{"a.jpg", "a", "none/a.png"} {
		if err := f.Save(filepath.Join(dir, name)); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 2 {
		t.Errorf("the folder has %v, %v", entries, err)
	}
	if err := f.Write(io.Discard, "pdf"); err == nil {
		t.Error("pdf is written")
	}
}

func TestMisuse(t *testing.T) {
	for name, f := range map[string]func(){
		"plot.Lines: series 0":       func() { plot.Lines(plot.Options{}, plot.Series{X: []float64{1}, Y: []float64{1, 2}}) },
		"plot.ROC: series 0":         func() { plot.ROC("", plot.Series{X: []float64{1}, Y: []float64{1, 2}}) },
		"plot.Bars: series 0":        func() { plot.Bars(plot.Options{}, []string{"a"}, plot.Series{Y: []float64{1, 2}}) },
		"plot.Confusion: the matrix": func() { plot.Confusion([][]int64{{1}}, []string{"a", "b"}) },
		"plot.Confusion: row 1":      func() { plot.Confusion([][]int64{{1, 2}, {1}}, []string{"a", "b"}) },
	} {
		func() {
			defer func() {
				if text, ok := recover().(string); !ok || !strings.HasPrefix(text, name) {
					t.Errorf("%s: panics with %q", name, text)
				}
			}()
			f()
		}()
	}
}
