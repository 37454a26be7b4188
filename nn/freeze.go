package nn

// Freeze takes the parameters below root out of training: Use hands them out
// detached, and optimizers leave them alone. Unfreeze puts them back.
func Freeze(root any) { setFrozen(root, true) }

// Unfreeze undoes Freeze.
func Unfreeze(root any) { setFrozen(root, false) }

func setFrozen(root any, frozen bool) {
	for _, p := range Named(root) {
		p.frozen.Store(frozen)
	}
}
