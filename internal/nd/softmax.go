package nd

// Softmaxes is the part of a device's table for softmaxs.
type Softmaxes struct{}

var cpuSoftmaxes = Softmaxes{}
