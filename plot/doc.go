// Package plot draws a few kinds of charts as PNG and SVG files: lines on linear or logarithmic axes, bars, ROC curves and
// confusion matrices. It is a thin layer over gonum.org/v1/plot that chooses sizes, colours and fonts once, so that all
// pictures of Lumen look alike.
//
// A function makes a [Figure] of numbers, and [Figure.Save] writes it under a name that ends in .png or .svg:
//
//	figure := plot.Lines(plot.Options{Title: "Loss", X: "epoch", LogY: true},
//		plot.Series{Name: "training", Y: training}, plot.Series{Name: "validation", Y: validation})
//	err := figure.Save("loss.png")
//
// # Units and sizes
//
// Numbers are in the units of the axes. A figure of lines is 6.5 x 4 inches, an ROC curve 5.5 x 4.6 or so; bars and confusion
// matrices grow with what they show. A PNG has 144 pixels an inch. The same numbers give the same bytes.
//
// # Numbers that cannot be drawn
//
// NaN and infinities, and on logarithmic axes numbers that are not positive, are gaps in a line; a point between two gaps
// is a dot. Such a bar is missing. A figure without anything to draw has axes only.
//
// # Errors
//
// Save returns an error for another ending than .png or .svg and for what the file system says; the file is written under
// a temporary name and renamed, so no half of a picture is left behind. A mistake in the program (lists of different
// lengths) panics with a message that names the function and both lengths.
package plot
