package datasets

import (
	"errors"
	"fmt"
	"image"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"golang.org/x/image/draw"

	"github.com/lumen-ml/lumen/tensor"
	"github.com/lumen-ml/lumen/vision"
)

// Mean and standard deviation of ImageNet's channels, which most use for photographs.
var (
	photographMean = []float64{0.485, 0.456, 0.406}
	photographStd  = []float64{0.229, 0.224, 0.225}
)

// MaxClasses is the greatest number of classes of a Set: a label is a byte.
const MaxClasses = 256

// maxSide bounds the images of a set, which are all in memory.
const maxSide = 4096

// ImageFolder reads a folder that has a folder for each class, with that class's images in it or in folders below it, in
// any format that package vision reads. Classes and images come sorted by name; names that begin with a dot, files whose
// names do not end as a picture's and, within a class, links to folders are passed over. Every image is scaled, with what lies between the pixels
// averaged, until its shorter side has size pixels, and its middle is cut out.
//
// Items are float32 [3, size, size], channels red, green, blue, (pixel/255 - mean) / std with ImageNet's mean 0.485,
// 0.456, 0.406 and standard deviation 0.229, 0.224, 0.225, and int64 classes. Options.Classes gives the classes' folders
// in another order, as of another part of the same set; a folder that it does not name is an error.
//
// A folder without class folders, a class without images, one class only, more than [MaxClasses], and an image that
// cannot be read (its name, and why) are errors.
func ImageFolder(dir string, size int, o ...Options) (*Set, error) {
	options := chooseChannels(o, photographMean, photographStd)
	if options.Coarse {
		return nil, errors.New("datasets: Options.Coarse is for CIFAR-100")
	}
	if size < 1 || size > maxSide {
		return nil, fmt.Errorf("datasets: ImageFolder with images of %d x %d: 1 to %d are possible", size, size, maxSide)
	}
	classes, err := classFolders(dir)
	if err != nil {
		return nil, err
	}
	if options.Classes == nil {
		options.Classes = classes
	}
	var files []string
	var labels []byte
	for _, class := range classes {
		label := slices.Index(options.Classes, class)
		if label < 0 || label >= MaxClasses {
			return nil, fmt.Errorf("datasets: %s is a folder of no known class; they are %s", filepath.Join(dir, class), strings.Join(options.Classes, ", "))
		}
		found, err := pictures(filepath.Join(dir, class))
		if err != nil {
			return nil, err
		}
		for range found {
			labels = append(labels, byte(label))
		}
		files = append(files, found...)
	}
	pixels := 3 * size * size
	if len(files) > maxIDX/pixels {
		return nil, fmt.Errorf("datasets: %s has %d images, which at %d x %d take more than %d MB: take a smaller size", dir, len(files), size, size, maxIDX>>20)
	}
	all := make([]byte, len(files)*pixels)
	if err := readPictures(files, size, all, options.Progress); err != nil {
		return nil, err
	}
	options.Progress = nil // nothing is read any more
	return newSet(dir, all, labels, [3]int{3, size, size}, options.Classes, options)
}

// classFolders lists the folders in dir.
func classFolders(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		if info, statErr := os.Stat(dir); statErr == nil && !info.IsDir() {
			return nil, fmt.Errorf("datasets: %s is not a folder: name the one that holds a folder for each class", dir)
		}
		return nil, fmt.Errorf("datasets: %w", err)
	}
	var classes []string
	loose := 0
	for _, e := range entries {
		switch {
		case strings.HasPrefix(e.Name(), "."):
		case isFolder(dir, e):
			classes = append(classes, e.Name())
		case isPicture(e.Name()):
			loose++
		}
	}
	wanted := "a folder for each class is wanted, with that class's images in it"
	switch {
	case len(classes) == 0 && loose > 0:
		return nil, fmt.Errorf("datasets: %s has %d images but no folders: %s", dir, loose, wanted)
	case len(classes) == 0:
		return nil, fmt.Errorf("datasets: %s has no images: %s", dir, wanted)
	case len(classes) == 1:
		return nil, fmt.Errorf("datasets: %s has one class only, %s: at least two are wanted to tell apart; %s", dir, classes[0], wanted)
	case len(classes) > MaxClasses:
		return nil, fmt.Errorf("datasets: %s has %d classes, %d are possible", dir, len(classes), MaxClasses)
	}
	return classes, nil // ReadDir sorts
}

// isFolder follows symbolic links.
func isFolder(dir string, e fs.DirEntry) bool {
	if e.Type()&fs.ModeSymlink == 0 {
		return e.IsDir()
	}
	info, err := os.Stat(filepath.Join(dir, e.Name()))
	return err == nil && info.IsDir()
}

// pictureEndings are those of the formats that package vision reads.
var pictureEndings = []string{".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".webp"}

func isPicture(name string) bool {
	return slices.Contains(pictureEndings, strings.ToLower(filepath.Ext(name)))
}

// pictures lists the images in dir and below it.
func pictures(dir string) ([]string, error) {
	root := dir
	if resolved, err := filepath.EvalSymlinks(dir); err == nil {
		root = resolved // WalkDir does not follow a link
	}
	var found []string
	err := filepath.WalkDir(root, func(name string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name != root && strings.HasPrefix(e.Name(), "."):
			if e.IsDir() {
				return fs.SkipDir
			}
		case !e.IsDir() && isPicture(name):
			found = append(found, name)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("datasets: %w", err)
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("datasets: %s has no images: a class needs some (%s)", dir, strings.Join(pictureEndings, ", "))
	}
	return found, nil
}

// readPictures fills all with the images, on all processors. Of several that cannot be read the first is named.
func readPictures(files []string, size int, all []byte, progress func(done, total int)) error {
	pixels := 3 * size * size
	failed := make([]error, len(files))
	var next atomic.Int64
	var group sync.WaitGroup
	var one sync.Mutex
	done := 0
	report := func() {
		if progress == nil {
			return
		}
		one.Lock()
		defer one.Unlock()
		done++
		progress(done, len(files))
	}
	for range min(runtime.GOMAXPROCS(0), len(files)) {
		group.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(files); i = int(next.Add(1)) - 1 {
				failed[i] = readPicture(files[i], size, all[i*pixels:][:pixels])
				report()
			}
		})
	}
	group.Wait()
	var first error
	others := 0
	for _, err := range failed {
		switch {
		case err == nil:
		case first == nil:
			first = err
		default:
			others++
		}
	}
	switch {
	case first == nil:
		return nil
	case others > 0:
		return fmt.Errorf("datasets: %w (and %d others cannot be read either)", first, others)
	}
	return fmt.Errorf("datasets: %w", first)
}

// readPicture reads one image into out, [3, size, size].
func readPicture(path string, size int, out []byte) error {
	x, err := vision.Open(path, vision.ReadOptions{Mode: vision.RGB})
	if err != nil {
		return err
	}
	copy(out, tensor.Data[uint8](Square(x, size)))
	return nil
}

// Square makes a picture what ImageFolder makes of it: uint8 [3, height, width] becomes [3, size, size], scaled until
// its shorter side has size pixels, its middle cut out.
func Square(x *tensor.Tensor, size int) *tensor.Tensor {
	h, w := x.Size(1), x.Size(2)
	side := min(h, w)
	if h == size && w == size {
		return x
	}
	top, left := (h-side)/2, (w-side)/2
	small := image.NewRGBA(image.Rect(0, 0, size, size))
	draw.BiLinear.Scale(small, small.Bounds(), vision.ToImage(x), image.Rect(left, top, left+side, top+side), draw.Src, nil)
	return vision.FromImage(small, vision.ReadOptions{Mode: vision.RGB})
}
