package transforms_test

import (
	"math/rand/v2"
	"testing"

	"github.com/lumen-ml/lumen/data"
	"github.com/lumen-ml/lumen/tensor"
	"github.com/lumen-ml/lumen/vision/datasets"
	"github.com/lumen-ml/lumen/vision/transforms"
)

// batches times the making of batches of n images by set, in the memory of the one before. Every item has a stream, as in
// a loader.
func batches(b *testing.B, set data.Dataset, n int) {
	b.Helper()
	collector := set.(data.Collector)
	idx := make([]int, n)
	batch, epoch := &data.Batch{}, 0
	for b.Loop() {
		epoch++
		for k := range idx {
			idx[k] = (epoch*n + k) % set.Len()
		}
		if err := collector.Collect(idx, func(k int) *rand.Rand { return data.Stream(1, epoch, idx[k]) }, batch); err != nil {
			b.Fatal(err)
		}
		tensor.Expire(batch.X, batch.Y)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/image")
}

// BenchmarkMNIST is a batch of 64, normalised, without and with shifts of up to 2 pixels.
func BenchmarkMNIST(b *testing.B) {
	set, err := datasets.MNIST(datasets.Test)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("plain", func(b *testing.B) { batches(b, set, 64) })
	shift := transforms.NewRandomCrop(28, 28, transforms.RandomCropOptions{Padding: 2, Fill: []float64{-0.4242}})
	b.Run("shifted", func(b *testing.B) { batches(b, transforms.Dataset(set, shift), 64) })
}

// BenchmarkCIFAR is a batch of 128 images [3, 32, 32] with the augmentation of the residual networks, from floats and from
// bytes, and with single transforms.
func BenchmarkCIFAR(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 1))
	octets := tensor.RandInt(rng, 0, 256, 1024, 3, 32, 32).To(tensor.Uint8)
	floats := data.NewTensors(transforms.ToFloat(octets), nil)
	mean, std := []float64{0.4914, 0.4822, 0.4465}, []float64{0.2470, 0.2435, 0.2616}
	crop := transforms.NewRandomCrop(32, 32, transforms.RandomCropOptions{Padding: 4})
	flip := transforms.NewRandomHorizontalFlip(0.5)
	normalize := transforms.NewNormalize(mean, std)
	b.Run("plain", func(b *testing.B) { batches(b, floats, 128) })
	b.Run("crop-flip-normalize", func(b *testing.B) {
		batches(b, transforms.Dataset(floats, transforms.Compose(crop, flip, normalize)), 128)
	})
	b.Run("bytes-crop-flip-normalize", func(b *testing.B) {
		batches(b, transforms.Dataset(data.NewTensors(octets, nil), transforms.Compose(crop, flip, transforms.NewToFloat(), normalize)), 128)
	})
	for name, t := range map[string]transforms.Transform{
		"crop": crop, "flip": transforms.NewRandomHorizontalFlip(1), "normalize": normalize,
		"resize": transforms.NewResize(28, 28, transforms.Bilinear, true), "resized-crop": transforms.NewRandomResizedCrop(32, 32, transforms.DefaultRandomResizedCrop()),
		"rotation":     transforms.NewRandomRotation(-15, 15, false, transforms.WarpOptions{Interpolation: transforms.Bilinear}),
		"color-jitter": transforms.NewColorJitter(transforms.ColorJitterOptions{Brightness: 0.4, Contrast: 0.4, Saturation: 0.4, Hue: 0.1}),
		"erasing":      transforms.NewRandomErasing(0.5, transforms.DefaultRandomErasing()), "blur": transforms.NewGaussianBlur(3, 0.1, 2),
	} {
		b.Run("only-"+name, func(b *testing.B) { batches(b, transforms.Dataset(floats, t), 128) })
	}
}
