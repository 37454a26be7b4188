package kernel

// tileFunc is a micro-kernel; the argument is a *tile.
type tileFunc func(t *byte)

// The micro-kernels by number of vectors less 1, and of rows.
var (
	tiles512 = [2][]tileFunc{
		{nil, gemmTile512x1x1, gemmTile512x2x1, gemmTile512x3x1, gemmTile512x4x1, gemmTile512x5x1, gemmTile512x6x1, gemmTile512x7x1, gemmTile512x8x1, gemmTile512x9x1, gemmTile512x10x1, gemmTile512x11x1, gemmTile512x12x1, gemmTile512x13x1, gemmTile512x14x1},
		{nil, gemmTile512x1x2, gemmTile512x2x2, gemmTile512x3x2, gemmTile512x4x2, gemmTile512x5x2, gemmTile512x6x2, gemmTile512x7x2, gemmTile512x8x2, gemmTile512x9x2, gemmTile512x10x2, gemmTile512x11x2, gemmTile512x12x2, gemmTile512x13x2, gemmTile512x14x2},
	}
	tiles256 = [2][]tileFunc{
		{nil, gemmTile256x1x1, gemmTile256x2x1, gemmTile256x3x1, gemmTile256x4x1, gemmTile256x5x1, gemmTile256x6x1},
		{nil, gemmTile256x1x2, gemmTile256x2x2, gemmTile256x3x2, gemmTile256x4x2, gemmTile256x5x2, gemmTile256x6x2},
	}
	tiles256d = [2][]tileFunc{
		{nil, gemmTile256dx1x1, gemmTile256dx2x1, gemmTile256dx3x1, gemmTile256dx4x1, gemmTile256dx5x1, gemmTile256dx6x1},
		{nil, gemmTile256dx1x2, gemmTile256dx2x2, gemmTile256dx3x2, gemmTile256dx4x2, gemmTile256dx5x2, gemmTile256dx6x2},
	}
)
