// Package jsonfloat is how Lumen's files write numbers that JSON has not: a [Float] that is not
// finite is the string "NaN", "Inf" or "-Inf", any other a JSON number, in the shortest form that reads
// back as the same float64.
package jsonfloat
