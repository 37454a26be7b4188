package diag

import (
	"cmp"
	"fmt"
	"math"
)

// Overfitting finds a network that learns its examples by heart.
//
//	value = (validation loss - training loss) / training loss
//
// above Gap, while the validation loss has been above its lowest by more than Rise for Patience evaluations in a row, and the
// training loss has gone on falling since. The rise must also be more than a hundredth of the loss at the beginning: where both losses
// are next to nothing, one example more or less doubles them.
//
// Source: Prechelt, "Early stopping - but when?" (1998), whose generalisation loss Rise is.
type Overfitting struct {
	Gap      float64 // default 0.1
	Rise     float64 // default 0.1
	Error    float64 // as Rise; default 1
	Patience int     // evaluations; default 3
}

// Name is "overfitting".
func (Overfitting) Name() string { return "overfitting" }

// Look judges evaluations with a validation loss.
func (r Overfitting) Look(h *History) ([]Finding, bool) {
	e, ok := h.Evaluated()
	if !ok || math.IsNaN(e.ValidationLoss) {
		return nil, false
	}
	gap, rise, patience := cmp.Or(r.Gap, 0.1), cmp.Or(r.Rise, 0.1), cmp.Or(r.Patience, 3)
	if h.IsOpen(r.Name(), "") {
		rise, patience = rise/2, 1
	}
	best := 0
	for i, past := range h.Epochs {
		if past.ValidationLoss < h.Epochs[best].ValidationLoss {
			best = i
		}
	}
	lowest := h.Epochs[best]
	for i := range patience {
		k := len(h.Epochs) - 1 - i
		if k <= best || !(h.Epochs[k].ValidationLoss > lowest.ValidationLoss+max(rise*lowest.ValidationLoss, 0.01*h.Beginning())) {
			return nil, true
		}
	}
	value := (e.ValidationLoss - e.Loss) / e.Loss
	if !(value > gap) || !(e.Loss < lowest.Loss) {
		return nil, true
	}
	f := Finding{Severity: Warning, Value: value, Threshold: gap, Formula: "(validation loss - training loss) / training loss",
		Message: fmt.Sprintf("The validation loss was lowest in evaluation %d, %.4g, and is %.4g now, while the training loss fell from %.4g to %.4g: the examples are learned by heart.",
			lowest.Epoch, lowest.ValidationLoss, e.ValidationLoss, lowest.Loss, e.Loss),
		Advice: fmt.Sprintf("Stop after evaluation %d (train.EarlyStopping; the best checkpoint is of it), or more examples, augmentation, dropout, weight decay, a smaller network.", lowest.Epoch)}
	if e.ValidationLoss > lowest.ValidationLoss*(1+cmp.Or(r.Error, 1)) {
		f.Severity = Error
	}
	if h.Classes > 1 && lowest.ValidationLoss > 0.95*math.Log(float64(h.Classes)) {
		f.Message += fmt.Sprintf(" Even the lowest is no better than a guess, ln(%d) = %.4g.", h.Classes, math.Log(float64(h.Classes)))
		f.Advice = "Look whether the labels belong to their examples: what is learned from them does not hold for any other example."
	}
	for _, past := range h.Epochs[max(0, len(h.Epochs)-8):] {
		f.Evidence = append(f.Evidence, Evidence{fmt.Sprintf("training loss of evaluation %d", past.Epoch), past.Step, -1, past.Loss},
			Evidence{fmt.Sprintf("validation loss of evaluation %d", past.Epoch), past.Step, -1, past.ValidationLoss})
	}
	return []Finding{f}, true
}
