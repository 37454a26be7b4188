// Package probe measures what happens in a network while it learns.
//
// [Autopsy] takes the gradient's way back through a chain of linear layers apart: at each
// layer it is multiplied by the activation's derivative and by the weights, and the two
// factors say which of them makes it vanish or explode.
package probe
