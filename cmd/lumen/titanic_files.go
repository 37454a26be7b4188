package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/lumen-ml/lumen/data/table"
	"github.com/lumen-ml/lumen/internal/atomicfile"
	"github.com/lumen-ml/lumen/plot"
	"github.com/lumen-ml/lumen/tensor"
	"github.com/lumen-ml/lumen/train"
)

// titanicFits is fits.json.
type titanicFits struct {
	Exact           titanicFitFile `json:"exact"`
	GradientDescent titanicFitFile `json:"gradient_descent"`
}

type titanicFitFile struct {
	Coefficients map[string]float64 `json:"coefficients"`
	Intercept    float64            `json:"intercept"`
	C            any                `json:"C"` // "Inf" without a penalty
	LogLoss      float64            `json:"log_loss"`
	Accuracy     float64            `json:"accuracy"`
	AUC          float64            `json:"auc"`
}

// export writes what another library needs to check the fits.
func (r *titanicResult) export(t terminal, dir string) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	design, err := r.designTable()
	if err != nil {
		return err
	}
	file := func(f *titanicFit) titanicFitFile {
		return titanicFitFile{r.byFeature(f), f.intercept, train.Finite(r.strength), f.logLoss, f.accuracy, f.auc}
	}
	fits, err := json.MarshalIndent(titanicFits{file(r.fits[0]), file(r.fits[1])}, "", "  ")
	if err != nil {
		return err
	}
	if err := design.WriteFile(filepath.Join(dir, "design.csv")); err != nil {
		return err
	}
	err = atomicfile.WriteFile(filepath.Join(dir, "fits.json"), func(w io.Writer) error {
		_, err := w.Write(append(fits, '\n'))
		return err
	})
	if err == nil {
		fmt.Fprintf(t.errors, "wrote design.csv and fits.json into %s\n", dir)
	}
	return err
}

// designTable is split, y and the features, of the training passengers and then of the others.
func (r *titanicResult) designTable() (*table.Table, error) {
	var split []string
	var y []float64
	values := make([][]float64, len(r.features))
	for part, x := range r.x {
		for _, label := range tensor.Data[int64](r.y[part]) {
			split = append(split, partNames[part])
			y = append(y, float64(label))
		}
		for i, v := range tensor.Data[float64](x) {
			values[i%len(values)] = append(values[i%len(values)], v)
		}
	}
	columns := []*table.Column{table.NewCategories("split", split), table.NewNumbers("y", y)}
	for j, name := range r.features {
		columns = append(columns, table.NewNumbers(name, values[j]))
	}
	return table.New(columns...)
}

// plot draws the pictures.
func (r *titanicResult) plot(t terminal, dir string) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	least := r.objective(r.exact.Coef(), r.exact.Intercept())
	steps := float64(max(len(r.descent.objective), len(r.net.LossCurve())))
	curves := make([]plot.Series, len(r.fits))
	for k, f := range r.fits {
		curves[k] = plot.Series{Name: fmt.Sprintf("%s, AUC %.3f", f.title, f.auc), X: f.curve.FalsePositiveRate, Y: f.curve.TruePositiveRate,
			Dashed: f.name == "gradient_descent"} // it lies on the exact one
	}
	labels := append(append([]string(nil), r.features...), "intercept")
	bars := make([]plot.Series, 2)
	for k, f := range r.fits[:2] {
		bars[k] = plot.Series{Name: f.title, Y: append(append([]float64(nil), f.coefficients...), f.intercept)}
	}
	var names []string
	for _, picture := range []struct {
		name   string
		figure *plot.Figure
	}{
		{"loss", plot.Lines(plot.Options{Title: "Loss while training, with the penalty", X: "times through the training passengers", Y: "mean loss", LogX: true},
			plot.Series{Name: "gradient descent", Y: r.descent.objective},
			plot.Series{Name: "network of 3 units", Y: r.net.LossCurve()},
			plot.Series{Name: "exact solution", X: []float64{1, steps}, Y: []float64{least, least}, Dashed: true})},
		{"roc", plot.ROC("Who survived, among passengers not trained on", curves...)},
		{"coefficients", plot.Bars(plot.Options{Title: "Coefficients of the logistic regression", X: "log odds of survival"}, labels, bars...)},
		{"confusion", plot.Confusion(r.fits[0].confusion.Matrix(), []string{"died", "survived"})},
	} {
		for _, format := range []string{".png", ".svg"} {
			if err := picture.figure.Save(filepath.Join(dir, picture.name+format)); err != nil {
				return err
			}
		}
		names = append(names, picture.name)
	}
	fmt.Fprintf(t.errors, "drew %s as PNG and SVG into %s\n", strings.Join(names, ", "), dir)
	return nil
}
