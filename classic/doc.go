// Package classic holds classifiers in the shape of scikit-learn: [LogisticRegression] with an exact solver, and
// [MLPClassifier], a small network that is trained by Adam; cross-validation and grid search over both.
//
//	model := classic.NewLogisticRegression(classic.LogisticOptions{C: 1})
//	if err := model.Fit(x, y); err != nil {
//		return err
//	}
//	fmt.Println(model.Score(testX, testY), model.Coef(), model.Intercept())
//
// Options are structs whose zero value is scikit-learn's default, but that a LogisticRegression goes on to the minimum: to
// a gradient of 1e-10, where scikit-learn's is content with 1e-4.
//
// # Shapes
//
// n is the number of samples, p that of features, K that of classes.
//
//	x  [n, p]  float32 or float64
//	y  [n]     the labels: integers of any value, or bools for 0 and 1; [n, 1] too
//
// Fit finds the classes in y; Classes returns them in increasing order, and the columns of PredictProba [n, K] are in that
// order. With two classes there is one set of coefficients, [1, p], for the second of them; with more there is one a class,
// [K, p]. Results that are not labels are float64, labels int64.
//
// # Errors
//
// What may be wrong with data is an error of Fit: a NaN or an infinity (with its row and column), labels all of one class,
// no samples at all, and shapes or element types that do not fit (a *tensor.ShapeError or *tensor.DTypeError). A fit that
// finds no minimum says why: [NotConverged], or [Separated] where without a penalty there is none. A model whose Fit failed
// is as it was before. PredictProba and what else uses a fitted model panics with these types where x has another number
// of features, and where Fit has not been called.
//
// A fitted model may be used by any number of goroutines; Fit needs it for itself.
package classic
