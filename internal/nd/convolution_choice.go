package nd

import "github.com/lumen-ml/lumen/internal/kernel"

// This file decides how a convolution of float32 is computed where the path in use has
// kernels for several ways. BenchmarkConvolution filled the table, on one thread of a
// Xeon with AVX-512 (240 GFLOP/s at most); the figures are GFLOP/s.
//
//	side     shape                  dense/padded tiles   lanes of channels   fold
//	forward  6->16 5x5 on 14x14             98                 137
//	         8->16 5x5 pad 2 on 12x12      119                 145
//	         3->16 5x5 pad 2 on 32x32      148                 111
//	         64->64 3x3 pad 1 on 32x32     144                 122
//	         256->256 3x3 pad 1 on 8x8     132                 113
//	input    1->6 5x5 pad 2 on 28x28        46                                 59
//	         6->16 5x5 on 14x14             51                                 99
//	         8->16 5x5 pad 2 on 12x12      105                                122
//	         3->16 5x5 pad 2 on 32x32       57                                115
//	         3->6 5x5 on 32x32              27                                 79
//	         20->20 5x5 pad 2 on 8x8       127                                 66
//	         16->20 5x5 pad 2 on 16x16     145                                119
//	         64->64 3x3 pad 1 on 32x32     147                                138
//	         256->256 3x3 pad 1 on 8x8     142                                110
//
//	side     shape                      dots           lanes of channels
//	weight   6->16 5x5 on 14x14             69                 144
//	         64->64 3x3 pad 1 on 32x32     107                 138
//	         256->256 3x3 pad 1 on 8x8      61                 140
//
// On one thread of a Zen 3 with AVX2 the same choice is right for the small networks, but
// for sums over eight lanes, which rows of 24 fill. Batches as those networks have them:
//
//	side     shape                       dense  padded  lanes of channels  fold
//	forward  1->6 5x5 pad 2 on 28x28       53      68
//	         6->16 5x5 on 14x14            67                  85
//	         1->8 5x5 pad 2 on 24x24       56      57
//	         8->16 5x5 pad 2 on 12x12      79                  87
//	         3->16 5x5 pad 2 on 32x32      80      88          68
//	         16->20 5x5 pad 2 on 16x16     75      89
//	         3->6 5x5 on 32x32             74      78
//	input    1->6 5x5 pad 2 on 28x28       27      21                        47
//	         6->16 5x5 on 14x14            34                                59
//	         1->8 5x5 pad 2 on 24x24       29      18                        51
//	         8->16 5x5 pad 2 on 12x12      70                                75
//	         3->16 5x5 pad 2 on 32x32      53      65                        69
//	         16->20 5x5 pad 2 on 16x16     79      89                        74
//	         20->20 5x5 pad 2 on 8x8       75                                54
//	         3->6 5x5 on 32x32             48      49                        50
//	weight   1->6 5x5 pad 2 on 28x28       33      50          27
//	         6->16 5x5 on 14x14            39                  85
//	         1->8 5x5 pad 2 on 24x24       33      67          35
//	         8->16 5x5 pad 2 on 12x12      50                  85
//	         3->16 5x5 pad 2 on 32x32      60      70          79
//	         16->20 5x5 pad 2 on 16x16     66      71          55
//	         20->20 5x5 pad 2 on 8x8       50      48          51
//	         3->6 5x5 on 32x32             53      59          30

// padsWell tells whether rows of this length fill vectors of so many lanes: those in the
// padded layout do not share one with their neighbours. At seven eighths full, it is worth
// the copies of the image that the dense layout needs.
func padsWell(ow, lanes int) bool {
	return ow >= 16 && (ow+lanes-1)/lanes*lanes*7 <= ow*8
}

// prefersPixels tells whether a convolution is computed with output channels in the
// lanes: where rows leave vectors partly empty, there are few weights, which a tile goes
// through for two rows at a time only, and there is more than a tile to do.
func prefersPixels(x, weight, y *Array, g ConvGeometry) bool {
	const weights, least = 8 << 10, 64
	return pixels(x, weight, y, g) && !padsWell(y.Size(3), 16) && y.Size(2)*y.Size(3) >= least &&
		weight.Numel()/g.Groups <= weights
}

// prefersFold tells whether the gradient by the input is computed by way of sums over
// the kernel's rows alone: where there are few channels, so that these sums are few and
// stay in the cache.
func prefersFold(dst, y, weight *Array, g ConvGeometry) bool {
	const most, elements = 40, 64 << 10
	sums := dst.Size(1) * weight.Size(3)
	return folds(dst, y, weight, g) && sums <= most && sums*dst.Size(2)*y.Size(3) <= elements
}

// prefersLanes tells whether the gradient by the weight is computed with output channels
// in the lanes: where these are filled.
func prefersLanes(x, y, weight *Array, g ConvGeometry) bool {
	return lanes(x, y, weight, g) && y.Size(1)/g.Groups%16 == 0
}

// prefersPhases tells whether the gradient of a strided convolution by its input is computed
// phase by phase, as a kernel of one weight is not: three of its four phases are zeros.
// GFLOP/s on one thread of a Zen 3 (97 at most), the least of several runs beside others:
//
//	shape                              columns   phases
//	64->128 3x3 stride 2 on 4 of 32x32    38       66
//	128->256 3x3 stride 2 on 4 of 16x16   40       57
//	256->512 3x3 stride 2 on 32 of 8x8    27       46
func prefersPhases(dst, y, weight *Array, g ConvGeometry) bool {
	return kernel.Active().ConvVectors == 1 && phases(dst, y, weight, g) &&
		weight.Size(1) >= 4 && weight.Size(2)*weight.Size(3) > 1
}

// prefersTaps tells whether the gradient by the weight is computed tap by tap: where input
// channels fill the lanes. GFLOP/s on one thread of a Zen 3 (97 at most) beside others, with
// the products that meet padding and that no tap does:
//
//	shape                                dots or lanes   taps
//	64->64 3x3 pad 1 on 8 of 32x32            74          83
//	128->128 3x3 pad 1 on 8 of 16x16          65          88
//	256->256 3x3 pad 1 on 16 of 8x8           68          92
//	512->512 3x3 pad 1 on 32 of 4x4           63          98
//	64->128 3x3 stride 2 on 4 of 32x32        71          83
//	128->256 3x3 stride 2 on 4 of 16x16       57          80
//	256->512 3x3 stride 2 on 32 of 8x8        41          75
//	16->20 5x5 pad 2 on 4 of 16x16            71          87
//	20->20 5x5 pad 2 on 4 of 8x8              49          65
//	256->256 1x1 on 4 of 14x14                48          66
func prefersTaps(x, y, weight *Array, g ConvGeometry) bool {
	return taps(x, y, weight) && weight.Size(1) >= kernel.ConvTapLanes
}

// dotPixels is the least number of pixels in the cache at a time for which the sum over
// lanes behind them pays; below it the gradient by the weight is a product with patches.
const dotPixels = 96

// dotBlock is which of the path's ConvDotBlocks to take where rest of so many channels are
// left, with so many taps. Wide vectors: fours, threes where all are made of these, and
// what remains. Narrow ones: the block of the least cost a channel, in multiply-adds.
func dotBlock(kernels *kernel.Table, channels, rest, taps int) int {
	if kernels.ConvDotLanes == 16 {
		switch {
		case channels%4 != 0 && channels%3 == 0:
			return 1
		case rest >= 4:
			return 0
		}
		return 4 - rest
	}
	best, least := 0, 0.0
	for i, b := range kernels.ConvDotBlocks {
		if b.Channels > rest {
			continue
		}
		cost := float64((taps+b.Taps-1)/b.Taps) * float64(max(b.Channels*b.Taps, b.Channels+b.Taps)+2) / float64(b.Channels)
		if least == 0 || cost < least {
			best, least = i, cost
		}
	}
	return best
}

// prefersWinograd tells whether a convolution of x to y, or the gradient by the input, is
// computed by Winograd's algorithm: where there are a few tiles and channels to share the
// transforms' work, and blocks of 16 channels and tiles of 4x4 pixels are half full at least.
// GFLOP/s of the sum over taps on one thread of a Zen 3 (97 at most), with AVX2; the same
// choice stands for AVX-512, without a measurement:
//
//	shape, all 3x3 pad 1             forward  Winograd   input  Winograd
//	64->64 on 32 of 32x32                 49       171      47       173
//	128->128 on 32 of 16x16               52       190      58       212
//	256->256 on 32 of 8x8                 54       168      47       138
//	512->512 on 32 of 4x4                 65       204      51       162
//	64->64 on 1 of 56x56                  42       255      55       251
//	128->128 on 1 of 28x28                69       251      62       239
//	256->256 on 1 of 14x14                69       146      41       128
//	512->512 on 1 of 7x7                  52        74      22        39
//	512->512 on 1 of 4x4                  63        33      11        18
//	512->512 on 4 of 4x4                  51        98      28        58
//	32->32 on 1 of 8x8                    68       114      54        96
//	33->40 on 8 of 30x30                  69       115      49       110
//	24->24 on 8 of 32x32                  82       117      84       115
//	16->16 on 8 of 32x32                  82       120      61       120
//	8->32 on 8 of 32x32                   64        78      76        87
//	8->8 on 8 of 32x32                    61        40      76        40
//	3->64 on 1 of 224x224                 40        22
func prefersWinograd(x, weight, y *Array, g ConvGeometry) bool {
	const channels, tiles = 16, 4
	if !winograd(x, weight, y, g) || min(x.Size(1), y.Size(1)) < channels {
		return false
	}
	up := func(n, to int) int { return (n + to - 1) / to * to }
	const side = kernel.WinogradSide
	pixels, all := y.Size(2)*y.Size(3), up(y.Size(2), side)*up(y.Size(3), side)
	return y.Size(0)*all >= tiles*side*side &&
		2*pixels*x.Size(1)*y.Size(1) >= all*up(x.Size(1), 16)*up(y.Size(1), 16)
}

// prefersProduct tells whether a convolution is computed as a product with patches though
// there are tiles for it. With AVX2, whose tiles are small: a kernel of one weight needs no
// patches, and few pixels are not worth the packing of many weights. GFLOP/s on one
// thread of a Zen 3 (97 at most), tiles with 288 weights a row at a time:
//
//	shape                                    tiles   product
//	256->256 1x1 on 4 of 14x14                 30       37
//	512->512 3x3 pad 1 on 1 of 7x7             30       41
//	256->256 3x3 pad 1 on 1 of 14x14           51       46
//	128->128 3x3 pad 1 on 1 of 28x28           52       48
//	64->64 3x3 pad 1 on 4 of 32x32             79       60
func prefersProduct(x, weight, y *Array, g ConvGeometry) bool {
	if kernel.Active().ConvVectors != 1 {
		return false
	}
	single := weight.Size(2) == 1 && weight.Size(3) == 1 && g.PaddingH == 0 && g.PaddingW == 0 && g.StrideH == 1 && g.StrideW == 1
	const channels, pixels, weights = 64, 64, 1 << 20
	return single && weight.Size(1) >= channels ||
		y.Size(0)*y.Size(2)*y.Size(3) <= pixels && weight.Numel()/g.Groups >= weights
}
