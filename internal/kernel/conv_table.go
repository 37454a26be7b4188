package kernel

// ConvTable is the part of a path's table for convolutions: the kernels, and the sizes
// that these have there. A path has all of it or nothing, but for what says otherwise.
type ConvTable struct {
	// ConvVectors is how many vectors of 16 lanes a tile has, ConvRowsMost how many rows
	// it may have, ConvWide how many vectors a wide tile of so many rows has: wide tiles
	// have neighbouring vectors and no mask, 0 means that there are none.
	ConvVectors, ConvRowsMost int
	ConvWide                  [ConvMaxRows + 1]int
	// ConvTaps is about how many weights of a row a tile goes through at a time, so that
	// they and the pixels under them stay in the first cache; 0 means all.
	ConvTaps int
	// ConvDotBlocks are the numbers of channels and taps that ConvDots32 has kernels for,
	// ConvDotLanes how many lanes their sums have.
	ConvDotBlocks []ConvDotBlock
	ConvDotLanes  int
	// ConvLaneBlocks are the parts of a kernel that ConvLanes32 has functions for, larger
	// ones first.
	ConvLaneBlocks []ConvLaneBlock
	// ConvPixelRows is how many rows of pixels a tile of ConvPixels has, and
	// ConvPixelColumns how many columns it may have.
	ConvPixelRows, ConvPixelColumns int

	// See conv.go: tiles and wide tiles by their rows, from 1; ConvDots32 by
	// ConvDotBlocks; ConvFold32 sums the lanes of a vector of ConvDotLanes for each
	// element of dst, of which there are a multiple of ConvDotLanes.
	ConvTile32 [ConvMaxRows + 1]func(a *ConvTiles)
	ConvWide32 [ConvMaxRows + 1]func(a *ConvTiles)
	ConvRows32 func(a *ConvRows)
	ConvTurn32 func(a *ConvTurn)
	ConvDots32 []func(a *ConvDots)
	ConvFold32 func(dst, x []float32)
	// See conv_lanes.go: by ConvLaneBlocks, by columns and by the number of places.
	ConvLanes32  []func(a *ConvLanes)
	ConvPixels32 [ConvMaxColumns + 1]func(a *ConvPixels)
	ConvShift32  [ConvMaxShifts + 1]func(a *ConvShift)
	// See winograd.go: products by their rows, from 1 to WinogradRows.
	WinogradRows      int
	WinogradInput32   func(a *WinogradInput)
	WinogradWeights32 func(a *WinogradWeights)
	WinogradProduct32 [WinogradMaxRows + 1]func(a *WinogradProduct)
	WinogradOutput32  func(a *WinogradOutput)
	// See conv_taps.go: by channels of the gradient, from 1. A path may lack it.
	ConvTaps32 [ConvTapRows + 1]func(a *ConvTaps)
	// See conv_depth.go. A path may lack them.
	ConvDepth32     func(a *ConvDepth)
	ConvDepthSums32 func(a *ConvDepthSums)
}

// ConvDotBlock is how many channels and taps a kernel of ConvDots32 does.
type ConvDotBlock struct{ Channels, Taps int }

// ConvLaneBlock is how many rows and columns of a convolution's kernel, of how many input
// channels, a kernel of ConvLanes32 does. One that does several channels does all rows.
type ConvLaneBlock struct{ Rows, Columns, Channels int }
