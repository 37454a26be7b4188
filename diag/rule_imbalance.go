package diag

import (
	"cmp"
	"fmt"
	"math"
)

// ClassImbalance finds classes that are much rarer than others among the labels.
//
//	value = labels of the most frequent class / of the rarest, among all sampled batches
//
// once there are 50 labels for each class. A class of the network's that never occurs makes it infinite.
//
// Source: Buda, Maki and Mazurowski, "A systematic study of the class imbalance problem in convolutional neural networks" (2018).
type ClassImbalance struct {
	Warning float64 // default 10
	Error   float64 // default 100
}

// Name is "class imbalance".
func (ClassImbalance) Name() string { return "class imbalance" }

// Look judges samples.
func (r ClassImbalance) Look(h *History) ([]Finding, bool) {
	if _, ok := h.Sample(); !ok {
		return nil, false
	}
	classes, total := max(h.Classes, len(h.Labels)), 0
	count := func(class int) int {
		if class < len(h.Labels) {
			return h.Labels[class]
		}
		return 0
	}
	rarest, commonest := 0, 0
	for class := range classes {
		total += count(class)
		if count(class) < count(rarest) {
			rarest = class
		}
		if count(class) > count(commonest) {
			commonest = class
		}
	}
	if classes < 2 || total < 50*classes {
		return nil, false
	}
	limit, serious := cmp.Or(r.Warning, 10), cmp.Or(r.Error, 100)
	value, slack := math.Inf(1), 1.0
	if count(rarest) > 0 {
		value = float64(count(commonest)) / float64(count(rarest))
	}
	if h.IsOpen(r.Name(), "") {
		slack = 0.8
	}
	if !(value > slack*limit) {
		return nil, true
	}
	f := Finding{Severity: Warning, Value: value, Threshold: limit, Formula: fmt.Sprintf("labels of class %d / of class %d", commonest, rarest),
		Message: fmt.Sprintf("Of %d labels %d are of class %d and %d of class %d: a network that never answers %d is right often enough.",
			total, count(commonest), commonest, count(rarest), rarest, rarest),
		Advice: "Weigh the classes in the loss (nn.CrossEntropyWith), draw rare examples more often, and judge by a metric that counts every class alike (F1, balanced accuracy)."}
	if value > serious {
		f.Severity, f.Threshold = Error, serious
	}
	if count(rarest) == 0 {
		f.Message = fmt.Sprintf("Among %d labels class %d does not occur at all, though the network has %d results.", total, rarest, classes)
		f.Advice = "Look whether labels are counted from 0, and whether the split has all classes; else make the last layer smaller."
	}
	for class := range min(classes, 100) {
		f.Evidence = append(f.Evidence, Evidence{fmt.Sprintf("labels of class %d", class), h.Newest().Step, -1, float64(count(class))})
	}
	return []Finding{f}, true
}
