package nd

// Convolutions is the part of a device's table for convolutions.
type Convolutions struct{}

var cpuConvolutions = Convolutions{}
