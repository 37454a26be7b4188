// Package probe measures what happens in a network while it learns.
//
// [Autopsy] takes the gradient's way back through a chain of linear layers apart: at each
// layer it is multiplied by the activation's derivative and by the weights, and the two
// factors say which of them makes it vanish or explode.
//
// [DetectAnomaly] finds the first NaN or infinity of a training run: the operation, forward or
// backward, its operands' ranges, the layer's name and the caller's line. [Profile] says where the
// time of a step goes, by operation and layer, as a table and as a Chrome trace.
package probe
