package nd

// Device is where a processor plugs in: a table of whole operations on arrays.
// The parts of the table stand beside the CPU's implementation of them
// (elementwise.go, reduce.go, matmul.go ...). An entry that a device leaves nil is
// composed from others by its caller.
//
// Every entry writes into a result that the caller has allocated. Unless an entry
// says otherwise the result is contiguous, shares no memory with an operand, and
// operands may have any strides.
type Device struct {
	Name string
	Movement
	Elementwise
	Reductions
	Products
	Convolutions
	Pools
	Indexing
	Softmaxes
	Losses
	Normalisations
	Dropouts
	Lookups
	Updates
}

// CPU computes with this processor's cores and is where tensors live by default.
var CPU = &Device{Name: "cpu"}

func init() {
	CPU.Movement = cpuMovement
	CPU.Elementwise = cpuElementwise
	CPU.Reductions = cpuReductions
	CPU.Products = cpuProducts
	CPU.Convolutions = cpuConvolutions
	CPU.Pools = cpuPools
	CPU.Indexing = cpuIndexing
	CPU.Softmaxes = cpuSoftmaxes
	CPU.Losses = cpuLosses
	CPU.Normalisations = cpuNormalisations
	CPU.Dropouts = cpuDropouts
	CPU.Lookups = cpuLookups
	CPU.Updates = cpuUpdates
}
