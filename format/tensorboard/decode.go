package tensorboard

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/lumen-ml/lumen/tensor"
	"google.golang.org/protobuf/encoding/protowire"
)

// latest is the greatest wall time, in seconds, that a file may have: about the year 33,000.
const latest = 1e12

// decoder makes events of messages.
type decoder struct {
	plugins map[string]string // by tag: the first value of a tag alone has to name it
}

func (d *decoder) event(b []byte) (Event, error) {
	var e Event
	wall := 0.0
	err := each(b, func(f field) error {
		f.double(eventWallTime, &wall)
		f.integer(eventStep, &e.Step)
		f.text(eventFileVersion, &e.FileVersion)
		if b, ok := f.message(eventGraphDef); ok {
			g, err := decodeGraph(b)
			e.Graph = g
			return err
		}
		if b, ok := f.message(eventSummary); ok {
			return each(b, func(f field) error {
				b, ok := f.message(summaryValue)
				if !ok {
					return nil
				}
				v, err := d.value(b)
				e.Values = append(e.Values, v)
				return err
			})
		}
		if b, ok := f.message(eventSessionLog); ok {
			return each(b, func(f field) error {
				f.integer(sessionLogStatus, (*int)(&e.Session))
				return nil
			})
		}
		return nil
	})
	if err != nil {
		return Event{}, err
	}
	if !(math.Abs(wall) <= latest) {
		return Event{}, fmt.Errorf("its wall time is %g seconds", wall)
	}
	whole, part := math.Modf(wall)
	e.WallTime = time.Unix(int64(whole), int64(math.Round(part*1e9)))
	return e, nil
}

func (d *decoder) value(b []byte) (Value, error) {
	var v Value
	var proto []byte // a TensorProto: what becomes of it depends on the plugin
	err := each(b, func(f field) error {
		f.text(valueTag, &v.Tag)
		if f.number == valueSimpleValue && f.kind == protowire.Fixed32Type {
			v.Data = Scalar(math.Float32frombits(uint32(f.bits)))
		}
		if b, ok := f.message(valueImage); ok {
			i, err := decodeImage(b)
			v.Data = Images{i}
			return err
		}
		if b, ok := f.message(valueHisto); ok {
			h, err := decodeHistogram(b)
			v.Data = h
			return err
		}
		if b, ok := f.message(valueTensor); ok {
			proto = b
		}
		if b, ok := f.message(valueMetadata); ok {
			return each(b, func(f field) error {
				b, ok := f.message(metadataPluginData)
				if !ok {
					return nil
				}
				return each(b, func(f field) error {
					f.text(pluginDataName, &v.Plugin)
					return nil
				})
			})
		}
		return nil
	})
	if err != nil {
		return v, fmt.Errorf("tag %q: %w", v.Tag, err)
	}
	if v.Plugin == "" {
		v.Plugin = d.plugins[v.Tag]
	} else {
		d.plugins[v.Tag] = v.Plugin
	}
	if proto != nil {
		data, err := decodeTensor(proto)
		if err == nil {
			v.Data, err = shown(data, v.Plugin)
		}
		if err != nil {
			return v, fmt.Errorf("tag %q: %w", v.Tag, err)
		}
	}
	return v, nil
}

// shown is a tensor, or text, as what its plugin takes it for.
func shown(data any, plugin string) (any, error) {
	switch d := data.(type) {
	case *tensor.Tensor:
		switch {
		case plugin == pluginScalars && d.Numel() == 1:
			return Scalar(d.Item()), nil
		case plugin == pluginHistograms && d.Dim() == 2 && d.Size(1) == 3 && d.DType().IsFloat():
			return newStyleHistogram(tensor.Data[float64](d.To(tensor.Float64))), nil
		}
	case Text:
		if plugin == pluginImages && len(d) >= 2 {
			return newStyleImages(d)
		}
	}
	return data, nil
}

// newStyleHistogram is of TensorFlow 2's rows of lower end, upper end and count.
func newStyleHistogram(rows []float64) *Histogram {
	h := &Histogram{Sum: math.NaN(), SumSquares: math.NaN()}
	for i := 0; i < len(rows); i += 3 {
		if i == 0 {
			h.Min = rows[0]
		}
		h.Max = rows[i+1]
		h.Num += rows[i+2]
		h.BucketLimits = append(h.BucketLimits, rows[i+1])
		h.Buckets = append(h.Buckets, rows[i+2])
	}
	return h
}

// newStyleImages is of TensorFlow 2's strings: width, height, and the encoded pictures.
func newStyleImages(d Text) (Images, error) {
	width, err := strconv.Atoi(d[0])
	height, errHeight := strconv.Atoi(d[1])
	if err != nil || errHeight != nil {
		return nil, fmt.Errorf("images have the width %q and the height %q, numbers are expected", d[0], d[1])
	}
	images := Images{}
	for _, encoded := range d[2:] {
		images = append(images, Image{Width: width, Height: height, Encoded: []byte(encoded)})
	}
	return images, nil
}

func decodeImage(b []byte) (Image, error) {
	var i Image
	err := each(b, func(f field) error {
		f.integer(imageHeight, &i.Height)
		f.integer(imageWidth, &i.Width)
		f.integer(imageColors, &i.Channels)
		if b, ok := f.message(imageEncoded); ok {
			i.Encoded = bytes.Clone(b)
		}
		return nil
	})
	return i, err
}

func decodeHistogram(b []byte) (*Histogram, error) {
	h := new(Histogram)
	err := each(b, func(f field) error {
		f.double(histoMin, &h.Min)
		f.double(histoMax, &h.Max)
		f.double(histoNum, &h.Num)
		f.double(histoSum, &h.Sum)
		f.double(histoSumSquares, &h.SumSquares)
		if err := f.doubles(histoBucketLimit, &h.BucketLimits); err != nil {
			return err
		}
		return f.doubles(histoBucket, &h.Buckets)
	})
	if err == nil && len(h.Buckets) != len(h.BucketLimits) {
		err = fmt.Errorf("a histogram has %d buckets and %d limits", len(h.Buckets), len(h.BucketLimits))
	}
	return h, err
}

func decodeGraph(b []byte) (*Graph, error) {
	g := new(Graph)
	return g, each(b, func(f field) error {
		b, ok := f.message(graphNode)
		if !ok {
			return nil
		}
		var n Node
		err := each(b, func(f field) error {
			f.text(nodeName, &n.Name)
			f.text(nodeOp, &n.Op)
			if b, ok := f.message(nodeInput); ok {
				n.Inputs = append(n.Inputs, string(b))
			}
			if b, ok := f.message(nodeAttr); ok {
				return decodeAttr(b, &n)
			}
			return nil
		})
		g.Nodes = append(g.Nodes, n)
		return err
	})
}

// decodeAttr reads an entry of a node's map, key before value as they are always written.
func decodeAttr(b []byte, n *Node) error {
	key := ""
	return each(b, func(f field) error {
		f.text(entryKey, &key)
		b, ok := f.message(entryValue)
		if !ok {
			return nil
		}
		return each(b, func(f field) error {
			if key == textAttr {
				f.text(attrBytes, &n.Text)
			}
			list, ok := f.message(attrList)
			if !ok || key != shapesAttr {
				return nil
			}
			return each(list, func(f field) error {
				b, ok := f.message(listShape)
				if !ok || n.Shape != nil {
					return nil // of several results the first
				}
				shape, err := decodeShape(b)
				n.Shape = shape
				return err
			})
		})
	})
}

// decodeShape returns nil if not even the number of dimensions is known. A length that is not known is -1.
func decodeShape(b []byte) ([]int, error) {
	shape, unknown := []int{}, 0
	err := each(b, func(f field) error {
		f.integer(shapeUnknownRank, &unknown)
		b, ok := f.message(shapeDim)
		if !ok {
			return nil
		}
		size := 0
		err := each(b, func(f field) error {
			f.integer(dimSize, &size)
			return nil
		})
		shape = append(shape, size)
		return err
	})
	if unknown != 0 {
		shape = nil
	}
	return shape, err
}
