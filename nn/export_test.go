package nn

var Fused = fused
