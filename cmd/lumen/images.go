package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"

	"github.com/lumen-ml/lumen/vision/datasets"
)

type trainImages struct {
	Data string  `placeholder:"DIR" help:"The folder with a folder for each class, or with such folders train and test; when a run is resumed, the one it was begun with."`
	Size *int    `placeholder:"N" help:"Height and width that the images are scaled and cropped to; default 64."`
	Net  *string `placeholder:"NAME" help:"The network, one of ${networks}; default resnet8."`
	trainFlags
}

func (trainImages) Help() string {
	return `Learns to tell your own images apart: DIR has a folder for each class, named after it, with that class's images in
it (PNG, JPEG, GIF, BMP, TIFF or WebP of any size). If DIR has the folders train and test (or val), those have the
folders of the classes; else a fifth of each class is kept for the test. A tenth of the training images, at most 5,000,
is held out for validation.

The recipe: batches of 32, 20 epochs of SGD with momentum 0.9 and a one-cycle learning rate, an L2 penalty of 0.0005,
images shifted by up to 4 pixels and mirrored at random.

Examples:

  lumen train images --data flowers
  lumen train images --data flowers --size 96 --net resnet18 --epochs 40`
}

func (c *trainImages) Run(t terminal) error {
	if c.Data == "" && !c.Resume {
		return usagef("train images needs --data DIR, the folder with a folder for each class")
	}
	if c.Size != nil && (*c.Size < 12 || *c.Size > 1024) {
		return usagef("--size %d: a number from 12 to 1024 is wanted", *c.Size)
	}
	if c.Net != nil && !slices.Contains(networkNames(), *c.Net) {
		return usagef("--net %s: there are %s", *c.Net, listed(networkNames()))
	}
	return c.train(t, "images", c.Data, func(o *options, resumed string) error {
		if c.Size != nil {
			if resumed != "" && *c.Size != o.Size {
				return usagef("%s was begun with --size %d: it cannot be resumed with %d", resumed, o.Size, *c.Size)
			}
			o.Size = *c.Size
		}
		if c.Net != nil {
			if resumed != "" && *c.Net != o.Net {
				return usagef("%s was begun with --net %s: it cannot be resumed with %s", resumed, o.Net, *c.Net)
			}
			o.Net = *c.Net
		}
		return nil
	})
}

// testShare is one in how many images of a class are for the test, where nobody has set some apart.
const testShare = 5

// loadImages reads the user's own images, each once.
func loadImages(o options, seen func(done, total int), splits ...datasets.Split) ([]*datasets.Set, error) {
	if o.Data == "" || o.Size < 1 {
		return nil, errors.New("the run.json of this run is damaged: it does not name the folder of its images and their size")
	}
	sets := make([]*datasets.Set, len(splits))
	if !isFolder(filepath.Join(o.Data, "train")) {
		all, err := datasets.ImageFolder(o.Data, o.Size, datasets.Options{Progress: seen})
		if err != nil {
			return nil, err
		}
		for i, split := range splits {
			sets[i] = all.Subset(apart(all.Labels(), o.Seed, split))
		}
		return sets, nil
	}
	classes := o.Classes // of a run that is there; else those of the images to train on, which come first
	for i, split := range splits {
		dir, err := imageFolder(o.Data, split)
		if err != nil {
			return nil, err
		}
		if sets[i], err = datasets.ImageFolder(dir, o.Size, datasets.Options{Classes: classes, Progress: seen}); err != nil {
			return nil, err
		}
		classes = sets[i].Classes()
	}
	return sets, nil
}

// imageFolder is the one of a split, in a folder that has them apart.
func imageFolder(data string, split datasets.Split) (string, error) {
	names := []string{"train"}
	if split == datasets.Test {
		names = []string{"test", "val", "valid", "validation"}
	}
	for _, name := range names {
		if dir := filepath.Join(data, name); isFolder(dir) {
			return dir, nil
		}
	}
	return "", fmt.Errorf("%s has a folder train, but none called test or val with images to judge by", data)
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// apart lists the images of a split: of each class one in testShare, drawn with the seed, is for the test; of a class of
// fewer images one is, if it has two.
func apart(labels []byte, seed uint64, split datasets.Split) []int {
	byClass := map[byte][]int{}
	for i, l := range labels {
		byClass[l] = append(byClass[l], i)
	}
	rng := rand.New(rand.NewPCG(seed, 0x74657374)) // "test"
	var chosen []int
	for class := range datasets.MaxClasses {
		all := byClass[byte(class)]
		rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		n := max(len(all)/testShare, min(len(all)-1, 1))
		if split == datasets.Test {
			chosen = append(chosen, all[:max(n, 0)]...)
		} else {
			chosen = append(chosen, all[max(n, 0):]...)
		}
	}
	slices.Sort(chosen)
	return chosen
}
