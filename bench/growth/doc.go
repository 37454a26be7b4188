// Command growth measures how the time of a training step grows with the batch, the
// width, the depth and the size of the images, prints tables in Markdown and writes a
// plot as SVG.
//
//	go run ./bench/growth -svg growth.svg
//	go run ./bench/growth -only batch -seconds 0.2
//
// A step is zero the gradients, forward, loss, backward and update, as in package
// workloads. Work is the forward pass's multiplications with an addition; the column
// "growth" is the exponent by which the time follows the work from the row above: 1 is
// linear, below 1 is better.
package main
